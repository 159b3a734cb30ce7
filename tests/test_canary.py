"""The canary scanner finds what is planted: in output, in logs, in files, in every shape of a number."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from tests.canary import PIECE, Canaries, numbers_in, shapes

ROOT = Path(__file__).parents[1]

LEAKS = {
    "name": ("print(person.first_name)", "a name in Captured stdout"),
    "id": ("print(person.user_id, file=sys.stderr)", "an id in Captured stderr"),
    "username": ("print(person.username)", "a username in Captured stdout"),
    "question": ("print('asked: убежище в Германии')", "what a person wrote in Captured stdout"),
    "token": ("print('/bot' + sandbox.token + '/getMe')", "a token in Captured stdout"),
    "log": ("logging.getLogger('x').warning('from %s', person.user_id)", "an id in Captured log"),
    "file": ("(tmp_path / 'waypost.json').write_text('убежище в Германии')", "what a person wrote in waypost.json"),
}

SCENE = """
def test_{name}(tmp_path):
    sandbox = Sandbox(token="4711:AAtoken")
    person = sandbox.person(7312345678, "Zarema", "ru", "zarema_x")
    person.say("убежище в Германии")
    person.say("/start")
    print("some other 73123456789 output, /start")
    {leak}
"""


def test_scan__something_slips_out_of_a_test__that_test_fails_and_says_what_and_where(tmp_path) -> None:
    file = tmp_path / "test_leak.py"
    scenes = [SCENE.format(name=name, leak=leak) for name, (leak, _) in LEAKS.items()]
    file.write_text(
        "import logging, sys\nfrom bot.sandbox import Sandbox\n"
        + "".join(scenes)
        + SCENE.format(name="quiet", leak="pass")
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT),
         "-p", "tests.conftest", "-p", "no:cacheprovider", str(file)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    for name, (_, expected) in LEAKS.items():
        assert f"::test_{name} lets a canary out: {expected}" in done.stdout, done.stdout
    assert "test_quiet lets" not in done.stdout and done.returncode == 1


def test_scan__what_an_admin_writes__may_be_kept_but_not_logged(tmp_path) -> None:
    planted = Canaries()
    planted.text(900_001, "The border is closed today")
    (tmp_path / "waypost.json").write_text("The border is closed today")
    assert planted.in_folder(tmp_path) == []
    assert planted.in_text("draft: The border is closed today") == ["what an admin wrote"]


@pytest.mark.parametrize("number", [7_312_345_678, 100_001, 4_294_967_295])
def test_numbers__in_every_shape_and_anywhere__are_found(number) -> None:
    found = list(shapes(number))
    assert len(set(found)) >= 12
    for shape in found:
        assert (number, shape) in numbers_in(b"\x00\xff" + shape + b"}", [number])
    for shift in range(12):
        assert (number, found[0]) in numbers_in(b"x" * (PIECE - shift) + found[0], [number])


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_numbers__inside_a_text_in_base64__are_found_wherever_they_stand(before, encode) -> None:
    number = 7_312_345_678
    for stands in (
        str(number).encode(),
        f"{number:x}".encode(),
        number.to_bytes(8, "little"),
        number.to_bytes(8, "big"),
    ):
        text = encode(before + stands + b', "country": "DE"}')
        assert {each for each, _ in numbers_in(b'"blob":"' + text + b'"', [number, 100_001])} == {number}, stands


def test_numbers__others__are_not_found() -> None:
    assert numbers_in(b"7312345679 000001d1", [7_312_345_678, 100_001]) == []
