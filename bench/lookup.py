"""Runs the questions of tests/lookup through the look-up and prints how good and how fast its answers are."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Run as a file, only the folder of this file is on the path, and the scores are imported from its parent.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.lookup_scores import (
    Answer,
    Numbers,
    Question,
    Service,
    chatter_answered,
    grade,
    grouped,
    measure,
    ndcg,
    question_of,
    right_contact,
    service_of,
    wrong_country,
)

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "lookup"
DIRECTORY = DATA / "directory.yaml"
QUESTIONS = DATA / "questions.jsonl"
FRESH = QUESTIONS.with_name("fresh.jsonl")
"""Questions by another author, who knew neither the lists nor the other questions."""
THIRD, THIRD_DIRECTORY = DATA / "third.jsonl", DATA / "third_directory.yaml"
"""By one more author, with a directory of her own; misses of `third-read` were read, of `third-kept` never."""
FOURTH, FIFTH = DATA / "fourth.jsonl", DATA / "fifth.jsonl"
"""By two more, asking the third one's directory and the first; read and kept in the same way."""
SIXTH, SIXTH_DIRECTORY = DATA / "sixth.jsonl", DATA / "sixth_directory.yaml"
SEVENTH, SEVENTH_DIRECTORY = DATA / "seventh.jsonl", DATA / "seventh_directory.yaml"
"""By two who had seen none of these, with services of their own; of the seventh's a quarter are about dangers."""
HALVES = ("read", "kept")
SETS = (
    {"fresh": (FRESH, DIRECTORY)}
    | {f"third-{half}": (THIRD, THIRD_DIRECTORY) for half in HALVES}
    | {f"fourth-{half}": (FOURTH, THIRD_DIRECTORY) for half in HALVES}
    | {f"fifth-{half}": (FIFTH, DIRECTORY) for half in HALVES}
    | {f"sixth-{half}": (SIXTH, SIXTH_DIRECTORY) for half in HALVES}
    | {f"seventh-{half}": (SEVENTH, SEVENTH_DIRECTORY) for half in HALVES}
)
SPLITS = ("tune", "kept", "all", *SETS)
SIZES = (200, 2_000, 10_000)
POOR = 0.85  # nDCG@5 below which an answer is listed as a miss
# name of a number -> (goal, whether more is better, its column)
GOALS: dict[str, tuple[float | None, bool, str]] = {
    "ndcg": (0.85, True, "nDCG@5"),
    "first_right": (None, True, "first ok"),
    "wrong_country": (0.01, False, "wrong cc"),
    "crisis_recall": (0.97, True, "cr.recall"),
    "crisis_precision": (0.90, True, "cr.prec"),
    "right_contact": (0.97, True, "cr.first"),
    "chatter": (0.03, False, "chatter"),
    "p50": (None, False, "p50 ms"),
    "p99": (10.0, False, "p99 ms"),
}
# Goals of nDCG@5 for one language or one kind; the others keep the goal of the whole.
NDCG_GOALS = {"language": 0.75, "typo": 0.80, "layout": 0.80, "translit": 0.80}
BASELINES = ("fts5", "rapidfuzz")


@dataclass(frozen=True, slots=True)
class Run:
    """One searcher's answers, the seconds until it was ready to answer, and its peak memory in MiB."""

    answers: list[Answer]
    ready: float
    memory: float


def load_directory(path: Path = DIRECTORY) -> dict[str, Service]:
    """Service id -> Service; raises OSError, yaml.YAMLError or KeyError where the file is not what it should be."""
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    state_run = frozenset(id_ for id_, org in raw["organizations"].items() if org.get("run_by") == "state")
    return {entry["id"]: service_of(entry, state_run) for entry in raw["services"]}


def load_questions(split: str = "all", path: Path = QUESTIONS) -> list[Question]:
    """The questions of one split (`tune`, `kept`) or of `all`."""
    lines = path.read_text(encoding="utf-8").splitlines()
    questions = [question_of(json.loads(line)) for line in lines if line]
    return [question for question in questions if split in ("all", question.split)]


def our_command(resources: Path) -> list[str]:
    """The command that speaks the contract's JSON lines for this file."""
    return [sys.executable, "-m", "bot", "find", "--resources", str(resources), "--stdin"]


