"""Cut endings off a word, so that its forms meet: a light stemmer for each of the nine languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LANGUAGES = ("en", "ru", "uk", "ar", "fa", "tr", "fr", "es", "de")
BY_SCRIPT: Mapping[str, tuple[str, ...]] = {
    "latin": ("en", "tr", "fr", "es", "de"),
    "cyrillic": ("ru", "uk"),
    "arabic": ("ar", "fa"),
}

# Longest first; all in the folded spelling of `normal.normalise` (й is и, ї is і, no accents).
_ENDINGS: Mapping[str, list[str]] = {
    "en": "ings ing ies ed es s".split(),
    "ru": (
        "иями ями ами иях ях ах иев ев ов иеи еи ои ием ем ом иям ям ам ого его ому ему ыми ими ую юю ая яя ое ее "
        "ые ие ыи ии ых их ым им ию ью ия ья ье а я о е ы и у ю ь"
    ).split(),
    "uk": (
        "іями ями ами іях ях ах іів ів ов еи ою ею єю ем ом ям ам ого ього ому ьому ими іми ова ева а я о е є и і у ю "
        "ь ії ія ію их іх им ім ує ої ие"
    ).split(),
    "tr": (
        "larindan lerinden larinda lerinde larina lerine larini lerini larinin lerinin lardan lerden larda lerde "
        "larim lerim lari leri lara lere lar ler sindan sinden sinda sinde sina sine sini sinin dan den tan ten "
        "nda nde daki deki da de ta te ya ye yi yu nin nun in un im um si su i u a e"
    ).split(),
    "fr": "euses euse eurs eur ees ee es s e".split(),
    "es": "as os es a o e s".split(),
    "de": "ern en er es em e s n".split(),
    "ar": "هما كما تين ات ون ين ان وا ها هم نا كم ه ي ت".split(),
    "fa": "هايمان هايشان هايي هايم هاي هام هاش ها ترين تر مان تان شان يم يد ند ام ات اش ان ي م ش ت".split(),
}


def _by_last_letters(endings: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return endings, longest first, by the one letter or the two in which a word ends that may have them."""
    ordered = sorted(set(endings), key=lambda ending: (-len(ending), ending))
    lasts = {ending[-2:] for ending in ordered}  # one letter where the ending is no longer
    return {last: tuple(e for e in ordered if e[-2:] == last or e == last[-1]) for last in lasts}


_SORTED = {language: _by_last_letters(endings) for language, endings in _ENDINGS.items()}
_SHORTEST = {"en": 4, "ru": 4, "uk": 4, "tr": 4, "fr": 4, "es": 4, "de": 4, "ar": 3, "fa": 3}
_ARABIC_PREFIXES = ("وبال", "وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ب", "ل", "ف", "ك")
PREFIXED = frozenset(prefix[0] for prefix in _ARABIC_PREFIXES)
"""Letters with which an Arabic word begins that may lose a prefix."""
HEAD = min(_SHORTEST.values())
"""Letters of its beginning that a stem shares with each of its words, if no prefix was taken."""


def stem(word: str, language: str) -> str:
    """Return the folded word without its ending; at least three or four letters stay."""
    shortest = _SHORTEST.get(language, 4)
    if language == "ar":
        for prefix in _ARABIC_PREFIXES:
            if word.startswith(prefix) and len(word) - len(prefix) >= 3:
                word = word[len(prefix) :]
                break
    endings = _SORTED.get(language, {})
    for ending in endings.get(word[-2:]) or endings.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            if ending == "ь" and len(word) <= 5:  # кровь is no form of кров
                continue
            word = word[: -len(ending)]
            break
    if language == "tr" and len(word) > shortest and word[-1] in "aeiu":  # sığınma, sığınma-da
        word = word[:-1]
    return word


def bare(word: str) -> tuple[str, ...]:
    """Return an Arabic word without each prefix it may carry (`وبالمانيا`: `المانيا`, `مانيا` ...), the word first."""
    shorter = [
        word[len(prefix) :] for prefix in _ARABIC_PREFIXES if word.startswith(prefix) and len(word) - len(prefix) >= 3
    ]
    return (word, *shorter)
