"""How the program starts and ends: settings, ports and hosts that cannot be, signals."""

import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from tests.commands import ROOT, bot

GOOD = str(ROOT / "tests" / "resources" / "example.yaml")


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


def test_start__the_host_is_not_ours__exit_2_and_says_which(tmp_path) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    environment = {"BOT_TOKEN": "1:x", "SECRET_KEY": key, "STORE": f"tinydb:{tmp_path}", "PORT": "0"}
    done = bot(**environment, HOST="203.0.113.7", RESOURCES=GOOD, BOT_API_URL="http://127.0.0.1:9")
    assert done.returncode == 2
    assert "HOST: 203.0.113.7 is no address of this machine" in done.stderr


def test_start__port_0__the_sandbox_finds_a_free_one_and_says_which() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "sandbox"], cwd=ROOT, env=os.environ | {"PORT": "0"}, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert found is not None and int(found[1]) > 0
        with urllib.request.urlopen(f"{found[0]}/healthz", timeout=5) as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


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