def baseline_command(name: str, resources: Path) -> list[str]:
    """The command that runs a baseline over the same lines."""
    return [sys.executable, str(ROOT / "bench" / "lookup_baselines.py"), name, str(resources)]


def asked(question: Question) -> str:
    """The line that the searcher reads: what was typed and what the bot knows of who typed it, and nothing more."""
    known = {"q": question.q, "country": question.country, "language": question.reply_language}
    return json.dumps({key: value for key, value in known.items() if value}, ensure_ascii=False) + "\n"


def run(command: Sequence[str], questions: Sequence[Question]) -> Run:
    """Answers of one process to all questions; raises RuntimeError where it fails or leaves out a line.

    The first question is asked twice: the first answer to it only tells when the process was ready.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, bufsize=1
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        lines: list[str] = []
        ready = memory = 0.0
        try:
            for question in [questions[0], *questions]:
                process.stdin.write(asked(question))
                process.stdin.flush()
                lines.append(process.stdout.readline())
                ready = ready or time.perf_counter() - started
                if not lines[-1]:
                    break
            memory = peak_memory(process.pid)
            process.stdin.close()
        except BrokenPipeError:
            lines.append("")
    # Leaving the block has waited for the process.
    if not lines[-1] or process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit status {process.returncode} after {len(lines)} lines")
    return Run([_answer(json.loads(line)) for line in lines[1:]], ready, memory)


def peak_memory(pid: int) -> float:
    """Peak resident memory of a running process in MiB; 0 where the system has no /proc.

    Not ru_maxrss of the ended child: on Linux that also counts what this process held when it started the child.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def _answer(raw: Mapping[str, Any]) -> Answer:
    return Answer(tuple(raw["ids"]), bool(raw["crisis"]), float(raw["ms"]))


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if name in ("p50", "p99") else f"{value:.3f}"


def _row(label: str, numbers: Numbers, ndcg_goal: float | None = None) -> str:
    """One line of the table; a number that misses its goal carries an exclamation mark."""
    cells = [f"{label:<14}{numbers.questions:>5}"]
    for name, (goal, more, _) in GOALS.items():
        value: float | None = getattr(numbers, name)
        target = ndcg_goal if name == "ndcg" and ndcg_goal else goal
        missed = value is not None and target is not None and (value < target if more else value > target)
        cells.append(f"{_cell(name, value) + ('!' if missed else ' '):>10}")
    return "".join(cells)


def table(pairs: Sequence[tuple[Question, Answer]], directory: Mapping[str, Service]) -> Iterator[str]:
    """The lines of the report: goals, the whole, then each split, language and kind."""
    yield f"{'':<14}{'n':>5}" + "".join(f"{column + ' ':>10}" for _, _, column in GOALS.values())
    goals = (_cell(name, goal) for name, (goal, _, _) in GOALS.items())
    yield f"{'goal':<14}{'':>5}" + "".join(f"{goal + ' ':>10}" for goal in goals)
    yield _row("all", measure(pairs, directory))
    for field in ("split", "language", "kind"):
        yield f"-- by {field}"
        for name, numbers in grouped(pairs, directory, field).items():
            yield _row(name, numbers, NDCG_GOALS.get(name, NDCG_GOALS.get(field)))


def faults(question: Question, answer: Answer, directory: Mapping[str, Service]) -> list[str]:
    """What is wrong with one answer, in words; empty where nothing is."""
    found = []
    if answer.crisis != (question.crisis is not None):
        found.append(f"crisis is {question.crisis or 'none'}, said {'one' if answer.crisis else 'none'}")
    if right_contact(answer, question, directory) is False:
        found.append("wrong first contact in a crisis")
    if chatter_answered(answer, question):
        found.append("chatter got a card")
    if wrong_country(answer, question, directory):
        found.append("wrong country")
    if (score := ndcg(answer, question, directory)) is not None and score < POOR:
        found.append(f"nDCG {score:.2f}")
    return found


