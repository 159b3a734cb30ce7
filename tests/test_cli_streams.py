"""What commands read and write: any locale, closed and full streams, readers that leave, lines that are no JSON."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli
from bot.settings import read_settings

ROOT = Path(__file__).parents[1]
SMALL = str(ROOT / "tests" / "resources" / "example.yaml")
NO_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def shell(line: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess:
    """Run a line of bash in which BOT stands for the command line."""
    clean = {name: value for name, value in os.environ.items() if name not in ("BOT_TOKEN", "SECRET_KEY")}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.replace("BOT", f'"{sys.executable}" -m bot')],
        cwd=ROOT, env=clean | {"RESOURCES": SMALL} | environment, input=given, capture_output=True, timeout=60,
    )  # fmt: skip


def answered(*lines: str | bytes) -> tuple[list[dict], list[str], int]:
    given = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    done = shell("BOT find --stdin", given)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode().splitlines(), done.returncode


@pytest.mark.parametrize("command", ["find asylum", "check", "keys new", "doctor", "--help"])
def test_output__the_reader_has_gone__not_a_word_and_the_status_stays(command) -> None:
    done = shell(f"BOT {command} | true")
    assert done.stderr == b""
    assert done.returncode == (1 if command == "doctor" else 0)


def test_output__the_reader_goes_after_one_fault__the_status_still_says_not_fine(tmp_path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text("version: 1\n" + "".join(f"x{number}: 1\n" for number in range(1500)))
    done = shell(f"BOT check {file} | head -1")
    assert done.returncode == 1
    assert done.stdout.startswith(f"{file}:1: ".encode())
    assert done.stderr == b""


def test_output__the_reader_of_answers_goes__the_questions_left_are_not_read(tmp_path) -> None:
    questions = tmp_path / "questions"
    questions.write_text('{"q": "asylum"}\n' * 3000)
    done = shell(f"BOT find --stdin < {questions} | head -1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["find asylum", "find --json asylum", "check", "keys new"])
def test_output__the_disk_is_full__one_line_and_exit_1(command) -> None:
    done = shell(f"BOT {command} > /dev/full")
    assert done.returncode == 1
    assert done.stderr == b"the output cannot be written (No space left on device)\n"


def test_streams__closed_by_the_caller__are_as_if_nobody_listened() -> None:
    assert shell("BOT find asylum >&-").stderr == b""
    assert shell("BOT find asylum >&-").returncode == 0
    assert shell("BOT find --stdin <&-").returncode == 0
    assert shell("BOT check /none 2>&-").returncode == 1
    assert shell("BOT check /none 2>&-").stdout == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_streams__nobody_can_hear_the_complaint__the_status_says_it() -> None:
    assert shell("BOT check /none 2>/dev/full").returncode == 1


def test_locale__none__questions_and_answers_are_utf_8() -> None:
    done = shell("BOT find --language ru убежище берлин", **NO_LOCALE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Консультация по убежищу в Берлине" in done.stdout.decode()


def test_locale__none__files_are_named_in_their_own_letters(tmp_path) -> None:
    file = tmp_path / "файл.yaml"
    file.write_bytes(b"version: 2\n")
    assert shell(f"BOT check {file}", **NO_LOCALE).stdout.decode().startswith(f"{file}:1: ")
    assert shell(f"BOT check {tmp_path}/нет", **NO_LOCALE).stderr.decode().startswith(f"{tmp_path}/нет:1: there is no")


def test_locale__none__lines_are_utf_8(tmp_path) -> None:
    question = '{"q": "убежище в Германии"}\n'.encode()
    done = shell("BOT find --stdin", question, **NO_LOCALE)
    assert json.loads(done.stdout)["ids"] == ["de-berlin-asylum-advice"]
    assert done.stderr == b""


def test_arguments__bytes_that_are_no_text__are_passed_over() -> None:
    done = shell("BOT find --json $'\\xff\\xfe' asylum berlin")
    assert json.loads(done.stdout)["ids"] == ["de-berlin-asylum-advice"]
    assert shell("BOT find --country $'\\xff' asylum").returncode == 2


def test_lines__a_byte_order_mark_and_windows_line_ends__are_read() -> None:
    found, complaints, status = answered(b'\xef\xbb\xbf{"q": "asylum berlin"}\r', '{"q": "asylum berlin"}\r')
    assert [line["ids"] for line in found] == [["de-berlin-asylum-advice"]] * 2
    assert (complaints, status) == ([], 0)


@pytest.mark.parametrize("line", ['{"q": "asylum berlin \\ud83d"}', '{"q": "asylum berlin", "x": NaN}'])
def test_lines__half_a_character_or_no_number__are_answered_all_the_same(line) -> None:
    found, complaints, status = answered(line)
    assert found[0]["ids"] == ["de-berlin-asylum-advice"]
    assert (complaints, status) == ([], 0)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("not json", "this is no JSON; it is answered as empty"),
        ("[" * 100_000, "this is no JSON; it is answered as empty"),
        ("9" * 10_000, "this is no JSON; it is answered as empty"),
        ('["asylum"]', "this is no JSON object; it is answered as empty"),
        ("null", "this is no JSON object; it is answered as empty"),
        ("{}", "`q` is missing"),
        ('{"q": null}', "`q` is missing"),
        ('{"q": ["asylum"]}', "`q` is no text; it is left out"),
        ('{"q": "asylum berlin", "country": 5}', "`country` is no text; it is left out"),
        (
            '{"q": "asylum berlin", "country": "XX"}',
            "`country` is no place code; write an ISO code such as DE or DE-BE",
        ),
    ],
    ids=lambda text: text[:30],
)
def test_lines__one_is_wrong__it_is_named_the_others_are_answered_and_exit_2(line, complaint) -> None:
    good = '{"q": "asylum berlin", "country": null, "language": null}'
    found, complaints, status = answered(good, "", line, good)
    assert len(found) == 3
    assert found[0]["ids"] == found[2]["ids"] == ["de-berlin-asylum-advice"]
    assert len(complaints) == 1
    assert complaints[0].startswith(f"line 3 of the input: {complaint}")
    assert status == 2


def test_lines__triage__needs_a_title_or_a_summary(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"title": "a"}\n{"summary": "b"}\n{"source": "c"}\n'))
    assert cli.run(["triage", "--stdin"], read_settings({})) == 2
    out = capsys.readouterr()
    assert len(out.out.splitlines()) == 3
    assert out.err == "line 3 of the input: `title` and `summary` are missing\n"
