"""Learns `bot/lookup/examples/learned.bin` from the examples and lists: `./run bench train` (needs torch).

`--check` judges a fifth of the examples by what the others teach instead of writing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import yaml
from anyascii import anyascii

from bench.needs import need
from bot.core.directory import SERVICE_TOPICS
from bot.lookup.normal import words
from bot.lookup.wordings import BUCKETS, features

ROOT = Path(__file__).parents[1] / "bot" / "lookup"
EXAMPLES = ROOT / "examples"
LABELS = (*SERVICE_TOPICS, "chatter", "!violence", "!held", "!suicide")
UNITS = 64
"""Hidden units: what the pieces of a text add up to before it speaks for the labels (docs/decisions/0019)."""

BATCH, FIRST_STEP, LEAST_STEP, ROUNDS = 512, 0.004, 1e-5, 10
FORGOTTEN, IDLE = 0.2, 0.3
"""The share of buckets, and of units, that is left out at random in each step."""

FOUND_RATHER = 1.5
"""How much worse it is not to find a label than to find a wrong one."""

SOUNDED, SOUNDED_WEIGHT = ("ru", "uk"), 0.3
"""Languages that people also write in Latin letters as they sound, and what such a copy of an example weighs."""

LISTED = 0.25
"""How much an entry of the lists weighs beside an example that somebody wrote as a whole message."""


def read_examples() -> list[tuple[str, tuple[str, ...], float, str]]:
    """Return (text, labels, weight, language) of every example and of every entry of the lists."""
    found = []
    for file in sorted(EXAMPLES.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                labels, _, text = line.partition("\t")
                names = tuple(label.strip() for label in labels.split(","))
                assert set(names) <= set(LABELS), f"{file.name}: unknown meaning in: {line[:60]}"
                found.append((text, names, 1.0, file.stem))
                if file.stem in SOUNDED and not text.isascii():
                    found.append((anyascii(text), names, SOUNDED_WEIGHT, file.stem))
    for file in sorted((ROOT / "needs").glob("*.yaml")):
        found += [(text, names, LISTED, file.stem) for text, names in listed(file)]
    return found


def listed(file: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Return the entries of one list, each alternative spelled out once."""
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    entries: dict[str, set[str]] = {}
    for topic, lists in data.get("topics", {}).items():
        for entry in lists.get("strong", []):
            entries.setdefault(entry, set()).add(topic)
    for entry in data.get("chatter", []) + data.get("figures", []):
        entries.setdefault(entry, set()).add("chatter")
    for kind, patterns in data.get("danger", {}).items():
        for entry in patterns if isinstance(patterns, list) else []:
            entries.setdefault(entry, set()).add(f"!{kind}")
    return [(text, tuple(sorted(names))) for entry, names in entries.items() for text in spelled(entry)]


def spelled(entry: str, most: int = 6) -> list[str]:
    """Return some of the texts that an entry stands for."""
    places = [place.replace("*", "").replace("~", "").split("|") for place in entry.split()]
    count = min(most, max(len(place) for place in places))
    return list(dict.fromkeys(" ".join(place[number % len(place)] for place in places) for number in range(count)))


def fingerprint() -> str:
    """Return a fingerprint of what is learned from, kept in the learned file."""
    digest = hashlib.sha256()
    for file in sorted([*EXAMPLES.glob("*.tsv")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def buckets_of(texts: Iterable[str]) -> list[list[int]]:
    """Return the buckets of each text, in order; bucket 0 for a text without any."""
    return [sorted(set(features(words(text)))) or [0] for text in texts]


def learn(buckets: Sequence[Sequence[int]], labels: Sequence[tuple[str, ...]], weights: Sequence[float], rounds: int):
    """Return a table of hidden units for each bucket, and the layer from these to the labels."""
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(2)
    net = torch.nn.ModuleDict(
        {"table": torch.nn.EmbeddingBag(BUCKETS, UNITS, mode="sum"), "layer": torch.nn.Linear(UNITS, len(LABELS))}
    )
    torch.nn.init.normal_(net["table"].weight, 0, 0.05)
    net["offset"] = torch.nn.ParameterList([torch.zeros(UNITS)])
    target = torch.tensor([[float(label in names) for label in LABELS] for names in labels])
    weight = torch.tensor(weights)
    optimizer = torch.optim.Adam(net.parameters(), lr=FIRST_STEP)
    judged = torch.nn.BCEWithLogitsLoss(reduction="none", pos_weight=torch.full((len(LABELS),), FOUND_RATHER))
    for turn in range(rounds):
        order = torch.randperm(len(buckets)).tolist()
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            for group in optimizer.param_groups:
                group["lr"] = FIRST_STEP * (1 - (turn + start / len(order)) / rounds) + LEAST_STEP
            guessed = forward(net, [buckets[one] for one in chosen], is_learning=True)
            loss = (judged(guessed, target[chosen]).sum(1) * weight[chosen]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(f"round {turn + 1} of {rounds}", flush=True)
    return net


def forward(net, rows: Sequence[Sequence[int]], *, is_learning: bool = False):
    """Return the logits of each label; while learning, some buckets and units are left out, so that none is vital."""
    import torch

    lengths = torch.tensor([len(row) for row in rows])
    flat = torch.tensor([bucket for row in rows for bucket in row])
    if is_learning:
        owner = torch.repeat_interleave(torch.arange(len(rows)), lengths)
        kept = torch.rand(len(flat)) >= FORGOTTEN
        flat, lengths = flat[kept], torch.bincount(owner[kept], minlength=len(rows))
    starts = torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)[:-1]])
    sums = net["table"](flat, starts) / lengths.clamp(min=1).sqrt()[:, None]
    units = torch.relu(sums + net["offset"][0])
    return net["layer"](torch.nn.functional.dropout(units, IDLE, is_learning))


