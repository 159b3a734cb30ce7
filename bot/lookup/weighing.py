"""Weigh what the lists say against what was learned from whole messages."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.directory import SERVICE_TOPICS

DANGERS = ("violence", "held", "suicide")
SURE, DOUBTED = 0.38, 0.09
"""From the one on, a danger counts that no list foresaw; below the other, a listed one does not."""

SURE_UNHINTED, SURE_ALL_THE_SAME = 0.6, 0.75
"""As `SURE`, where no word plays a part in a danger, and where something is said to be past or a figure of speech."""

SPOKEN = 3
"""Fewer words than this are a keyword: the lists alone know it."""

NEEDED, NEEDED_TOO, HINTED = 0.12, 0.5, 0.06
SMALL_TALK, PLAIN_SMALL_TALK, LONG = 0.5, 0.85, 5

Guess = Mapping[str, float]


def weigh_danger(
    listed: str, guess: Guess, words: int, *, is_doubtful: bool = False, is_hinted: bool = True
) -> tuple[str, str]:
    """Return the kind of danger after both spoke, and why where the learned wording decided.

    `is_doubtful`: the lists hear a figure of speech or something past; `is_hinted`: they hear a word that can play a
    part in a danger. When in doubt the danger stands: a card too
    many harms less than one that is missing.
    """
    if not guess or words < SPOKEN:
        return listed, ""
    kind = max(DANGERS, key=lambda name: guess.get(f"!{name}", 0.0))
    sureness = guess.get(f"!{kind}", 0.0)
    if listed:
        if sureness < (2 * DOUBTED if is_doubtful else DOUBTED):
            return "", "nothing else in the wording tells of danger"
        if kind != listed != "suicide" and sureness >= SURE and guess.get(f"!{listed}", 0.0) < sureness / 4:
            return kind, f"the wording tells of danger ({kind}, {sureness:.2f})"
        return listed, ""
    if sureness >= (SURE_ALL_THE_SAME if is_doubtful else SURE if is_hinted else SURE_UNHINTED):
        return kind, f"the wording tells of danger ({kind}, {sureness:.2f})"
    return "", ""


def weigh_needs(listed: Mapping[str, float], guess: Guess, words: int) -> Mapping[str, float]:
    """Return how much each topic is needed after both spoke, the most needed first and 1.0."""
    if not guess or (listed and words < SPOKEN):
        return listed
    learned = {topic: guess.get(topic, 0.0) for topic in SERVICE_TOPICS}
    best = max(learned.values())
    if not listed:
        found = {topic: value / best for topic, value in learned.items() if value >= max(NEEDED, best / 2.5)}
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))
    weighed = dict(listed)
    for topic, value in learned.items():
        if value >= NEEDED_TOO:
            weighed[topic] = max(weighed.get(topic, 0.0), 0.5) + 0.5 * value
        elif value < HINTED and topic in weighed and best >= NEEDED_TOO:
            weighed[topic] *= 0.6
    most = max(weighed.values())
    ordered = sorted(weighed.items(), key=lambda pair: -pair[1])
    return {topic: round(value / most, 3) for topic, value in ordered if value >= 0.2 * most}


def weigh_chatter(
    is_listed: bool, listed: Mapping[str, float], guess: Guess, words: int, *, has_place: bool = False
) -> bool:
    """Say whether it is small talk after both spoke; a single word is what the lists say it is.

    Who names a place and a need asks, however friendly the rest sounds.
    """
    if not guess or words < SPOKEN - 1:
        return is_listed
    small_talk = guess.get("chatter", 0.0)
    most = max(guess.get(topic, 0.0) for topic in SERVICE_TOPICS)
    if is_listed:
        return not (most >= 0.6 and small_talk < 0.3) and not (has_place and listed and small_talk < SMALL_TALK)
    if not listed:
        return small_talk >= SMALL_TALK and small_talk > most
    return small_talk >= PLAIN_SMALL_TALK and most < 0.25 and words >= LONG and not has_place
