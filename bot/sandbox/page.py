"""The chat page: phones side by side, each with one person's private chat, and a panel that publishes news."""

from html import escape

from bot.sandbox.feed import FeedEntry, SampleFeed
from bot.sandbox.page_chat import CLIP, SEND, render_commands, render_messages
from bot.sandbox.people import Person
from bot.sandbox.stories import READY_STORIES
from bot.sandbox.world import World

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers send `Origin: null` with the page's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ROLES = {100_001: "subscriber", 100_002: "asks once"}


def render_page(world: World, people: list[Person], feed: SampleFeed, first_admin: int) -> str:
    """Return the whole page."""
    roles = {**_ROLES, first_admin: "admin"}
    phones = "".join(_phone(world, person, roles.get(person.user_id, "guest")) for person in people)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waypost sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox/static/page.css">
<script src="/sandbox/static/page.js" defer></script>
</head>
<body>
<header class="top">
<h1>Waypost <span>sandbox</span></h1>
<p class="promise"><span class="dot" aria-hidden="true"></span>Nothing leaves this machine: the bot is the real one,
 Telegram is a small copy of it on this page.</p>
<p id="live" class="live" role="status">Live updates need JavaScript; without it, reload the page.</p>
</header>
<main class="desk">
{phones}
{_newsroom(feed)}
</main>
</body>
</html>
"""


def _phone(world: World, person: Person, role: str) -> str:
    number, name = person.user_id, escape(person.first_name)
    blocked = " blocked" if person.blocked else ""
    return f"""<section class="phone{blocked}" id="p-{number}" data-person="{number}" aria-labelledby="n-{number}">
<header class="bar">
<span class="face" aria-hidden="true">{name[:1]}</span>
<h2 id="n-{number}">{name}<small>{escape(role)} · {escape(person.language_code)}</small></h2>
<form method="post" action="/sandbox/act/block">
<input type="hidden" name="person" value="{number}">
<button class="quiet block">{block_label(person)}</button>
</form>
</header>
<ol class="log" role="log" aria-live="polite" aria-label="Chat of {name} with the bot" tabindex="0">
{render_messages(person)}</ol>
<div class="empty">{render_intro(world, person)}</div>
<div class="toasts" aria-live="assertive"></div>
<footer class="compose">
<details class="menu"><summary aria-label="Commands" title="Commands">/</summary>
<ul class="commands">{render_commands(person)}</ul></details>
<form class="say" method="post" action="/sandbox/act/say">
<input type="hidden" name="person" value="{number}">
<label class="sr" for="t-{number}">Message from {name}</label>
<textarea id="t-{number}" name="text" rows="1" dir="auto" placeholder="Message" autocomplete="off"></textarea>
<button class="send" aria-label="Send" title="Send">{SEND}</button>
</form>
<form class="upload" method="post" action="/sandbox/act/upload" enctype="multipart/form-data">
<input type="hidden" name="person" value="{number}">
<label title="Send a file">{CLIP}<span class="sr">Send a file as {name}</span><input type="file" name="file"></label>
<noscript><button>Send file</button></noscript>
</form>
</footer>
</section>
"""


def block_label(person: Person) -> str:
    """Return what the block button says."""
    return "Unblock" if person.blocked else "Block"


def render_intro(world: World, person: Person) -> str:
    """Return what an empty chat shows: the bot's own description and the start button."""
    spoken = person.language_code.split("-")[0]
    text = world.profile.get(("description", spoken)) or world.profile.get(("description", ""), "")
    shown = f'<p dir="auto">{escape(text)}</p>' if text else "<p>No messages yet.</p>"
    return f'{shown}<button type="button" class="start" data-say="/start">Start</button>'


def _newsroom(feed: SampleFeed) -> str:
    first = READY_STORIES[0]
    stories = "".join(
        f'<li><button type="button" data-title="{escape(story.title)}" data-summary="{escape(story.summary)}"'
        f' title="{escape(story.note)}"><b dir="auto">{escape(story.label)}</b><small>{escape(story.note)}</small>'
        "</button></li>"
        for story in READY_STORIES
    )
    return f"""<section class="newsroom" aria-labelledby="newsroom">
<h2 id="newsroom">Newsroom</h2>
<p>Publish an entry in a feed on this machine. The bot polls <a href="/sandbox/feed.rss">the feed</a> over HTTP
 like any other.</p>
<form class="publish" method="post" action="/sandbox/act/publish">
<label for="title">Headline</label>
<textarea id="title" name="title" rows="3" dir="auto" required>{escape(first.title)}</textarea>
<label for="summary">Summary</label>
<textarea id="summary" name="summary" rows="8" dir="auto">{escape(first.summary)}</textarea>
<button class="go">Publish a news entry</button>
</form>
<h3>Ready examples</h3>
<ul class="stories">{stories}</ul>
<h3>In the feed</h3>
<ol class="entries" aria-live="polite">{render_entries(feed)}</ol>
</section>
"""


def render_entries(feed: SampleFeed) -> str:
    """Return the newest entries of the feed."""
    return "".join(_entry(entry) for entry in feed.entries[:6])


def _entry(entry: FeedEntry) -> str:
    at = entry.published_at.astimezone()
    return (
        f'<li><span dir="auto">{escape(entry.title)}</span> '
        f'<time datetime="{at.isoformat(timespec="seconds")}">{at:%d %b, %H:%M}</time></li>'
    )
