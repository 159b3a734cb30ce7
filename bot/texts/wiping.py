"""What is said about wiping a chat: the page in the settings, the passphrase, the word, the friend's link."""

from __future__ import annotations

from bot.core.subscriber import Subscriber
from bot.texts.catalogues import Words
from bot.texts.markup import joined, plain
from bot.texts.message import Button, Message, rows_of_two


def erase_button(_: Words) -> Button:
    """Return the button that wipes without a question."""
    return Button(_("Erase all now"), "panic:now")


def render_wiping(subscriber: Subscriber, word_back: str, _: Words) -> Message:
    """Return what wiping does, the ways back, and the choices; `word_back` opens a chat that has no passphrase."""
    lines = [
        _("<b>Wiping</b>"),
        _(
            "/panic or “Erase all now” asks nothing. It deletes what is stored about you, and all that you and this bot wrote here in the last 48 hours. After that, this chat answers like a dull bot for news and weather."
        ),
        way_back(subscriber, word_back, _),
        _("You chose a word that wipes this chat when you send it.")
        if subscriber.panic_word
        else _("You can choose a word of your own that does the same when you send it."),
        _("A friend's link exists. Whoever opens it wipes this chat, once.")
        if subscriber.wipe_code
        else _("You can give a friend a link that wipes this chat if you cannot do it yourself."),
    ]
    rows = (
        (Button(_("Passphrase"), "w:pass"), Button(_("My own word"), "w:word")),
        (Button(_("Friend's link"), "w:friend"),),
        *_taking_back(subscriber, _),
        (erase_button(_),),
        (Button(_("◀ Back"), "go:settings"),),
    )
    return Message(joined(lines), rows)


def _taking_back(subscriber: Subscriber, _: Words) -> tuple[tuple[Button, ...], ...]:
    chosen = (
        (subscriber.passphrase, Button(_("No passphrase"), "w:nopass")),
        (subscriber.panic_word, Button(_("No word"), "w:noword")),
        (subscriber.wipe_code, Button(_("No link"), "w:nofriend")),
    )
    return rows_of_two([button for value, button in chosen if value])


def way_back(subscriber: Subscriber, word_back: str, _: Words) -> str:
    """Return what brings the real face back after wiping."""
    if subscriber.passphrase:
        return _("<b>Way back:</b> only your passphrase. Send it as a message; it is deleted at once.")
    if word_back:
        return _(
            "<b>Way back:</b> send the word <b>{word}</b>. Others may know it too: a passphrase of your own is safer.",
            word=plain(word_back),
        )
    return _(
        "<b>Way back:</b> open the private link again that brought you here. Others may have it too: a passphrase of your own is safer."
    )


def render_ask_passphrase(shortest: int, _: Words) -> Message:
    """Return the question for a passphrase."""
    text = _(
        "Write your passphrase now: {n} characters or more, for instance three words. Your message is deleted at once. Nobody can tell it to you later: learn it by heart.",
        n=shortest,
    )
    return Message(text, ((Button(_("◀ Back"), "go:wiping"),),))


def render_ask_word(_: Words) -> Message:
    """Return the question for the word that wipes."""
    text = _(
        "Now write the word that will wipe this chat. Take one that you would not send otherwise. Your message is deleted at once."
    )
    return Message(text, ((Button(_("◀ Back"), "go:wiping"),),))


def render_passphrase_set(_: Words) -> Message:
    """Return the confirmation of a passphrase."""
    return Message(
        _("Your passphrase is set. After wiping, only it brings this chat back."),
        ((Button(_("◀ Back"), "go:wiping"),),),
    )


def render_word_set(_: Words) -> Message:
    """Return the confirmation of the word that wipes."""
    return Message(
        _("Your word is set. Sent alone, it wipes this chat without a question."),
        ((Button(_("◀ Back"), "go:wiping"),),),
    )


def render_unfit_passphrase(shortest: int, longest: int, _: Words) -> Message:
    """Return what is wrong with a passphrase."""
    lines = [
        _(
            "That does not work: a passphrase has {shortest} to {longest} characters, does not begin with “/”, and is not your word for wiping.",
            shortest=shortest,
            longest=longest,
        ),
        _(
            "A single everyday word or the name of a town is too easy to guess. Three words that do not belong together are good."
        ),
    ]
    return Message(joined(lines), ((Button(_("◀ Back"), "go:wiping"),),))


def render_unfit(shortest: int, longest: int, _: Words) -> Message:
    """Return what is wrong with the word that wipes."""
    text = _(
        "That does not work: it must have {shortest} to {longest} characters, must not begin with “/”, and passphrase and word must differ. Please write another one.",
        shortest=shortest,
        longest=longest,
    )
    return Message(text, ((Button(_("◀ Back"), "go:wiping"),),))


def render_friend(link: str, _: Words) -> Message:
    """Return a fresh friend's link, which is shown once."""
    lines = [
        _(
            "Give this link to someone you trust. Whoever opens it wipes this chat at once, without a question. It works once."
        ),
        f"<code>{plain(link)}</code>",
        _("It is shown only now. Your friend sees the same answer whether it worked or not."),
    ]
    return Message(joined(lines), ((Button(_("Copy link"), copy=link), Button(_("◀ Back"), "go:wiping")),))


def render_friend_done(_: Words) -> Message:
    """Return what a friend sees who opened a link, be it valid or not."""
    return Message(_("If this link was still good, the other chat is wiped now. The link does not work again."))
