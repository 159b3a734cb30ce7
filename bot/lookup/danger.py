"""Decide whether someone is in danger now, and of what kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.lookup.hearing import Heard
from bot.lookup.need import negated_hits
from bot.lookup.normal import Token
from bot.lookup.phrases import Hit

KINDS = ("suicide", "violence", "held")
_LEAST_LANGUAGE = 0.5
_LEAST_SURENESS = 0.69


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
    over = _over(hits, tokens)
    told = [
        hit
        for hit in hits
        if hit.kind.list == "danger"
        and hit.sureness >= _LEAST_SURENESS
        and not any(figure.start <= hit.start and hit.end <= figure.end for figure in figures)
        and tokens[hit.start].sentence not in over
    ]
    if not told:
        return []
    negated = negated_hits(hits, told, language, tokens, is_topic=False)
    return [hit for hit in told if hit not in negated]


def _over(hits: Sequence[Hit], tokens: Sequence[Token]) -> set[int]:
    """Return the numbers of the sentences that tell of the past or only ask about it."""
    return {tokens[hit.start].sentence for hit in hits if hit.kind.list == "past" and hit.sureness >= _LEAST_SURENESS}
