"""Decide whether someone is in danger now, and of what kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.lookup.hearing import Heard
from bot.lookup.need import negated_hits
from bot.lookup.normal import Token
from bot.lookup.phrases import Hit, Kind
from bot.lookup.roles import told_by_roles

KINDS = ("suicide", "violence", "held")
_LEAST_LANGUAGE = 0.5
_LEAST_SURENESS = 0.69
_SHORT_SURENESS = 0.84  # one or two words are soon like others
_PAST_WITHIN = 10
_NOW_WITHIN = 3
_TELLING = 0.5  # a need heard so clearly tells from whom a danger comes
_TAKEN = frozenset(("hold", "caught"))
_YEAR = re.compile(r"19\d\d|20[012]\d")


# Beginnings of words for being looked for, folded: who is hunted is not held yet and can still be brought away.
_HUNT = tuple(
    "look search hunt chas track following ищ ищет ищут разыскив пресл едут охот шука розшук полю such jag verfolg "
    "fahnd busca persig cherch recherch traqu poursui ariyor ariyorlar pesim takip تبحث يبحث بدور يدور تدور تلاحق "
    "يلاحق تطارد يطارد دنبال تعقيب ميگرد".split()
)


def is_hunt(words: Sequence[str]) -> bool:
    """Say whether folded words tell of being looked for."""
    return any(word.startswith(_HUNT) for word in words)


def danger_of(heard: Heard) -> tuple[str, str]:
    """Return the kind of danger (`violence`, `held`, `suicide`, or '') and why."""
    scores: defaultdict[str, float] = defaultdict(float)
    words: dict[str, str] = {}
    for language, hits in heard.hits.items():
        weight = heard.weights.get(language, 0.0)
        if weight < _LEAST_LANGUAGE:
            continue
        for hit in _apart(_now(hits, language, heard.tokens)):
            score = weight * hit.sureness * (1 + 0.5 * (hit.size - 1))
            if score > scores[hit.kind.name]:
                scores[hit.kind.name] = score
                words[hit.kind.name] = language
    if not scores:
        return "", ""
    kind = max(scores, key=lambda name: (scores[name] * (1.6 if name == "suicide" else 1.0), -KINDS.index(name)))
    return kind, f"danger ({kind}) is told in {words[kind]}"


def source_of(heard: Heard, danger: str, needs: Mapping[str, float]) -> str:
    """Return from whom a danger comes, where that decides who can help: family, police, traffickers; else its kind.

    Who is hunted, not taken, needs what a threat needs.
    """
    roles = _roles(heard)
    is_hunted = danger == "held" and not roles & _TAKEN and ("hunt" in roles or is_hunt([t.text for t in heard.tokens]))
    if danger == "violence" or is_hunted:
        return "family" if "kin" in roles and "police" not in roles else "violence"
    if danger == "held":
        if max(needs.get(topic, 0.0) for topic in ("trafficking", "employment")) >= _TELLING:
            return "traffickers"
        if "police" in roles or needs.get("detention", 0.0) >= _TELLING:
            return "police"
    return danger


def _roles(heard: Heard) -> set[str]:
    """Return the roles that the words of a text play in its languages."""
    return {
        hit.kind.name
        for language, hits in heard.hits.items()
        if heard.weights.get(language, 0.0) >= _LEAST_LANGUAGE
        for hit in hits
        if hit.kind.list == "grammar" and hit.sureness >= _SHORT_SURENESS
    }


def is_over(heard: Heard) -> bool:
    """Say whether a text tells of something past, read or seen, by a word of one of its languages."""
    return _has(heard, "past")


def is_figure(heard: Heard) -> bool:
    """Say whether a text holds a figure of speech of one of its languages."""
    return _has(heard, "figures")


def _has(heard: Heard, name: str) -> bool:
    return any(
        hit.kind.list == name and hit.sureness >= _LEAST_SURENESS
        for language, hits in heard.hits.items()
        if heard.weights.get(language, 0.0) >= _LEAST_LANGUAGE
        for hit in hits
    )


def _apart(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits without those of suicide within words that tell of others' violence (`wants to kill me`)."""
    others = [hit for hit in hits if hit.kind.name != "suicide"]
    return others + [
        hit
        for hit in hits
        if hit.kind.name == "suicide"
        and not any(other.start <= hit.start and hit.end <= other.end and other.size > hit.size for other in others)
    ]


def _now(hits: Sequence[Hit], language: str, tokens: Sequence[Token]) -> list[Hit]:
    """Return the hits of danger that are meant and not over."""
    figures = [hit for hit in hits if hit.kind.list == "figures"]
    listed = [
        hit
        for hit in hits
        if hit.kind.list == "danger"
        and hit.sureness >= (_LEAST_SURENESS if hit.size > 2 else _SHORT_SURENESS)
        and not any(figure.start <= hit.start and hit.end <= figure.end for figure in figures)
    ]
    negated = negated_hits(hits, listed, language, tokens, is_topic=False) if listed else set()
    told = [hit for hit in listed if hit not in negated]
    told += [hit for hit in told_by_roles(hits, tokens) if hit.sureness >= _LEAST_SURENESS]
    return [hit for hit in told if not _is_over(hit, hits, tokens)] if told else []


def _is_over(danger: Hit, hits: Sequence[Hit], tokens: Sequence[Token]) -> bool:
    """Say whether words near a danger tell that it is past or only read about, and none that it is now."""
    sentence = tokens[danger.start].sentence
    for past in (*hits, *_years(tokens)):
        if past.kind.list != "past" or past.sureness < _LEAST_SURENESS or tokens[past.start].sentence != sentence:
            continue
        if past.start >= danger.end + _PAST_WITHIN or danger.start >= past.end + _PAST_WITHIN:
            continue
        if past.end <= danger.start:  # "years ago he beat me, but now he found me"
            turned = any(_is_turn(hit, past.end, danger.start + _NOW_WITHIN, "contrast") for hit in hits)
        else:
            turned = any(_is_turn(hit, danger.start - _NOW_WITHIN, past.start) for hit in hits)
        if not turned:
            return True
    return False


def _years(tokens: Sequence[Token]) -> list[Hit]:
    """Return the years that a text names, as words of the past."""
    kind = Kind("past", "", 1.0)
    return [Hit(kind, number, number + 1, 1.0, 1) for number, token in enumerate(tokens) if _YEAR.fullmatch(token.text)]


def _is_turn(hit: Hit, first: int, last: int, other: str = "") -> bool:
    """Say whether a hit is a word for now (or of the other list) that begins within these words."""
    is_now = hit.kind.list == "grammar" and hit.kind.name == "now"
    return first <= hit.start < last and (is_now or (bool(other) and hit.kind.list == other))
