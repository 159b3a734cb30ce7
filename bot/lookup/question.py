"""Understand a question: its language, place, needs, whom it is for, and whether someone is in danger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.lookup.danger import danger_of, is_figure, is_hinted, is_over, source_of
from bot.lookup.hearing import Heard, hear, likeliest
from bot.lookup.lexicon import Lexicons
from bot.lookup.need import audience_of, denied_of, is_chatter, kept, needs_of
from bot.lookup.normal import script
from bot.lookup.phrases import Hit
from bot.lookup.places import NOWHERE, Asked, Place, choose_place, coded, roles_of
from bot.lookup.weighing import weigh_chatter, weigh_danger, weigh_needs
from bot.lookup.wishes import tells_only_where, wish
from bot.lookup.wordings import Known

_AIMS = frozenset(("asylum", "family"))
_LEAVING = frozenset(("evacuation", "emergency"))

_CRY = 8
"""Words at most of a cry for help, and of a message that tells only where somebody is."""

SURELY = 0.3
"""The probability from which on a need that no list knows may be told back as what was understood."""

_LOANED = 3
"""English words at most that tell nothing of what somebody reads: names, loanwords, what stands on every keyboard."""

_LONG, _PART = 32, 20
"""Words: a longer text is judged in such parts too."""

_DENIED = 0.25
"""What a learned need counts that the asker says not to have."""

_FEW = 8
"""Of a long text, typos in fewer words than one in so many change nothing that was learned."""


@dataclass(frozen=True, repr=False)
class Question:
    """What someone asked, understood; `source` is from whom a danger comes, else its kind. Its repr tells none of it.

    `is_bare`: a cry for help or the name of a place and nothing else; `sure`: needs that were said, not guessed.
    """

    language: str = ""
    place: Place = NOWHERE
    needs: Mapping[str, float] = field(default_factory=dict)
    audience: frozenset[str] = frozenset()
    danger: str = ""
    source: str = ""
    is_chatter: bool = False
    is_bare: bool = False
    sure: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def told_language(self) -> str:
        """The language that she reads, as far as her words tell; '' after a few English ones, which anybody types."""
        return "" if self.language == "en" and len(self.words) <= _LOANED else self.language


def understand(text: str, lexicons: Lexicons, *, country: str = "", language: str = "") -> Question:
    """Return what a text asks; `country` and `language` are the saved ones, used where the text tells none."""
    heard = hear(text, lexicons, language)
    guess = _guess(heard, lexicons)
    for topic in denied_of(heard) & guess.keys():
        guess = {**guess, topic: guess[topic] * _DENIED}
    listed = needs_of(heard)
    needs = weigh_needs(listed, guess, len(heard.tokens))
    danger, why_danger = danger_of(heard)
    is_doubtful = is_over(heard) or is_figure(heard)
    danger, why_learned = weigh_danger(
        danger, guess, len(heard.tokens), is_doubtful=is_doubtful, is_hinted=is_hinted(heard)
    )
    is_where = listed.keys() <= {"emergency"} and _is_where_alone(heard)
    if why_learned and is_where:  # nothing was said that could have been understood
        danger, why_learned = "", ""
    if danger == "violence" and needs.get("detention", 0.0) >= 1:  # who is hurt there is held
        danger = "held"
    place, why_place = _place(heard, lexicons, country, needs, danger)
    has_place = bool(place.is_from_text)
    small_talk = is_chatter(heard, listed, has_place)
    chatter = not danger and weigh_chatter(small_talk, listed, guess, len(heard.tokens), has_place=has_place)
    is_cry = len(heard.tokens) <= _CRY and wish(text) == "help"
    is_bare = not danger and (is_cry or (is_where and not chatter))
    chatter, needs = chatter and not is_cry, {} if is_bare else needs
    reasons = [reason for reason in (heard.how, why_place, why_danger, why_learned) if reason]
    reasons += [f"{topic} is needed ({weight:.2f})" for topic, weight in needs.items()]
    return Question(
        language=likeliest(heard.weights, _by_letters(heard, language)),
        place=place,
        needs={} if chatter else needs,
        audience=audience_of(heard),
        danger=danger,
        source=source_of(heard, danger, needs),
        is_chatter=chatter,
        is_bare=is_bare,
        sure=frozenset(topic for topic in needs if topic in listed or guess.get(topic, 0.0) >= SURELY),
        words=tuple(token.text for token in heard.tokens),
        reasons=tuple(reasons),
    )


def _is_where_alone(heard: Heard) -> bool:
    """Say whether a place is named and nothing asked beside it."""
    if not heard.mentions or len(heard.tokens) > _CRY:
        return False
    named = {at for mention in heard.mentions for at in range(mention.start, mention.end)}
    beside = tuple(token.text for number, token in enumerate(heard.tokens) if number not in named)
    return tells_only_where(beside)


def _by_letters(heard: Heard, saved: str) -> str:
    """Return the saved language, or Russian where it is written in other letters than what was typed."""
    is_cyrillic = bool(heard.tokens) and all(script(token.text) == "cyrillic" for token in heard.tokens)
    return "ru" if is_cyrillic and saved.partition("-")[0] not in ("ru", "uk") else saved


def _guess(heard: Heard, lexicons: Lexicons) -> Mapping[str, float]:
    """Return what the wording means by what was learned, as it was typed or as it was mended, whichever tells more."""
    known: Known = {}
    typed = _judged([token.text for token in heard.tokens], lexicons, known)
    if not heard.said or not typed or (len(heard.said) > _LONG and heard.mended * _FEW < len(heard.said)):
        return typed
    mended = lexicons.wordings.judge(heard.said, known)
    return {label: max(value, mended[label]) for label, value in typed.items()}


def _judged(words: Sequence[str], lexicons: Lexicons, known: Known) -> Mapping[str, float]:
    """Return what was learned of a text; a danger in one part of a long one is not outweighed by the others."""
    whole = lexicons.wordings.judge(words, known)
    if len(words) <= _LONG or not whole:
        return whole
    dangers = lexicons.wordings.dangers
    parts = [dangers.judge(words[start : start + _PART], known) for start in range(0, len(words), _PART)]
    return {
        label: max(value, *(part[label] for part in parts)) if label[0] == "!" else value
        for label, value in whole.items()
    }


def _place(
    heard: Heard, lexicons: Lexicons, country: str, needs: Mapping[str, float], danger: str
) -> tuple[Place, str]:
    """Return the place that the text means, else the saved country, and why."""
    saved = coded(country)
    mentions = heard.mentions
    if needs.get("language-class", 0.0) >= 0.5:  # there, German is a language
        mentions = tuple(mention for mention in mentions if mention.known.kind != "demonym")
    if not mentions:
        return saved, "saved country" if saved else ""
    told: list[Hit] = []
    told_after: list[Hit] = []
    aims: set[int] = set()
    past: set[int] = set()
    for language, hits in heard.hits.items():
        if heard.weights.get(language, 0.0) < 0.5:
            continue
        for hit in hits:
            if hit.kind.list == "place" and hit.sureness >= 0.8:
                (told_after if language == "tr" else told).append(hit)
            elif hit.kind.list == "past":
                past.add(heard.tokens[hit.start].clause)
        topics = kept(hits, "topic", language, heard.tokens)
        aims |= {hit.end - 1 for hit in topics if hit.kind.name in _AIMS and hit.kind.weight >= 1}
    is_leaving = any(needs.get(topic, 0.0) >= 0.6 for topic in _LEAVING)
    place, why = choose_place(
        heard.tokens,
        mentions,
        roles_of(told, told_after),
        lexicons.gazetteer,
        Asked(saved.country, aims, past, is_leaving=is_leaving, is_in_danger=bool(danger)),
    )
    return (place, why) if place else (saved, "saved country" if saved else "")