def write(net) -> None:
    """Write the layer as a line of JSON, then the table as bytes, compressed."""
    import torch

    table = net["table"].weight.detach()
    scale = float(torch.quantile(table.abs().flatten()[::16], 0.9995)) / 127
    rounded = (table / scale).round().clamp(-127, 127).to(torch.int16) + 128
    layer = {"biases": numbers(net["offset"][0]), "weights": [numbers(row) for row in net["layer"].weight.T]}
    head = {
        "labels": LABELS,
        "biases": numbers(net["layer"].bias),
        "scale": scale,
        "layer": layer,
        "of": fingerprint(),
    }
    body = zlib.compress(rounded.to(torch.uint8).numpy().tobytes(), 9)
    text = json.dumps(head).encode()
    (EXAMPLES / "learned.bin").write_bytes(struct.pack("<I", len(text)) + text + body)
    print(f"learned.bin: {(len(body) + len(text)) / 1e6:.2f} MB")


def numbers(values) -> list[float]:
    """Return the numbers of a tensor, short enough to be read."""
    return [round(value, 4) for value in values.detach().tolist()]


def judge_a_fifth(rows) -> None:
    """Print how well a fifth of the examples is understood by what the others teach."""
    import torch

    apart = [row for row in rows if row[2] == 1.0 and zlib.crc32(row[0].encode()) % 5 == 0]
    texts = {row[0] for row in apart} | {anyascii(row[0]) for row in apart}
    net = taught([row for row in rows if row[0] not in texts])
    with torch.no_grad():
        probabilities = torch.sigmoid(forward(net, buckets_of(row[0] for row in apart))).numpy()
    labels = [row[1] for row in apart]
    danger = [number for number, label in enumerate(LABELS) if label.startswith("!")]
    for language in sorted({language for *_, language in apart}):
        chosen = [number for number, row in enumerate(apart) if row[3] == language]
        report(language, chosen, labels, probabilities, danger)


def taught(rows):
    """Return what these rows teach."""
    return learn(buckets_of(row[0] for row in rows), [row[1] for row in rows], [row[2] for row in rows], ROUNDS)


def report(language, chosen, labels, probabilities, danger) -> None:
    """Print one line for a language."""
    counts: Counter[str] = Counter()
    chatter = LABELS.index("chatter")
    for number in chosen:
        is_danger = any(name.startswith("!") for name in labels[number])
        said = probabilities[number, danger].max() >= 0.5
        counts["danger"] += is_danger
        counts["danger found"] += is_danger and said
        counts["false danger"] += said and not is_danger
        if not is_danger and labels[number][0] != "chatter":
            best = LABELS[int(probabilities[number, : len(SERVICE_TOPICS)].argmax())]
            counts["topics"] += 1
            counts["topic right"] += best in labels[number]
        if labels[number][0] == "chatter":
            counts["chatter"] += 1
            counts["chatter found"] += probabilities[number, chatter] >= 0.5
    print(
        f"{language}: n {len(chosen)}, danger recall {counts['danger found'] / max(1, counts['danger']):.3f}, "
        f"precision {counts['danger found'] / max(1, counts['danger found'] + counts['false danger']):.3f}, "
        f"topic {counts['topic right'] / max(1, counts['topics']):.3f}, "
        f"chatter {counts['chatter found'] / max(1, counts['chatter']):.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    need("torch")
    rows = read_examples()
    print(f"{sum(row[2] == 1 for row in rows)} examples, {sum(row[2] != 1 for row in rows)} listed")
    if arguments.check:
        judge_a_fifth(rows)
        return
    write(taught(rows))


if __name__ == "__main__":
    main()
