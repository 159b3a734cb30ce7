"""Learns `bot/lookup/examples/learned.bin` from the examples and lists: `./run bench train` (needs scikit-learn).

`--check` judges by five-fold cross-validation instead of writing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import zlib
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import yaml
from anyascii import anyascii

from bot.core.directory import SERVICE_TOPICS
from bot.lookup.normal import words
from bot.lookup.wordings import BUCKETS, features

ROOT = Path(__file__).parents[1] / "bot" / "lookup"
EXAMPLES = ROOT / "examples"
LABELS = (*SERVICE_TOPICS, "chatter", "!violence", "!held", "!suicide")
STRENGTH = 40.0
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


def matrix(rows):
    """Return the features of each text as a sparse matrix with rows of length one."""
    import numpy as np
    from scipy.sparse import csr_matrix

    indices, starts = [], [0]
    for text in rows:
        found = sorted(set(features(words(text))))
        indices += found
        starts.append(len(indices))
    lengths = np.diff(starts)
    data = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths)
    return csr_matrix((data, indices, starts), shape=(len(rows), BUCKETS))


def learn(table, labels, weights):
    """Return a linear model for each label: (weights, bias)."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    models = []
    for label in LABELS:
        target = np.array([label in names for names in labels])
        model = LogisticRegression(
            C=STRENGTH, solver="liblinear", class_weight={0: 1.0, 1: 2.0}, max_iter=200, tol=0.01
        )
        model.fit(table, target, sample_weight=weights)
        models.append((model.coef_[0], float(model.intercept_[0])))
    return models


def write(models) -> None:
    """Write the table: a line of JSON, then the bytes, compressed."""
    import numpy as np

    coefficients = np.stack([weights for weights, _ in models], axis=1)
    scale = float(np.quantile(np.abs(coefficients[coefficients != 0]), 0.9995)) / 127
    rounded = np.clip(np.round(coefficients / scale), -127, 127).astype(np.int16) + 128
    head = {"labels": LABELS, "biases": [round(bias, 4) for _, bias in models], "scale": scale, "of": fingerprint()}
    body = zlib.compress(rounded.astype(np.uint8).tobytes(), 9)
    text = json.dumps(head).encode()
    (EXAMPLES / "learned.bin").write_bytes(struct.pack("<I", len(text)) + text + body)
    print(f"learned.bin: {(len(body) + len(text)) / 1e6:.2f} MB")


def cross_validate(rows) -> None:
    """Print how well examples are understood by a model that has not seen them."""
    import numpy as np

    table = matrix([text for text, *_ in rows])
    labels = [names for _, names, *_ in rows]
    weights = np.array([weight for _, _, weight, _ in rows])
    whole = weights == 1.0
    fold = np.array([int(hashlib.sha256(text.encode()).hexdigest(), 16) % 5 for text, *_ in rows])
    probabilities = np.zeros((len(rows), len(LABELS)))
    for part in range(5):
        test = whole & (fold == part)
        seen = [names for names, out in zip(labels, test, strict=True) if not out]
        models = learn(table[~test], seen, weights[~test])
        for number, (coefficients, bias) in enumerate(models):
            probabilities[test, number] = 1 / (1 + np.exp(-(table[test] @ coefficients + bias)))
    danger = [number for number, label in enumerate(LABELS) if label.startswith("!")]
    for language in sorted({language for *_, language in rows}):
        chosen = [number for number in np.flatnonzero(whole) if rows[number][3] == language]
        if chosen:
            report(language, chosen, labels, probabilities, danger)


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
            best = LABELS[int(probabilities[number, :22].argmax())]
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
    rows = read_examples()
    print(f"{sum(row[2] == 1 for row in rows)} examples, {sum(row[2] != 1 for row in rows)} listed")
    if arguments.check:
        cross_validate(rows)
        return
    write(learn(matrix([row[0] for row in rows]), [row[1] for row in rows], [row[2] for row in rows]))


if __name__ == "__main__":
    main()
