"""The editors' guide names every field, and what it shows is accepted."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.core.directory import SERVICE_TOPICS
from bot.resources.load import read_text
from bot.resources.model import (
    AddressPart,
    AssuredPart,
    EligibilityPart,
    FeedPart,
    OrganizationPart,
    PhonePart,
    ResourcesFile,
    ServicePart,
)

GUIDE = (Path(__file__).parents[2] / "docs" / "resources.md").read_text(encoding="utf-8")
PARTS = (ResourcesFile, OrganizationPart, ServicePart, PhonePart, AddressPart, EligibilityPart, AssuredPart, FeedPart)


@pytest.mark.parametrize("part", PARTS)
def test_guide__every_field__is_explained(part) -> None:
    assert [field for field in part.model_fields if not re.search(rf"\b{field}\b", GUIDE)] == []


def test_guide__every_topic__is_listed() -> None:
    assert [topic for topic in SERVICE_TOPICS if f"`{topic}`" not in GUIDE] == []


def test_guide__its_examples_together__are_a_file_without_a_fault() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert len(blocks) == 4
    assert read_text("version: 1\n" + "".join(blocks), "guide", date(2026, 11, 23)).faults == ()


def test_guide__every_example_in_the_table_of_services__is_accepted() -> None:
    service = GUIDE.partition("### Of a service")[2].partition("### ")[0]
    fields = dict(re.findall(r"^\| `(\w+)` \| `([^`]+)`", service, re.MULTILINE))
    assert set(fields) == set(ServicePart.model_fields)
    lines = "\n    ".join(f"{name}: {value}" for name, value in fields.items() if name != "id")
    text = f"version: 1\norganizations:\n  example-refuge: {{name: Refuge}}\nservices:\n  - id: {fields['id']}\n    {lines}\n"
    assert [str(fault) for fault in read_text(text, "guide", date(2026, 11, 23)).faults] == []
