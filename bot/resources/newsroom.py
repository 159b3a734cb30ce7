"""Read what the newsroom knows, `lookup/news/*.yaml`, and open it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.core.alert import ALERT_TOPICS, CERTAINTIES, SEVERITIES, URGENCIES
from bot.core.learned import Learned
from bot.core.triage import Rule, Rules, StoryRules
from bot.errors import Fault, ResourcesError
from bot.lookup.lexicon import Lexicons
from bot.lookup.newsroom import Newsroom
from bot.lookup.report import compile_news
from bot.resources.lexicons import LEARNED, read_learned, read_list

_NEWS = Path(__file__).parent.parent / "lookup" / "news"
_LISTS = ("figures", "languages")
_MAPS = ("concepts", "speakers", "countries", "numbers")
_CHOICES = ("none", "title", "none_title")
_WORDS = {"severity": SEVERITIES, "urgency": URGENCIES, "certainty": CERTAINTIES}


def load_newsroom(lexicons: Lexicons, folder: Path = _NEWS) -> Newsroom:
    """Return a newsroom that knows the places of `lexicons` and the lists and rules under `folder`.

    Raises ResourcesError, with every fault, for files that are not shaped as the README.md beside them tells.
    """
    faults: list[Fault] = []
    lists: dict[str, Mapping[str, object]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem != "rules":
            text, value = read_list(path, faults)
            faults += [
                Fault(path.name, _line(text, what), f"{what} {why}", fix) for what, why, fix in wrong_list(value)
            ]
            lists[path.stem] = _map(value)
    text, rules = read_list(folder / "rules.yaml", faults)
    known = {concept for listed in lists.values() for concept in _map(listed.get("concepts"))}
    if not faults:
        faults += [
            Fault("rules.yaml", _line(text, what), why, fix) for what, why, fix in wrong_rules(_map(rules), known)
        ]
    if faults:
        raise ResourcesError(faults)
    wordings, head = read_learned(folder / "examples" / LEARNED)
    compiled = compile_rules(_map(rules))
    learned = replace(compiled.learned, labels=wordings.labels, marks=head.get("marks", {}))
    story = replace(compiled.story, middle=tuple(head.get("middle", ())))
    return Newsroom(compile_news(lists, lexicons, wordings), replace(compiled, learned=learned, story=story))


def _line(text: str, what: str) -> int:
    """Return the first line that holds what a fault is about."""
    found = re.search(rf"(?<!\w){re.escape(what)}(?!\w)", text) if what else None
    return text.count("\n", 0, found.start()) + 1 if found else 1


def wrong_list(value: object) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong in the shape of one language's file: about what, what, and what to write."""
    if not isinstance(value, Mapping) or not _map(value.get("concepts")):
        yield "", "the file holds no concepts", "begin with `language:` and `concepts:`"
        return
    for name, part in value.items():
        if name in _MAPS and isinstance(part, Mapping):
            for group, entries in part.items():
                yield from _wrong_entries(group, entries)
        elif name in _LISTS:
            yield from _wrong_entries(name, part)
        elif name != "language":
            yield name, "is no list that README.md names", f"use one of: {', '.join((*_MAPS, *_LISTS))}"


def _wrong_entries(name: str, entries: object) -> Iterator[tuple[str, str, str]]:
    if not isinstance(entries, list) or not all(isinstance(entry, str) and entry.strip() for entry in entries):
        yield name, "is not a list of words", "put the entries in [brackets], with commas in between"


def wrong_rules(value: Mapping[str, object], known: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong in rules.yaml; `known` are the concepts that some language has words for."""
    sets = {name: set(str(names).split()) for name, names in _map(value.get("sets")).items()}
    for listed in sets.values():
        yield from _unknown(" ".join(listed), known)
    topics = _map(value.get("topics"))
    for topic in topics:
        if topic not in ALERT_TOPICS:
            yield topic, f"`{topic}` is no topic", f"use one of: {', '.join(ALERT_TOPICS)}"
    for name, lines in {**{key: value.get(key) for key in ("relevant", "noise", *_WORDS)}, **topics}.items():
        for line in lines if isinstance(lines, list) else [lines]:
            if not isinstance(line, Mapping) or "when" not in line:
                yield name, f"a line under `{name}` has no `when`", "write {when: A|B C}"
                continue
            if name in _WORDS and line.get("is") not in _WORDS[name]:
                yield str(line["when"]), f"`{line.get('is')}` is no {name}", f"use one of: {', '.join(_WORDS[name])}"
            text = " ".join(str(line.get(key, "")) for key in ("when", *_CHOICES))
            yield from _unknown(text.replace("|", " "), known | set(sets))
            if not str(line.get("score", "1")).replace(".", "", 1).isdigit():
                yield str(line["when"]), f"the score `{line['score']}` is no number", "write a number such as 1.5"


def _unknown(names: str, known: set[str]) -> Iterator[tuple[str, str, str]]:
    for name in names.split():
        if name not in known:
            yield name, f"no language has words for `{name}`", "use a concept of en.yaml or a name under `sets`"


def compile_rules(value: Mapping[str, object]) -> Rules:
    """Return the rules of a parsed rules.yaml in which nothing is wrong."""
    sets = {name: frozenset(str(names).split()) for name, names in _map(value.get("sets")).items()}
    areas = _map(value.get("areas"))
    return Rules(
        relevant=tuple(_rules(value.get("relevant"), sets)),
        noise=tuple(_rules(value.get("noise"), sets)),
        threshold=float(str(value.get("threshold", 3))),
        topics={topic: tuple(_rules(listed, sets)) for topic, listed in _map(value.get("topics")).items()},
        topic_share=float(str(value.get("topic_share", 0.5))),
        topic_enough=float(str(value.get("topic_enough", 99))),
        severity=tuple(_words(value.get("severity"), sets)),
        urgency=tuple(_words(value.get("urgency"), sets)),
        certainty=tuple(_words(value.get("certainty"), sets)),
        bystander=float(str(areas.get("bystander", 0.35))),
        home={language: str(code) for language, code in _map(areas.get("home")).items()},
        story=_story(_map(value.get("stories"))),
        learned=Learned(needed={name: float(str(points)) for name, points in _map(value.get("learned")).items()}),
    )


def _story(value: Mapping[str, object]) -> StoryRules:
    points: dict[str, Any] = {name: float(str(number)) for name, number in value.items() if name != "weights"}
    weights = {
        concept: float(weight)
        for weight, concepts in _map(value.get("weights")).items()
        for concept in str(concepts).split()
    }
    return StoryRules(**points, weights=weights)


def _rules(listed: object, sets: Mapping[str, frozenset[str]]) -> Iterator[Rule]:
    for line in listed if isinstance(listed, list) else ():
        yield _rule(line, sets)


def _words(listed: object, sets: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, Rule]]:
    for line in listed if isinstance(listed, list) else ():
        yield str(line["is"]), _rule(line, sets)


def _rule(line: Mapping[str, str], sets: Mapping[str, frozenset[str]]) -> Rule:
    return Rule(
        every=tuple(_choice(word, sets) for word in line.get("when", "").split()),
        none=_choice(line.get("none", ""), sets),
        title=_choice(line.get("title", ""), sets),
        none_title=_choice(line.get("none_title", ""), sets),
        score=float(line.get("score", "1")),
        why=line.get("why", ""),
    )


def _choice(text: str, sets: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the concepts of `A|B`, where a name of a set stands for all that is in it."""
    return frozenset(concept for name in text.split("|") if name for concept in sets.get(name, {name}))


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
