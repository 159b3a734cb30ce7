"""Exports on disk: written whole, and never over something that is not ours."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.core.directory import Assured, Directory
from bot.resources.load import read_resources
from bot.web.export import KINDS, MANIFEST, ONCE, ExportError, Published, export_files, write_export
from tests.builders import a_directory, a_service

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
FILES = {"en/services.json": b"[1]", "index.html": b"<p>"}


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_export__the_shipped_list__is_written_and_can_be_written_again(tmp_path, kind) -> None:
    directory = read_resources(ROOT / "resources.yaml", TODAY).directory
    folder = tmp_path / "new" / kind
    for _ in range(2):
        files = export_files(kind, directory, TODAY)
        write_export(folder, kind, files)
        assert names(folder) == {*files, MANIFEST}
        assert all((folder / name).read_bytes() == content for name, content in files.items())


def test_export__as_json__names_fields_as_the_file_does_and_leaves_out_what_is_empty() -> None:
    directory = read_resources(ROOT / "tests" / "resources" / "example.yaml", TODAY).directory
    found = json.loads(export_files("json", directory, TODAY)["directory.json"])
    service = found["services"][0]
    assert service["name"]["ru"] == "Консультация по убежищу в Берлине"
    assert service["phones"][1]["type"] == ["whatsapp", "signal"]
    assert service["assured"] == {
        "date": "2026-11-01",
        "by": "Editor of the list",
        "source": "https://refuge.example.org/contact",
        "every": "90d",
    }
    assert service["crisis"] is False
    assert "url" not in found["organizations"]["example-refuge"]
    assert found["made_on"] == "2026-11-23"


@pytest.mark.parametrize("kind", KINDS)
def test_export__what_people_must_not_see__is_left_out(kind) -> None:
    old = Assured(date(2025, 1, 1), "Editor")
    services = (a_service("shown"), a_service("closed", status="inactive"), a_service("rotten", assured=old))
    named = [each.id for each in services]
    directory = a_directory(
        *(a_service(each.id, name={"en": each.id}, status=each.status, assured=each.assured) for each in services)
    )
    written = b"".join(export_files(kind, directory, TODAY).values()).decode()
    assert [name for name in named if name in written] == ["shown"]


def test_write__a_folder_with_other_things__they_are_untouched(tmp_path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    write_export(tmp_path, "hsds", FILES)
    write_export(tmp_path, "hsds", {"index.html": b"new"})
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert names(tmp_path) == {"thesis.txt", "index.html", MANIFEST}


def test_write__a_file_of_others_with_a_name_that_is_needed__is_refused_and_nothing_is_written(tmp_path) -> None:
    (tmp_path / next(iter(FILES))).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / next(iter(FILES))).write_text("mine")
    with pytest.raises(ExportError, match="in the way"):
        write_export(tmp_path, "hsds", FILES)
    assert names(tmp_path) == {next(iter(FILES))}


def test_write__a_file_instead_of_a_folder__is_refused(tmp_path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(ExportError):
        write_export(file, "hsds", FILES)
    assert file.read_text() == "x"


def test_write__an_export_of_another_kind__stands_beside_it(tmp_path) -> None:
    write_export(tmp_path, "hsds", FILES)
    write_export(tmp_path, "json", {"directory.json": b"old", "more.json": b"old"})
    write_export(tmp_path, "json", {"directory.json": b"new"})
    assert names(tmp_path) == {*FILES, "directory.json", MANIFEST}
    write_export(tmp_path, "hsds", FILES)


def test_write__a_list_of_files_as_it_was_once__is_understood(tmp_path) -> None:
    (tmp_path / "old.json").write_text("x")
    (tmp_path / ONCE).write_text(json.dumps({"kind": "json", "files": ["old.json"]}))
    write_export(tmp_path, "json", {"directory.json": b"new"})
    assert names(tmp_path) == {"directory.json", MANIFEST}


def test_write__again__what_was_added_by_others_stays_and_what_is_gone_goes(tmp_path) -> None:
    write_export(tmp_path, "hsds", FILES)
    (tmp_path / "CNAME").write_text("contacts.example.org")
    write_export(tmp_path, "hsds", {"index.html": b"new"})
    assert names(tmp_path) == {"CNAME", "index.html", MANIFEST}
    assert (tmp_path / "index.html").read_bytes() == b"new"
    assert not (tmp_path / "en").exists()


def test_write__again__a_file_of_others_with_a_name_that_is_needed_now_is_not_overwritten(tmp_path) -> None:
    write_export(tmp_path, "hsds", {"index.html": b"x"})
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "services.json").write_text("mine")
    with pytest.raises(ExportError, match="in the way"):
        write_export(tmp_path, "hsds", FILES)
    assert (tmp_path / "en" / "services.json").read_text() == "mine"


@pytest.mark.parametrize("name", ["../thesis.json", "/etc/thesis.json", "a/b/c/thesis.json", "thesis.txt"])
def test_write__a_list_of_files_that_somebody_changed__removes_nothing_elsewhere(tmp_path, name) -> None:
    folder = tmp_path / "out"
    write_export(folder, "hsds", FILES)
    precious = tmp_path / "thesis.json"
    precious.write_text("years of work")
    (folder / "thesis.txt").write_text("more years")
    manifest = folder / MANIFEST
    manifest.write_text(json.dumps({"kind": "hsds", "files": [name, *FILES]}))
    write_export(folder, "hsds", FILES)
    assert precious.exists()
    assert (folder / "thesis.txt").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "hsds"}', "nonsense"])
def test_write__a_broken_list_of_files__is_refused(tmp_path, text) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ExportError):
        write_export(tmp_path, "hsds", FILES)


def test_write__leaves_no_half_file(tmp_path) -> None:
    write_export(tmp_path, "hsds", FILES)
    assert not [name for name in names(tmp_path) if name.endswith(".part")]


def test_published__is_made_once_for_each_version_and_day() -> None:
    state = {"directory": a_directory(version="1"), "today": TODAY}
    published = Published(lambda: state["directory"], lambda: state["today"])
    first = published.page()
    assert published.page() is first
    state["today"] = date(2026, 11, 24)
    assert published.page() != first
    state["directory"] = Directory({}, (), version="2")
    assert b"Berlin" not in published.page()


def test_published__a_language_that_nobody_wrote__is_english() -> None:
    service = a_service(name={"en": "Advice", "ru": "Совет"})
    published = Published(lambda: a_directory(service), lambda: TODAY)
    assert json.loads(published.hsds("ru"))[0]["name"] == "Совет"
    assert published.hsds("../../etc") == published.hsds("en")


@pytest.mark.parametrize("kind", KINDS)
def test_export__a_service_without_a_description__is_in_it_and_nothing_empty_stands_for_it(kind) -> None:
    files = export_files(kind, a_directory(a_service("bare", name={"en": "Bare help"}, description={})), TODAY)
    written = b"".join(files.values()).decode()
    assert "Bare help" in written
    assert "<p></p>" not in written and '"description": ""' not in written and '"description": {}' not in written
