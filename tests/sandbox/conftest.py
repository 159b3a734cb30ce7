"""A served sandbox and a client that speaks to it as a bot does."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from sandbox_client import READER, Bot, Clock

from bot.sandbox import Person, Sandbox, serve


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with serve(sandbox) as base, aiohttp.ClientSession() as session:
        yield Bot(session, base, sandbox.token)


@pytest.fixture
def reader(sandbox: Sandbox) -> Person:
    """A person who has started the bot; the update of that is gone."""
    person = sandbox.person(READER)
    person.say("/start")
    sandbox.world.updates.drop()
    return person
