"""Every fault that an editor can make has a line, a plain name and what to write instead."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Fault
from bot.resources.load import Resources, read_text

TODAY = date(2026, 11, 23)
FILE = Path(__file__).parent / "broken_cases.txt"
STANDS_FOR = {
    "{TAB}": "\t", "{BELL}": "\x07", "{NBSP}": "\u00a0", "{LS}": "\u2028", "{ZWSP}": "\u200b", "{RLM}": "\u200f",
    "{LRE}": "\u202a", "{PDF}": "\u202c", "{600}": "x" * 600,
}  # fmt: skip


def read_cases() -> dict[str, tuple[str, list[str]]]:
    """Return name -> (text of the file, expected faults)."""
    cases: dict[str, tuple[str, list[str]]] = {}
    base: list[str] = []
    for block in FILE.read_text(encoding="utf-8").split("\n== ")[1:]:
        name, *lines = block.splitlines()
        if name == "BASE":
            base = [line[2:] for line in lines if line.startswith("|")]
            continue
        assert name not in cases, f"two cases are called {name}"
        cases[name] = (changed(base, lines), [line[2:] for line in lines if line.startswith(">")])
    return cases


def changed(base: list[str], lines: list[str]) -> str:
    """Return the text of one case."""
    whole = [line[2:] for line in lines if line.startswith("|")]
    text = whole or list(base)
    at, indent = next(number for number, line in enumerate(base) if "email:" in line) + 1, " " * 4
    for line in lines:
        mark, rest = line[:1], line[2:]
        if mark == "-":
            at = next(number for number, old in enumerate(text) if old.strip() == rest)
            indent = text[at][: len(text[at]) - len(text[at].lstrip())]
            del text[at]
        elif mark == "+":
            text.insert(at, indent + rest)
            at += 1
        elif mark == "*":
            text.append(" " * 4 + rest)
    result = "\n".join(text) + "\n"
    for name, letters in STANDS_FOR.items():
        result = result.replace(name, letters)
    return result


CASES = read_cases()


def test_cases__are_many() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize("name", CASES)
def test_read__a_broken_file__every_fault_with_its_line_and_what_to_write(name) -> None:
    text, expected = CASES[name]
    found = [str(fault).removeprefix("r.yaml:") for fault in read_text(text, "r.yaml", TODAY).faults]
    assert found == expected
    assert expected, "a case without a fault"


# Pieces of resources files, so that chance often finds its way past the syntax.
WORDS = st.sampled_from(
    ["version", "services", "organizations", "feeds", "operator", "police_danger_areas", "id", "organization", "name",
     "topics", "phones", "number", "schedule", "timezone", "assured", "date", "by", "every", "keywords", "en", "ru",
     "asylum", "DE", "WW", "24/7", "Mo-Fr 09:00-17:00", "Europe/Berlin", "1", "refuge", "2026-11-01", "90d", "url",
     "https://refuge.example.org", "https://[", "http://a:b", "+49", "eligibility", "minimum_age", "²", "true", "", "~"]
)  # fmt: skip
SCALARS = WORDS | st.text(max_size=8)
TREES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(SCALARS, below, max_size=5), max_leaves=25
)
SERVICE_FIELDS = (
    "id organization name description topics service_area audience languages phones email url links address schedule "
    "timezone fees eligibility required_documents application_process alert caution status crisis keywords assured"
).split()


def written(tree: object) -> str:
    """Return a tree as YAML in one line."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{written(key)}: {written(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(written, tree)) + "]"
    escaped = "".join(
        letter if (letter.isalnum() and letter.isascii()) or letter in " /:.+-" else f"\\U{ord(letter):08x}"
        for letter in str(tree)
    )
    return f'"{escaped}"'


def holds(resources: Resources) -> None:
    """Check what is true of every text: faults are faults, with a line that exists, shown on one line."""
    last = resources.text.count("\n") + 2
    for fault in resources.faults:
        assert isinstance(fault, Fault)
        assert 1 <= fault.line <= last
        assert "\n" not in str(fault)
        assert fault.what
        assert fault.fix


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=200)
    | st.text(alphabet="-: []{}\n\t&*!|>'\"#%@`ab1,?~", max_size=60)
)
def test_read__any_text__gives_faults_and_never_raises(text) -> None:
    holds(read_text(text, "r.yaml", TODAY))


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_read__any_tree__gives_faults_and_never_raises(tree) -> None:
    holds(read_text(written(tree) + "\n", "r.yaml", TODAY))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SERVICE_FIELDS), TREES)
def test_read__any_value_in_any_field_of_a_service__gives_faults_and_never_raises(field, value) -> None:
    service = {
        "id": "advice", "organization": "refuge", "name": "Advice", "description": "First advice.", "topics": ["asylum"],
        "service_area": ["DE"], "email": "help@refuge.example.org",
    } | {field: value}  # fmt: skip
    text = written({"version": "1", "organizations": {"refuge": {"name": "Refuge"}}, "services": [service]})
    holds(read_text(text + "\n", "r.yaml", TODAY))


def test_read__a_hostile_depth__is_one_fault_and_does_not_exhaust_the_stack() -> None:
    deep = "services: " + "[" * 900 + "]" * 900 + "\n"
    assert sum("nested too deeply" in fault.what for fault in read_text(deep, "r.yaml", TODAY).faults) == 1


def test_read__letters_that_are_half_a_pair__are_a_fault() -> None:
    faults = read_text("version: 1\nname: \ud800\n", "r.yaml", TODAY).faults
    assert [fault.line for fault in faults] == [2]
