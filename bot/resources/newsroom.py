"""Read what the newsroom knows, `lookup/news/*.yaml`, and open it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from bot.core.triage import Rule, Rules, StoryRules
from bot.errors import Fault, ResourcesError
from bot.lookup.lexicon import Lexicons
from bot.lookup.newsroom import Newsroom
from bot.lookup.report import compile_news

_NEWS = Path(__file__).parent.parent / "lookup" / "news"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def load_newsroom(lexicons: Lexicons, folder: Path = _NEWS) -> Newsroom:
    """Return a newsroom that knows the places of `lexicons` and the lists and rules under `folder`.

    Raises ResourcesError, with every fault, for files that are not shaped as the README.md beside them tells.
    """
    faults: list[Fault] = []
    lists = {
        path.stem: value
        for path in sorted(folder.glob("*.yaml"))
        if path.stem != "rules" and isinstance(value := _read(path, faults), dict)
    }
    rules = _read(folder / "rules.yaml", faults)
    if faults or not isinstance(rules, dict):
        raise ResourcesError(faults or [Fault("rules.yaml", 1, "is not a map", "begin with `sets:`")])
    return Newsroom(compile_news(lists, lexicons), compile_rules(rules))


def _read(path: Path, faults: list[Fault]) -> object:
    """Return one file's value with all scalars as text; what is wrong with it joins `faults`."""
    try:
        value: object = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - only text, lists, maps
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(path.name, 1, f"cannot be read ({type(error).__name__})", "save it as UTF-8 text"))
        return None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.append(Fault(path.name, line, str(error.problem), "close brackets and quotes, and quote odd entries"))
        return None
    return value


def compile_rules(value: Mapping[str, object]) -> Rules:
    """Return the rules of a parsed rules.yaml."""
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
    )


def _story(value: Mapping[str, object]) -> StoryRules:
    points = {name: float(str(number)) for name, number in value.items() if name != "weights"}
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
