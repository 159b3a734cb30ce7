"""Decide which of the places that a text names is meant: where the asker is, or wants to ask for asylum."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.lookup.normal import Token, script
from bot.lookup.places.gazetteer import Gazetteer, Known
from bot.lookup.places.mentions import Mention
from bot.lookup.places.ways import Roles, is_denied, is_of_papers, is_of_tongues, role_of

_Weighed = tuple[float, int, Known, str]
"""What a place counts, its number among those named, what it is, and how it is meant."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place: ISO codes of the country and subdivision, the city's name; empty where unknown."""

    country: str = ""
    subdivision: str = ""
    city: str = ""
    is_from_text: bool = False

    def __bool__(self) -> bool:
        return bool(self.country)


NOWHERE = Place()
# Folded beginnings of words for a flight that is done: its end, not its start, is where one is.
_FLED = tuple(
    "fled escaped arrived reached landed бежал бежала бежали сбежал убежал уехал выехал переехал приехал прилетел "
    "добрал перебрал втік втекл утік виїхав виїхал приїхал переїхал дістал kactim kactik geldim geldik gectim gectik "
    "vardim vardik ulastim ulastik هربت هربنا وصلت وصلنا جيت اجيت كردم اومدم امدم اومديم امديم رسيدم رسيديم hui "
    "huimos escape llegue llegamos vine vinimos enfui fui arrive debarque geflohen gefluchtet angekommen gekommen "
    "eingereist".split()
)
_SENT = tuple(
    "deport extradit депорт экстрад выдвор вышл выслать екстрад видвор abschieb abgeschob auslief ausgelief expuls "
    "sinirdisi iade ترحيل يرحل يرحلو ديپورت استرداد".split()
)
_REFUGEES = tuple("refug беж біж fluchtl asylbew multeci siginmaci لاج پناهنده پناهجو پناهجو پنا".split())
_PAST = 0.5
"""What a place counts of which something past is told, beside another."""
_PAPERS = 0.4
"""What a place counts that tells whose passport or embassy is meant."""
_GUESSED = 2.4
"""What a long name with a letter wrong counts where no other name tells where anybody is."""
_TYPED = 8
"""Letters that it has at least."""
_METROPOLIS = 500
"""Thousands of people of a city that is meant after "in", whatever else the word means (`en cali`)."""
_AIM = 0.8
"""What a place to which somebody wants counts less where another is named in which they may be."""
_REACH = 6
"""Words before a place among which stands who is there."""


def coded(code: str) -> Place:
    """Return the place of a code as settings hold it (`DE`, `RU-CE`), `NOWHERE` for ''."""
    return Place(code.partition("-")[0], code if "-" in code else "")


