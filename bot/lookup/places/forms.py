"""Which place one word names that is not written as in the lists: in another case, misspelt, or in other letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.lookup.places.gazetteer import EVERYDAY, Gazetteer, Known
from bot.lookup.sounds import chat_key, has_chat_digits
from bot.lookup.stems import HEAD, bare
from bot.lookup.vocabulary import SHORTEST

# Endings that the name of a city takes, and what the name had in their place (folded spelling).
_CASES = {
    "cyrillic": (
        ("ому", "ыи"), ("ого", "ыи"), ("ом", "ыи"), ("ом", ""), ("ем", ""), ("ои", "а"), ("еи", "а"), ("ою", "а"),
        ("е", ""), ("е", "а"), ("а", ""), ("у", "а"), ("у", ""), ("ы", "а"), ("и", "ь"), ("и", "а"), ("и", "я"),
        ("и", ""), ("і", "а"), ("і", ""), ("і", "ь"), ("ю", "ь"), ("ю", "я"), ("я", "ь"), ("ові", ""), ("ях", "и"),
        ("ах", "ы"), ("ии", "ия"), ("ию", "ия"), ("іі", "ія"),
        ("зі", "га"), ("зі", "г"), ("ці", "ка"), ("ці", "к"), ("ці", "ця"), ("сі", "ха"), ("сі", "х"),
        ("ові", "ів"), ("єві", "ів"), ("ах", "и"), ("ях", "і"), ("і", "я"), ("ому", "ии"), ("ого", "ии"),
        ("ою", "я"), ("ею", "я"),
    ),
    "latin": tuple((ending, "") for ending in (
        "dayim deyim tayim teyim dayiz deyiz tayiz teyiz danim denim tanim tenim "
            "daki deki taki teki dan den tan ten nda nde da de ta te ya ye yi yu nin nun in un li lu a e i u"
    ).split()),
}  # fmt: skip


def _roles(listed: Mapping[str, str]) -> dict[str, str]:
    """Return the role of each word or ending, from the words of each role."""
    return {word: role for role, words in listed.items() for word in words.split()}


TURKISH_ROLES = _roles(
    {
        "in": "da de ta te daki deki taki teki dayim deyim tayim teyim dayiz deyiz tayiz teyiz",
        "from": "dan den tan ten danim denim tanim tenim daniz deniz",
        "to": "a e ya ye",
    }
)
SOUNDED_ROLES = _roles({"in": "v vo na u", "from": "iz z", "to": "do"})  # Russian and Ukrainian in Latin letters
CHAT_ROLES = _roles(
    {
        "in": "fi fe fel fil b bi bel bil dar tu too tuye tooye toye",
        "from": "mn min men mnel minel az",
        "to": "3ala 3al lel be beh",
    }
)  # Arabic and Persian in Latin letters
_GLUED_ROLES = frozenset(("в", "у", "з", "с", "во", "із", "из", "до", "на"))  # `вгермании`
_GLUED = frozenset(word[0] for word in _GLUED_ROLES)
_PREPOSITIONS = frozenset("в во у із из з с до на від от під под возле біля около".split())
_CASE_VOWELS = "аеиіуюыя"
_ARTICLE = re.compile("^[aei]l(?=[^aeiou])")
_FEW = 3  # consonants: of so few many words are made
_LONG = 7
"""Letters that a name in another case needs for a typo in it to be mended."""
_SHORTEST_STEM = 3
_METROPOLIS = 500
"""Thousands of people from which on a city is meant by a word that may be another too (`بجدة`)."""
_TURKISH_PLACES = ("da", "de", "ta", "te", "dan", "den", "tan", "ten")
_PERSIAN_COPULAS = ("ييم", "ايم", "يم", "ام", "م", "ست", "ه")
"""What Persian joins to a name for "I am there", "we are", "is" (`زوریخم`)."""
_ARABIC_ROLES = {"ب": "in", "ف": "in", "ل": "to", "لل": "to", "بال": "in"}


def inflected(word: str, letters: str, gazetteer: Gazetteer) -> tuple[str, tuple[Known, ...]]:
    """Return the role and meanings of a name with an ending or an Arabic preposition joined to it."""
    if letters == "arabic":
        for plain in bare(word)[1:]:
            meanings = gazetteer.named(plain) or gazetteer.named("ال" + plain)
            role = _ARABIC_ROLES.get(word[: len(word) - len(plain)], "")
            if meanings and (not meanings[0].is_common or (role == "in" and meanings[0].people >= _METROPOLIS)):
                return role, tuple(known._replace(is_common=False) for known in meanings)
        for ending in _PERSIAN_COPULAS:
            meanings = gazetteer.named(word.removesuffix(ending)) if word.endswith(ending) else ()
            if (
                len(word) - len(ending) > _SHORTEST_STEM
                and meanings
                and not meanings[0].is_common
                and _is_big(meanings[0])
            ):
                return "in", meanings
        return "", ()
    if letters == "cyrillic":
        return "", _declined(word, "", gazetteer)
    for ending, _ in _CASES.get(letters, ()) if word[:HEAD] in gazetteer.heads else ():
        if word.endswith(ending) and len(word) - len(ending) >= (3 if len(ending) > 1 else 4):
            meanings = gazetteer.named(word[: len(word) - len(ending)])
            role = TURKISH_ROLES.get(ending, "")
            is_short = len(word) - len(ending) == 3 and (not meanings or meanings[0].kind != "country")
            if not meanings or is_short or not _is_big(meanings[0]):
                continue
            if not meanings[0].is_common:
                return role, meanings
            if role == "in" and meanings[0].people >= _METROPOLIS:
                return role, tuple(known._replace(is_common=False) for known in meanings)
    return "", ()


def _declined(word: str, before: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return what a Russian or Ukrainian name may mean whose last word is in another case, the likeliest first."""
    found: tuple[Known, ...] = ()
    for ending, former in _CASES["cyrillic"] if before or word[:HEAD] in gazetteer.heads else ():
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            meanings = gazetteer.named(before + word[: len(word) - len(ending)] + former)
            if meanings and _is_likely(meanings[0]) and (not found or _standing(meanings[0]) > _standing(found[0])):
                found = meanings
    return found


