"""Recognise danger by the parts that words play: who does what to whom, where and when."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.lookup.normal import Token, is_laughter
from bot.lookup.phrases import Hit, Kind
from bot.lookup.spans import Cover

ROLES = tuple(
    "me i my near other attackers kin harm hurts threat threaten lever weapon break storm arrive home harmed shelling "
    "police captors hold took caught hunt find danger flee deport marry die want self suicide end life cannot live "
    "jump height swallow means goodbye now not aside".split()
)
"""The groups of words that `grammar` in a lexicon may hold."""
_LIST = "grammar"
_PAUSE = 2  # words that the end of a sentence counts for
_DENIED_WITHIN = 2
_ASIDE_WITHIN = 6
_UNLESS_WITHIN = 8
_DOUBT = 0.21
_ANCHORED = 0.89  # as written or in other letters: mended words are too often others
_DENIABLE = frozenset(("violence", "held"))


class _Rule(NamedTuple):
    """A kind of danger, the role that carries it, the roles beside it and how many words these may be away.

    `unless`: a role that must not be near.
    """

    kind: str
    anchor: str
    beside: tuple[tuple[str, ...], ...]
    reach: int = 4
    unless: str = ""


_HARMERS = ("attackers", "kin")
_THREATS = ("threat", "threaten", "now")
_RULES = (
    _Rule("violence", "harm", (("me",),)),
    _Rule("violence", "harm", (("kin",),), 3),
    _Rule("violence", "harm", (("near",), ("my", *_HARMERS, *_THREATS)), 5),
    _Rule("violence", "harm", (("other",), (*_HARMERS, *_THREATS))),
    _Rule("violence", "harm", (("attackers",), ("threat", "threaten"))),
    _Rule("violence", "hurts", (("me", "near"), (*_HARMERS, "other")), 3),
    _Rule("violence", "threaten", (("harm", "weapon", "die", "harmed"),), 6),
    _Rule("violence", "threaten", (("me", "near", "i"), _HARMERS), 5, "lever"),
    _Rule("violence", "weapon", ((*_HARMERS, "other"), ("now", "arrive", "home", "threat", "me", "weapon")), 6),
    _Rule("violence", "weapon", (("attackers", "kin", "other"),), 3),
    _Rule("violence", "break", (("home",), (*_HARMERS, "now", "me", "my", "i")), 5),
    _Rule("violence", "storm", (("home",),), 4),
    _Rule("violence", "arrive", (("attackers",), ("home", "weapon", "hunt", "break", "harm")), 5),
    _Rule("violence", "arrive", (("attackers",), ("now", "me")), 2),
    _Rule("violence", "arrive", (("kin",), ("harm", "weapon", "hunt", "find", "die")), 7),
    _Rule("violence", "harmed", (("i", "me", "my", "near", "other"),), 3),
    _Rule("violence", "die", (("me", "near"), ("threaten", *_HARMERS)), 5),
    _Rule("violence", "die", (("i",), ("attackers", "harm", "hunt", "hold", "shelling", "harmed")), 7),
    _Rule("violence", "shelling", (("i", "me", "my", "home", "now"),), 5),
    _Rule("violence", "danger", (("i", "me", "my", "near"),), 4),
    _Rule("violence", "flee", (("now",), ("attackers", "kin", "hunt", "harm", "find", "danger")), 8),
    _Rule("violence", "marry", (("now",),), 5),
    _Rule("held", "hold", (("i", "me", "near", "other"),)),
    _Rule("held", "hold", (("my",), _HARMERS), 4),
    _Rule("held", "took", (("attackers",), ("me", "near", "other")), 5),
    _Rule("held", "caught", (("me", "near", "i"),), 3),
    _Rule("held", "hunt", (("me",),), 3),
    _Rule("held", "hunt", (("i", "near", "other", "my"), _HARMERS), 5),
    _Rule("violence", "find", (("me",), (*_HARMERS, "threat")), 4),
    _Rule("held", "deport", (("i", "me", "near", "other"), ("now",)), 7),
    _Rule("suicide", "die", (("want",),), 4),
    _Rule("suicide", "self", (("harm", "die", "end"),), 3),
    _Rule("suicide", "suicide", (("i", "me", "my", "near", "other", "want", "now", "threaten", "kin"),), 5),
    _Rule("suicide", "end", (("life",),), 4),
    _Rule("suicide", "live", (("cannot",),), 3),
    _Rule("suicide", "jump", (("height",),), 5),
    _Rule("suicide", "swallow", (("means",),), 4),
    _Rule("suicide", "means", (("goodbye", "die", "suicide", "cannot"),), 5),
    _Rule("suicide", "goodbye", (("die", "end", "life", "means", "suicide"),), 8),
)


def told_by_roles(hits: Sequence[Hit], tokens: Sequence[Token]) -> list[Hit]:
    """Return the danger that the roles in one language's hits tell, as hits on the words that carry it."""
    spans = _spans(hits)
    if not spans or any(is_laughter(token.text) for token in tokens):
        return []
    places = _places(tokens)
    figures = Cover(hit for hit in hits if hit.kind.list == "figures")
    found = []
    for rule in _RULES:
        anchors = spans.get(rule.anchor, ())
        if not anchors or not all(any(role in spans for role in roles) for roles in rule.beside):
            continue
        for anchor in anchors:
            if anchor.sureness < _ANCHORED or figures.holds(anchor):
                continue
            if _is_void(anchor, rule.kind, spans, places):
                continue
            if rule.unless and any(_near((rule.unless,), anchor, spans, places, _UNLESS_WITHIN)):
                continue
            sureness = _fit(rule, anchor, spans, places)
            if sureness:
                size = 1 + len(rule.beside)
                found.append(Hit(Kind("danger", rule.kind, 1.0), anchor.start, anchor.end, sureness, size))
    return found