def place_of(known: Known) -> Place:
    """Return the place that a name means."""
    subdivision = known.code if "-" in known.code else ""
    return Place(known.country, subdivision, known.city, is_from_text=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a question beside its places.

    `saved`: the saved country. `aims` holds the numbers of words that ask for asylum or to join a family, `past` those
    of clauses on what is over. `is_leaving`: the asker wants to get away from where they are. `is_in_danger`: somebody
    is; then help is wanted where the one of whom they write is, else where they are themselves.
    """

    saved: str = ""
    aims: Collection[int] = ()
    past: Collection[int] = ()
    is_leaving: bool = False
    is_in_danger: bool = False


def choose_place(
    tokens: Sequence[Token],
    mentions: Sequence[Mention],
    roles: Roles,
    gazetteer: Gazetteer,
    asked: Asked = Asked(),
) -> tuple[Place, str]:
    """Return the place that is meant and why, or `NOWHERE` and ''.

    `roles` tells how the words around a place say it is meant (in, to, from).
    """
    words = frozenset(token.text for token in tokens)
    has_fled = _begins(words, _FLED)
    asked = replace(asked, is_leaving=(asked.is_leaving and not has_fled) or _begins(words, _SENT))
    weighed = _weigh(tokens, mentions, roles, gazetteer, asked)
    if not weighed:
        return NOWHERE, ""
    is_aim = not has_fled and any(role != "to" and (asked.is_leaving or role != "from") for *_, role in weighed)
    best = max(weighed, key=lambda entry: (entry[0] - (_AIM if is_aim and entry[3] == "to" else 0), entry[1]))
    is_elsewhere = bool(asked.saved) and asked.saved != best[2].country
    if is_elsewhere and best[3] == "to" and asked.is_in_danger:
        return NOWHERE, ""  # where they are to be taken; they still are where the saved country tells
    if is_elsewhere and best[3] == "from" and not asked.is_leaving:
        return NOWHERE, ""  # where they came from; the saved country tells where they are
    narrowed = _narrowed(best, weighed)
    return place_of(narrowed), f"place {narrowed.code} is named" + (f" ({best[3]})" if best[3] else "")


def _weigh(
    tokens: Sequence[Token], mentions: Sequence[Mention], roles: Roles, gazetteer: Gazetteer, asked: Asked
) -> list[_Weighed]:
    """Return what each place that may be meant counts; large cities misspelt only where no other name tells more."""
    weighed: list[_Weighed] = []
    guessed: list[_Weighed] = []
    words = frozenset(token.text for token in tokens)
    for order, mention in enumerate(mentions):
        role = role_of(tokens, mention, mentions, roles, gazetteer)
        known = _meaning(mention, mentions, words, gazetteer, asked.saved)
        if known is None or _is_said_of_others(tokens, mention, known, asked):
            continue
        if not _is_meant(tokens, mention, known, role, gazetteer.common):
            if _is_likely_typo(tokens[mention.start].text, mention, known):
                guessed.append((_GUESSED * mention.sureness, order, known, role))
            continue
        if len(mentions) > 1 and is_denied(tokens, mention, roles):
            continue
        weight = _weight(known, role, mention, asked.is_leaving) * (_PAPERS if is_of_papers(tokens, mention) else 1)
        if len(mentions) > 1 and tokens[mention.start].clause in asked.past:
            weight *= _PAST
        nearness = _speaker_weight(tokens, mention, gazetteer) if len(mentions) > 1 else 0.0
        if role != "from" and nearness >= 0 and any(0 < mention.start - number <= 3 for number in asked.aims):
            weight += 1.2
        weight += -nearness if asked.is_in_danger else nearness
        weighed.append((weight, order, known, role))
    tells_nothing = all(known.kind == "demonym" or role == "from" for _, _, known, role in weighed)
    return weighed + guessed if tells_nothing else weighed


def _is_said_of_others(tokens: Sequence[Token], mention: Mention, known: Known, asked: Asked) -> bool:
    """Say whether a name tells of a language, or, where a country is saved, of which people or papers somebody is."""
    if known.kind == "demonym" and is_of_tongues(tokens, mention):
        return True
    if not asked.saved:
        return False
    is_people = known.kind == "demonym" and not _is_of_asylum(tokens, mention, asked.aims)
    return is_people or is_of_papers(tokens, mention)


def _is_of_asylum(tokens: Sequence[Token], mention: Mention, aims: Collection[int]) -> bool:
    """Say whether the asylum of a people is meant (`Finnish asylum law`), not somebody of that people."""
    clause = tokens[mention.start].clause
    return any(
        0 <= number - mention.end <= 1
        and tokens[number].clause == clause
        and not tokens[number].text.startswith(_REFUGEES)
        for number in aims
    )


def _begins(words: Collection[str], beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) for word in words)


def _is_meant(tokens: Sequence[Token], mention: Mention, known: Known, role: str, common: Collection[str]) -> bool:
    """Say whether a name that may be an everyday word, or of a small town, is a name here."""
    token = tokens[mention.start]
    if mention.sureness < 0.85 and len(tokens) <= 3 and known.people >= 400:  # hardly room for more than a place
        return True
    if len(tokens) == 1 and known.kind == "country" and len(token.text) > 3 and mention.sureness == 1:
        return True
    is_alone = all(each.clause != token.clause for each in (*tokens[: mention.start], *tokens[mention.end :]))
    is_name = token.is_capital or (script(token.text) == "arabic" and known.people and not known.is_common)
    if is_alone and known.kind != "demonym" and is_name:
        return True  # "..., Dnipro": a clause that is nothing but a name
    if not known.is_common:
        is_small = known.kind == "city" and known.people < 100
        return not is_small or bool(role) or token.is_capital or len(tokens) <= 3
    if token.text in common and known.kind != "country" and script(token.text) != "arabic":
        return bool(role) and (token.is_capital or (role == "in" and known.people >= _METROPOLIS))
    is_long = known.kind == "region" and len(token.text) >= _TYPED
    if role and (token.is_capital or known.kind == "country" or known.people >= 150 or is_long):
        return True
    if mention.start > 0 and not mention.is_doubted and token.is_capital and not tokens[mention.start - 1].is_capital:
        return known.kind != "city" or known.people >= 300
    return len(tokens) <= 3 and known.kind == "country" and not mention.is_doubted and len(token.text) > 3


def _is_likely_typo(word: str, mention: Mention, known: Known) -> bool:
    """Say whether a word is long enough, and a city large enough, for it to be that city with one letter wrong."""
    return known.kind == "city" and known.people >= _METROPOLIS and mention.sureness >= 0.7 and len(word) >= _TYPED


def _weight(known: Known, role: str, mention: Mention, is_leaving: bool) -> float:
    if known.kind == "demonym":
        weight = 0.6
    elif role == "from":
        weight = 2.4 if is_leaving else 1.1
    elif known.kind == "city" and mention.sureness < 1 and not role:
        weight = 1.5
    else:
        weight = {"in": 3.0, "to": 2.1}.get(role, 2.0)
    return weight * mention.sureness


def _speaker_weight(tokens: Sequence[Token], mention: Mention, gazetteer: Gazetteer) -> float:
    """Return how much more a place counts because whoever asks says to be there, or less because others are."""
    near = tokens[max(0, mention.start - _REACH) : mention.start]
    said = [token.text for token in near if token.clause == tokens[mention.start].clause]
    for word in reversed(said):  # whoever was named last is the one who is there
        if word in gazetteer.others:
            return -0.7
        if word in gazetteer.speaker:
            return 0.7
    return 0.0


def _meaning(
    mention: Mention, mentions: Sequence[Mention], words: frozenset[str], gazetteer: Gazetteer, saved: str
) -> Known | None:
    """Return what a name means beside the other names: Georgia near Atlanta is the state."""
    others = {known.country for other in mentions if other is not mention for known in other.meanings[:1]}
    for known in mention.meanings:
        if gazetteer.neighbours.get(known.code, frozenset()) & words:
            return known
    for known in mention.meanings:
        if known.country in others:
            return known
    return next((known for known in mention.meanings if known.country == saved), mention.known)


def _narrowed(best: _Weighed, weighed: Sequence[_Weighed]) -> Known:
    """Return the city or region within the chosen country if the text names one too."""
    chosen = best[2]
    if "-" in chosen.code and chosen.city:
        return chosen
    inside = [
        entry
        for entry in weighed
        if entry[2].country == chosen.country
        and entry[2].kind in ("city", "region")
        and entry[3] != "from"
        and (chosen.code == chosen.country or entry[2].code == chosen.code)
    ]
    return max(inside, key=lambda entry: entry[0])[2] if inside else chosen
