"""docs/operating.md names what an operator meets: every metric, every page, every line of the log."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
CODE = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "bot").rglob("*.py"))}
METRICS = sorted(set(re.findall(r'"(waypost_[a-z_]+)"', CODE[ROOT / "bot" / "web" / "health.py"])))
PAGES = sorted(set(re.findall(r'"(/[a-z]+(?:\.[a-z]+)?)"', CODE[ROOT / "bot" / "web" / "server.py"])))
FAULTS = sorted(set(re.findall(r'log\.(?:warning|error)\(\s*"([^"]+)"', "".join(CODE.values()))))
HARMLESS = {"the apology failed too", "the day of the reminder could not be kept", "the admins could not be warned"}
"""They stand beside another line that says what is wrong."""


def test_metrics_pages_and_faults__are_found_in_the_code() -> None:
    assert min(len(METRICS), len(FAULTS)) >= 8


@pytest.mark.parametrize("name", [*METRICS, *PAGES])
def test_operating__every_metric_and_page__is_explained(name) -> None:
    assert f"`{name}" in TEXT


@pytest.mark.parametrize("event", sorted(set(FAULTS) - HARMLESS))
def test_operating__every_fault_in_the_log__is_explained(event) -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    told = [each.rstrip(" .") for row in rows for each in re.findall(r"`([^`]+)`", row)]
    assert any(event.startswith(each) for each in told if len(each) > 10)