def misses(pairs: Sequence[tuple[Question, Answer]], directory: Mapping[str, Service], limit: int) -> Iterator[str]:
    """The worst answers first: many faults, then a low nDCG; with what was expected and what came (id=grade)."""

    def badness(pair: tuple[Question, Answer]) -> tuple[int, float]:
        score = ndcg(pair[1], pair[0], directory)
        return -len(faults(*pair, directory)), 1.0 if score is None else score

    for question, answer in sorted(pairs, key=badness)[:limit]:
        wrong = faults(question, answer, directory)
        if not wrong:
            return
        ranked = sorted(directory.values(), key=lambda service: -grade(service, question))[:5]
        yield f"{question.id} [{question.country or '-'}] {question.q}"
        yield f"  {'; '.join(wrong)}; need {dict(question.need)}; place {question.place}"
        yield "  expected " + " ".join(f"{s.id}={grade(s, question)}" for s in ranked if grade(s, question))
        got = ((id_, directory.get(id_)) for id_ in answer.ids[:5])
        yield "  got      " + " ".join(f"{id_}={grade(s, question) if s else '?'}" for id_, s in got)


def enlarged(raw: Mapping[str, Any], size: int) -> dict[str, Any]:
    """A directory of exactly `size` services: copies have their own ids and another's place."""
    services = raw["services"]
    copies = []
    for number in range(size):
        turn, at = divmod(number, len(services))
        entry = dict(services[at])
        if turn:
            elsewhere = services[(at + 7 * turn) % len(services)]
            entry |= {"id": f"{entry['id']}-{turn}", "service_area": elsewhere["service_area"]}
            entry.pop("address", None)
            if "address" in elsewhere:
                entry["address"] = elsewhere["address"]
        copies.append(entry)
    used = {entry["organization"] for entry in copies}
    organizations = {id_: org for id_, org in raw["organizations"].items() if id_ in used}
    return {**raw, "organizations": organizations, "services": copies}


def speed(questions: Sequence[Question]) -> Iterator[str]:
    """Times and memory of ours, SQLite FTS5 and rapidfuzz over directories of three sizes, one process each."""
    raw = yaml.load(DIRECTORY.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    yield f"{'services':>8}  {'searcher':<10}{'p50 ms':>10}{'p99 ms':>10}{'ready s':>10}{'MiB':>8}   against ours"
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "resources.yaml"
            # JSON is YAML, so that every scalar stays the quoted text that it was.
            path.write_text(json.dumps(enlarged(raw, size), ensure_ascii=False), encoding="utf-8")
            ours: Numbers | None = None
            for name in ("ours", *BASELINES):
                command = our_command(path) if name == "ours" else baseline_command(name, path)
                done = run(command, questions)
                numbers = measure(list(zip(questions, done.answers, strict=True)), {})
                ours = ours or numbers
                ratios = " ".join(
                    f"{theirs / mine:8.2f}x" if mine and theirs else "       -"
                    for theirs, mine in ((numbers.p50, ours.p50), (numbers.p99, ours.p99))
                )
                times = f"{numbers.p50 or 0:>10.2f}{numbers.p99 or 0:>10.2f}{done.ready:>10.2f}{done.memory:>8.0f}"
                yield f"{size:>8}  {name:<10}{times}   {ratios}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=SPLITS, default="all")
    parser.add_argument("--misses", nargs="?", type=int, const=40, default=0, metavar="N", help="the N worst answers")
    parser.add_argument("--speed", action="store_true", help="times beside SQLite FTS5 and rapidfuzz, three sizes")
    parser.add_argument("--baseline", choices=list(BASELINES), help="judge this baseline instead of ours")
    args = parser.parse_args()
    file, resources = SETS.get(args.split, (QUESTIONS, DIRECTORY))
    questions = load_questions(args.split, file)
    try:
        if args.speed:
            for line in speed(questions):
                print(line, flush=True)
            return 0
        command = baseline_command(args.baseline, resources) if args.baseline else our_command(resources)
        done = run(command, questions)
    except RuntimeError as failure:
        print(failure, file=sys.stderr)
        return 1
    directory = load_directory(resources)
    pairs = list(zip(questions, done.answers, strict=True))
    for line in table(pairs, directory):
        print(line)
    print(f"ready after {done.ready:.2f} s, {done.memory:.0f} MiB; '!': the goal is missed")
    for line in misses(pairs, directory, args.misses):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
