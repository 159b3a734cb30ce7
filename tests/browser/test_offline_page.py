"""The offline page in a real Chromium, opened from a file as a reader would: search, language, nothing loaded."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.resources.load import read_resources
from bot.web.offline import render_offline_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TODAY = date(2026, 11, 23)
SHOWN = "article:not([hidden])"

pytestmark = pytest.mark.browser


@pytest.fixture
async def browser():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium: .ci/run installs it")
        pytest.skip("there is no Chromium on this machine: apt install chromium to run this test")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
def file(tmp_path: Path) -> str:
    directory = read_resources(Path(__file__).parents[2] / "resources.yaml", TODAY).directory
    path = tmp_path / "contacts.html"
    path.write_bytes(render_offline_page(directory, TODAY))
    return path.as_uri()


async def opened(browser, file, **options):
    page = await browser.new_page(**options)
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    await page.goto(file)
    return page


async def test_page__a_reader_searches__finds_and_goes_back(browser, file) -> None:
    page = await opened(browser, file, locale="en-GB", viewport={"width": 320, "height": 640})
    every = await page.locator(SHOWN).count()
    await page.fill("#q", "Georgia LAWYER")
    found = await page.locator(SHOWN).all_inner_texts()
    assert 0 < len(found) < every
    assert all("Georgia" in text for text in found)
    assert not await page.locator("nav").first.is_visible()
    await page.fill("#q", "zzzz")
    assert await page.locator("#none").is_visible()
    assert not await page.get_by_role("heading", name="In an emergency").is_visible()
    await page.fill("#q", "")
    assert await page.locator(SHOWN).count() == every
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.requests[1:] in ([], ["data:,"])
    assert page.complaints == []


async def test_page__a_russian_phone__shows_russian_and_can_change_to_english(browser, file) -> None:
    page = await opened(browser, file, locale="ru-RU")
    assert await page.get_by_role("heading", name="Полезные контакты").is_visible()
    assert await page.evaluate("document.documentElement.lang") == "ru"
    await page.get_by_text("English", exact=True).click()
    assert await page.get_by_role("heading", name="Useful contacts").is_visible()
    assert not await page.get_by_role("heading", name="Полезные контакты").is_visible()
    await page.fill("#q", "грузия")
    assert await page.locator(SHOWN).count() > 0


async def test_page__without_a_script__is_read_in_both_languages(browser, file) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await opened(context, file)
    assert await page.locator("article").first.is_visible()
    assert not await page.locator("#q").is_visible()
    await page.get_by_text("Русский", exact=True).click()
    assert await page.get_by_role("heading", name="Полезные контакты").is_visible()
