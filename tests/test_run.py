"""./run check asks about known weaknesses and says when it cannot; ./run sbom lists what a release is made of."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(monkeypatch) -> ModuleType:
    loader = SourceFileLoader("run_script", str(ROOT / "run"))
    spec = spec_from_loader("run_script", loader)
    assert spec is not None
    module = module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "BIN", Path(sys.executable).parent)
    return module


def answering(monkeypatch, run: ModuleType, weak: str = "", *, is_known: bool = True) -> list[int]:
    """Let a source of advisories answer; return how many packages each question named."""
    asked: list[int] = []

    def source(command: list[str], **_: object) -> subprocess.CompletedProcess:
        pins = Path(command[-1]).read_text().splitlines()
        asked.append(len(pins))
        packages = []
        for pin in pins:
            name, _, version = pin.partition("==")
            found = [{"id": "PYSEC-1", "fix_versions": ["9.9"]}] if name == weak else []
            known = {"version": version, "vulns": found} if is_known else {"skip_reason": "not found"}
            packages.append({"name": name, **known})
        return subprocess.CompletedProcess(command, 1 if weak else 0, json.dumps({"dependencies": packages}), "")

    monkeypatch.setattr(run.subprocess, "run", source)
    return asked


def test_audit__nothing_known__fine_and_every_locked_package_was_asked_about(run, monkeypatch, capsys) -> None:
    asked = answering(monkeypatch, run)
    assert run.audit()
    locked = (ROOT / "requirements.txt").read_text().count("==")
    assert asked[0] == 1 and asked[1] == locked > 30
    assert f"{locked} of {locked} packages" in capsys.readouterr().out


def test_audit__one_package_is_weak__not_fine_and_named_with_the_remedy(run, monkeypatch, capsys) -> None:
    answering(monkeypatch, run, weak="aiohttp")
    assert not run.audit()
    assert "PYSEC-1, mended in 9.9" in capsys.readouterr().out


def test_audit__the_source_knows_no_package__skipped_and_says_so(run, monkeypatch, capsys) -> None:
    asked = answering(monkeypatch, run, is_known=False)
    assert run.audit() and asked == [1]
    assert capsys.readouterr().out.startswith("skipped: no source of advisories can be reached")


@pytest.mark.parametrize("fault", [subprocess.TimeoutExpired("pip-audit", 12), OSError("no such program")])
def test_audit__no_network__skipped_and_says_so(run, monkeypatch, capsys, fault) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(run.subprocess, "run", broken)
    assert run.audit()
    assert capsys.readouterr().out.startswith("skipped: ")
    assert run.PROBE_WITHIN <= 15


def test_check__holds_the_look_for_weak_code_and_weak_packages(run, monkeypatch, capsys) -> None:
    monkeypatch.setattr(run.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, "{}", ""))
    monkeypatch.setattr(run, "audit", lambda: False)
    assert run.check() == 1
    out = capsys.readouterr().out
    assert "== security" in out and "== advisories" in out and "not fine: advisories" in out


def test_sbom__names_each_locked_package_with_version_and_hash(run, tmp_path, capsys) -> None:
    assert run.sbom([str(tmp_path / "parts" / "waypost.cdx.json")]) == 0
    found = json.loads((tmp_path / "parts" / "waypost.cdx.json").read_text())
    parts = {part["name"]: part for part in found["components"]}
    locked = [line.partition("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line]
    assert set(parts) == set(locked) and found["metadata"]["component"]["name"] == "waypost"
    assert all(part["externalReferences"][0]["hashes"] for part in parts.values())


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_locks__every_package_is_pinned_and_hashed_and_no_host_is_named(lock) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    entries = [entry for entry in text.split("\n") if entry and not entry.startswith((" ", "#"))]
    assert len(entries) > 30 and all("==" in entry and entry.endswith("\\") for entry in entries)
    assert text.count("--hash=sha256:") >= len(entries)


@pytest.fixture
def handed(run, monkeypatch) -> list[list[str]]:
    """Record what the script becomes, in an environment of its own."""
    became: list[list[str]] = []
    monkeypatch.setattr(run.os, "execv", lambda _, command: became.append(command))
    monkeypatch.setattr(run.os, "environ", {})
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "install", lambda _: None)
    return became


def test_other_words__from_another_folder__paths_count_from_there_and_settings_from_home(
    run, monkeypatch, tmp_path, handed
) -> None:
    monkeypatch.chdir(tmp_path)
    run.os.environ.update(SECRET_KEY_FILE="key", STORE="tinydb:kept", BOT_TOKEN_FILE="/etc/token")
    run.main(["check", "mine.yaml"])
    assert handed[0][1:] == ["-P", "-m", "bot", "check", "mine.yaml"]
    assert Path.cwd() == tmp_path
    assert {name: text for name, text in run.os.environ.items() if name != "PYTEST_CURRENT_TEST"} == {
        "RESOURCES": str(ROOT / "resources.yaml"), "STORE": f"tinydb:{ROOT / 'kept'}", "PYTHONPATH": str(ROOT),
        "SECRET_KEY_FILE": str(ROOT / "key"), "BOT_TOKEN_FILE": "/etc/token",
    }  # fmt: skip


def test_other_words__from_another_folder__the_command_finds_the_bot_and_the_file(tmp_path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "mine.yaml").write_text("version: 2\n")
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bot", "check", "mine.yaml"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout.startswith("mine.yaml:1: ")


def test_no_words__from_another_folder__the_bot_runs_at_home(run, monkeypatch, tmp_path, handed) -> None:
    monkeypatch.chdir(tmp_path)
    run.main([])
    assert handed[0][1:] == ["-m", "bot"]
    assert Path.cwd() == ROOT
    assert not {"RESOURCES", "STORE", "PYTHONPATH"} & run.os.environ.keys()
