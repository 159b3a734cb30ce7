"""What a person who asked would get."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from bot import clock
from bot.cli.speak import FINE, WRONG_USE, complain, json_lines, settle_memory, write_line
from bot.core.directory import Directory
from bot.lookup.search import Answer, Index
from bot.resources.lexicons import load_lexicons
from bot.resources.load import read_resources
from bot.settings import Settings
from bot.texts.answers import DANGER_LINES, nothing_found
from bot.texts.cards import as_text, render_card
from bot.texts.catalogues import Words, words


def on_find(chosen: argparse.Namespace, _: Settings) -> int:
    """Print what a person who asked would get."""
    if not chosen.query and not chosen.stdin:
        complain("find: write what to look for, as in: find asylum germany")
        return WRONG_USE
    resources = read_resources(chosen.resources, clock.today())
    for fault in resources.errors:
        complain(str(fault))
    index = Index(resources.directory, load_lexicons(), clock.today())
    settle_memory()
    if chosen.stdin:
        for question in json_lines(sys.stdin):
            text, country = str(question.get("q") or ""), str(question.get("country") or "")
            language = str(question.get("language") or "")
            write_line(_answered(index, text, country, language, chosen.limit)[1])
        return FINE
    answer, line = _answered(index, " ".join(chosen.query), chosen.country, chosen.language, chosen.limit)
    if chosen.json:
        write_line(line)
    else:
        _print_answer(index.directory, answer, words(chosen.language or answer.question.language), chosen.explain)
    return FINE


def _answered(index: Index, text: str, country: str, language: str, limit: int) -> tuple[Answer, dict[str, Any]]:
    start = time.perf_counter()
    answer = index.answer(text, country=country, language=language, limit=limit)
    taken = (time.perf_counter() - start) * 1000
    ids = [match.service.id for match in answer.matches]
    return answer, {"ids": ids, "crisis": answer.is_crisis, "ms": round(taken, 3)}


def _print_answer(directory: Directory, answer: Answer, speak: Words, explain: bool) -> None:
    if answer.question.danger:
        print(speak(DANGER_LINES[answer.question.danger]) + "\n")
    for match in answer.matches:
        print(as_text(render_card(directory, match.service, clock.now(), speak)))
        if explain:
            print("why: " + "; ".join(match.reasons))
        print()
    if not answer.matches:
        print(nothing_found(speak))
    if explain:
        print("understood: " + "; ".join(answer.question.reasons))
