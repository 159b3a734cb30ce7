"""Weigh what the lists say against what was learned from whole messages."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.directory import SERVICE_TOPICS

DANGERS = ("violence", "held", "suicide")
SURE, DOUBTED = 0.36, 0.09
"""From the one on, a danger counts that no list foresaw; below the other, a listed one does not."""

EXPLAINED, IMPOSSIBLE = 0.3, 0.02
"""A listed danger is dropped only where a need or small talk is so probable, since what nothing explains stands; or
where it is less probable than the second (`the paperwork is murder`)."""

LIKELY, LIKELIER = 0.12, 1.5
"""A danger that no list foresaw counts also when it is so probable and so many times likelier than all else."""

EVEN, OUTWEIGHING, BESIDE = 0.5, 1.3, 0.8
"""Below the first, a danger that no list foresaw must be so much likelier than any need (`looking for a lawyer`), and
above it still as likely as this (`thrown out of the flat in a week`)."""

SURE_UNHINTED, SURE_ALL_THE_SAME = 0.42, 0.6
"""As `SURE`, where no word plays a part in a danger, and where something is said to be past or a figure of speech."""

PLAIN_TALK = 0.6
"""From this probability on the wording is that of small talk: a listed danger is doubted as a figure of speech is."""

SPOKEN, KEYWORD = 3, 2
"""Fewer words than the first tell only a danger, fewer than the second only a need that the lists know."""

NEEDED, BARELY_NEEDED, NO_TALK = 0.12, 0.03, 0.15
"""From the first on a need counts that no list knows; from the second where it is nearly sure (the third is what small
talk may still have) that something is asked: a card that may help is better than none."""

LISTED, UNDERSTOOD, UNSURE, LEAST = 0.6, 0.1, 0.2, 0.2
"""What a listed need weighs beside a learned one; the probability from which on the wording is understood, what it
weighs below that; and the share of the greatest need below which others are left out. Set on questions of three authors
(`./run bench lookup`, tune, fresh, third-read): between .5 and .8 the answers hardly change."""

SMALL_TALK, PLAIN_SMALL_TALK, LONG = 0.5, 0.8, 4
NOTHING_BUT_TALK, NO_NEED = 0.85, 0.05
"""Small talk whatever the lists know of its words and places (`a recipe of arepas reina pepiada`)."""

ONE_WORD, NO_TALK_AT_ALL = 0.7, 0.02
"""From the first on a single word that no list knows is small talk; below the second several words are none, whatever
else the lists hear in them."""

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
    small_talk, need = guess.get("chatter", 0.0), max(guess.get(topic, 0.0) for topic in SERVICE_TOPICS)
    rival = max(small_talk, need)
    if listed:
        least = EVEN if is_doubtful else 2 * DOUBTED if small_talk >= PLAIN_TALK else DOUBTED
        if sureness < least and (is_doubtful or rival >= EXPLAINED or sureness < IMPOSSIBLE):
            return "", "nothing else in the wording tells of danger"
        if kind != listed and sureness >= SURE and guess.get(f"!{listed}", 0.0) < sureness / 4:
            return kind, f"the wording tells of danger ({kind}, {sureness:.2f})"
        return listed, ""
    if sureness < need * (OUTWEIGHING if sureness < EVEN else BESIDE):
        return "", ""
    if sureness < small_talk * (1 if is_hinted else 2):
        return "", ""
    is_likely = is_hinted and not is_doubtful and sureness >= max(LIKELY, LIKELIER * rival)
    if is_likely or sureness >= (SURE_ALL_THE_SAME if is_doubtful else SURE if is_hinted else SURE_UNHINTED):
        return kind, f"the wording tells of danger ({kind}, {sureness:.2f})"
    return "", ""


def weigh_needs(listed: Mapping[str, float], guess: Guess, words: int) -> Mapping[str, float]:
    """Return how much each topic is needed after both spoke, the most needed first and 1.0."""
    if not guess or (listed and words < KEYWORD):
        return listed
    learned = {topic: guess.get(topic, 0.0) for topic in SERVICE_TOPICS}
    best = max(learned.values())
    if not listed:
        is_asked = best >= BARELY_NEEDED and words >= SPOKEN and guess.get("chatter", 0.0) < NO_TALK
        least = best / 2 if is_asked and best < NEEDED else max(NEEDED, best / 2.5)
        found = {topic: value / best for topic, value in learned.items() if value >= least}
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))
    trusted = 1.0 if best >= UNDERSTOOD else UNSURE
    weighed = {topic: LISTED * listed.get(topic, 0.0) + trusted * value for topic, value in learned.items()}
    most = max(weighed.values())
    ordered = sorted(weighed.items(), key=lambda pair: -pair[1])
    return {topic: round(value / most, 3) for topic, value in ordered if value >= LEAST * most}


def weigh_chatter(
    is_listed: bool, listed: Mapping[str, float], guess: Guess, words: int, *, has_place: bool = False
) -> bool:
    """Say whether it is small talk after both spoke; a single word is what the lists say it is.

    Who names a place and a need asks, however friendly the rest sounds.
    """
    small_talk = guess.get("chatter", 0.0)
    most = max((guess.get(topic, 0.0) for topic in SERVICE_TOPICS), default=0.0)
    if not guess or words < SPOKEN - 1:
        return is_listed or (not listed and small_talk >= ONE_WORD and small_talk > most)
    if words >= LONG and small_talk >= NOTHING_BUT_TALK and most < NO_NEED:
        return True
    if is_listed and listed and words >= LONG and small_talk < NO_TALK_AT_ALL:
        return False
    if is_listed:
        return not (most >= 0.6 and small_talk < 0.3) and not (has_place and listed and small_talk < SMALL_TALK)
    if not listed:
        return small_talk >= SMALL_TALK and small_talk > most
    if words < LONG or most >= 0.25 or has_place:
        return False
    return small_talk >= (PLAIN_SMALL_TALK if most >= 0.1 else PLAIN_TALK)
