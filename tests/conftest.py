"""What every test shares: Hypothesis without a clock, since these machines are noisy; and canaries, always on."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from bot.sandbox.people import Person
from bot.sandbox.sandbox import Sandbox
from tests.canary import Canaries
from tests.storage.postgres import Server, Unavailable, started

settings.register_profile("waypost", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("waypost")

_planted = Canaries()


def pytest_configure(config: pytest.Config) -> None:
    """Let whatever people of the sandbox are and say be planted."""
    _plant_when(Sandbox, "__init__", lambda sandbox: _planted.token(sandbox.token))
    _plant_when(Person, "__init__", lambda one: _planted.person(one.user_id, one.first_name, one.username))
    _plant_when(Person, "_send", lambda one, text, *_: _planted.text(one.user_id, text))


def _plant_when(kind: Any, name: str, plant: Any) -> None:
    done = getattr(kind, name)

    def doing(self: Any, *arguments: Any, **more: Any) -> Any:
        result = done(self, *arguments, **more)
        plant(self, *arguments) if name == "_send" else plant(self)
        return result

    setattr(kind, name, doing)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for all tests of this process; where `CI` is set, one that cannot be started is a failure."""
    try:
        made = started()
    except Unavailable as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    yield made
    made.remove()


@pytest.fixture
def canaries() -> Canaries:
    """What was planted so far in this test."""
    return _planted


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin each test without canaries."""
    _planted.clear()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """Fail a test that let slip what a person is or said, into its output, its logs or its stores."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    if not _planted.said or not report.passed:
        return
    sections = [(name, text) for name, text in report.sections if name not in _planted.passed_over]
    found = [f"{kind} in {name}" for name, text in sections for kind in _planted.in_text(text)]
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if isinstance(folder, Path):
        found += _planted.in_folder(folder)
    if found:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} lets a canary out: " + "; ".join(sorted(set(found)))
