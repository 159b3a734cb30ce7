"""One newsroom for all tests of triage: loading the places takes a second or two."""

from __future__ import annotations

import pytest

from bot.lookup.newsroom import Newsroom
from bot.resources.newsroom import load_newsroom
from tests.lookup.lexicons import real


@pytest.fixture(scope="session")
def newsroom() -> Newsroom:
    return load_newsroom(real())
