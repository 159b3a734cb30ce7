"""Find where a text names places, in any case, spelling or script."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.lookup.normal import Token, script
from bot.lookup.places.forms import (
    CHAT_ROLES,
    SOUNDED_ROLES,
    TURKISH_ROLES,
    inflected,
    last_inflected,
    mended,
    misspelt_of_several,
)
from bot.lookup.places.gazetteer import CODES_LIKE_WORDS, Gazetteer, Known
from bot.lookup.stems import bare
from bot.lookup.vocabulary import SHORTEST

_Way = Callable[[Sequence[str], str, Gazetteer], tuple[Known, ...]]

_SHORT_NAMES = frozenset("eu uk usa uae abd nrw nyc drc ksa spb msk".split())
LONGEST = 4
"""Words that a name of a place has at most."""
_BIG = 900  # thousands of people: so big a city is meant even where the lists know its name


@dataclass(frozen=True, slots=True)
class Mention:
    """One place named by the words `start` to `end` (exclusive); `role` (in, to, from) if its form tells.

    `is_doubted`: the lists know the word too.
    """

    meanings: tuple[Known, ...]
    start: int
    end: int
    sureness: float = 1.0
    role: str = ""
    is_doubted: bool = False

    @property
    def known(self) -> Known:
        """The likeliest meaning."""
        return self.meanings[0]


def find_places(
    tokens: Sequence[Token],
    gazetteer: Gazetteer,
    covered: Iterable[int] = (),
    is_usual: Callable[[str], bool] = lambda _: False,
    *,
    languages: Collection[str] = (),
    mends: int = sys.maxsize,
) -> tuple[Mention, ...]:
    """Return the places that the words of a text name, longest names first taken, in the order of the text.

    Words whose numbers are `covered` mean something else for sure: no typo is mended in them, nor in words that
    `is_usual` says many people write. Names in Latin letters may carry Turkish endings. `languages` are
    the likeliest of the text: a word that is a place in each of them, and something else in others, is the place. In so
    many words as `mends` says, typos are looked for; after that names must be written as they are.
    """
    found: list[Mention] = []
    own = _own(tokens, languages, gazetteer) if languages else frozenset()
    settled = set(covered) - own
    texts = [token.text for token in tokens]
    start = 0

    def is_plain(word: str) -> bool:
        nonlocal mends
        if is_usual(word):
            return True
        mends -= 1
        return mends < 0

    while start < len(tokens):
        mention = _mention(tokens, texts, start, gazetteer, settled, is_plain, start in own)
        if mention is None:
            start += 1
            continue
        found.append(mention)
        start = mention.end
    return tuple(found)


def _own(tokens: Sequence[Token], languages: Collection[str], gazetteer: Gazetteer) -> frozenset[int]:
    """Return the numbers of the words that are a place in each of the languages."""
    spoken = gazetteer.spoken
    return frozenset(
        number
        for number, token in enumerate(tokens)
        if token.text in spoken and all(language in spoken[token.text] for language in languages)
    )


def _mention(
    tokens: Sequence[Token],
    texts: Sequence[str],
    start: int,
    gazetteer: Gazetteer,
    settled: set[int],
    is_usual: Callable[[str], bool],
    is_own: bool,
) -> Mention | None:
    letters = script(texts[start])
    ends = range(min(start + LONGEST, len(tokens)), start, -1)
    for way in _ways(texts[start], letters, start in settled, gazetteer):
        for end in ends if _reads_on(way, texts[start], letters, gazetteer) else (start + 1,):
            if way is misspelt_of_several and any(at in settled or is_usual(texts[at]) for at in range(start + 1, end)):
                continue
            meanings = way(texts[start:end], letters, gazetteer)
            if meanings and is_own and end - start == 1:
                return _with_suffix(Mention(_sure(meanings), start, end), texts)
            if meanings and _is_plausible(tokens, start, end, meanings[0], gazetteer):
                mention = _settled(Mention(meanings, start, end), texts[start], start in settled, gazetteer)
                return _with_suffix(mention, texts)
    return _single(tokens, start, gazetteer, start in settled, is_usual)


def _ways(word: str, letters: str, is_settled: bool, gazetteer: Gazetteer) -> Sequence[_Way]:
    """Return the ways to read a name that begins with a word, the surest first."""
    ways: list[_Way] = [_as_written, _with_preposition] if letters == "arabic" else [_as_written]
    if not is_settled and len(word) > 3:
        ways.append(_in_another_case)
    if word in gazetteer.openings:
        ways += [last_inflected, misspelt_of_several]
    return ways


def _reads_on(way: _Way, word: str, letters: str, gazetteer: Gazetteer) -> bool:
    """Say whether a name of several words may begin with a word, so that these are worth reading that way."""
    if way is _as_written:
        return word in gazetteer.begun
    if way is _with_preposition:
        return any(plain in gazetteer.begun for plain in bare(word)[1:])
    if way is _in_another_case:
        return not gazetteer.stems_begun.isdisjoint(gazetteer.stems_of(word, letters))
    return True


def _settled(mention: Mention, word: str, is_settled: bool, gazetteer: Gazetteer) -> Mention:
    """Return the mention, doubted if its one word is short or known to the lists and so rather that word."""
    meanings = mention.meanings
    is_known = is_settled and not _is_everyday(word, gazetteer)
    is_short = len(word) <= (2 if script(word) == "arabic" else 3)
    listed = gazetteer.names.get(word, ())[:1]
    if meanings[0].kind == "city" and any(known.kind == "region" and not known.is_common for known in listed):
        return replace(mention, meanings=_sure(meanings))  # a region and its city, whatever else it means: Grozny
    if mention.end - mention.start > 1 or not (is_known or is_short):
        return mention
    return replace(mention, meanings=_doubted(meanings), is_doubted=True)


def _as_written(parts: Sequence[str], _: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    name = " ".join(parts)
    return gazetteer.named(gazetteer.joined.get(name, name))


def _with_preposition(parts: Sequence[str], _: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return the meanings of a name of several words, the first of which carries an Arabic preposition."""
    found: tuple[Known, ...] = ()
    for plain in bare(parts[0])[1:] if len(parts) > 1 else ():
        found = found or gazetteer.named(" ".join((plain, *parts[1:])))
    return found


