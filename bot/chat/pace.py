"""When a request may leave: decided on times that the caller gives, without waiting and without a clock."""

from __future__ import annotations

from collections import deque
from math import floor, inf

from bot.chat.ceiling import USUAL, Ceiling
from bot.chat.travel import Travel

REPLY, URGENT, ROUTINE = "reply", "urgent", "routine"
LANES = (REPLY, URGENT, ROUTINE)
"""In the order in which they leave."""

SLACK = 0.05
"""Seconds added to a pause, because Telegram counts from its own clock."""

GAP = 1.0
BURST = 4
"""A private chat takes one message a second, and a few at once now and then: replies may be these, pushes never."""

GROUP_MOST, GROUP_WINDOW = 20, 60.0
LOOK_BACK = 5.0
STARTS_KEPT = 8
CROWDED = 3
"""So many messages in one chat within LOOK_BACK seconds may have been too many for that chat alone."""


class Window:
    """A sliding log: what is under way, and what was answered within some seconds.

    Telegram counts a request somewhere between our sending it and its answer. Counted until a whole window after
    the *answer*, no more than allowed can ever have reached it within one window. What way back the answer had, and
    what way there the next has, may be taken off the window: together they are as long as the shortest way there and
    back.
    """

    __slots__ = ("ends", "under_way")

    def __init__(self) -> None:
        self.under_way = 0
        self.ends: deque[float] = deque()

    def used(self, now: float, window: float) -> int:
        """Return how many count at this moment."""
        ends = self.ends
        while ends and ends[0] + window <= now:
            ends.popleft()
        return self.under_way + len(ends)

    def frees_in(self, now: float, window: float) -> float:
        """Return the seconds until one more is free: infinite while that depends on an answer."""
        return max(self.ends[0] + window - now, 0.0) if self.ends else inf

    def start(self) -> None:
        """Count one that leaves."""
        self.under_way += 1

    def end(self, now: float) -> None:
        """Count one from its answer on."""
        self.under_way -= 1
        self.ends.append(now)


class Chat:
    """What one chat got lately. There is one for everybody who was just pushed to: so it holds little."""

    __slots__ = ("free_at", "group", "paused_until", "starts", "under_way")

    def __init__(self) -> None:
        self.free_at = self.paused_until = -inf
        self.starts: tuple[float, ...] = ()
        self.under_way = 0
        self.group: Window | None = None

    def wait(self, chat_id: int, is_push: bool, now: float) -> float:
        """Return the seconds until this chat may get another message."""
        wait = self.paused_until - now
        if chat_id < 0:
            group = self.group
            if group is not None and group.used(now, GROUP_WINDOW) >= GROUP_MOST:
                wait = max(wait, group.frees_in(now, GROUP_WINDOW))
            return wait
        return max(wait, self.free_at - now - (0 if is_push else (BURST - 1) * GAP))

    def start(self, chat_id: int, now: float) -> None:
        """Note that a message leaves."""
        self.free_at = (self.free_at if self.free_at > now else now) + GAP
        self.starts = (*self.starts[1 - STARTS_KEPT :], now)
        self.under_way += 1
        if chat_id < 0:
            self.group = self.group or Window()
            self.group.start()

    def end(self, now: float) -> None:
        """Note that it was answered."""
        if self.free_at < now + GAP:
            self.free_at = now + GAP
        self.under_way -= 1
        if self.group is not None:
            self.group.end(now)

    def is_crowded(self, chat_id: int, now: float) -> bool:
        """Say whether it got so much lately that Telegram may have had enough for this chat."""
        if chat_id < 0:
            return self.group is not None and self.group.used(now, GROUP_WINDOW) >= GROUP_MOST - 2
        return sum(start > now - LOOK_BACK for start in self.starts) >= CROWDED

    def refuse(self) -> None:
        """Note that the last message did not arrive: tried again and again, it crowds nobody."""
        self.starts = self.starts[:-1]

    def is_idle(self, now: float) -> bool:
        """Say whether nothing needs to be remembered of it."""
        if self.under_way or max(self.free_at, self.paused_until) + LOOK_BACK >= now:
            return False
        return self.group is None or self.group.used(now, GROUP_WINDOW) == 0


