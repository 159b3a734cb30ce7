"""Pieces of one chat on the page: bubbles, keyboards, the command menu."""

from html import escape
from urllib.parse import quote

from bot.sandbox.keyboards import Markup
from bot.sandbox.messages import Document, Message
from bot.sandbox.people import Person
from bot.sandbox.rich_text import render_rich

SHOWN = 150
CLIP = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M16.5 6.5v9.75a4.5 4.5 0 0 1-9 0V5.75a3 3 0 0 1 6 0v9.5'
    'a1.5 1.5 0 0 1-3 0V6.5"/></svg>'
)
COPY = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 9h10v11H9zM5 15V4h10"/></svg>'
    '<span class="sr"> (copy)</span>'
)
SEND = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12 20 4l-4.5 16-4-6.5L4 12Zm7.5 1.5L20 4"/></svg>'


def element_id(person: Person, message: Message) -> str:
    """Return the HTML id of a message's bubble."""
    return f"m-{person.user_id}-{message.message_id}"


def shown_messages(person: Person) -> list[Message]:
    """Return the messages that the page shows: the newest ones."""
    return person.messages[-SHOWN:]


def render_message(person: Person, message: Message) -> str:
    """Return the list item of a message with its keyboard."""
    side = "bot" if message.from_bot else "own"
    who = "Bot" if message.from_bot else person.first_name
    marks = [
        "edited" if message.edited else "",
        "silent" if message.silent else "",
        "protected" if message.protect_content else "",
    ]
    notes = " ".join(f'<span class="mark">{mark}</span>' for mark in marks if mark)
    forwarded = ""
    if message.forward_origin is not None:
        forwarded = f'<div class="forwarded">Forwarded from {escape(message.forward_origin["sender_user_name"])}</div>'
    text = f'<div class="text" dir="auto">{render_rich(message.text, message.entities)}</div>' if message.text else ""
    file = _document(message.document) if message.document is not None else ""
    at = message.date.astimezone()
    return (
        f'<li id="{element_id(person, message)}" class="message {side}" data-number="{message.message_id}">'
        f'<div class="bubble"><span class="sr">{escape(who)}:</span>{_quoted(message)}{forwarded}{file}{text}'
        f'<div class="meta">{notes} <time datetime="{at.isoformat(timespec="seconds")}">{at:%H:%M}</time></div></div>'
        f"{_keyboard(person, message)}</li>"
    )


def _quoted(message: Message) -> str:
    if message.reply_to is None:
        return ""
    return f'<div class="answered" dir="auto">{escape(message.reply_to.text[:80])}</div>'


def _document(document: Document) -> str:
    size = f"{max(1, round(len(document.data) / 1024))} KB"
    return (
        f'<a class="document" href="/sandbox/file/{quote(document.file_id)}" download="{escape(document.name)}">'
        f'<span class="paper" aria-hidden="true">↓</span><span><b dir="auto">{escape(document.name)}</b>'
        f"<small>{size} · download</small></span></a>"
    )


def _keyboard(person: Person, message: Message) -> str:
    rows = (message.reply_markup or {}).get("inline_keyboard")
    if not rows:
        return ""
    drawn = "".join(
        f'<div class="row">{"".join(_button(button, row, column) for column, button in enumerate(buttons))}</div>'
        for row, buttons in enumerate(rows)
    )
    return (
        f'<form class="keyboard" method="post" action="/sandbox/act/press" aria-label="Buttons of this message">'
        f'<input type="hidden" name="person" value="{person.user_id}">'
        f'<input type="hidden" name="message" value="{message.message_id}">{drawn}</form>'
    )


def _button(button: Markup, row: int, column: int) -> str:
    text = escape(button["text"])
    if "url" in button:
        return (
            f'<a class="key link" dir="auto" href="{escape(_web_link(button["url"]))}" target="_blank"'
            f' rel="noopener noreferrer">{text}<span aria-hidden="true"> ↗</span></a>'
        )
    copied, mark = "", ""
    if "copy_text" in button:
        copied = f' data-copy="{escape(button["copy_text"]["text"])}" title="Copy"'
        mark = COPY
    return f'<button class="key" dir="auto" name="button" value="{row}.{column}"{copied}>{text}{mark}</button>'


def _web_link(url: str) -> str:
    if url.lower().startswith(("http://", "https://", "tg:")):
        return url
    return "https://" + url.split("://")[-1]


def render_commands(person: Person) -> str:
    """Return the items of the command menu that this person sees."""
    items = "".join(
        f'<li><button type="button" data-say="/{escape(item["command"])}"><b>/{escape(item["command"])}</b>'
        f'<span dir="auto">{escape(item["description"])}</span></button></li>'
        for item in person.commands
    )
    return items or '<li class="none">The bot has set no menu yet.</li>'


def render_messages(person: Person) -> str:
    """Return all bubbles of a chat."""
    return "".join(render_message(person, message) for message in shown_messages(person))
