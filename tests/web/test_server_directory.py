"""The public doors of the one web server: the offline page and HSDS."""

from datetime import date

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from bot.web.export import Published
from bot.web.server import Doors, build_web, listen
from tests.builders import a_directory, a_service


async def nothing() -> list[str]:
    return []


@pytest.fixture
async def base():
    service = a_service(name={"en": "Advice", "ru": "Совет"})
    published = Published(lambda: a_directory(service), lambda: date(2026, 11, 23))
    doors = Doors(nothing, CollectorRegistry(), nothing, published=published)  # type: ignore[arg-type]
    runner = await listen(build_web(doors), "127.0.0.1", 0)
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_directory__is_a_page__that_no_other_site_can_frame(base) -> None:
    async with ClientSession() as session, session.get(base + "/directory") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/html"
        assert answer.charset == "utf-8"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "Useful contacts" in await answer.text()


async def test_directory__asked_again_with_its_tag__is_not_sent_again(base) -> None:
    async with ClientSession() as session:
        async with session.get(base + "/directory") as first:
            tag = first.headers["ETag"]
        async with session.get(base + "/directory", headers={"If-None-Match": tag}) as second:
            assert second.status == 304
            assert await second.read() == b""


@pytest.mark.parametrize(("query", "name"), [("", "Advice"), ("?language=ru", "Совет"), ("?language=xx", "Advice")])
async def test_directory_json__is_hsds_in_the_asked_language(base, query, name) -> None:
    async with ClientSession() as session, session.get(base + "/directory.json" + query) as answer:
        assert answer.content_type == "application/json"
        assert (await answer.json())[0]["name"] == name
