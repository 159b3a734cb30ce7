"""A process of ours leaves no core dump and lets nobody read its memory."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOOK = """
import ctypes, resource, sys
import bot.__main__ as door
door.run = lambda words, settings: print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3)) or 0
sys.argv = ["bot", "doctor"]
raise SystemExit(door.main())
"""


def look(**environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if name not in ("BOT_TOKEN", "SECRET_KEY")}
    return subprocess.run(
        ["bash", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$0" -c "$1"', sys.executable, LOOK],
        cwd=ROOT, env=clean | environment, capture_output=True, text=True, timeout=30,
    )  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what it allows")
def test_dumps__before_any_command__are_off() -> None:
    assert look().stdout == "(0, 0) 0\n"


def killed(folder: Path, before: str = "pass") -> list[str]:
    """Return what lies in a new folder after a process died there as by a fault, with core dumps allowed."""
    folder.mkdir()
    code = f"import os; from bot.cli.process import deny_dumps; {before}; os.kill(os.getpid(), {int(signal.SIGSEGV)})"
    done = subprocess.run(
        ["bash", "-c", 'ulimit -c unlimited 2>/dev/null; exec "$0" -c "$1"', sys.executable, code],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGSEGV
    found = [path.name for path in folder.iterdir()]
    shutil.rmtree(folder)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what it allows")
def test_dumps__killed_as_by_a_fault__leaves_no_core(tmp_path) -> None:
    if not killed(tmp_path / "allowed"):
        pytest.skip("this system lays no core dump beside a process, so that nothing could be seen")
    assert killed(tmp_path / "denied", "deny_dumps()") == []


def test_dumps__a_system_that_knows_neither__starts_all_the_same(monkeypatch) -> None:
    import ctypes

    from bot.cli.process import deny_dumps

    def unknown(*_: object) -> None:
        raise OSError("no such thing")

    monkeypatch.setattr(ctypes, "CDLL", unknown)
    monkeypatch.setitem(sys.modules, "resource", None)
    deny_dumps()


def test_ctrl_c__while_the_program_still_loads__ends_it_without_a_traceback(tmp_path) -> None:
    (tmp_path / "structlog.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "bot", "check"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


LOOSE = """
import asyncio, gc, threading, warnings
from bot.logs import catch_what_nobody_catches, set_up_logs
set_up_logs("DEBUG")
catch_what_nobody_catches()
SECRET = "chat 7312345678 asks for asylum with 1:secret-token"

class Odd:
    def __del__(self):
        raise LookupError(SECRET)

def fail():
    raise ArithmeticError(SECRET)

async def main():
    asyncio.get_running_loop().create_task(asyncio.to_thread(fail))
    await asyncio.sleep(0.1)

Odd()
thread = threading.Thread(target=fail, name=SECRET)
thread.start()
thread.join()
warnings.warn(SECRET)
asyncio.run(main(), debug=True)
gc.collect()
raise ZeroDivisionError(SECRET)
"""


def test_errors__that_nobody_catches__are_told_by_class_and_place_wherever_they_come_from() -> None:
    """In threads, while something is cleared away, at the very end, and what is only a warning."""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", LOOSE], capture_output=True, text=True, cwd=ROOT, timeout=30
    )
    said = done.stdout + done.stderr
    assert [each for each in ("7312345678", "asylum", "secret-token", "Traceback") if each in said] == [], said
    assert {each for each in ("LookupError", "ArithmeticError", "ZeroDivisionError") if each in said} == {
        *("LookupError", "ArithmeticError", "ZeroDivisionError")
    }
    assert "logger=py.warnings" in said
    assert done.returncode == 1


BROKEN = """
import sys
import bot.__main__ as door
def run(words, settings):
    raise MemoryError("chat 7312345678 asks for asylum")
door.run = run
sys.argv = ["bot", "doctor"]
raise SystemExit(door.main())
"""


def test_errors__of_a_command_that_catches_none__show_neither_text_nor_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", BROKEN], capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert "MemoryError" in done.stderr
    assert [each for each in ("7312345678", "asylum", "Traceback") if each in done.stdout + done.stderr] == []
