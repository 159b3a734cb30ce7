"""Decide from the hits what is needed, by whom, and whether it is small talk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from bot.lookup.hearing import Heard
from bot.lookup.normal import Token, is_laughter
from bot.lookup.phrases import Hit
from bot.lookup.spans import Cover, Spans

_LEAST_LANGUAGE = 0.35
_NEGATED_WITHIN = 3
_LONGEST = 24  # words that an entry covers at most
_PAST, _ASIDE = 0.5, 0.6
# Words of asking: the clause that has one tells what is wanted, the others why.
_ASKING = frozenset(
    "need want looking seek find search where ищу нужен нужна нужно нужны надо хочу где найти посоветуйте шукаю "
    "потрібен потрібна потрібно треба хочу де suche brauche mochte wo busco necesito quiero donde cherche besoin veux "
    "voudrais ou ariyorum lazim istiyorum gerek gerekiyor nerede ihtiyacim ابحث اريد احتاج بدي اين وين محتاج محتاجه "
    "ميخواهم ميخوام دنبال نياز لازم كجا".split()
)
_NEGATED_AFTER = frozenset(("tr", "fa"))


def covered(hits: Sequence[Hit], name: str) -> set[int]:
    """Return the numbers of the words within hits of one list."""
    return {at for hit in hits if hit.kind.list == name for at in range(hit.start, hit.end)}


def kept(hits: Sequence[Hit], name: str, language: str, tokens: Sequence[Token]) -> tuple[Hit, ...]:
    """Return the hits of one list that are neither within a figure of speech nor negated.

    Where a negation would leave nothing, it leaves all: who writes "no passport" needs one.
    """
    return _sorted_out(hits, name, language, tokens)[0]


def denied_of(heard: Heard) -> frozenset[str]:
    """Return the topics that the asker says not to want, while another one is left (`not a lawyer, just company`)."""
    denied: set[str] = set()
    for language, hits in heard.hits.items():
        if heard.weights.get(language, 0.0) >= _LEAST_LANGUAGE:
            left, negated = _sorted_out(hits, "topic", language, heard.tokens)
            denied |= {hit.kind.name for hit in negated if hit.kind.weight >= 1} - {hit.kind.name for hit in left}
    return frozenset(denied)


def _sorted_out(
    hits: Sequence[Hit], name: str, language: str, tokens: Sequence[Token]
) -> tuple[tuple[Hit, ...], Collection[Hit]]:
    """Return the hits of a list that are kept, and those that are negated."""
    figures = Cover(hit for hit in hits if hit.kind.list == "figures")
    wanted = [hit for hit in hits if hit.kind.list == name and not figures.holds(hit)]
    negated = negated_hits(hits, wanted, language, tokens, is_topic=name == "topic")
    left = tuple(hit for hit in wanted if hit not in negated)
    denied = {hit.kind.name for hit in negated if hit.kind.weight >= 1}
    is_another = any(hit.kind.weight >= 1 or hit.kind.name not in denied for hit in left)
    return (left, negated) if is_another or not denied else (tuple(wanted), ())


def negated_hits(
    hits: Sequence[Hit], wanted: Sequence[Hit], language: str, tokens: Sequence[Token], *, is_topic: bool
) -> set[Hit]:
    """Return those of the wanted hits that a negation near them cancels, up to a contrast or the clause's end.

    A topic can also be negated by a word right after it (`приют не нужен`); in Turkish and Persian a little later.
    """
    contrasts = covered(hits, "contrast")
    found: set[Hit] = set()
    spans = Spans(wanted)
    for negation in hits:
        if negation.kind.list != "negation":
            continue
        clause = tokens[negation.start].clause
        ahead = _reach(negation.end, len(tokens), tokens, clause, contrasts)
        cancelled = set(spans.between(negation.end, ahead))
        if not cancelled and is_topic:
            within = _NEGATED_WITHIN if language in _NEGATED_AFTER else 1
            cancelled = {
                hit
                for hit in spans.between(negation.start - within - _LONGEST, negation.start)
                if 0 <= negation.start - hit.end < within and tokens[hit.start].clause == clause
            }
        found |= cancelled
    return found


def _reach(start: int, end: int, tokens: Sequence[Token], clause: int, contrasts: set[int]) -> int:
    """Return the number of the first word that a negation before `start` no longer covers."""
    at = start
    while at < min(end, start + _NEGATED_WITHIN) and tokens[at].clause == clause and at not in contrasts:
        at += 1
    return at


def needs_of(heard: Heard) -> Mapping[str, float]:
    """Return how much each topic is needed, 1.0 for the most needed; empty if nothing is."""
    totals: defaultdict[str, float] = defaultdict(float)
    strongest: defaultdict[str, float] = defaultdict(float)
    for language, hits in heard.hits.items():
        weight = heard.weights.get(language, 0.0)
        if weight < _LEAST_LANGUAGE:
            continue
        shares = _clause_shares(heard, hits)
        for topic, score, best in _topic_scores(kept(hits, "topic", language, heard.tokens), shares):
            totals[topic] = max(totals[topic], score * weight)
            strongest[topic] = max(strongest[topic], best)
    if any(best >= 0.5 for best in strongest.values()):  # beside a strong word, a hint alone says little
        totals = defaultdict(
            float, {topic: score * (1 if strongest[topic] >= 0.5 else 0.5) for topic, score in totals.items()}
        )
    most = max(totals.values(), default=0.0)
    return {
        topic: round(score / most, 3)
        for topic, score in sorted(totals.items(), key=lambda pair: -pair[1])
        if score >= 0.2 * most
    }


def _clause_shares(heard: Heard, hits: Sequence[Hit]) -> Sequence[float]:
    """Return for each word what a hit there is worth: less in a clause on the past, or beside one that asks."""
    past = {heard.tokens[hit.start].clause for hit in hits if hit.kind.list == "past"}
    asking = {token.clause for token in heard.tokens if token.text in _ASKING}
    told = {heard.tokens[hit.start].clause for hit in hits if hit.kind.list == "topic" and hit.kind.weight >= 1}
    asking = asking & told
    return [
        (_PAST if token.clause in past else 1.0) * (_ASIDE if asking and token.clause not in asking else 1.0)
        for token in heard.tokens
    ]


def _topic_scores(hits: Sequence[Hit], shares: Sequence[float]) -> list[tuple[str, float, float]]:
    """Return for each topic its score and its strongest hit; a word within a longer phrase counts half."""
    spans = [hit for hit in hits if hit.kind.weight >= 1 and hit.size > 1]
    by_topic: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for hit in hits:
        value = hit.kind.weight * hit.sureness * (1 + 0.25 * min(hit.size - 1, 3)) * shares[hit.start]
        if any(
            span.start <= hit.start and hit.end <= span.end and span.size > hit.size and span.kind != hit.kind
            for span in spans
        ):
            value *= 0.5
        best = by_topic[hit.kind.name]
        best[hit.start] = max(value, best.get(hit.start, 0.0))
    scores = []
    for topic, values in by_topic.items():
        ordered = sorted(values.values(), reverse=True)
        total = sum(value / 2**rank for rank, value in enumerate(ordered[:4]))
        scores.append((topic, total, ordered[0]))
    return scores


def audience_of(heard: Heard) -> frozenset[str]:
    """Return the groups that the asker says to belong to."""
    found = set()
    for language, hits in heard.hits.items():
        if heard.weights.get(language, 0.0) >= 0.5:
            found |= {hit.kind.name for hit in kept(hits, "audience", language, heard.tokens)}
    return frozenset(found)


def is_chatter(heard: Heard, needs: Mapping[str, float], has_place: bool) -> bool:
    """Say whether a text is small talk: small talk is heard and no strong need beside it.

    What was typed as it is outweighs what it sounds like: `asylum` is no Arabic greeting.
    """
    small_talk = {at: 1.0 for at, token in enumerate(heard.tokens) if is_laughter(token.text)}
    for language, hits in heard.hits.items():
        for hit in hits if heard.weights.get(language, 0.0) >= 0.5 else ():
            if hit.kind.list in ("chatter", "figures"):
                for at in range(hit.start, hit.end):
                    small_talk[at] = max(hit.sureness, small_talk.get(at, 0.0))
    if not small_talk:
        return False
    for language, hits in heard.hits.items():
        if heard.weights.get(language, 0.0) < _LEAST_LANGUAGE:
            continue
        shown = {heard.tokens[hit.start].sentence for hit in hits if hit.kind.list == "past"}  # a film, a book
        for hit in kept(hits, "topic", language, heard.tokens):
            is_told = hit.size > 1 or heard.tokens[hit.start].sentence not in shown
            is_talk = all(small_talk.get(at, 0.0) >= hit.sureness for at in range(hit.start, hit.end))
            if hit.kind.weight >= 1 and is_told and not is_talk:
                return False
    return not needs or not has_place or len(small_talk) * 2 >= len(heard.tokens)