def _spans(hits: Sequence[Hit]) -> Mapping[str, list[Hit]]:
    """Return the hits of each role in the order of the text."""
    spans: defaultdict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.kind.list == _LIST:
            spans[hit.kind.name].append(hit)
    for listed in spans.values():
        listed.sort()
        listed.sort(key=lambda hit: hit.start)
    return spans


def _places(tokens: Sequence[Token]) -> list[int]:
    """Return where each word stands, sentences apart."""
    return [number + _PAUSE * token.sentence for number, token in enumerate(tokens)] + [0]


def _is_void(anchor: Hit, kind: str, spans: Mapping[str, Sequence[Hit]], places: Sequence[int]) -> bool:
    """Say whether a word right before denies the anchor, or the text only asks about law, news or what-if."""
    if kind in _DENIABLE:
        for denial in _near(("not",), anchor, spans, places, _DENIED_WITHIN):
            if 0 < anchor.start - denial.start <= _DENIED_WITHIN and denial.end <= anchor.start:
                return True
    return any(
        0 <= places[anchor.start] - places[aside.start] <= _ASIDE_WITHIN
        for aside in _near(("aside",), anchor, spans, places, _ASIDE_WITHIN)
    )


def _fit(rule: _Rule, anchor: Hit, spans: Mapping[str, Sequence[Hit]], places: Sequence[int]) -> float:
    """Return how surely every other role of a rule stands near the anchor, each in a word of its own; 0.0 if not.

    One word may be mended, no more: so many parts are soon found where nothing of the kind is meant.
    """
    doubt = 1 - anchor.sureness
    used: set[int] = set()
    for roles in rule.beside:
        best = None
        for hit in _near(roles, anchor, spans, places, rule.reach):
            if hit.start not in used and (best is None or hit.sureness > best.sureness):
                best = hit
        if best is None:
            return 0.0
        used.add(best.start)
        doubt += 1 - best.sureness
    return 1 - doubt if doubt <= _DOUBT else 0.0


def _near(
    roles: Sequence[str], anchor: Hit, spans: Mapping[str, Sequence[Hit]], places: Sequence[int], reach: int
) -> Iterator[Hit]:
    """Yield the hits of any of the roles at most `reach` words from the anchor; within it only another role."""
    first, last = places[anchor.start], places[anchor.end - 1]
    for role in roles:
        listed = spans.get(role, ())
        at = bisect_left(listed, first - reach - 4, key=lambda hit: places[hit.start])
        while at < len(listed) and places[listed[at].start] <= last + reach:
            hit = listed[at]
            at += 1
            if hit.start <= anchor.start and anchor.end <= hit.end and role == anchor.kind.name:
                continue
            if places[hit.end - 1] >= first - reach:
                yield hit
