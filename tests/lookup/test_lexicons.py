"""The lists of words are read with every fault named by file and line, and what was built can be kept."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.directory import SERVICE_TOPICS
from bot.errors import ResourcesError
from bot.lookup.plain import from_plain, to_plain
from bot.lookup.question import understand
from bot.lookup.stems import LANGUAGES
from bot.lookup.wordings import Wordings
from bot.resources.lexicons import load_lexicons
from tests.lookup.lexicons import real

PLACES = Path(__file__).parents[2] / "bot" / "lookup" / "places"


def folder_with(tmp_path: Path, text: str) -> Path:
    (tmp_path / "needs").mkdir()
    (tmp_path / "needs" / "en.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "places").mkdir()
    for name in ("countries.tsv", "regions.tsv", "cities.tsv", "everyday.tsv", "names.yaml"):
        shutil.copy(PLACES / name, tmp_path / "places" / name)
    return tmp_path


def test_load_lexicons__real_files__hold_all_languages_and_topics() -> None:
    lexicons = real()
    assert tuple(lexicons.languages) == LANGUAGES
    for phrases in lexicons.languages.values():
        named = {kind.name for kind in phrases.kinds if kind.list == "topic"}
        assert named == set(SERVICE_TOPICS)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("language: en\ntopics:\n  shelterr: {strong: [a], weak: []}\n", 3, "unknown name `shelterr`"),
        ("language: en\ntopics:\n  shelter: [a]\n", 3, "needs `strong` and `weak`"),
        ("language: en\nchatter: hello\n", 2, "is not a list"),
        ("language: en\nchatter: [hi, {a: b}]\n", 2, "not plain text"),
        ("language: en\nchatter: [hi,\n", 3, ""),
        ("language: en\nslang: [yo]\n", 2, "unknown list `slang`"),
        ("language: en\ndanger:\n  fire: [a]\n", 3, "unknown name `fire`"),
        ("- a\n", 1, "is not a map"),
    ],
)
def test_load_lexicons__wrong_shape__names_the_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(ResourcesError) as caught:
        load_lexicons(folder_with(tmp_path, text))
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("en.yaml", line)
    assert what in fault.what


def test_load_lexicons__words_that_yaml_would_change__stay_words(tmp_path: Path) -> None:
    lexicons = load_lexicons(folder_with(tmp_path, "language: en\nnegation: [no, 112, off]\n"))
    assert set(lexicons.languages["en"].exact) == {"no", "112", "off"}


def test_load_lexicons__changed_file__is_read_anew(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "language: en\nchatter: [hello]\n")
    assert "hello" in load_lexicons(folder).languages["en"].exact
    (folder / "needs" / "en.yaml").write_text("language: en\nchatter: [bye]\n", encoding="utf-8")
    assert "bye" in load_lexicons(folder).languages["en"].exact
    assert len(list((folder / "__pycache__").glob("*.bin"))) == 1


def test_load_lexicons__damaged_copy__is_built_anew(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "language: en\nchatter: [hello]\n")
    load_lexicons(folder)
    (kept,) = (folder / "__pycache__").glob("*.bin")
    kept.write_bytes(b"")
    assert "hello" in load_lexicons(folder).languages["en"].exact


def test_from_plain__lexicons__understand_the_same() -> None:
    listed = replace(real(), wordings=Wordings())  # what was learned lies in a file of its own
    again = from_plain(to_plain(listed))
    for text in ("assylum in Berlin", "ubezhishche v germanii", "меня бьют в Грозном", "mosa3ada"):
        assert understand(text, again) == understand(text, listed)
