"""Runs the reports of tests/triage through the triage and prints how well and how fast it judges."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.triage_scores import Numbers, Pair, Report, Verdict, each_label, measure, report_of, verdict_of  # noqa: E402

REPORTS = ROOT / "tests" / "triage" / "reports.jsonl"
LATEST = "f-"
"""How the ids of the author begin who came last, knowing nothing of the judge nor of the other reports."""
# name of a number -> (goal, whether more is better, its column)
GOALS: dict[str, tuple[float | None, bool, str]] = {
    "relevance": (0.95, True, "relevance"),
    "false_alarms": (0.05, False, "alarms"),
    "topics": (0.82, True, "topics"),
    "countries": (0.92, True, "countries"),
    "severity": (0.75, True, "severity"),
    "called_lower": (0.07, False, "lower"),
    "stories": (0.92, True, "stories"),
    "p50": (None, False, "p50 ms"),
    "p99": (20.0, False, "p99 ms"),
}


def load_reports(path: Path = REPORTS) -> list[Report]:
    """All reports, in the order of their publication; raises OSError, ValueError or KeyError for a broken file."""
    return [report_of(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]


def run(reports: Sequence[Report]) -> list[Verdict]:
    """Verdicts of one process of the command line; raises RuntimeError where it fails or leaves out a line."""
    asked = "".join(
        json.dumps(
            {key: getattr(report, key) for key in ("title", "summary", "language", "source", "published")},
            ensure_ascii=False,
        )
        + "\n"
        for report in reports
    )
    command = [sys.executable, "-m", "bot", "triage", "--stdin"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(reports):
        raise RuntimeError(f"exit status {done.returncode} after {len(lines)} lines: {done.stderr.strip()[-200:]}")
    return [verdict_of(json.loads(line)) for line in lines]


def author_of(report: Report) -> str:
    """The author of a report, as its id begins: each wrote of the same world, and numbered the stories apart."""
    return report.id[:2] if report.id[1] == "-" else ""


def by_author(judge: Callable[[Sequence[Report]], list[Verdict]], reports: Sequence[Report]) -> list[Verdict]:
    """Verdicts of each author's reports by themselves, in the order of the reports."""
    found: dict[str, Verdict] = {}
    for author in sorted({author_of(report) for report in reports}):
        chosen = [report for report in reports if author_of(report) == author]
        for report, verdict in zip(chosen, judge(chosen), strict=True):
            found[report.id] = replace(verdict, story=verdict.story and author + verdict.story)
    return [found[report.id] for report in reports]


def run_inside(reports: Sequence[Report]) -> list[Verdict]:
    """Verdicts of the newsroom within this process, for a profile or while there is no command line."""
    from bot.core.alert import Alert
    from bot.core.feed import Entry, Feed
    from bot.resources.lexicons import load_lexicons
    from bot.resources.newsroom import load_newsroom

    newsroom = load_newsroom(load_lexicons())
    told: list[Alert] = []
    verdicts = []
    for report in reports:
        feed = Feed(report.source, report.source, "", language=report.language)
        at = datetime.fromisoformat(report.published)
        entry = Entry(report.source, report.id, report.title, report.summary, "", report.language, at.astimezone(UTC))
        started = time.perf_counter()
        judgement = newsroom.judge(entry, feed)
        story = newsroom.story_of(entry, told) or entry.identity if judgement.relevant else ""
        spent = (time.perf_counter() - started) * 1000
        if judgement.relevant:
            texts = ({report.language: report.title}, {report.language: report.summary})
            told.append(Alert(report.id, *texts, created_at=at, story=story, entry_at=at))
        verdicts.append(
            Verdict(
                judgement.relevant,
                frozenset(judgement.topics),
                frozenset(judgement.area),
                judgement.severity if judgement.relevant else "",
                story,
                spent,
            )
        )
    return verdicts


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if name in ("p50", "p99") else f"{value:.3f}"


