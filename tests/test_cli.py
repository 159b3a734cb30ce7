"""The command line: what it prints and how it exits."""

import base64
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import cli
from bot.settings import read_settings

ROOT = Path(__file__).parents[1]
SMALL = str(ROOT / "tests" / "journeys" / "resources.yaml")


def run(*arguments: str, **environment: str) -> int:
    return cli.run(list(arguments), read_settings(environment))


def bot(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if name not in ("BOT_TOKEN", "SECRET_KEY")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_find__prints_cards(capsys) -> None:
    assert run("find", "--resources", SMALL, "asylum", "germany") == 0
    out = capsys.readouterr().out
    assert "Asylum advice Germany" in out
    assert "+49 30 23125 001" in out


def test_find__json__ids_best_first_crisis_and_time(capsys) -> None:
    assert run("find", "--resources", SMALL, "--json", "asylum germany") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ids"][0] == "de-asylum"
    assert found["crisis"] is False
    assert found["ms"] >= 0


def test_find__stdin__one_line_for_each_in_order_even_for_nonsense(capsys, monkeypatch) -> None:
    lines = ['{"q": "asylum", "country": "DE"}', "not json", '{"q": "i want to die", "language": "en"}', '{"q": 5}']
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))
    assert run("find", "--resources", SMALL, "--stdin") == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(found) == 4
    assert found[0]["ids"][0] == "de-asylum"
    assert found[1]["ids"] == []
    assert found[2]["crisis"] is True
    assert found[2]["ids"][0] == "ww-listening"


def test_find__explain__says_why(capsys) -> None:
    assert run("find", "--resources", SMALL, "--explain", "asylum germany") == 0
    assert "why: " in capsys.readouterr().out


def test_find__limit(capsys) -> None:
    assert run("find", "--limit", "1", "--json", "asylum") == 0
    assert len(json.loads(capsys.readouterr().out)["ids"]) == 1


def test_find__without_a_question__wrong_use(capsys) -> None:
    assert run("find") == 2
    assert "write what to look for" in capsys.readouterr().err


def test_check__the_shipped_file__fine_but_not_assured(capsys) -> None:
    assert run("check", str(ROOT / "resources.yaml")) == 0
    out = capsys.readouterr()
    assert "fine, " in out.out
    assert "never assured" in out.err


def test_check__a_broken_file__each_fault_on_a_line_and_exit_1(tmp_path, capsys) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("version: 1\nservices:\n  - {id: a}\n")
    assert run("check", str(file)) == 1
    out = capsys.readouterr().out.splitlines()
    assert all(line.startswith(f"{file}:3: ") for line in out)
    assert any("`name` is missing" in line for line in out)


def test_check__no_such_file__exit_1(capsys) -> None:
    assert run("check", "/nonexistent/r.yaml") == 1
    assert "there is no such file" in capsys.readouterr().err


def test_triage__one_judgement_a_line_and_one_story_for_one_event(capsys, monkeypatch) -> None:
    entries = [
        {
            "title": "Gay men tortured in Chechnya, rights group says",
            "summary": "Police in Grozny abducted and tortured gay men.",
            "language": "en",
        },
        {"title": "Local team wins the cup", "summary": "A late goal decided the final."},
        {
            "title": "Rights group: police abducted and tortured gay men in Grozny, Chechnya",
            "summary": "",
            "language": "en",
        },
    ]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(json.dumps(entry) for entry in entries)))
    assert run("triage", "--stdin") == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["relevant"] for line in found] == [True, False, True]
    assert found[0]["countries"] == ["RU"]
    assert found[0]["severity"] in ("Extreme", "Severe")
    assert found[0]["story"] == found[2]["story"] != found[1]["story"]


def test_keys_new__a_key_that_the_settings_take(capsys) -> None:
    assert run("keys", "new") == 0
    assert len(base64.b64decode(capsys.readouterr().out)) == 32


def test_doctor__says_loudly_that_the_list_is_not_assured(capsys) -> None:
    assert run("doctor") == 1
    out = capsys.readouterr().out
    assert "NOT READY FOR PEOPLE" in out
    assert "ADMIN_IDS is not set" in out


@pytest.mark.parametrize("arguments", [["nonsense"], ["triage"], ["find", "--limit", "x", "q"]])
def test_wrong_use__exit_2_without_a_traceback(arguments, capsys) -> None:
    assert run(*arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_unreadable_settings__exit_2_and_the_variable_is_named() -> None:
    done = bot("find", "x", PORT="eighty")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("PORT: ")
    assert len(done.stderr.splitlines()) == 1


def test_start__a_broken_file_and_no_last_good_version__exit_1_with_every_fault(tmp_path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("version: 1\nservices:\n  - {id: a}\n  - {id: b}\n")
    key = base64.b64encode(b"k" * 32).decode()
    done = bot(
        BOT_TOKEN="1:x" * 5,
        SECRET_KEY=key,
        RESOURCES=str(file),
        STORE=f"tinydb:{tmp_path / 'data'}",
        BOT_API_URL="http://127.0.0.1:9",
    )
    assert done.returncode == 1
    assert f"{file}:3: " in done.stderr
    assert f"{file}:4: " in done.stderr
    assert "Traceback" not in done.stderr


def test_start__the_port_is_taken__exit_2_and_says_which(tmp_path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = bot("sandbox", PORT=str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "PORT: " in done.stderr
    assert "Traceback" not in done.stderr


def test_stop__telegram_never_answers__sigterm_ends_it_within_five_seconds(tmp_path) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    environment = {
        "BOT_TOKEN": "1:x", "SECRET_KEY": key, "STORE": f"tinydb:{tmp_path}", "BOT_API_URL": "http://127.0.0.1:9", "PORT": "0",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "bot"], cwd=ROOT, env=os.environ | environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "Telegram does not answer" in line:
                break
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        assert process.wait(timeout=5) == 0
        assert time.monotonic() - started < 5
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
