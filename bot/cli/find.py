"""What a person who asked would get."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from bot import clock
from bot.cli.speak import FINE, NOT_FINE, WRONG_USE, JsonLines, as_typed, complain, settle_memory, tell, write_line
from bot.core.directory import Directory
from bot.lookup.search import Answer, Index
from bot.resources.codes import meant_place, place_fix
from bot.resources.lexicons import load_lexicons
from bot.resources.lines import one_line
from bot.resources.load import read_resources
from bot.settings import Settings
from bot.texts.answers import DANGER_LINES, URGENT_LINES, render_chatter, render_nothing
from bot.texts.cards import as_text, render_card, render_line
from bot.texts.catalogues import Words, words


def on_find(chosen: argparse.Namespace, _: Settings) -> int:
    """Print what a person who asked would get."""
    if not chosen.query and not chosen.stdin:
        complain("find: write what to look for, as in: find asylum germany")
        return WRONG_USE
    if chosen.query and chosen.stdin:
        complain("find: the questions come from standard input with --stdin; leave the words out")
        return WRONG_USE
    country = meant_place(as_typed(chosen.country))
    if chosen.country and not country:
        complain(f"find: --country: `{one_line(as_typed(chosen.country), 40)}` is no place code; {place_fix('')}")
        return WRONG_USE
    resources = read_resources(chosen.resources, clock.today())
    for fault in resources.errors:
        complain(str(fault))
    if resources.errors and not resources.directory.services:
        return NOT_FINE
    index = Index(resources.directory, load_lexicons(), clock.today())
    settle_memory()
    if chosen.stdin:
        return _answer_lines(index, country, chosen)
    text = as_typed(" ".join(chosen.query))
    answer, line = _answered(index, text, country, chosen.language, chosen.limit)
    if chosen.json:
        write_line(line)
    else:
        _print_answer(index.directory, answer, words(chosen.language or answer.question.language), chosen.explain)
    return FINE


def _answer_lines(index: Index, country: str, chosen: argparse.Namespace) -> int:
    """Answer each question of standard input; what a line leaves open is as the options say."""
    lines = JsonLines(sys.stdin, ("q",), ("country", "language"))
    for question in lines:
        place = meant_place(question.get("country") or "") or country
        if question.get("country") and not place:
            lines.complain(f"`country` is no place code; {place_fix('')}")
        language = question.get("language") or chosen.language
        write_line(_answered(index, question.get("q") or "", place, language, chosen.limit)[1])
    return lines.status


def _answered(index: Index, text: str, country: str, language: str, limit: int) -> tuple[Answer, dict[str, Any]]:
    start = time.perf_counter()
    answer = index.answer(text, country=country, language=language, limit=limit)
    taken = (time.perf_counter() - start) * 1000
    ids = [match.service.id for match in answer.matches]
    return answer, {"ids": ids, "crisis": answer.is_crisis, "ms": round(taken, 3)}


def _print_answer(directory: Directory, answer: Answer, speak: Words, explain: bool) -> None:
    if answer.question.danger:
        tell(speak(DANGER_LINES[answer.question.danger]) + "\n")
        for match in answer.matches[:URGENT_LINES]:
            tell("• " + as_text(render_line(match.service, speak)))
        tell("")
    for match in answer.matches:
        tell(as_text(render_card(directory, match.service, clock.now(), speak)))
        if explain:
            tell("why: " + "; ".join(match.reasons))
        tell("")
    if not answer.matches:
        is_chatter = answer.question.is_chatter or not answer.question.words
        tell(as_text((render_chatter(speak) if is_chatter else render_nothing((), speak)).html))
    if explain:
        tell("understood: " + "; ".join(answer.question.reasons))