def _in_another_case(parts: Sequence[str], letters: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    return gazetteer.stemmed(parts, letters)


def _is_everyday(name: str, gazetteer: Gazetteer) -> bool:
    return name in gazetteer.leading and name not in gazetteer.common


def _sure(meanings: tuple[Known, ...]) -> tuple[Known, ...]:
    return tuple(known._replace(is_common=False) for known in meanings)


def _doubted(meanings: tuple[Known, ...]) -> tuple[Known, ...]:
    """Return the meanings of a word that the lists know too: a city only where the text says so."""
    return tuple(
        known._replace(is_common=known.is_common or (known.kind == "city" and known.people < _BIG))
        for known in meanings
    )


def _with_suffix(mention: Mention, texts: Sequence[str]) -> Mention:
    """Take in a Turkish ending that an apostrophe cut off (`Almanya'da`)."""
    role = TURKISH_ROLES.get(texts[mention.end]) if mention.end < len(texts) else None
    if role and script(texts[mention.start]) == "latin" and mention.known.kind != "demonym":
        return replace(mention, role=role)
    return mention


def _is_plausible(tokens: Sequence[Token], start: int, end: int, known: Known, gazetteer: Gazetteer) -> bool:
    """Say whether a name that is also a word, or very short, can be meant here."""
    text = tokens[start].text
    if end - start == 1 and len(text) == 3 and text in gazetteer.leading and tokens[start].is_capital:
        return True
    if known.kind == "city" and script(text) != "arabic":
        letters = sum(len(token.text) for token in tokens[start:end])
        if letters <= (3 if end - start == 1 else 5):
            return False
    if end - start == 1 and len(text) <= 3 and script(text) == "latin" and text not in _SHORT_NAMES:
        return tokens[start].is_upper or (len(text) == 3 and known.kind == "country" and tokens[start].is_capital)
    return True


def _single(
    tokens: Sequence[Token],
    start: int,
    gazetteer: Gazetteer,
    is_settled: bool,
    is_usual: Callable[[str], bool],
) -> Mention | None:
    """Return the place one word names: a code, a people, a city in another case, or one misspelt."""
    token = tokens[start]
    word, letters = token.text, script(token.text)
    code = word.upper()
    if token.is_upper and code in gazetteer.capitals and not all(other.is_upper for other in tokens[:3]):
        return Mention(_sure(gazetteer.cities_named(gazetteer.capitals[code])[:1]), start, start + 1)
    if token.is_upper and len(word) == 2 and code in gazetteer.codes and not _is_word(tokens, code):
        return Mention((Known("country", code),), start, start + 1)
    if len(word) < 4:
        return None
    demonym = gazetteer.demonym(word)
    if demonym:
        return Mention((demonym,), start, start + 1)
    role, meanings = inflected(word, letters, gazetteer)
    is_sure = meanings and (meanings[0].kind != "city" or (role and meanings[0].people >= _BIG))
    if is_settled and letters != "cyrillic" and not is_sure:
        return None
    if meanings:
        return Mention(_doubted(meanings) if is_settled else meanings, start, start + 1, 0.9, role, is_settled)
    if is_settled:
        return None
    before = tokens[start - 1].text if start else ""
    meanings, sureness = mended(word, letters, gazetteer, is_usual=is_usual(word), before=before)
    role = (SOUNDED_ROLES | CHAT_ROLES).get(before, "") if letters == "latin" else ""
    if meanings and (meanings[0].kind != "country" or len(word) < SHORTEST):
        meanings = tuple(known._replace(is_common=True) for known in meanings)  # so little is only meant after "in"
    return Mention(meanings, start, start + 1, sureness, role, is_doubted=True) if meanings else None


def _is_word(tokens: Sequence[Token], code: str) -> bool:
    """Say whether two capital letters are rather a word: all is shouted, or the code looks like one."""
    return (all(token.is_upper for token in tokens) and len(tokens) > 2) or (
        code in CODES_LIKE_WORDS and len(tokens) > 3
    )
