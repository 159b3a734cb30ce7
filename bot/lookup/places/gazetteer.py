"""The names of countries, regions and cities, and what each may mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.lookup.normal import script, words
from bot.lookup.stems import BY_SCRIPT, HEAD, PREFIXED, stem
from bot.lookup.vocabulary import SHORTEST, Vocabulary

EVERYDAY = 300
"""Thousands of people that a city in everyday use counts for at least."""
_LONG = 7
"""Letters that a name in everyday use needs for a typo in it to be mended, however small the place."""
CODES_LIKE_WORDS = frozenset(
    "IN IT IS AM AS AT BE BY DO ME MY NO SO TO DE LA EL ES PA ID HE AN OR OK HI AL IM AI PM AD".split()
)

_METROPOLIS = 500  # thousands of people


class Known(NamedTuple):
    """One place a name may mean: `country`, `region`, `demonym` or `city`; thousands of people if a city."""

    kind: str
    code: str
    city: str = ""
    people: int = 0
    is_common: bool = False

    @property
    def country(self) -> str:
        """The country's code."""
        return self.code.partition("-")[0]


@dataclass
class Gazetteer:
    """All names, folded. Built once, then only read."""

    names: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    stems: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    prefixes: dict[str, Known] = field(default_factory=dict)
    wider: dict[str, str] = field(default_factory=dict)
    neighbours: dict[str, frozenset[str]] = field(default_factory=dict)
    capitals: dict[str, str] = field(default_factory=dict)
    speaker: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    cities: dict[str, int | tuple[int, ...]] = field(default_factory=dict)
    city_rows: list[tuple[str, int, str]] = field(default_factory=list)
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(()))
    common: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    subdivisions: frozenset[str] = frozenset()
    leading: frozenset[str] = frozenset()
    spoken: dict[str, tuple[str, ...]] = field(default_factory=dict)
    openings: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()
    stems_begun: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    joined: dict[str, str] = field(default_factory=dict)

    def named(self, name: str) -> tuple[Known, ...]:
        """Return what a folded name (words with single spaces) may mean, the likeliest first."""
        found = self.names.get(name, ())
        if name in self.leading:
            return (*self.cities_named(name), *found)
        if found and (found[0].kind == "country" or name not in self.cities or len(name) <= 3):
            return found
        cities = self.cities_named(name)
        if found and found[0].kind == "region":  # Berlin is both; a city of that region says more
            here = tuple(city for city in cities if city.country == found[0].country)[:1] or found
            elsewhere = tuple(city for city in cities if city.country != found[0].country)
            if elsewhere and elsewhere[0].people >= max(_METROPOLIS, 5 * here[0].people):
                return elsewhere + here  # the Mexican Guadalajara before the Spanish province
            return here + elsewhere
        return cities or found

    def cities_named(self, name: str) -> tuple[Known, ...]:
        """Return the cities of a folded name, the most populous first."""
        is_common = name in self.common
        found = self.cities.get(name, ())
        return tuple(self._city(number, is_common) for number in ((found,) if isinstance(found, int) else found))

    def _city(self, number: int, is_common: bool) -> Known:
        code, people, name = self.city_rows[abs(number) - 1]
        return Known("city", code, name, people, is_common or (number < 0 and people < 500))

    def stems_of(self, word: str, letters: str) -> tuple[str, ...]:
        """Return the keys under which a folded word, in whatever case, begins names, for the languages of a script."""
        if word[:HEAD] not in self.heads and word[:1] not in PREFIXED:
            return ()
        return tuple(f"{language} {stem(word, language)}" for language in BY_SCRIPT.get(letters, ()))

    def stemmed(self, parts: Iterable[str], letters: str) -> tuple[Known, ...]:
        """Return what folded words may mean in another case of a name, for the languages of a script."""
        first, *others = parts
        for key in self.stems_of(first, letters):
            if others:
                if key not in self.stems_begun:
                    continue
                language = key.partition(" ")[0]
                key = " ".join((key, *(stem(other, language) for other in others)))
            if key in self.stems:
                return self.stems[key]
        return ()

    def demonym(self, word: str) -> Known | None:
        """Return whose people or language a folded word names."""
        for length in range(min(len(word), 14), 2, -1):
            found = self.prefixes.get(word[:length])
            if found:
                return found
        return None


