"""One newsroom for all tests of triage: loading the places takes a second or two."""

from __future__ import annotations

import pytest

from bot.lookup.newsroom import Newsroom
from bot.resources.lexicons import load_lexicons
from bot.resources.newsroom import load_newsroom


@pytest.fixture(scope="session")
def newsroom() -> Newsroom:
    return load_newsroom(load_lexicons())
