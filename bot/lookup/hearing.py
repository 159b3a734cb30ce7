"""Hear each word of a text as the languages know it: as written, inflected, misspelt or in other letters."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from bot.lookup.ear import Ear
from bot.lookup.excerpt import ends
from bot.lookup.layout import retyped
from bot.lookup.lexicon import Lexicons
from bot.lookup.normal import Token, is_laughter, script, tokens
from bot.lookup.phrases import Hit
from bot.lookup.places import Mention, find_places
from bot.lookup.sounds import has_chat_digits
from bot.lookup.stems import BY_SCRIPT, LANGUAGES
from bot.lookup.vocabulary import is_other_form, plainer

_MENDED_AT_MOST, _MENDED_OF_MANY, _MENDED_PLACES, _TASTED_PLACES = 16, 6, 16, 8
"""Unknown words that are mended: of a text, of one of many words, as a place, and as one in a taste of a layout."""
_READ = (54, 36)
"""Words of the beginning and of the end that are read where signs other than spaces set letters apart."""
_ODD_LETTERS, _READ_OF_ODD = 260, (20, 12)
"""Letters of words that nobody knows from which on fewer words are read: each is looked for in every spelling. A text
of less than 300 characters is read as it is."""
_TASTED, _TASTED_LETTERS = 16, 160
"""Words, and characters at most, that tell the keyboard layout."""
_TELLING, _LEAST_KNOWN = 12, 0.15
"""Of so many words or more, at least this share of the letters is known to some list if they were typed so."""
_LIKELY = 0.69
_SURE_PLACE = 0.8
_LONG = 5
"""Letters from which on a beginning alone does not tell a word."""
_FIRST_CYRILLIC = "Ѐ"
_PERSIAN_LETTERS = frozenset("پچژگ")
_PUNCTUATED = re.compile(r"[a-z][;,\[\]{}<>][a-z]|^[;,\[\]{}<>.'][a-z]|[a-z][;\[\]{}]", re.IGNORECASE)
_CHAT_WORDS = frozenset(
    "ana enta enti bidi biddi fein feen wein ween mish msh fi ayez 3ayez aiza urid oreed lajo2 kifak min ila "
    "mikham mikhaham mikhastam man baraye koja kojast komak lotfan daram nadaram hastam dar az be ke chetor "
    "mosa3ada musaada momken law samaht ya habibi yalla hal kayf kaif".split()
)


@dataclass(frozen=True, repr=False)
class Heard:
    """A text as heard: its words, the hits of each language with that language's weight, and its places.

    Its repr tells nothing of that.

    `coverage` is the share of it that is known, `begun` that of its first words (`_TASTED`). `said` are the words with
    those mended that no language knows, `mended` of them; empty where none was.
    """

    tokens: tuple[Token, ...]
    hits: Mapping[str, Sequence[Hit]]
    weights: Mapping[str, float]
    mentions: tuple[Mention, ...]
    coverage: float
    begun: float = 0.0
    how: str = ""
    said: tuple[str, ...] = ()
    mended: int = 0


def hear(text: str, lexicons: Lexicons, hint: str = "") -> Heard:
    """Return the text as heard, typed on another keyboard layout if that makes much more sense."""
    ear = Ear(lexicons.languages)
    heard = _listen(_read(text, lexicons, ear), lexicons, ear, hint, mends=_MENDED_PLACES)
    is_odd = bool(_PUNCTUATED.search(text))
    if (heard.coverage >= 0.5 and not is_odd) or any(is_laughter(token.text) for token in heard.tokens):
        return heard
    best, meant = (0.6 * heard.begun if is_odd else heard.begun), ("", "")
    for layout, other in retyped(text):
        taste = _taste(other)
        if not _is_telling(taste, ear):
            continue
        coverage = _listen(taste, lexicons, ear, hint, mends=_TASTED_PLACES, is_exact=True).begun
        least = 0.75 if layout in BY_SCRIPT["arabic"] else 0.54
        if coverage > max(best + (0.05 if is_odd else 0.2), least):
            best, meant = coverage, (layout, other)
    layout, other = meant
    if not layout:
        return heard
    again = _listen(_read(other, lexicons, ear), lexicons, ear, hint, mends=_MENDED_PLACES, is_exact=True)
    return replace(again, how=f"{layout} keyboard")


def _taste(text: str) -> tuple[Token, ...]:
    """Return the first words of a text, which tell on which keyboard all of it was typed."""
    return tokens(text[:_TASTED_LETTERS])[:_TASTED]


def _is_telling(taste: Sequence[Token], ear: Ear) -> bool:
    """Say whether words may make sense: few may all be names of places, of many the lists know some."""
    if len(taste) < _TELLING:
        return True
    known = sum(len(token.text) for token in taste if ear.knows(token.text))
    return known >= _LEAST_KNOWN * sum(len(token.text) for token in taste)


def _read(text: str, lexicons: Lexicons, ear: Ear) -> Sequence[Token]:
    """Return the words to read of a text: all, or of many the first and the last; fewer where most are odd."""
    found = ends(tokens(text), *_READ)
    odd, most = 0, sum(_READ_OF_ODD)
    for token in found if len(found) > most else ():
        if not lexicons.usual.holds(token.text) and not ear.knows(token.text):
            odd += len(token.text)
            if odd > _ODD_LETTERS:
                return ends(found, *_READ_OF_ODD)
    return found


def _listen(
    found: Sequence[Token], lexicons: Lexicons, ear: Ear, hint: str, *, mends: int, is_exact: bool = False
) -> Heard:
    elements = _elements(found, lexicons, ear)
    own = hint.split("-")[0]
    judges = [own] if own in elements else list(elements)
    unknown = [number for number in range(len(found)) if not any(elements[language][number] for language in judges)]
    strange = frozenset(unknown)
    settled = {number for number, token in enumerate(found) if _is_settled(token.text, number in strange, lexicons)}
    mentions = find_places(
        found,
        lexicons.gazetteer,
        settled,
        lexicons.usual.holds,
        languages=_likeliest(found, elements, own, lexicons.gazetteer.spoken),
        mends=mends,
    )
    # In Arabic chat spelling a word is rather one of ours than a city with a letter wrong (`maskan`).
    sure = [mention for mention in mentions if own not in BY_SCRIPT["arabic"] or mention.sureness >= _SURE_PLACE]
    named = {at for mention in sure for at in range(mention.start, mention.end)}
    mended: dict[int, str] = {}
    if not is_exact:
        mended = _mend(found, [number for number in unknown if number not in named], elements, lexicons, ear, own)
    said = tuple(mended.get(number, token.text) for number, token in enumerate(found)) if mended else ()
    hits = {language: lexicons.languages[language].find(heard) for language, heard in elements.items() if any(heard)}
    weights = _weights(found, elements, hits, hint)
    sizes, known = _known(found, elements, named)
    coverage, begun = _share(known, sizes), _share(known[:_TASTED], sizes[:_TASTED])
    return Heard(tuple(found), hits, weights, mentions, coverage, begun, said=said, mended=len(mended))


def _likeliest(
    found: Sequence[Token], elements: Mapping[str, Sequence[Collection[int]]], own: str, but: Mapping[str, object]
) -> Collection[str]:
    """Return the languages in which most words of a text are known: by its letters, or the saved one, among equals.

    The words `but` tell none; of a text without any of them nobody asks.
    """
    if but.keys().isdisjoint(map(attrgetter("text"), found)):
        return ()
    telling = [number for number, token in enumerate(found) if token.text not in but]
    counts = {language: sum(bool(heard[number]) for number in telling) for language, heard in elements.items()}
    first = [language for language, count in counts.items() if count == max(counts.values())]
    if "ar" in first and any(_PERSIAN_LETTERS & set(token.text) for token in found):
        first.remove("ar")
    return [own] if own in first else first


def _is_settled(word: str, is_unknown: bool, lexicons: Lexicons) -> bool:
    """Say whether a list knows a word: whole, or by a beginning that is long enough to tell it."""
    if is_unknown or len(word) < _LONG:
        return not is_unknown
    return any(word in known.exact or known.begins(word, _LONG - 1) for known in lexicons.languages.values())


def _elements(found: Sequence[Token], lexicons: Lexicons, ear: Ear) -> dict[str, list[dict[int, float]]]:
    """Return for each language and word what the word is there; those it is not known in share one empty place."""
    nothing: dict[int, float] = {}
    elements = {language: [nothing] * len(found) for language in lexicons.languages}
    for number, token in enumerate(found):
        for language, known in ear.elements(token.text).items():
            elements[language][number] = dict.fromkeys(known, 1.0)
    return elements


def _mend(
    found: Sequence[Token],
    unknown: Sequence[int],
    elements: Mapping[str, list[dict[int, float]]],
    lexicons: Lexicons,
    ear: Ear,
    own: str,
) -> dict[int, str]:
    """Let unknown words be heard as those they are near to; changes `elements`. `own` is the saved language.

    Returns the likeliest word for each that was mended, by its number.
    """
    is_chat = own in BY_SCRIPT["arabic"] or len(unknown) == len(found)
    is_chat |= any(token.text in _CHAT_WORDS or has_chat_digits(token.text) for token in found)
    most = _MENDED_AT_MOST if len(found) <= sum(_READ_OF_ODD) else _MENDED_OF_MANY
    longest = sorted(unknown, key=lambda number: -len(found[number].text))[:most]
    sounded = 0
    likely: dict[int, str] = {}
    for number in longest:
        word = found[number].text
        meant = _meant(word, lexicons, ear, is_chat)
        best = max(meant, key=lambda pair: pair[1], default=("", 0.0))
        if best[1] >= _LIKELY:
            likely[number] = best[0]
        _hear_as(number, meant, elements, ear)
        sounded += script(word) == "latin" and any(near[0] > _FIRST_CYRILLIC and sure > 0.85 for near, sure in meant)
    if sounded * 2 >= len(unknown) and sounded * 4 >= len(found):  # Cyrillic in Latin letters: so are the rest
        for number in range(min(len(found), 2 * _MENDED_AT_MOST)):
            if number not in longest:
                sounds = lexicons.vocabulary.alike(found[number].text)
                _hear_as(number, [(word, 0.9) for word in sounds], elements, ear)
                if sounds:
                    likely[number] = sounds[0]
    return likely


def _hear_as(
    number: int,
    meant: Sequence[tuple[str, float]],
    elements: Mapping[str, list[dict[int, float]]],
    ear: Ear,
) -> None:
    for word, sureness in meant:
        for language, known in ear.elements(word).items():
            heard = elements[language][number] = dict(elements[language][number])
            for element in known:
                heard[element] = max(sureness, heard.get(element, 0.0))


def _meant(word: str, lexicons: Lexicons, ear: Ear, is_chat: bool) -> Sequence[tuple[str, float]]:
    """Return the words that an unknown word may be, and how surely."""
    for plain in plainer(word):
        if ear.knows(plain):
            return [(plain, 0.95)]
    meant = [
        (near, (0.85 - 0.15 * (typos - 1)) * (0.75 if is_other_form(word, near) else 1.0))
        for near, typos in lexicons.vocabulary.near(word)
    ]
    if script(word) == "latin":
        if len(word) >= 3:
            meant += [(near, 0.9 - 0.15 * typos) for near, typos in lexicons.vocabulary.sounding(word)]
        if is_chat:
            meant += [(near, 0.7) for near in lexicons.vocabulary.chatted(word)]
    return meant


def _weights(
    found: Sequence[Token],
    elements: Mapping[str, Sequence[Mapping[int, float]]],
    hits: Mapping[str, Sequence[Hit]],
    hint: str,
) -> dict[str, float]:
    """Return for each language how likely it is that of the text: 1.0 for the likeliest."""
    scores: dict[str, float] = {}
    for language in hits:
        score = 0.0
        for heard in elements[language]:
            if heard:
                score += max(heard.values())
        score += sum(0.6 * hit.sureness * (hit.size - 1) for hit in hits[language])
        if language == hint.split("-")[0]:
            score = score * 1.3 + 0.8
        scores[language] = score
    most = max(scores.values(), default=0.0)
    if not most:
        return {}
    return {language: (score / most) ** 1.5 for language, score in scores.items() if score > 0}


def _known(
    found: Sequence[Token],
    elements: Mapping[str, Sequence[Mapping[int, float]]],
    named: Collection[int],
) -> tuple[list[float], list[float]]:
    """Return for each word its letters, and how many of them are known to some language or name a place."""
    sizes = [float(len(token.text)) if len(token.text) > 2 or len(found) == 1 else 0.5 for token in found]
    surest = [0.0] * len(found)
    for heard in elements.values():
        for number, elements_of in enumerate(heard):
            if elements_of:
                surest[number] = max(surest[number], *elements_of.values())
    shares = [1.0 if number in named or sure > 0.99 else sure * 0.6 for number, sure in enumerate(surest)]
    return sizes, [size * share for size, share in zip(sizes, shares, strict=True)]


def _share(known: Sequence[float], sizes: Sequence[float]) -> float:
    return sum(known) / sum(sizes) if sizes else 1.0


def likeliest(weights: Mapping[str, float], hint: str = "") -> str:
    """Return the likeliest language, the hinted one among equals."""
    base = hint.split("-")[0]
    order = sorted(weights, key=lambda language: (-weights[language], language != base, LANGUAGES.index(language)))
    return order[0] if order else base
