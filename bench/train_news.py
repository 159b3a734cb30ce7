"""Learns `bot/lookup/news/examples/learned.bin` from examples of news: `./run bench train_news` (needs scikit-learn).

Beside the examples it learns from those reports of `tests/triage` that are not kept apart. The rules were tuned on the
older of these, so that there it learns nothing from what the rules say. `--apart` learns nothing for good: it tells how
well topics are found in the reports of each author when they are learned from all the others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.needs import need
from bot.core.alert import ALERT_TOPICS, SEVERITIES
from bot.core.learned import AT_LEAST, RELEVANT, Learned
from bot.core.triage import marks_for
from bot.lookup.report import read_report
from bot.lookup.wordings import BUCKETS, features

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "bot" / "lookup" / "news" / "examples"
REPORTS = ROOT / "tests" / "triage" / "reports.jsonl"
LABELS = (RELEVANT, *ALERT_TOPICS, *AT_LEAST)
STRENGTH = 2.0
WORDS, CONCEPTS, RULES = 4.0, 0.8, 1.2
"""How loudly the wording of a report speaks (in the title twice so), what the lists found in it, and what the rules
say."""


class Example(NamedTuple):
    """One report and the truth: no topics and '' for the severity when it is of no concern."""

    title: str
    summary: str
    language: str
    topics: tuple[str, ...]
    severity: str
    is_ruled: bool
    author: str = ""

    def holds(self, label: str) -> bool:
        """Say whether a label is true of it."""
        if label in AT_LEAST:
            return bool(self.topics) and SEVERITIES.index(self.severity) <= SEVERITIES.index(label)
        return bool(self.topics) if label == RELEVANT else label in self.topics


def read_examples() -> list[Example]:
    """Return all examples: `topics TAB severity TAB title TAB summary`, `-` for what is of no concern."""
    found = []
    for file in sorted(EXAMPLES.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            topics, severity, title, summary = line.split("\t")
            names = () if topics == "-" else tuple(topics.split(","))
            assert set(names) <= set(ALERT_TOPICS), f"{file.name}: unknown topic in: {title}"
            assert (severity in SEVERITIES[:4]) if names else severity == "-", f"{file.name}: severity of: {title}"
            found.append(Example(title, summary, file.stem, names, severity if names else "", True))
    return found


def read_reports() -> list[Example]:
    """Return the reports of the tests that are not kept apart."""
    rows = [json.loads(line) for line in REPORTS.read_text(encoding="utf-8").splitlines()]
    return [
        Example(
            row["title"],
            row["summary"],
            row["language"],
            tuple(row["topics"]),
            row["severity"] or "",
            "-w" in row["id"],
            row["id"].split("-")[0] if row["id"][1] == "-" else "b" if "-w" in row["id"] else "a",
        )
        for row in rows
        if row["split"] == "tune"
    ]


def fingerprint() -> str:
    """Return a fingerprint of what is learned from, kept in the learned file."""
    digest = hashlib.sha256()
    for example in [*read_examples(), *read_reports()]:
        digest.update(repr(example).encode())
    return digest.hexdigest()[:16]


def read_all(examples: list[Example]):
    """Return for each example the buckets of its words, those of its title, its marks of concepts, and of rules."""
    from bot.lookup.normal import words
    from bot.resources.lexicons import load_lexicons
    from bot.resources.newsroom import load_newsroom

    newsroom = load_newsroom(load_lexicons())
    rules = replace(newsroom.rules, learned=Learned())
    rows = []
    for example in examples:
        reading = read_report(example.title, example.summary, example.language, newsroom.lexicons)
        marks, headline = marks_for(reading, rules), words(example.title)
        rows.append(
            (
                sorted(set(features([*headline, *words(example.summary)]))),
                sorted(set(features(headline))),
                [mark for mark in marks if mark[0] != "r"],
                [mark for mark in marks if mark[0] == "r" and example.is_ruled],
            )
        )
    return rows


def matrix(rows, names):
    """Return the features as a sparse matrix: the buckets of words, then the marks in the order of `names`."""
    import numpy as np
    from scipy.sparse import csr_matrix

    place = {name: BUCKETS + number for number, name in enumerate(names)}
    data, indices, starts = [], [], [0]
    for buckets, headline, concepts, ruled in rows:
        data += [WORDS / max(1, len(buckets)) ** 0.5] * (len(buckets) + len(headline))
        data += [CONCEPTS] * len(concepts) + [RULES] * len(ruled)
        indices += [*buckets, *headline, *(place[mark] for mark in (*concepts, *ruled))]
        starts.append(len(indices))
    table = csr_matrix((np.array(data), indices, starts), shape=(len(rows), BUCKETS + len(names)))
    table.sum_duplicates()
    return table


def learn(table, examples: list[Example], names, labels=LABELS):
    """Return a linear model for each of `labels`, (weights, bias); topics and severity from relevant examples alone.

    A topic is learned from words and concepts, from rare words more quickly: it is judged worse where it may lean on
    what the rules say.
    """
    import numpy as np
    from scipy.sparse import diags
    from sklearn.linear_model import LogisticRegression

    concerned = np.array([bool(example.topics) for example in examples])
    loudness = np.r_[rarity(table[concerned]), [float(name[0] != "r") for name in names]]
    unruled = table @ diags(loudness, format="csr")
    models = []
    for label in labels:
        truth = np.array([example.holds(label) for example in examples])
        chosen = np.ones(len(examples), bool) if label == RELEVANT else concerned
        model = LogisticRegression(C=STRENGTH, solver="liblinear", dual=True, max_iter=400, random_state=1)
        share = truth[chosen].mean()
        # A rare label would else hardly ever be found.
        weights = np.where(truth[chosen], ((1 - share) / share) ** 0.5, 1.0)
        seen = unruled if label in ALERT_TOPICS else table
        model.fit(seen[chosen], truth[chosen], sample_weight=weights)
        weights = model.coef_[0] * (loudness if label in ALERT_TOPICS else 1.0)
        models.append((weights, float(model.intercept_[0])))
    return models


def tell_apart(table, examples: list[Example], names) -> None:
    """Print the macro F1 of topics for the reports of each author, learned from all but these."""
    import numpy as np

    from bench.triage_scores import Report, Verdict, labels
    from bot.resources.lexicons import load_lexicons
    from bot.resources.newsroom import load_newsroom

    needed, authors = load_newsroom(load_lexicons()).rules.learned, np.array([example.author for example in examples])
    everybody = []
    for author in sorted(set(authors) - {""}):
        others = [example for example in examples if example.author != author]
        models = learn(table[authors != author], others, names, ALERT_TOPICS)
        told = []
        for number in np.flatnonzero(authors == author):
            points = [float((table[number] @ weights)[0]) + bias for weights, bias in models]
            said = frozenset(needed.topics(dict(zip(ALERT_TOPICS, points, strict=True))))
            true = frozenset(examples[number].topics)
            report = Report("", "", "", "", "", "", bool(true), true, frozenset(), "", "", "", "")
            told.append((report, Verdict(bool(true), said)))
        everybody += told
        print(f"{author}: {sum(report.relevant for report, _ in told)} {labels(told, 'topics', is_macro=True):.3f}")
    print(f"all: {labels(everybody, 'topics', is_macro=True):.3f}")


def rarity(table):
    """Return how loudly each bucket of words speaks for topics: about 1 for a rare one, next to nothing for `the`."""
    import numpy as np

    total, holding = table.shape[0], np.bincount(table.indices, minlength=table.shape[1])[:BUCKETS]
    return np.where(holding < total / 2, np.sqrt(np.log(total / (1 + holding)).clip(0) / 5), 0.1)


def write(models, names, table_of_words) -> None:
    """Write a line of JSON with the points of marks, then the table of words as bytes, compressed.

    `middle` are the mean points of the wordings of all examples, from which two wordings are compared.
    """
    import numpy as np

    weights = np.stack([coefficients for coefficients, _ in models], axis=1)
    table = weights[:BUCKETS]
    scale = float(np.quantile(np.abs(table[table != 0]), 0.9995)) / 127
    rounded = np.clip(np.round(table / scale), -127, 127).astype(np.int16) + 128
    loud = {name: RULES if name[0] == "r" else CONCEPTS for name in names}
    marks = {
        name: [round(loud[name] * float(weight), 3) for weight in weights[BUCKETS + number]]
        for number, name in enumerate(names)
    }
    head = {"labels": LABELS, "biases": [round(bias, 4) for _, bias in models], "scale": scale * WORDS}
    middle = np.asarray(table_of_words @ table).mean(axis=0) + np.array(head["biases"])
    head["middle"] = [round(float(mean), 3) for mean in middle]
    text = json.dumps({**head, "of": fingerprint(), "marks": marks}).encode()
    body = zlib.compress(rounded.astype(np.uint8).tobytes(), 9)
    (EXAMPLES / "learned.bin").write_bytes(struct.pack("<I", len(text)) + text + body)
    print(f"learned.bin: {(len(body) + len(text)) / 1e6:.2f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--apart", action="store_true", help="only tell how well topics are learned from other authors")
    args = parser.parse_args()
    need("sklearn", "scikit-learn")
    examples = [*read_examples(), *read_reports()]
    print(f"{len(examples)} examples")
    rows = read_all(examples)
    names = sorted({mark for *_, concepts, ruled in rows for mark in (*concepts, *ruled)})
    table = matrix(rows, names)
    if args.apart:
        tell_apart(table, examples, names)
        return
    write(learn(table, examples, names), names, table[:, :BUCKETS])


if __name__ == "__main__":
    main()
