"""The commands of the editor: check a file, visit its links, export it."""

import json
from pathlib import Path

import pytest

from tests.commands import run

TEXT = """version: 1
organizations:
  refuge: {name: Refuge}
services:
  - id: advice
    organization: refuge
    name: {en: Advice, ru: Совет}
    description: First advice.
    topics: [asylum]
    service_area: [DE]
    phones: [{number: "+49 30 23125 001"}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "resources.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def site(tmp_path: Path):
    """A site with a good and a missing page, served by a thread of its own: the command runs a loop itself."""
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/good" else 404)
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_check__faults__one_line_each_and_status_one(file, capsys) -> None:
    file.write_text(TEXT.replace("asylum", "asylm").replace("[DE]", "[Germany]"), encoding="utf-8")
    assert run("check", str(file)) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{file}:9: `asylm` is no topic; write asylum",
        f"{file}:10: `Germany` is no place code; write DE",
    ]


def test_check__only_warnings__are_printed_and_the_status_is_fine(file, capsys) -> None:
    file.write_text(TEXT.replace("+49 30 23125 001", "444 48 68"), encoding="utf-8")
    assert run("check", str(file)) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith(f"{file}:11: warning: `444 48 68` has no country code")
    assert out[1] == f"{file}: fine, 1 service and 0 feeds"
    assert out[2].startswith("never assured: 1 of 1 service;")


def test_check_links__a_dead_one__is_a_fault_with_its_line(file, site, capsys) -> None:
    feeds = f"feeds:\n  - {{id: a, url: {site}/good}}\n  - {{id: b, url: {site}/gone}}\n"
    file.write_text(TEXT + feeds, encoding="utf-8")
    assert run("check", str(file), "--links", ALLOW_PRIVATE_FEEDS="1") == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{file}:14: `{site}/gone` is dead: the server answered 404; check the address with the organization"
    ]


def test_check_links__private_addresses__are_not_visited_without_leave(file, site, capsys) -> None:
    file.write_text(TEXT + f"feeds:\n  - {{id: a, url: {site}/good}}\n", encoding="utf-8")
    assert run("check", str(file), "--links") == 0
    assert "was not visited" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "name"), [("hsds", "ru/services.json"), ("json", "directory.json"), ("html", "index.html")]
)
def test_export__each_kind__is_written(file, tmp_path, capsys, kind, name) -> None:
    folder = tmp_path / "out"
    assert run("export", kind, str(folder), "--resources", str(file)) == 0
    assert "Advice" in (folder / name).read_text(encoding="utf-8") or "Совет" in (folder / name).read_text(
        encoding="utf-8"
    )
    assert f"{folder}: 1 service in" in capsys.readouterr().out


def test_export__a_folder_with_other_things__they_stay(file, tmp_path) -> None:
    for kind in ("hsds", "json", "html"):
        assert run("export", kind, str(tmp_path), "--resources", str(file)) == 0
    assert file.read_text(encoding="utf-8") == TEXT
    assert {"en", "directory.json", "index.html"} <= {path.name for path in tmp_path.iterdir()}


def test_export__another_file_in_the_way__status_one_and_one_line(file, tmp_path, capsys) -> None:
    (tmp_path / "directory.json").write_text("mine")
    assert run("export", "json", str(tmp_path), "--resources", str(file)) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "directory.json is in the way" in err
    assert (tmp_path / "directory.json").read_text() == "mine"


def test_export__a_broken_file__is_refused_with_its_faults(file, tmp_path, capsys) -> None:
    file.write_text(TEXT.replace("asylum", "asylm"), encoding="utf-8")
    assert run("export", "json", str(tmp_path / "out"), "--resources", str(file)) == 1
    assert "`asylm` is no topic" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_export__an_unknown_kind__is_wrong_use(tmp_path) -> None:
    assert run("export", "pdf", str(tmp_path / "out")) == 2


def test_export__json__can_be_read_back_by_any_program(file, tmp_path) -> None:
    run("export", "json", str(tmp_path / "out"), "--resources", str(file))
    found = json.loads((tmp_path / "out" / "directory.json").read_text(encoding="utf-8"))
    assert found["services"][0]["phones"] == [{"number": "+49 30 23125 001"}]
