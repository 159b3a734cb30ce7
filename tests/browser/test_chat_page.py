"""The main job in a real Chromium: ask, subscribe, publish an entry, approve it, see the push, read it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
AMINA, SAM, ADMIN = "100001", "100002", "900001"
SCREENS = Path(__file__).parent / "screens"

pytestmark = pytest.mark.browser


@pytest.fixture
def sandbox():
    """Run `python -m bot sandbox` as `./run` does, on a free port, and end it by SIGTERM."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in ("BOT_TOKEN", "SECRET_KEY")}
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=root,
        env=environment | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert "sandbox is open" in process.stdout.readline()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
        process.stdout.close()


@pytest.fixture
async def page(sandbox):
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium: .ci/run installs it")
        pytest.skip("there is no Chromium on this machine: apt install chromium to run the browser journey")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport={"width": 1280, "height": 900})
        opened.set_default_timeout(15_000)
        outside = []
        opened.on(
            "request", lambda request: outside.append(request.url) if not request.url.startswith(sandbox) else None
        )
        complaints = []
        opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await opened.goto(sandbox)
        await opened.wait_for_selector(".live.on")
        yield opened
        SCREENS.mkdir(exist_ok=True)
        await opened.screenshot(path=SCREENS / "last.png")
        overflow = "[...document.querySelectorAll('.phone')].map(phone => phone.scrollHeight - phone.clientHeight)"
        hidden = await opened.evaluate(overflow)
        await browser.close()
        assert max(hidden) <= 0, "a phone holds more than it shows, and may scroll its own bar away"
        assert outside == [], "the page asked for something outside this machine"
        assert complaints == []


async def say(page, person: str, text: str) -> None:
    await page.fill(f"#t-{person}", text)
    await page.press(f"#t-{person}", "Enter")


async def sees(page, person: str, text: str) -> None:
    await page.locator(f"#p-{person}").get_by_text(text).last.wait_for()


async def press(page, person: str, label: str) -> None:
    await page.locator(f"#p-{person} .key", has_text=label).last.click()


async def test_the_main_job__in_a_browser(page) -> None:
    await say(page, AMINA, "убежище в Германии")
    await sees(page, AMINA, "queer-refugees.de")
    await sees(page, AMINA, "Нами ещё не проверено")
    await say(page, AMINA, "/subscribe now")
    await sees(page, AMINA, "сразу после публикации")
    await page.get_by_role("button", name="Publish a news entry").click()
    await sees(page, ADMIN, "draft is waiting")
    await press(page, ADMIN, "Open")
    await sees(page, ADMIN, "Where: Russia")
    await press(page, ADMIN, "Approve")
    await sees(page, ADMIN, "Published.")
    await sees(page, AMINA, "Новое сообщение")
    await press(page, AMINA, "Прочитать")
    await sees(page, AMINA, "Chechnya")
    await say(page, SAM, "hello")
    await sees(page, SAM, "I can look up who helps")
