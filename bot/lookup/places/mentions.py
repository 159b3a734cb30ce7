"""Find where a text names places, in any case, spelling or script."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.lookup.normal import Token, script
from bot.lookup.places.gazetteer import CODES_LIKE_WORDS, Gazetteer, Known
from bot.lookup.stems import HEAD, bare
from bot.lookup.vocabulary import SHORTEST

_SHORT_NAMES = frozenset("eu uk usa uae abd nrw nyc drc ksa spb".split())
LONGEST = 4
"""Words that a name of a place has at most."""
_BIG = 900  # thousands of people: so big a city is meant even where the lists know its name

# Endings that the name of a city takes, and what the name had in their place (folded spelling).
_CASES = {
    "cyrillic": (
        ("ому", "ыи"), ("ого", "ыи"), ("ом", "ыи"), ("ом", ""), ("ем", ""), ("ои", "а"), ("еи", "а"), ("ою", "а"),
        ("е", ""), ("е", "а"), ("а", ""), ("у", "а"), ("у", ""), ("ы", "а"), ("и", "ь"), ("и", "а"), ("и", "я"),
        ("и", ""), ("і", "а"), ("і", ""), ("і", "ь"), ("ю", "ь"), ("ю", "я"), ("я", "ь"), ("ові", ""), ("ях", "и"),
        ("ах", "ы"), ("ии", "ия"), ("ию", "ия"), ("ії", "ія"),
        ("зі", "га"), ("ці", "ка"), ("сі", "ха"),
    ),
    "latin": tuple((ending, "") for ending in (
        "dayim deyim tayim teyim dayiz deyiz tayiz teyiz danim denim tanim tenim "
            "daki deki taki teki dan den tan ten nda nde da de ta te ya ye yi yu nin nun in un li lu a e i u"
    ).split()),
}  # fmt: skip
_TURKISH_ROLES = {
    ending: role
    for role, endings in {
        "in": "da de ta te daki deki taki teki dayim deyim tayim teyim dayiz deyiz tayiz teyiz",
        "from": "dan den tan ten danim denim tanim tenim daniz deniz",
        "to": "a e ya ye",
    }.items()
    for ending in endings.split()
}
_SOUNDED_ROLES = {
    "v": "in",
    "vo": "in",
    "na": "in",
    "u": "in",
    "iz": "from",
    "z": "from",
    "do": "to",
}  # in Latin letters
_GLUED_ROLES = frozenset(("в", "у", "з", "с", "во", "із", "из", "до", "на"))  # `вгермании`
_GLUED = frozenset(word[0] for word in _GLUED_ROLES)
_ARABIC_ROLES = {"ب": "in", "ف": "in", "ل": "to", "لل": "to", "بال": "in"}


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
    is_turkish: bool = True,
    mends: int = sys.maxsize,
) -> tuple[Mention, ...]:
    """Return the places that the words of a text name, longest names first taken, in the order of the text.

    Words whose numbers are `covered` mean something else for sure: no typo is mended in them, nor in words that
    `is_usual` says many people write. `is_turkish` lets names in Latin letters carry Turkish endings. In so many words
    as `mends` says, typos are looked for; after that names must be written as they are.
    """
    found: list[Mention] = []
    settled = set(covered)
    texts = [token.text for token in tokens]
    start = 0

    def is_plain(word: str) -> bool:
        nonlocal mends
        if is_usual(word):
            return True
        mends -= 1
        return mends < 0

    while start < len(tokens):
        mention = _mention(tokens, texts, start, gazetteer, settled, is_plain, is_turkish)
        if mention is None:
            start += 1
            continue
        found.append(mention)
        start = mention.end
    return tuple(found)


def _mention(
    tokens: Sequence[Token],
    texts: Sequence[str],
    start: int,
    gazetteer: Gazetteer,
    settled: set[int],
    is_usual: Callable[[str], bool],
    is_turkish: bool,
) -> Mention | None:
    token = tokens[start]
    letters = script(token.text)
    for end, meanings in _named(texts, start, letters, gazetteer, is_settled=start in settled):
        if meanings and _is_plausible(tokens, start, end, meanings[0]):
            is_doubted = end - start == 1 and (start in settled or len(token.text) <= (2 if letters == "arabic" else 3))
            listed = gazetteer.names.get(texts[start], ())[:1]
            if meanings[0].kind == "city" and any(known.kind == "region" and not known.is_common for known in listed):
                # The name of a region and of its city, whatever else the word means: Grozny.
                meanings, is_doubted = tuple(known._replace(is_common=False) for known in meanings), False
            meanings = _doubted(meanings) if is_doubted else meanings
            return _with_suffix(Mention(meanings, start, end, is_doubted=is_doubted), texts, gazetteer)
    return _single(tokens, start, gazetteer, start in settled, is_usual, is_turkish)


def _named(
    texts: Sequence[str], start: int, letters: str, gazetteer: Gazetteer, *, is_settled: bool
) -> Iterator[tuple[int, tuple[Known, ...]]]:
    """Yield what the words from `start` to an end may mean, and that end: as written, then with an Arabic preposition,
    then in another case; of each the longest name first. Several words are read only where a name begins so.
    """
    word, alone = texts[start], start + 1
    ends = range(min(start + LONGEST, len(texts)), start, -1)
    for end in ends if word in gazetteer.begun else (alone,):
        yield end, gazetteer.named(" ".join(texts[start:end]))
    begun = [plain for plain in bare(word)[1:] if plain in gazetteer.begun] if letters == "arabic" else []
    for end in ends[:-1] if begun else ():
        names = (gazetteer.named(" ".join((plain, *texts[alone:end]))) for plain in begun)
        yield end, next(filter(None, names), ())
    if len(word) > 3 and not is_settled:
        keys = gazetteer.stems_of(word, letters)
        is_begun = not gazetteer.stems_begun.isdisjoint(keys)
        for end in ends if is_begun else (alone,):
            yield end, gazetteer.stemmed(keys, texts[alone:end])


def _doubted(meanings: tuple[Known, ...]) -> tuple[Known, ...]:
    """Return the meanings of a word that the lists know too: a city only where the text says so."""
    return tuple(
        known._replace(is_common=known.is_common or (known.kind == "city" and known.people < _BIG))
        for known in meanings
    )


def _with_suffix(mention: Mention, texts: Sequence[str], gazetteer: Gazetteer) -> Mention:
    """Take in a Turkish ending that an apostrophe cut off (`Almanya'da`)."""
    role = _TURKISH_ROLES.get(texts[mention.end]) if mention.end < len(texts) else None
    if role and script(texts[mention.start]) == "latin" and mention.known.kind != "demonym":
        return replace(mention, role=role)
    return mention


def _is_plausible(tokens: Sequence[Token], start: int, end: int, known: Known) -> bool:
    """Say whether a name that is also a word, or very short, can be meant here."""
    text = tokens[start].text
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
    is_turkish: bool,
) -> Mention | None:
    """Return the place one word names: a code, a people, a city in another case, or one misspelt."""
    token = tokens[start]
    word, letters = token.text, script(token.text)
    code = word.upper()
    if token.is_upper and len(word) == 2 and code in gazetteer.codes and not _is_word(tokens, code):
        return Mention((Known("country", code),), start, start + 1)
    if len(word) < 4:
        return None
    demonym = gazetteer.demonym(word)
    if demonym:
        return Mention((demonym,), start, start + 1)
    role, meanings = ("", ()) if letters == "latin" and not is_turkish else _inflected(word, letters, gazetteer)
    is_sure = meanings and (meanings[0].kind != "city" or (role and meanings[0].people >= _BIG))
    if is_settled and letters != "cyrillic" and not is_sure:
        return None
    if meanings:
        return Mention(_doubted(meanings) if is_settled else meanings, start, start + 1, 0.9, role, is_settled)
    if is_settled:
        return None
    meanings, sureness = _mended(word, letters, gazetteer, is_usual=is_usual(word))
    before = _SOUNDED_ROLES.get(tokens[start - 1].text, "") if start and letters == "latin" else ""
    if meanings and (meanings[0].kind != "country" or len(word) < SHORTEST):
        meanings = tuple(known._replace(is_common=True) for known in meanings)  # so little is only meant after "in"
    return Mention(meanings, start, start + 1, sureness, before, is_doubted=True) if meanings else None


def _is_word(tokens: Sequence[Token], code: str) -> bool:
    """Say whether two capital letters are rather a word: all is shouted, or the code looks like one."""
    return (all(token.is_upper for token in tokens) and len(tokens) > 2) or (
        code in CODES_LIKE_WORDS and len(tokens) > 3
    )


def _inflected(word: str, letters: str, gazetteer: Gazetteer) -> tuple[str, tuple[Known, ...]]:
    """Return the role and meanings of a name with an ending or an Arabic preposition joined to it."""
    if letters == "arabic":
        for plain in bare(word)[1:]:
            meanings = gazetteer.named(plain) or gazetteer.named("ال" + plain)
            if meanings and (not meanings[0].is_common):
                return _ARABIC_ROLES.get(word[: len(word) - len(plain)], ""), meanings
        return "", ()
    for ending, former in _CASES.get(letters, ()) if word[:HEAD] in gazetteer.heads else ():
        if word.endswith(ending) and len(word) - len(ending) >= (3 if letters == "cyrillic" or len(ending) > 1 else 4):
            meanings = gazetteer.named(word[: len(word) - len(ending)] + former)
            if meanings and letters == "cyrillic":
                return "", meanings
            is_short = len(word) - len(ending) == 3 and (not meanings or meanings[0].kind != "country")
            if meanings and not is_short and not meanings[0].is_common and _is_big(meanings[0]):
                return _TURKISH_ROLES.get(ending, ""), meanings
    return "", ()


def _is_big(known: Known) -> bool:
    return known.kind != "city" or known.people >= 100


def _mended(word: str, letters: str, gazetteer: Gazetteer, *, is_usual: bool) -> tuple[tuple[Known, ...], float]:
    """Return the meanings of a misspelt name, or of a Russian or Ukrainian name in Latin letters."""
    allowed = 1 if len(word) < 9 else 2
    near = () if is_usual else gazetteer.vocabulary.near(word)
    near = tuple(pair for pair in near if pair[1] <= allowed and pair[0][0] == word[0])
    if near:
        # Of names equally near, a country is meant rather than one of thousands of cities.
        meant = min((gazetteer.named(name) for name, _ in near), key=lambda known: known[0].kind != "country")
        return meant, 0.8 - 0.1 * near[0][1]
    if letters == "cyrillic" and word[0] in _GLUED and len(word) > SHORTEST:
        for size in (1, 2):
            meanings = gazetteer.named(word[size:]) or gazetteer.stemmed(gazetteer.stems_of(word[size:], letters))
            if word[:size] in _GLUED_ROLES and meanings and meanings[0].kind in ("country", "region"):
                return meanings, 0.9
    if letters == "latin" and len(word) >= SHORTEST:
        alike = gazetteer.vocabulary.alike(word)
        if alike:
            return gazetteer.named(alike[0]), 0.8
    return (), 0.0
