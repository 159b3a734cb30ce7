"""How the words around a name say that it is meant: in it, to it, from it, or that it is not meant at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.lookup.normal import Token, script, words
from bot.lookup.phrases import Hit
from bot.lookup.places.forms import TURKISH_ROLES
from bot.lookup.places.gazetteer import Gazetteer
from bot.lookup.places.mentions import Mention

_NEAR, _SHORTEST = 2, 4
_PREPOSITIONS = frozenset(("в", "во", "у", "на"))
"""Russian and Ukrainian words after which the case of the name tells whether one is there or goes there."""
_THERE = ("е", "і", "ах", "ях", "их", "ом", "ем", "ім", "ому", "и")
"""Endings of names in the case of a place where one is."""
_NOT = frozenset(words("not no isnt aint не ні нет ليس ليست مش مو نه değil pas non nicht kein keine"))
_OFFICES = words(
    "embass consul посольств консульств سفار قنصل كنسول کنسول büyükelç elçili konsolos ambassade consulat embajad "
    "botschaft konsulat"
)
_PAPERS = words(
    "passport citizen national паспорт граждан громадян جواز باسبور پاسپورت گذرنامه pasaport vatandaş passeport "
    "citoyen ressortiss pasaport ciudadan reisepass staatsbürger"
)


_TONGUES = words(
    "переводчик перекладач говор говори розмовля interpret translat speak spoken spricht spreche dolmetsch übersetz "
    "tercüman çevirmen konuş konuşu مترجم ترجمة بحكي بتكلم بتحكي اتكلم حرف intérprete traduct hablo habla interprète "
    "traduct parle"
)
_FOOD = words(
    "салат ресторан кафе кухн restaurant cafe cuisine kebab salad food restoran salata سلطة مطعم رستوران سالاد غذا "
    "ensalad tortilla comida küche essen"
)


@dataclass(frozen=True)
class Roles:
    """What words before a name say of it, and, where a language puts them so, words after it, by their numbers."""

    before: Mapping[int, str] = field(default_factory=dict)
    after: Mapping[int, str] = field(default_factory=dict)


def roles_of(before: Iterable[Hit], after: Iterable[Hit] = ()) -> Roles:
    """Return what was heard of places as roles: of two things that a word may say, what more words together say, and of
    as many those that stand closer together.
    """
    return Roles(_longest((hit.end - 1, hit) for hit in before), _longest((hit.start, hit) for hit in after))


def _longest(hits: Iterable[tuple[int, Hit]]) -> dict[int, str]:
    best: dict[int, Hit] = {}
    for at, hit in hits:
        if at not in best or _closeness(hit) > _closeness(best[at]):
            best[at] = hit
    return {at: hit.kind.name for at, hit in best.items()}


def _closeness(hit: Hit) -> tuple[int, int]:
    return hit.size, hit.start - hit.end


def role_of(
    tokens: Sequence[Token], mention: Mention, mentions: Sequence[Mention], roles: Roles, gazetteer: Gazetteer
) -> str:
    """Return how the words next to a name say it is meant; an article or adjective may stand between, no other name."""
    if mention.role:
        return mention.role
    clause = tokens[mention.start].clause
    others = {at: other for other in mentions if other is not mention for at in range(other.start, other.end)}
    for at in range(mention.start - 1, max(mention.start - _NEAR, 0) - 1, -1):
        if at in others or tokens[at].clause != clause or _is_ending_of_another(tokens, at, others):
            break
        if role := roles.before.get(at):
            is_either = tokens[at].text in _PREPOSITIONS
            return _by_case(tokens[mention.start : mention.end], gazetteer) if is_either else role
    for at in range(mention.end, min(mention.end + _NEAR, len(tokens))):
        if at in others or tokens[at].clause != clause:
            break
        if role := roles.after.get(at):
            return role
    return _suffixed(tokens[mention.start].text, gazetteer) if mention.end - mention.start == 1 else ""


def _is_ending_of_another(tokens: Sequence[Token], at: int, others: Mapping[int, Mention]) -> bool:
    """Say whether a word is the Turkish ending of another name (`Melbourne da Türk`)."""
    other = others.get(at - 1)
    return other is not None and other.role == TURKISH_ROLES.get(tokens[at].text, "nothing")


def _by_case(name: Sequence[Token], gazetteer: Gazetteer) -> str:
    """Return whether `в` before a name means in it (`в Лагосе`) or to it (`в Лагос`)."""
    word = name[-1].text
    if script(word) != "cyrillic":
        return "in"
    is_written_so = bool(gazetteer.named(" ".join(token.text for token in name)))
    if word.endswith(("у", "ю")) and word not in ("крыму", "криму"):
        return "in" if is_written_so and word[-1] == "у" and len(word) <= 5 else "to"
    return "in" if word.endswith(_THERE) or word[-1] in "оуэыая" else "to"


def _suffixed(word: str, gazetteer: Gazetteer) -> str:
    """Return what the Turkish ending of a name says that the tables have in that case too (`yunanistandan`)."""
    if script(word) != "latin":
        return ""
    for ending, role in TURKISH_ROLES.items():
        name = word.removesuffix(ending)
        if len(ending) > 1 and name != word and len(name) >= _SHORTEST and gazetteer.named(name):
            return role
    return ""


def is_denied(tokens: Sequence[Token], mention: Mention, roles: Roles) -> bool:
    """Say whether a name is told not to be meant: `not in Moscow`, `Nijerya değil`."""
    clause = tokens[mention.start].clause
    at = mention.start - 1
    if at > 0 and at in roles.before and tokens[at].text not in _NOT:
        at -= 1
    if at >= 0 and tokens[at].text in _NOT and tokens[at].clause == clause:
        return True
    return mention.end < len(tokens) and tokens[mention.end].text == "degil"


def is_of_papers(tokens: Sequence[Token], mention: Mention) -> bool:
    """Say whether a name tells whose embassy or passport is meant, not where anybody is."""
    clause = tokens[mention.start].clause
    near = (*tokens[max(0, mention.start - _NEAR) : mention.start], *tokens[mention.end : mention.end + 1])
    return any(token.text.startswith((*_OFFICES, *_PAPERS)) and token.clause == clause for token in near)


def is_of_tongues(tokens: Sequence[Token], mention: Mention) -> bool:
    """Say whether the word for a people tells of a language that is spoken, or of food."""
    clause = tokens[mention.start].clause
    near = (*tokens[max(0, mention.start - _NEAR) : mention.start], *tokens[mention.end : mention.end + 1])
    return any(token.text.startswith((*_TONGUES, *_FOOD)) and token.clause == clause for token in near)
