"""Gettext catalogues: every language is one `locales/<tag>.po`; English is the source in the code.

`python -m bot.texts.catalogues --check` finds missing, obsolete and damaged translations, and a missing list in `never/`;
`--update` brings every catalogue up to the code (`--update xx` starts a new language).
"""

from __future__ import annotations

import gettext
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from babel import localedata
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot import __version__

LOCALES = Path(__file__).parent / "locales"
NEVER = Path(__file__).parent / "never"
"""For each language, what a locked screen must not show (`bot.texts.discreet` looks)."""

SOURCES = Path(__file__).parents[1]
HEADER = """# Waypost in {language}: what the bot says. Write in plain, short, warm sentences; keep {{names}} and <b>tags</b>.
# `python -m bot.texts.catalogues --check` finds what is missing."""
PLACEHOLDER = re.compile(r"\{\w*\}|</?[a-z]+>")
REASONS = SOURCES / "lookup" / "news" / "rules.yaml"
REASON = re.compile(r'\bwhy: "([^"]+)"')
KEYWORDS = {"_": None, "many": (1, 2), "mark": None}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ckb", "ps"})


def mark(text: str) -> str:
    """Mark a text for the catalogues where it is not yet known for whom; translated later with `_`."""
    return text


class Words:
    """Speaks one language: `_("Read")`, `_.many("{n} contact", "{n} contacts", 3)`; arguments fill `{name}` places."""

    def __init__(self, language: str, translations: gettext.NullTranslations) -> None:
        self.language = language
        self.is_right_to_left = language in RIGHT_TO_LEFT
        self._translations = translations

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the text in this language."""
        found = self._translations.gettext(text)
        return found.format(**values) if values else found

    def many(self, one: str, more: str, n: int, /, **values: object) -> str:
        """Return the form that fits the number, which fills `{n}`."""
        return self._translations.ngettext(one, more, n).format(n=n, **values)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that Waypost speaks, English first."""
    return ("en", *sorted(file.stem for file in LOCALES.glob("*.po")))


def words(language: str) -> Words:
    """Return the Words of that language, or of the nearest one that Waypost speaks.

    They are kept by what Waypost speaks: a phone may call its language whatever it likes, and each time otherwise.
    """
    return _words(nearest(language))


@cache
def _words(spoken: str) -> Words:
    if spoken == "en":
        return Words("en", gettext.NullTranslations())
    with (LOCALES / f"{spoken}.po").open("rb") as file:
        catalogue = read_po(file, locale=spoken)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(spoken, gettext.GNUTranslations(compiled))


def nearest(language: str) -> str:
    """Return the spoken language for a BCP 47 tag; English where none is near."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in languages() else "en"


def every_language() -> Iterator[Words]:
    """Yield the Words of each language."""
    return (words(language) for language in languages())


def extract() -> Catalog:
    """Return a catalogue of every text in the code and of the rules' reasons, with the comments for translators."""
    found = Catalog(project="Waypost", charset="utf-8")
    rows = extract_from_dir(
        SOURCES,
        method_map=[("texts/**.py", "python")],
        keywords=KEYWORDS,
        comment_tags=("Note:",),
    )
    for file, line, message, comments, context in rows:
        found.add(message, None, [(file, line)], auto_comments=comments, context=context)
    for reason in dict.fromkeys(REASON.findall(REASONS.read_text(encoding="utf-8"))):
        found.add(reason, None, [(REASONS.name, 1)], auto_comments=["Note: a reason why a news report was judged so"])
    return found


def faults() -> list[str]:
    """Return what is wrong with the catalogues, one line each."""
    source = extract()
    wanted = {_key(message.id) for message in source if message.id}
    result = []
    for file in sorted(LOCALES.glob("*.po")):
        if not (NEVER / f"{file.stem}.tsv").exists():
            result.append(f"never/{file.stem}.tsv: missing: what must not show on a locked screen (never/README.md)")
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=file.stem)
        have = {_key(message.id): message for message in catalogue if message.id}
        result += [f"{file.name}: missing: {key!r}" for key in sorted(wanted - have.keys())]
        result += [f"{file.name}: not in the code any more: {key!r}" for key in sorted(have.keys() - wanted)]
        for key in sorted(wanted & have.keys()):
            result += [f"{file.name}: {fault}: {key!r}" for fault in _faults_of(have[key])]
    return result


def _key(message_id: str | list[str] | tuple[str, ...]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def _faults_of(message: object) -> Iterator[str]:
    source = getattr(message, "id", "")
    target = getattr(message, "string", "")
    if getattr(message, "fuzzy", False):
        yield "marked as fuzzy"
    texts = [target] if isinstance(target, str) else list(target)
    if not all(texts):
        yield "not translated"
        return
    sources = [source] if isinstance(source, str) else list(source)
    for text in texts:
        if not any(_places(text) == _places(original) for original in sources):
            yield "the {places} or tags differ"


def _places(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def update(new: str = "") -> None:
    """Bring every catalogue up to the code; what is new is left empty for the translator."""
    source = extract()
    LOCALES.mkdir(exist_ok=True)
    if new and not (LOCALES / f"{new}.po").exists():
        (LOCALES / f"{new}.po").write_bytes(b"")
    for file in sorted(LOCALES.glob("*.po")):
        with file.open("rb") as opened:
            catalogue = read_po(opened, locale=file.stem)
        created = catalogue.creation_date
        catalogue.update(source, no_fuzzy_matching=True, keep_user_comments=True)
        # Else every update would change this line, and no two translations could be merged.
        catalogue.creation_date = created
        catalogue.obsolete.clear()
        catalogue.header_comment = HEADER.format(language=file.stem)
        catalogue.project, catalogue.version, catalogue.fuzzy = "Waypost", __version__, False
        catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
        with file.open("wb") as opened:
            write_po(opened, catalogue, width=0, no_location=True)


def _is_language(tag: str) -> bool:
    return re.fullmatch(r"[a-z]{2,3}", tag) is not None and localedata.exists(tag)


def main(arguments: list[str], say: Callable[[str], object] = sys.stdout.write) -> int:
    """Run `--check` or `--update [xx]`; return the exit status: 0 when fine, 1 when not, 2 for wrong use."""
    if arguments[:1] == ["--update"] and len(arguments) <= 2 and all(map(_is_language, arguments[1:])):
        update(*arguments[1:])
        return 0
    if arguments not in ([], ["--check"]):
        say("write --check, --update, or --update and the tag of a new language in small letters, as in --update uk\n")
        return 2
    found = faults()
    for fault in found:
        say(fault + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