_SECTIONS = (
    ("country", "countries"),
    ("country", "offices"),
    ("region", "regions"),
    ("country", "camps"),
    ("country", "chat_names"),
    ("demonym", "demonyms"),
)


def build_gazetteer(tables: Mapping[str, str], aliases: Mapping[str, object]) -> Gazetteer:
    """Return the gazetteer for the tables (`countries`, `regions`, `cities`, `everyday`: texts) and `names.yaml`."""
    names: defaultdict[str, dict[str, Known]] = defaultdict(dict)
    built = Gazetteer(common=_folded(aliases.get("common")))
    _add_aliases(built, names, aliases)
    countries = set()
    for code, _language, _display, forms in _rows(tables["countries"]):
        countries.add(code)
        for form in forms.split("|"):
            names[form].setdefault("country" + code, Known("country", code, is_common=form in built.common))
    offices = frozenset(" ".join(words(entry)) for _, entry in _entries(aliases.get("offices")))
    everyday = frozenset(names) - offices  # an abbreviation is no typo of another
    subdivisions = set()
    for code, wider, forms in _rows(tables["regions"]):
        subdivisions.add(code)
        if wider:
            built.wider[code] = wider
        for form in forms.split("|"):
            name = form.lstrip("?")
            is_common = form[:1] == "?" or name in built.common or len(name) < 7
            names[name].setdefault("region" + code, Known("region", code, is_common=is_common))
    listed = frozenset(names)
    built.names = {name: _ordered(found.values()) for name, found in names.items()}
    built.codes = frozenset(countries | {"EU"})
    _add_cities(built, tables["cities"])
    _add_everyday(built, _rows(tables.get("everyday", "")))
    _add_stems(built, everyday, everyday | frozenset(built.names).difference(listed, offices))
    subdivisions.update(row[0] for row in built.city_rows if "-" in row[0])
    built.subdivisions = frozenset(subdivisions)
    _add_beginnings(built)
    return built


def _add_aliases(built: Gazetteer, names: dict[str, dict[str, Known]], aliases: Mapping[str, object]) -> None:
    """Take over `names.yaml`: other names of countries and regions, their peoples, and the words around them."""
    for kind, section in _SECTIONS:
        for code, entry in _entries(aliases.get(section)):
            folded = " ".join(words(entry))
            kind_here = "region" if kind == "country" and "-" in code else kind
            known = Known(kind_here, code, is_common=folded in built.common)
            if entry.endswith("*"):
                built.prefixes[folded] = known
            elif folded:
                names[folded].setdefault(kind + code, known)
    built.speaker, built.others = _folded(aliases.get("speaker")), _folded(aliases.get("others"))
    built.capitals = {code: str(name) for code, name in _map(aliases.get("capitals")).items()}
    built.neighbours = {code: _folded(listed) for code, listed in _map(aliases.get("neighbours")).items()}


def _add_beginnings(built: Gazetteer) -> None:
    """Note with what names and stems begin, so that other words need not be looked up."""
    several = [name for listed in (built.names, built.cities) for name in listed if " " in name]
    built.begun = frozenset(name.partition(" ")[0] for name in several)
    built.openings = frozenset(name.partition(" ")[0] for name in several if name[1] != " ")
    stemmed = (key.partition(" ")[2] for key in built.stems)
    built.heads = frozenset(name[:HEAD] for name in (*built.names, *built.cities, *stemmed))
    built.stems_begun = frozenset(" ".join(key.split(" ", 2)[:2]) for key in built.stems if key.count(" ") > 1)


_ORDER = {"country": 0, "region": 1, "city": 2, "demonym": 3}


def _ordered(found: Iterable[Known]) -> tuple[Known, ...]:
    return tuple(sorted(found, key=lambda known: (_ORDER[known.kind], known.is_common)))


def _add_cities(built: Gazetteer, table: str) -> None:
    """Index cities by name; a name that is also a common word is kept as a negative number."""
    cities: dict[str, tuple[int, ...]] = {}
    for number, (code, people, name, forms) in enumerate(_rows(table), start=1):
        built.city_rows.append((code, int(people), name))
        for form in forms.split("|"):
            is_common = form[:1] == "?"
            folded = form[1:] if is_common else form
            if len(cities.get(folded, ())) < 4:
                cities[folded] = (*cities.get(folded, ()), -number if is_common else number)
    built.cities = {name: found[0] if len(found) == 1 else found for name, found in cities.items()}


