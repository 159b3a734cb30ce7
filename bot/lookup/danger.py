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
from bot.lookup.spans import Cover, Spans

KINDS = ("suicide", "violence", "held")
_LEAST_LANGUAGE = 0.5
_LEAST_SURENESS = 0.69
_SHORT_SURENESS = 0.84  # one or two words are soon like others
_PAST_WITHIN = 10
_NOW_WITHIN = 3
_TELLING = 0.5  # a need heard so clearly tells from whom a danger comes
_HINTING = 0.3
_ALARMING = frozenset(
    "harm hurts threaten weapon storm arrive harmed shelling danger flee hold took caught hunt deport marry die "
    "suicide end live jump swallow means goodbye self home police attackers".split()
)
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
    """Return from whom a danger comes, where that decides who can help; else its kind.

    `family` hurts or threatens, `captors` (a family, a landlord, an employer) lock in: nobody's lawyer gets in there;
    `police` and all who act for a state; `traffickers`. Who is hunted, not taken, needs what a threat needs.
    """
    roles = _roles(heard)
    is_hunted = danger == "held" and not roles & _TAKEN and ("hunt" in roles or is_hunt([t.text for t in heard.tokens]))
    if danger == "violence" or is_hunted:
        return "family" if "kin" in roles and "police" not in roles else "violence"
    if danger == "held":
        if needs.get("trafficking", 0.0) >= _HINTING or needs.get("employment", 0.0) >= _TELLING:
            return "traffickers"
        if "police" in roles and "captors" not in roles:
            return "police"
        return "captors" if roles & {"kin", "captors"} else danger
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


def is_hinted(heard: Heard) -> bool:
    """Say whether a word is heard that can play a part in a danger."""
    return bool(_roles(heard) & _ALARMING)


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
    covers = {size: Cover(hit for hit in others if hit.size > size) for size in {hit.size for hit in hits}}
    return others + [hit for hit in hits if hit.kind.name == "suicide" and not covers[hit.size].holds(hit)]


def _now(hits: Sequence[Hit], language: str, tokens: Sequence[Token]) -> list[Hit]:
    """Return the hits of danger that are meant and not over."""
    figures = Cover(hit for hit in hits if hit.kind.list == "figures")
    listed = [
        hit
        for hit in hits
        if hit.kind.list == "danger"
        and hit.sureness >= (_LEAST_SURENESS if hit.size > 2 else _SHORT_SURENESS)
        and not figures.holds(hit)
    ]
    negated = negated_hits(hits, listed, language, tokens, is_topic=False) if listed else set()
    told = [hit for hit in listed if hit not in negated]
    told += [hit for hit in told_by_roles(hits, tokens) if hit.sureness >= _LEAST_SURENESS]
    if not told:
        return []
    pasts = Spans(
        (*(hit for hit in hits if hit.kind.list == "past" and hit.sureness >= _LEAST_SURENESS), *_years(tokens))
    )
    nows = Spans(hit for hit in hits if hit.kind.list == "grammar" and hit.kind.name == "now")
    turns = Spans((*nows.hits, *(hit for hit in hits if hit.kind.list == "contrast")))
    return [hit for hit in told if not _is_over(hit, pasts, nows, turns, tokens)] if pasts.hits else told


def _is_over(danger: Hit, pasts: Spans, nows: Spans, turns: Spans, tokens: Sequence[Token]) -> bool:
    """Say whether words near a danger tell that it is past or only read about, and none that it is now."""
    sentence = tokens[danger.start].sentence
    for past in pasts.between(danger.start - 2 * _PAST_WITHIN, danger.end + _PAST_WITHIN):
        if tokens[past.start].sentence != sentence or danger.start >= past.end + _PAST_WITHIN:
            continue
        if past.end <= danger.start:  # "years ago he beat me, but now he found me"
            is_turned = bool(turns.between(past.end, danger.start + _NOW_WITHIN))
        else:
            is_turned = bool(nows.between(danger.start - _NOW_WITHIN, past.start))
        if not is_turned:
            return True
    return False


def _years(tokens: Sequence[Token]) -> list[Hit]:
    """Return the years that a text names, as words of the past."""
    kind = Kind("past", "", 1.0)
    return [Hit(kind, number, number + 1, 1.0, 1) for number, token in enumerate(tokens) if _YEAR.fullmatch(token.text)]
