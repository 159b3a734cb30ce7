"""The town of the journeys, seen in a real Chromium: people act on the chat page, the clock and the store are at hand."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.browser.test_chat_page import CHROMIUM, FLAGS
from tests.journeys.conftest import SECOND_ADMIN, _lexicons_are_read_once, later, town  # noqa: F401


class ChatPage:
    """The open page; people are named by their numbers, keys by their words."""

    def __init__(self, page) -> None:
        self.page = page

    async def say(self, person: int, text: str) -> None:
        await self.page.fill(f"#t-{person}", text)
        await self.page.press(f"#t-{person}", "Enter")

    async def sees(self, person: int, text: str) -> None:
        await self.page.locator(f"#p-{person}").get_by_text(text).locator("visible=true").last.wait_for()

    async def no_longer_sees(self, person: int, text: str) -> None:
        await self.page.locator(f"#p-{person}").get_by_text(text, exact=True).wait_for(state="detached")

    async def press(self, person: int, label: str) -> None:
        await self.page.locator(f"#p-{person} .key", has_text=label).last.click()


@pytest.fixture
async def chats(town) -> AsyncIterator[ChatPage]:  # noqa: F811
    """The page of the town's sandbox, with a phone for a second admin."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium: .ci/run installs it")
        pytest.skip("there is no Chromium on this machine: apt install chromium to run the browser journey")
    from playwright.async_api import async_playwright

    town.sandbox.person(SECOND_ADMIN, "Second", "en").say("/start")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1600, "height": 900})
        page.set_default_timeout(15_000)
        outside: list[str] = []
        page.on("request", lambda request: None if request.url.startswith(town.url) else outside.append(request.url))
        await page.goto(town.url)
        await page.wait_for_selector(".live.on")
        yield ChatPage(page)
        await browser.close()
        assert outside == [], "the page asked for something outside this machine"
