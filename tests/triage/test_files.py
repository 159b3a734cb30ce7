"""The newsroom's files: every fault in them is named with its line, and those in the repository have none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import ResourcesError
from bot.lookup.lexicon import Lexicons, compile_lexicons
from bot.lookup.newsroom import Newsroom
from bot.resources.newsroom import load_newsroom

NEWS = Path(__file__).parents[2] / "bot" / "lookup" / "news"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NEWS, tmp_path / "news"))


@pytest.fixture
def places() -> Lexicons:
    return compile_lexicons({})


def faults(places: Lexicons, folder: Path) -> list[str]:
    with pytest.raises(ResourcesError) as caught:
        load_newsroom(places, folder)
    return [str(fault) for fault in caught.value.faults]


def replaced(path: Path, old: str, new: str) -> int:
    """Write the file with one text replaced, and return the line on which it stood."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_load__files_of_the_repository__are_sound(places: Lexicons) -> None:
    assert isinstance(load_newsroom(places), Newsroom)


def test_load__both_languages__know_the_same_concepts(newsroom: Newsroom) -> None:
    kinds = [
        {kind.name for kind in phrases.kinds if kind.list == "concepts"}
        for phrases in newsroom.lexicons.languages.values()
    ]
    assert len(kinds) >= 2
    assert all(found == kinds[0] for found in kinds)


def test_load__a_rule_with_an_unknown_concept__is_named_with_its_line(places: Lexicons, folder: Path) -> None:
    line = replaced(folder / "rules.yaml", "{when: MORALITY DETAIN", "{when: MORALLITY DETAIN")
    assert faults(places, folder) == [
        f"rules.yaml:{line}: no language has words for `MORALLITY`; use a concept of en.yaml or a name under `sets`"
    ]


def test_load__a_severity_that_is_none__is_named(places: Lexicons, folder: Path) -> None:
    replaced(folder / "rules.yaml", "is: Severe", "is: Grave")
    assert "`Grave` is no severity" in faults(places, folder)[0]


def test_load__a_concept_that_is_no_list__is_named_with_its_line(places: Lexicons, folder: Path) -> None:
    path = folder / "en.yaml"
    line = replaced(path, "  WAR: [", "  WAR: missile\n  WARS: [")
    assert faults(places, folder)[0].startswith(f"en.yaml:{line}: WAR is not a list of words")


def test_load__broken_yaml__is_named_and_nothing_else(places: Lexicons, folder: Path) -> None:
    (folder / "ru.yaml").write_text("concepts: {LGBT: [", encoding="utf-8")
    assert any(fault.startswith("ru.yaml:1:") for fault in faults(places, folder))


def test_load__a_file_that_is_missing__is_named(places: Lexicons, folder: Path) -> None:
    (folder / "rules.yaml").unlink()
    assert "rules.yaml:1: cannot be read" in faults(places, folder)[0]
