"""Backups on the command line: written once, put in place once, refused when that would lose or bring back somebody."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from bot.storage.backup import MAGIC
from tests.commands import run
from tests.test_cli_keys import NEW, OLD, contents, folder, is_there

__all__ = ["folder"]


@pytest.fixture
def place(folder: Path, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "list.yaml").write_text("version: 1\n")
    return {"SECRET_KEY": OLD, "STORE": f"tinydb:{folder}", "RESOURCES": str(tmp_path / "list.yaml")}


@pytest.fixture
def file(place, tmp_path: Path) -> Path:
    assert run("export", "backup", str(tmp_path / "monday.waypost"), **place) == 0
    return tmp_path / "monday.waypost"


def elsewhere(tmp_path: Path, **changes: str) -> dict[str, str]:
    new = {"STORE": f"tinydb:{tmp_path / 'new'}", "RESOURCES": str(tmp_path / "new.yaml"), "SECRET_KEY": OLD}
    return new | changes


def test_export_and_import__into_a_new_place__brings_store_and_list(file, tmp_path, capsys) -> None:
    assert file.read_bytes().startswith(MAGIC) and file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".*.part")] == []
    assert run("import", "backup", str(file), **elsewhere(tmp_path)) == 0
    assert "fewer than ten readers' records" in capsys.readouterr().out
    assert is_there(tmp_path / "new", OLD)
    assert (tmp_path / "new.yaml").read_text() == "version: 1\n"


def test_export__the_file_is_there__refused_and_untouched(file, place, capsys) -> None:
    before = file.read_bytes()
    assert run("export", "backup", str(file), **place) == 1
    assert "never overwrites" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_export__into_the_stores_folder__refused(folder, place, capsys) -> None:
    assert run("export", "backup", str(folder / "b.waypost"), **place) == 1
    assert "must not lie in the store's folder" in capsys.readouterr().err
    assert not (folder / "b.waypost").exists()


def test_export__the_disk_refuses__leaves_nothing_behind(place, tmp_path, capsys, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    assert run("export", "backup", str(tmp_path / "b.waypost"), **place) == 1
    assert "cannot be written: No space left" in capsys.readouterr().err
    assert list(tmp_path.glob("*.waypost*")) == [] and list(tmp_path.glob(".*.part")) == []


def test_export__a_disk_without_second_names__works_all_the_same(place, tmp_path, monkeypatch) -> None:
    def cannot(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", cannot)
    assert run("export", "backup", str(tmp_path / "b.waypost"), **place) == 0
    assert (tmp_path / "b.waypost").read_bytes().startswith(MAGIC)


@pytest.mark.parametrize("command", [("export", "backup"), ("import", "backup")])
def test_backup__no_key__says_so(tmp_path, capsys, command) -> None:
    assert run(*command, str(tmp_path / "b"), STORE=f"tinydb:{tmp_path / 'x'}") == 2
    assert capsys.readouterr().err.startswith("SECRET_KEY: ")


def test_import__over_a_store__only_when_told(file, place, folder, capsys) -> None:
    before = contents(folder)
    assert run("import", "backup", str(file), **place) == 1
    assert "--replace" in capsys.readouterr().err
    assert contents(folder) == before
    assert run("import", "backup", str(file), "--replace", **place) == 0
    assert contents(folder) != before and is_there(folder, OLD)


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "other"])
def test_import__a_damaged_file__refused_and_nothing_changes(file, place, folder, tmp_path, capsys, harm) -> None:
    raw = file.read_bytes()
    flipped = bytearray(raw)
    flipped[len(raw) // 2] ^= 1
    file.write_bytes({"cut": raw[:-1], "flip": bytes(flipped), "empty": b"", "other": b"hello"}[harm])
    before = contents(folder)
    assert run("import", "backup", str(file), "--replace", **place) == 1
    assert "damaged" in capsys.readouterr().err
    assert contents(folder) == before
    assert run("import", "backup", str(file), **elsewhere(tmp_path)) == 1
    assert not (tmp_path / "new").exists() and not (tmp_path / "new.yaml").exists()


def test_import__another_key__says_which_and_nothing_changes(file, tmp_path, capsys) -> None:
    assert run("import", "backup", str(file), **elsewhere(tmp_path, SECRET_KEY=NEW)) == 1
    assert "made with another key" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_import__older_than_a_week__only_when_told(file, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("bot.clock.today", lambda: date(2100, 1, 1))
    assert run("import", "backup", str(file), **elsewhere(tmp_path)) == 1
    assert "days old" in capsys.readouterr().err
    assert run("import", "backup", str(file), "--old", **elsewhere(tmp_path)) == 0


def test_import__a_list_that_is_there__is_left_alone_and_named(file, place, tmp_path, capsys) -> None:
    new = elsewhere(tmp_path)
    Path(new["RESOURCES"]).write_text("version: 1 # mine")
    assert run("import", "backup", str(file), **new) == 0
    assert "left as it is" in capsys.readouterr().err
    assert Path(new["RESOURCES"]).read_text() == "version: 1 # mine"


def test_import__no_such_file__says_so(tmp_path, capsys) -> None:
    assert run("import", "backup", str(tmp_path / "none"), **elsewhere(tmp_path)) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err


def test_rotate__with_a_backup__the_old_key_opens_neither(file, place, folder, tmp_path, capsys) -> None:
    assert run("keys", "rotate", str(file), **(place | {"SECRET_KEY": f"{NEW},{OLD}"})) == 0
    assert "is under the first key too" in capsys.readouterr().out
    assert run("import", "backup", str(file), **elsewhere(tmp_path)) == 1
    assert run("import", "backup", str(file), **elsewhere(tmp_path, SECRET_KEY=NEW)) == 0
    assert is_there(tmp_path / "new", NEW)


def test_rotate__with_a_damaged_backup__touches_neither(file, place, folder, capsys) -> None:
    file.write_bytes(file.read_bytes()[:-1])
    before = contents(folder)
    assert run("keys", "rotate", str(file), **(place | {"SECRET_KEY": f"{NEW},{OLD}"})) == 1
    assert contents(folder) == before
