"""What changed on the page since it was last told: the difference that goes out as server-sent events."""

from typing import Any

from bot.sandbox.feed import SampleFeed
from bot.sandbox.page import block_label, render_entries, render_intro
from bot.sandbox.page_chat import element_id, render_commands, render_message, shown_messages
from bot.sandbox.people import Person
from bot.sandbox.world import World

Event = tuple[str, dict[str, Any]]


class View:
    """One open page: remembers what it was told. The first difference is the whole state."""

    def __init__(self, world: World, feed: SampleFeed) -> None:
        self.world = world
        self.feed = feed
        self.messages: dict[int, dict[str, str]] = {}
        self.states: dict[int, dict[str, Any]] = {}
        self.toasts: dict[int, int] = {p.user_id: len(p.callback_answers) for p in world.people.values()}
        self.entries = ""

    def changes(self, people: list[Person]) -> list[Event]:
        """Return events (name, data) that bring the page up to date."""
        events: list[Event] = []
        for person in people:
            events += self._chat(person) + self._state(person) + self._toast(person)
        entries = render_entries(self.feed)
        if entries != self.entries:
            self.entries = entries
            events.append(("feed", {"html": entries}))
        return events

    def _chat(self, person: Person) -> list[Event]:
        now = {element_id(person, message): render_message(person, message) for message in shown_messages(person)}
        before = self.messages.get(person.user_id)
        if now == before:
            return []
        self.messages[person.user_id] = now
        told = before or {}
        put = {name: html for name, html in now.items() if told.get(name) != html}
        return [("chat", {"person": person.user_id, "ids": list(now), "put": put})]

    def _state(self, person: Person) -> list[Event]:
        now = {
            "person": person.user_id,
            "blocked": person.blocked,
            "label": block_label(person),
            "commands": render_commands(person),
            "intro": render_intro(self.world, person),
        }
        if now == self.states.get(person.user_id):
            return []
        self.states[person.user_id] = now
        return [("state", now)]

    def _toast(self, person: Person) -> list[Event]:
        told = self.toasts.get(person.user_id, 0)
        fresh = person.callback_answers[told:]
        self.toasts[person.user_id] = len(person.callback_answers)
        return [
            ("toast", {"person": person.user_id, "text": answer.text, "alert": answer.show_alert})
            for answer in fresh
            if answer.text
        ]
