"""Every bench of the bot at work still runs: a figure nobody can repeat is a rumour."""

import argparse
import gc

import pytest

from bench import startup
from bench.delivery import waypost
from bench.growth import measure
from bot.sandbox import Sandbox, serve
from bot.storage.tinydb_store import TinyDBStore
from bot.storage.vault import Vault


@pytest.fixture(autouse=True)
def thawed():
    """Let this process collect again what a bench has set aside from collecting."""
    yield
    gc.unfreeze()


async def test_delivery__few_readers__sends_to_all_and_says_how_long_it_took():
    sandbox = Sandbox()
    for chat in range(1, 21):
        sandbox.person(chat, "Reader", "en").started = True
    async with serve(sandbox) as url:
        found = await waypost(url, 20, 8)
    assert found["seconds"] > 0
    assert found["publish"] > 0


async def test_growth__few_readers__measures_every_act(tmp_path):
    found = await measure(20, lambda: TinyDBStore(tmp_path, Vault([b"k" * 32])), lambda: 0.0)
    assert {"open", "subscribe, one", "forget, one", "publish to all", "claim eight", "messages/s"} <= found.keys()


async def test_startup__few_readers__waits_for_answers_at_rest_and_in_a_push(tmp_path, capsys, monkeypatch):
    (tmp_path / "resources.yaml").write_text("version: 1\n", encoding="utf-8")
    monkeypatch.setattr(startup, "REST_FOR", 0.0)
    await startup.run(argparse.Namespace(readers=300, concurrency=8, rate=20, latency=0.01, seconds=1), tmp_path)
    said = capsys.readouterr().out
    assert "start to first answer" in said
    assert "were pushed to" in said
