"""The sample feed: RSS 2.0 with ETag and Last-Modified, a few old entries, and whatever is published by hand."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from xml.sax.saxutils import escape  # it writes, and parses nothing  # nosec B406

from aiohttp import web

from bot.sandbox.bell import Bell
from bot.sandbox.stories import OLD_STORIES

PAGE = "https://news.example.org"


@dataclass(frozen=True)
class FeedEntry:
    """An entry of the sample feed; `published_at` is aware UTC."""

    guid: str
    title: str
    summary: str
    link: str
    published_at: datetime


class SampleFeed:
    """A feed that the bot polls over HTTP like any other. `answer_status` other than 200 makes it fail."""

    def __init__(self, now: Callable[[], datetime], bell: Bell) -> None:
        self.now = now
        self.bell = bell
        self.answer_status = 200
        self.requests: list[int] = []
        self.entries: list[FeedEntry] = []
        for days, story in zip((9, 6, 4), OLD_STORIES, strict=True):
            self.publish(story.title, story.summary, published_at=now() - timedelta(days=days))
        self.changed_at = now()

    def publish(
        self,
        title: str,
        summary: str,
        link: str | None = None,
        *,
        guid: str | None = None,
        published_at: datetime | None = None,
    ) -> FeedEntry:
        """Add an entry, newest first, and return it; the feed's ETag changes."""
        number = len(self.entries) + 1
        address = link or f"{PAGE}/{number}"
        entry = FeedEntry(guid or f"{PAGE}/id/{number}", title, summary, address, published_at or self.now())
        self.entries.insert(0, entry)
        self.changed_at = self.now()
        self.bell.ring()
        return entry

    @property
    def body(self) -> bytes:
        """Return the RSS document."""
        items = "".join(_item(entry) for entry in self.entries)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<rss version="2.0"><channel><title>Sample news</title>'
            f"<link>{PAGE}</link><description>Entries for trying things out on this machine.</description>"
            f"<language>en</language>{items}</channel></rss>\n"
        ).encode()

    @property
    def etag(self) -> str:
        """Return the entity tag of the document."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    async def on_feed(self, request: web.Request) -> web.Response:
        """Answer the feed, or 304 when the asker has it already."""
        headers = {"ETag": self.etag, "Last-Modified": _http_date(self.changed_at), "Cache-Control": "no-cache"}
        status = self.answer_status
        if status == 200 and self._is_known(request):
            status = 304
        self.requests.append(status)
        if status == 304:
            return web.Response(status=304, headers=headers)
        if status != 200:
            return web.Response(status=status, text="The sample feed was told to fail.\n")
        return web.Response(body=self.body, headers=headers, content_type="application/rss+xml", charset="utf-8")

    def _is_known(self, request: web.Request) -> bool:
        tags = request.headers.get("If-None-Match")
        if tags is not None:  # RFC 9110: the tag outranks the date
            return self.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")] or tags.strip() == "*"
        try:
            since = parsedate_to_datetime(request.headers.get("If-Modified-Since", ""))
        except ValueError:
            return False
        return self.changed_at.replace(microsecond=0) <= since


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _item(entry: FeedEntry) -> str:
    return (
        f"<item><title>{escape(entry.title)}</title><link>{escape(entry.link)}</link>"
        f'<guid isPermaLink="false">{escape(entry.guid)}</guid><pubDate>{_http_date(entry.published_at)}</pubDate>'
        f"<description>{escape(entry.summary)}</description></item>"
    )
