"""A process of ours leaves no core dump and lets nobody read its memory."""

import os
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


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux what it allows")
def test_dumps__killed_as_by_a_fault__leaves_no_core(tmp_path) -> None:
    code = (
        "import os, signal; from bot.cli.process import deny_dumps; deny_dumps(); os.kill(os.getpid(), signal.SIGSEGV)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=30, check=False)
    assert done.returncode == -signal.SIGSEGV
    assert not list(ROOT.glob("core*"))


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