class Pace:
    """Decides for every request. Seconds of any clock that only grows; 0 as a chat means none.

    Replies wait for no push: only for a pause, for their chat's burst, and, once Telegram has refused, for other
    replies. Pushes keep to the ceiling, in which replies count as well.
    """

    def __init__(self, rate: float) -> None:
        """Take the most pushes a second; 0 for no ceiling."""
        self.ceiling = Ceiling(rate)
        self.paused_until = -inf
        self._all, self._replies, self._taken = Window(), Window(), Window()
        self._travel = Travel()
        self._chats: dict[int, Chat] = {}
        self._sweep_at = 1000
        self._paused_chats: dict[int, float] = {}

    def pause_left(self, chat_id: int, now: float) -> float:
        """Return the seconds of `retry_after` that are left for that chat; not positive when there is none."""
        chat = self._chats.get(chat_id) if chat_id else None
        return max(self.paused_until, chat.paused_until if chat else -inf) - now

    def wait(self, lane: str, chat_id: int, now: float) -> float:
        """Return the seconds until it may leave: not positive for now, infinite for after the next answer."""
        is_push = lane != REPLY
        wait = self.paused_until - now
        if chat_id and (chat := self._chats.get(chat_id)) is not None:
            wait = max(wait, chat.wait(chat_id, is_push, now))
        if is_push:
            return max(wait, self._push_wait(now))
        if chat_id and self._replies.used(now, 1.0) >= self.ceiling.learned:
            wait = max(wait, self._replies.frees_in(now, 1.0))
        return wait

    def room(self, now: float) -> tuple[int, float]:
        """Return how many pushes may leave now, and, when none may, the seconds until one may."""
        wait = max(self.paused_until - now, self._push_wait(now))
        if wait > 0:
            return 0, wait
        ceiling = self.ceiling
        free = min(ceiling.most, ceiling.proven) - self._all.used(now, self._counted_for(now))
        return (1_000_000 if free == inf else max(1, floor(free))), 0.0

    def start(self, lane: str, chat_id: int, now: float) -> None:
        """Count one that leaves; without a chat it is no message and counts nowhere."""
        if not chat_id:
            return
        chat = self._chats.get(chat_id)
        if chat is None:
            if len(self._chats) >= self._sweep_at:
                self._sweep(now)
            chat = self._chats[chat_id] = Chat()
        chat.start(chat_id, now)
        self._all.start()
        self._taken.start()
        if lane == REPLY:
            self._replies.start()

    def end(self, lane: str, chat_id: int, now: float, *, is_taken: bool) -> None:
        """Count its answer, or that there will be none; `is_taken`: Telegram accepted it."""
        if not chat_id:
            return
        chat = self._chats[chat_id]
        if is_taken and chat.under_way == 1:
            self._travel.note(now - chat.starts[-1], now)
        chat.end(now)
        self._all.end(now)
        if lane == REPLY:
            self._replies.end(now)
        if is_taken:
            self._taken.end(now)
            self.ceiling.prove(self._taken.used(now, 1.0) - self._taken.under_way, now)
        else:
            self._taken.under_way -= 1

    def refuse(self, lane: str, chat_id: int, retry_in: float, now: float) -> None:
        """Take a 429: pause its chat when it was meant for that alone, else everything, and learn from it."""
        until = now + retry_in + SLACK
        self.end(lane, chat_id, now, is_taken=False)
        is_for_chat = self.is_for_chat(chat_id, now)
        if chat_id:
            self._chats[chat_id].refuse()
        if is_for_chat:
            chat = self._chats[chat_id]
            chat.paused_until = max(chat.paused_until, until)
            self._paused_chats[chat_id] = chat.paused_until
            return
        if chat_id and self.paused_until <= now:
            # Those that were under way when the first refusal came tell nothing new.
            self.ceiling.refuse(self._taken.used(now, 1.0) - self._taken.under_way, now, until)
        self.paused_until = max(self.paused_until, until)

    def is_for_chat(self, chat_id: int, now: float) -> bool:
        """Say whom a 429 was meant for, which Telegram does not: this chat alone, or, when in doubt, all.

        This chat's: it got several messages just now, all chats together got not half of what is known to pass,
        and no other chat is paused.
        """
        if not chat_id or not self._chats[chat_id].is_crowded(chat_id, now):
            return False
        self._paused_chats = {chat: until for chat, until in self._paused_chats.items() if until > now}
        if self._paused_chats.keys() - {chat_id}:
            return False
        return self._all.used(now, self.ceiling.window) <= min(self.ceiling.most, USUAL) / 2

    def hold(self, retry_in: float, now: float) -> None:
        """Pause everything, as an answer elsewhere asked for."""
        self.paused_until = max(self.paused_until, now + retry_in + SLACK)

    def _counted_for(self, now: float) -> float:
        """Return for how many seconds after its answer a message counts; the whole window once Telegram refused."""
        ceiling = self.ceiling
        return ceiling.window - (self._travel.at_least(now) if ceiling.learned == inf else 0.0)

    def _push_wait(self, now: float) -> float:
        ceiling, window = self.ceiling, self._counted_for(now)
        used = self._all.used(now, window)
        if used >= ceiling.most and not ceiling.probe(now, used):
            return self._all.frees_in(now, window)
        if used >= ceiling.proven and self._all.under_way:
            # A step beyond what is known to pass goes alone: if it is refused, nothing else runs into the pause.
            return inf
        return 0.0

    def _sweep(self, now: float) -> None:
        """Forget chats that rest, so that what is remembered depends on the pace and not on the readers."""
        self._chats = {key: chat for key, chat in self._chats.items() if not chat.is_idle(now)}
        self._sweep_at = max(1000, 2 * len(self._chats))
