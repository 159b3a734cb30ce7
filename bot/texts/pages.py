"""The fixed pages: start, help, privacy, safety, verify, forget, and short confirmations."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.subscriber import Subscriber
from bot.texts.catalogues import Words
from bot.texts.markup import joined, plain
from bot.texts.message import Button, Message, rows_of_two
from bot.texts.names import own_name
from bot.texts.settings import offset_text
from bot.texts.wiping import erase_button, way_back

BACK = "go:start"


def back_row(_: Words) -> tuple[Button, ...]:
    """Return the row that leads back to the start."""
    return (Button(_("◀ Back"), BACK),)


def render_start(_: Words) -> Message:
    """Return the first page: who we are in two lines, what is stored, how to vanish, then one question."""
    lines = [
        _("Here you find people who help, and news that may concern your safety."),
        _("I do not keep what you write. /forget deletes whatever is stored about you, at any time."),
        _("<b>What do you need?</b> Write it in your own words, or choose:"),
    ]
    rows = (
        (Button(_("Emergency"), "go:sos"), Button(_("Topics"), "go:topics")),
        (Button(_("Get news"), "go:subscribe"), Button(_("My area"), "go:area")),
        (Button(_("Settings"), "go:settings"), Button(_("Language"), "go:language")),
        (Button(_("What is stored"), "go:privacy"), Button(_("Safer phone"), "go:safety")),
        (erase_button(_),),
    )
    return Message(joined(lines), rows)


def render_how_to_ask(_: Words) -> str:
    """Return how to ask, below the emergency contacts of /help."""
    return _(
        "Write what you need in your own words, with the country if you can: “lawyer Georgia”, “nowhere to sleep, Vienna”. "
        "Spelling does not matter."
    )


def render_privacy(operator: str, _: Words) -> Message:
    """Return what is stored, for how long, who can see it, and what can be done about it."""
    lines = [
        _("<b>What is stored</b>"),
        _("<b>Your questions: nothing.</b> They are answered and forgotten. They are in no file and no log."),
        _(
            "<b>If you get news or save settings:</b> your chat number (encrypted), your settings (encrypted) and the month "
            "in which you last wrote."
        ),
        _(
            "<b>Of every chat, for 48 hours at most:</b> its number, the numbers of its messages, and which of them are news that you opened (encrypted), so that they can delete themselves and /panic can delete them at once. Never what you wrote or asked."
        ),
        _(
            "<b>Counted:</b> how many questions about a topic were answered in a month, in tens, with nothing about who asked."
        ),
        _("<b>Not stored:</b> your name, user name, phone number, photo, which contacts you looked at."),
        _(
            "<b>Our editors</b> see only totals, never who you are. Whoever holds both our server and its key could read all of this."
        ),
        _(
            "<b>What we cannot change:</b> Telegram itself knows that you use this bot, and this chat stays on your phone "
            "until you delete it. /safety says how."
        ),
        _(
            "/mydata shows all that is stored about you. /forget deletes it at once. /panic deletes it without asking, and then this chat plays dull: that it does is kept, and the hash of your passphrase, if you chose one. /stop ends the news."
        ),
        _("Run by: {operator}", operator=operator) if operator else "",
        _("We never ask for your name, address, documents or money."),
    ]
    return Message(
        joined(lines), ((Button(_("My data"), "go:mydata"), Button(_("Delete my data"), "go:forget")), back_row(_))
    )


def render_safety(subscriber: Subscriber, word_back: str, _: Words) -> Message:
    """Return how to leave fewer traces on the phone, and the way back after wiping, which must be known before."""
    lines = [
        _("<b>Safer phone</b>"),
        _("• Lock Telegram with its own code: Settings, Privacy and Security, Passcode Lock."),
        _("• Turn off message previews for Telegram on the lock screen."),
        _("• Let this chat delete itself: open its profile, menu, Auto-delete."),
        _(
            "• After reading, delete the chat. Write the most important number on paper under another name, or learn it by heart."
        ),
        _(
            "• If someone may search your phone today: /panic deletes everything without asking, on both sides, up to 48 hours back. Then this chat looks like a bot for news and weather. Only you can delete what is older, and the chat itself."
        ),
        way_back(subscriber, word_back, _),
        _("• If Telegram is blocked, use the phone numbers and web pages on the cards. /offline sends them as a file."),
    ]
    rows = (
        (erase_button(_), Button(_("Wiping"), "go:wiping")),
        (Button(_("Delete my data"), "go:forget"),),
        back_row(_),
    )
    return Message("\n".join(lines), rows)


def render_verify(username: str, operator: str, website: str, fingerprint: str, _: Words) -> Message:
    """Return how to make sure that this is the real bot; `fingerprint`: that of its key, empty where it has none."""
    lines = [
        _("<b>Is this bot real?</b>"),
        _("Its only name in Telegram is @{username}. Look at each letter.", username=username) if username else "",
        _("It is run by {operator}.", operator=operator) if operator else "",
        _("Compare it with the name on {website}.", website=website) if website else "",
        _("The letters of its key: <code>{letters}</code>. Another bot cannot sign with that key.", letters=fingerprint)
        if fingerprint
        else "",
        _("We never ask for your name, address, documents or money. Whoever does so is not us."),
        _("If you are unsure, do not write here. Ask someone you trust, or call a number from another source."),
    ]
    signed = ((Button(_("Signed statement"), "go:statement"),),) if fingerprint else ()
    return Message(joined(lines), (*signed, back_row(_)))


def render_statement(statement: str, _: Words) -> Message:
    """Return the signed statement of who this bot is, to be compared or checked by a program."""
    lines = [
        _("<b>Who this bot is, signed</b>"),
        f"<pre>{plain(statement)}</pre>" if statement else _("There is no statement yet."),
        _("If it names a bot other than this one, this bot is not the real one."),
    ]
    return Message(joined(lines), (back_row(_),))


def render_forget(_: Words, *, closes: bool = False) -> Message:
    """Return the question before everything is deleted, honest about what stays; `closes`: strangers meet the cover."""
    lines = [
        _("<b>Delete everything about you?</b>"),
        _(
            "Deleted at once: your settings, your subscription, and all that you and this bot wrote here in the last 48 hours."
        ),
        _(
            "What we cannot delete:\n• messages older than 48 hours\n• the chat in your list, and the bot in your search history\n• what Telegram keeps on its servers\n• notifications that other devices have shown, screenshots, and what was forwarded"
        ),
        _(
            "Afterwards this chat answers like a dull bot for news and weather, until you open the private link again that brought you here."
        )
        if closes
        else "",
        _("Please delete the chat yourself afterwards."),
    ]
    return Message(joined(lines), ((Button(_("Delete now"), "forget:yes"), Button(_("Keep"), "go:start")),))


def render_forgotten(_: Words) -> Message:
    """Return the confirmation that nothing is left."""
    return Message(
        _("Done. Nothing about you is stored any more. Only you can delete older messages and the chat itself.")
    )


def render_subscribed(subscriber: Subscriber, _: Words) -> Message:
    """Return the confirmation of a subscription, with the way out and the way to change it."""
    hour, offset = subscriber.digest_hour, offset_text(subscriber.utc_offset)
    # Note: one sentence for each frequency
    when = {
        "now": _("You will get news as soon as it is published."),
        "daily": _("You will get news once a day, at {hour}:00 (clock: UTC{offset}).", hour=hour, offset=offset),
        "weekly": _("You will get news once a week, at {hour}:00 (clock: UTC{offset}).", hour=hour, offset=offset),
    }
    lines = [
        when[subscriber.frequency],
        _("Messages arrive without details; you see the text after a tap."),
        _("/stop ends it. /settings changes it."),
    ]
    rows: list[tuple[Button, ...]] = [(Button(_("Settings"), "go:settings"), Button(_("Stop"), "sub:stop"))]
    if subscriber.frequency != "now":
        rows.append((Button(_("Clock"), "go:clock"),))
    return Message("\n".join(lines), tuple(rows))


def render_unknown_place(_: Words) -> str:
    """Return that a place was not understood; places to choose follow."""
    return _("I do not know this place. Nothing was changed.")


def render_unknown_hours(_: Words) -> str:
    """Return that hours were not understood; hours to choose follow."""
    return _("I could not read these hours. Nothing was changed.")


def render_subscribe(_: Words) -> Message:
    """Return the one question of subscribing: how often."""
    text = _("How often do you want news? Warnings about danger to life always come at once.")
    rows = (
        (Button(_("At once"), "sub:now"), Button(_("Once a day"), "sub:daily")),
        (Button(_("Once a week"), "sub:weekly"), Button(_("◀ Back"), BACK)),
    )
    return Message(text, rows)


def render_stopped(_: Words) -> Message:
    """Return the confirmation that no more news will come."""
    text = _("You will get no more news. Your settings are kept; /forget deletes them too.")
    return Message(text, ((Button(_("Delete my data"), "go:forget"), Button(_("Get news"), "go:subscribe")),))


def render_not_text(_: Words) -> Message:
    """Return a friendly sentence for a picture, a voice message or anything else that is no text."""
    return Message(_("I can only read text. Please write what you need in a few words. In danger: /sos"))


def render_unknown_command(_: Words) -> Message:
    """Return a friendly sentence for a command that does not exist."""
    return Message(_("I do not know this command. Write what you need in your own words, or choose /help."))


def render_not_typed(_: Words) -> Message:
    """Return why a command in a forwarded, quoted or otherwise borrowed message does nothing."""
    return Message(_("I follow a command only when you type it here yourself. Nothing was changed. In danger: /sos"))


def render_slower(_: Words) -> Message:
    """Return the one line for a chat that writes faster than it can be answered."""
    return Message(_("That was a lot at once. Please wait a minute, then write again. In danger: /sos"))


def render_stale(_: Words) -> str:
    """Return the short notice for a button that no longer works."""
    return _("This button is too old. Please ask again.")


def render_trouble(_: Words) -> Message:
    """Return what a person sees when something broke on our side."""
    return Message(_("Something went wrong on our side, not on yours. Please try again. In danger: /sos"))


def render_languages(languages: Sequence[str], _: Words) -> Message:
    """Return the choice of languages, each in its own name."""
    buttons = [Button(own_name(tag), f"set:language:{tag}") for tag in languages]
    return Message(_("Choose your language. You can write in any language."), (*rows_of_two(buttons), back_row(_)))