def _add_everyday(built: Gazetteer, rows: Iterable[list[str]]) -> None:
    """Let the names in everyday use mean their place before any other, in one language alone if marked so (`fa=`)."""
    numbers = {(code, name): number for number, (code, _, name) in enumerate(built.city_rows, start=1)}
    leading, common = set(), set(built.common)
    for code, city, forms in rows:
        number = numbers.setdefault((code, city), len(built.city_rows) + 1) if city else 0
        if number > len(built.city_rows):
            built.city_rows.append((code, EVERYDAY, city))
        elif city:
            built.city_rows[number - 1] = (code, max(built.city_rows[number - 1][1], EVERYDAY), city)
        for form in filter(None, forms.split("|")):
            language, _, rest = form.rpartition("=")
            name = rest.lstrip("?")
            if language:
                built.spoken[name] = (*built.spoken.get(name, ()), language)
            if language or rest != name:
                common.add(name)
            if city:
                others = built.cities.get(name, ())
                others = (others,) if isinstance(others, int) else others
                built.cities[name] = (number, *(other for other in others if abs(other) != number))[:4]
                leading.add(name)
            else:
                known = Known("region" if "-" in code else "country", code, is_common=name in common)
                built.names[name] = (known, *(other for other in built.names.get(name, ()) if other.code != code))
    built.leading, built.common = frozenset(leading), frozenset(common)


def _add_stems(built: Gazetteer, short: Collection[str], everyday: Collection[str]) -> None:
    """Index the stems of the names in everyday use, and the words in which typos are mended, in `short` ones too."""
    stems: dict[str, tuple[Known, ...]] = {}
    mendable: dict[str, None] = {}
    for name, found in built.names.items():
        if found[0].is_common or name not in everyday:
            continue
        parts = name.split()
        if len(name) > SHORTEST:
            for language in BY_SCRIPT.get(script(name), ()):
                key = " ".join(stem(part, language) for part in parts)
                if len(key) >= SHORTEST - (language in ("ru", "uk", "ar")):
                    stems.setdefault(f"{language} {key}", found)
        if len(parts) == 1 and len(name) >= (4 if name in short else _LONG) and found[0].kind != "demonym":
            mendable[name] = None
    for name, numbers in built.cities.items():
        first = numbers if isinstance(numbers, int) else numbers[0]
        known = built.city_rows[abs(first) - 1]
        if " " in name and first > 0 and len(name) > _LONG and _is_well_known(name, known, built):
            built.joined[name.replace(" ", "")] = name
        is_mendable = (first > 0 and known[1] >= 400 and len(name) > SHORTEST) or known[1] >= 900
        is_mendable |= len(name) >= _LONG and (name in built.leading or (first > 0 and known[1] >= EVERYDAY))
        if is_mendable and len(name) >= SHORTEST and " " not in name and name not in built.common:
            mendable[name] = None
    for name, found in built.names.items():
        if " " in name and len(name) > _LONG and name in everyday and found[0].kind == "region":
            built.joined[name.replace(" ", "")] = name
    built.stems = stems
    built.vocabulary = Vocabulary({**mendable, **dict.fromkeys(built.joined)})


def _is_well_known(name: str, row: tuple[str, int, str], built: Gazetteer) -> bool:
    """Say whether a name of several words is what most people call a city."""
    is_own = " ".join(words(row[2])).startswith(name) or script(name) != "latin"
    return name in built.leading or (row[1] >= EVERYDAY and is_own)


def _rows(table: str) -> Iterator[list[str]]:
    for line in table.splitlines():
        if line and line[0] != "#":
            yield line.split("\t")


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else ()


def _folded(value: object) -> frozenset[str]:
    return frozenset(" ".join(words(str(word))) for word in _listed(value))


def _entries(value: object) -> Iterator[tuple[str, str]]:
    for code, listed in _map(value).items():
        for entry in _listed(listed):
            yield code, str(entry)