def _row(label: str, numbers: Numbers) -> str:
    """One line of the table; a number that misses its goal carries an exclamation mark."""
    cells = [f"{label:<14}{numbers.reports:>5}"]
    for name, (goal, more, _) in GOALS.items():
        value: float | None = getattr(numbers, name)
        missed = value is not None and goal is not None and (value < goal if more else value > goal)
        cells.append(f"{_cell(name, value) + ('!' if missed else ' '):>11}")
    return "".join(cells)


def table(pairs: Sequence[Pair]) -> Iterator[str]:
    """The lines of the report: goals, the whole, each split, each language of each split, each topic."""
    yield f"{'':<14}{'n':>5}" + "".join(f"{column + ' ':>11}" for _, _, column in GOALS.values())
    yield f"{'goal':<14}{'':>5}" + "".join(f"{_cell(name, goal[0]) + ' ':>11}" for name, goal in GOALS.items())
    groups: dict[str, Callable[[Report], bool]] = {"all": lambda report: True}
    for split in sorted({report.split for report, _ in pairs}):
        groups[split] = lambda report, split=split: report.split == split
        for language in sorted({report.language for report, _ in pairs}):
            groups[f"  {split} {language}"] = lambda report, split=split, language=language: (
                (report.split, report.language) == (split, language)
            )
        groups[f"  {split} latest"] = lambda report, split=split: report.split == split and report.id.startswith(LATEST)
    for name, is_in in groups.items():
        chosen = [pair for pair in pairs if is_in(pair[0])]
        if chosen:
            yield _row(name, measure(chosen))
    yield "topics: " + ", ".join(f"{name} {value:.2f}" for name, value in each_label(pairs, "topics").items())


def faults(report: Report, verdict: Verdict) -> list[str]:
    """What is wrong with one verdict, in words; empty where nothing is."""
    if report.relevant != verdict.relevant:
        return ["MISSED" if report.relevant else f"FALSE ALARM ({report.kind})"]
    found = []
    for field in ("topics", "countries"):
        expected, said = getattr(report, field), getattr(verdict, field)
        if expected != said:
            found.append(f"{field} {','.join(sorted(expected))} said {','.join(sorted(said))}")
    if report.severity != verdict.severity:
        found.append(f"{report.severity} said {verdict.severity}")
    return found


def misses(pairs: Sequence[Pair], split: str) -> Iterator[str]:
    """Each wrong verdict of a split with what was expected; wrongly joined or parted stories at the end."""
    chosen = [pair for pair in pairs if split in ("all", pair[0].split)]
    for report, verdict in chosen:
        wrong = faults(report, verdict)
        if wrong:
            yield f"{report.id} {report.title} :: {report.summary}\n    {'; '.join(wrong)}"
    relevant = [pair for pair in chosen if pair[0].relevant and pair[1].relevant]
    for number, (report, verdict) in enumerate(relevant):
        for other, also in relevant[number + 1 :]:
            if (report.story == other.story) != (verdict.story == also.story):
                word = "PARTED" if report.story == other.story else "JOINED"
                yield f"{word}: {report.id} {report.title} | {other.id} {other.title}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inside", action="store_true", help="judge within this process, without the command line")
    parser.add_argument("--misses", nargs="?", const="tune", choices=["tune", "kept", "all"], help="the wrong verdicts")
    parser.add_argument("--split", default="all", choices=["tune", "kept", "all"])
    args = parser.parse_args()
    reports = load_reports()
    try:
        verdicts = by_author(run_inside if args.inside else run, reports)
    except RuntimeError as failure:
        print(failure, file=sys.stderr)
        return 1
    pairs = [pair for pair in zip(reports, verdicts, strict=True) if args.split in ("all", pair[0].split)]
    for line in table(pairs):
        print(line)
    if args.misses:
        for line in misses(pairs, args.misses):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