def _is_likely(known: Known) -> bool:
    """Say whether a name in another case is rather the place than a form of the word that it is as well."""
    return not known.is_common or known.kind != "city" or known.people >= EVERYDAY


def _standing(known: Known) -> tuple[bool, int]:
    return known.kind != "city", known.people


def last_inflected(parts: Sequence[str], letters: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return the meanings of a name of several words, the last in another case (`нью йорке`, `new yorkta`)."""
    if len(parts) < 2 or len(parts[-1]) <= _SHORTEST_STEM:
        return ()
    before, word = " ".join(parts[:-1]) + " ", parts[-1]
    if letters == "cyrillic":
        return _declined(word, before, gazetteer)
    for ending in TURKISH_ROLES:
        if word.endswith(ending) and len(word) - len(ending) > _SHORTEST_STEM:
            meanings = gazetteer.named(before + word[: len(word) - len(ending)])
            if meanings:
                return meanings
    return ()


def _is_big(known: Known) -> bool:
    return known.kind != "city" or known.people >= 100


def mended(
    word: str, letters: str, gazetteer: Gazetteer, *, is_usual: bool, before: str = ""
) -> tuple[tuple[Known, ...], float]:
    """Return the meanings of a misspelt name, or of one in Latin letters; `before` is the word before it."""
    allowed = 1 if len(word) < 9 else 2
    near = () if is_usual or has_chat_digits(word) else gazetteer.vocabulary.near(word)
    near = tuple(pair for pair in near if pair[1] <= allowed and pair[0][0] == word[0])
    if near:
        meant = min(
            (_slip(word, name, gazetteer.named(gazetteer.joined.get(name, name))) for name, _ in near),
            key=lambda slip: slip[0],
        )[1]
        return meant, 0.8 - 0.1 * near[0][1]
    if letters == "cyrillic" and word[0] in _GLUED and len(word) > SHORTEST:
        for size in (1, 2):
            meanings = gazetteer.named(word[size:]) or gazetteer.stemmed((word[size:],), letters)
            if word[:size] in _GLUED_ROLES and meanings and meanings[0].kind in ("country", "region"):
                return meanings, 0.9
    if letters == "latin" and len(word) >= SHORTEST:
        alike = gazetteer.vocabulary.alike(word)
        if alike and len(alike[0]) <= len(word) + 1:  # `mange` is no Mannheim
            return gazetteer.named(alike[0]), 0.8
    if letters == "latin" and not is_usual and word.endswith(_TURKISH_PLACES) and len(word) >= _LONG + 2:
        return _misspelt_with_an_ending(word, gazetteer), 0.7
    if letters == "latin" and before in SOUNDED_ROLES:
        return _first_named(gazetteer.vocabulary.sounding_in_a_case(word), gazetteer), 0.8
    if letters == "latin" and before in CHAT_ROLES:
        return _chatted(word, gazetteer), 0.8
    if letters == "cyrillic" and not is_usual and before in _PREPOSITIONS and len(word) >= _LONG:
        return _misspelt_in_a_case(word, gazetteer), 0.7
    return (), 0.0


def _slip(word: str, name: str, meanings: tuple[Known, ...]) -> tuple[tuple[bool, bool, int], tuple[Known, ...]]:
    """Return how unlikely a misspelling of a name is, and its meanings.

    A letter is rather left out, doubled or swapped than taken for another: `berin` is Berlin, not Benin. Else a
    country is meant rather than one of thousands of cities.
    """
    is_left_out = len(name) > len(word) or sorted(name) == sorted(word) or set(name) == set(word)
    return (not is_left_out, meanings[0].kind != "country", -meanings[0].people), meanings


def _first_named(names: Sequence[str], gazetteer: Gazetteer) -> tuple[Known, ...]:
    return gazetteer.named(names[0]) if names else ()


def _misspelt_in_a_case(word: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return the meanings of a long Russian or Ukrainian name in another case with one letter wrong (`Брюсселле`)."""
    if word[-1] not in _CASE_VOWELS:
        return ()
    for former in ("", "а", "ь"):
        for name, typos in gazetteer.vocabulary.near(word[:-1] + former):
            if typos == 1 and name[0] == word[0]:
                return gazetteer.named(gazetteer.joined.get(name, name))
    return ()


def _misspelt_with_an_ending(word: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return the meanings of a long name with a Turkish ending and one letter wrong (`pakitsanda`)."""
    name = word.removesuffix("n")[:-2] if word.endswith("n") else word[:-2]
    near = [known for known, typos in gazetteer.vocabulary.near(name) if typos == 1 and known[0] == name[0]]
    return _first_named([gazetteer.joined.get(known, known) for known in near], gazetteer)


def misspelt_of_several(parts: Sequence[str], _: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return the meanings of a name of several words with one letter wrong (`los angles`)."""
    word = "".join(parts)
    near = gazetteer.vocabulary.near(word) if len(parts) > 1 and len(word) > _LONG else ()
    names = [gazetteer.joined[name] for name, typos in near if typos == 1 and name in gazetteer.joined]
    return _first_named([name for name in names if name.partition(" ")[0] == parts[0]], gazetteer)


def _chatted(word: str, gazetteer: Gazetteer) -> tuple[Known, ...]:
    """Return the meanings of an Arabic or Persian name in chat spelling (`2ahera`), if only one place sounds so."""
    is_plain = has_chat_digits(word) or len(chat_key(word)) > _FEW
    for spelling in dict.fromkeys((word, word.replace("2", "q"), _ARTICLE.sub("", word))):
        found = [gazetteer.named(name) for name in gazetteer.vocabulary.spelt(spelling)]
        if found and len({(meanings[0].code, meanings[0].city) for meanings in found}) == 1:
            return found[0] if is_plain or found[0][0].kind == "country" else ()
    return ()
