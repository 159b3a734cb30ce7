"""A resources file as an editor writes it, and what she is told when something is wrong."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import ResourcesError
from bot.resources.load import load_resources, read_resources, read_text

TODAY = date(2026, 11, 23)
HEAD = """version: 1
organizations:
  refuge:
    name: Refuge
    run_by: ngo
services:
"""
SERVICE = """  - id: advice
    organization: refuge
    name: {en: Advice, ru: Совет}
    description: First advice.
    topics: [asylum, legal]
    service_area: [DE-BE]
    email: help@refuge.example.org
"""


def faults(text: str) -> list[str]:
    return [str(fault) for fault in read_text(text, "r.yaml", TODAY).faults]


def test_read__the_example_of_the_documentation__is_fine() -> None:
    text = (Path(__file__).parent / "example.yaml").read_text(encoding="utf-8")
    resources = read_text(text, "example.yaml", TODAY)
    assert [str(fault) for fault in resources.faults] == []
    service = resources.directory.by_id["de-berlin-asylum-advice"]
    assert service.phones[0].number == "+49 30 23125 001"
    assert service.phones[1].types == ("whatsapp", "signal")
    assert service.address is not None
    assert service.address.postal_code == "10115"
    assert service.application_process == {"en": "Come in person, no appointment."}
    assert service.keywords["de"] == ("bamf", "anhörung")
    assert service.assured is not None
    assert service.assured.every is not None
    assert service.assured.every.days == 90
    assert resources.feeds[0].poll_every.total_seconds() == 900


def test_read__what_yaml_would_change__stays_as_written() -> None:
    text = HEAD + SERVICE.replace("[DE-BE]", "[NO]") + "    phones: [{number: 0800 123}, {number: 116016}]\n"
    service = read_text(text, "r.yaml", TODAY).directory.by_id["advice"]
    assert service.service_area == ("NO",)
    assert [phone.number for phone in service.phones] == ["0800 123", "116016"]


@pytest.mark.parametrize("written", ["", "    description:\n", "    description: ~\n", "    description: {}\n"])
def test_read__a_service_without_a_description__is_whole(written) -> None:
    text = HEAD + SERVICE.replace("    description: First advice.\n", written)
    resources = read_text(text, "r.yaml", TODAY)
    assert resources.faults == ()
    assert resources.directory.by_id["advice"].description == {}


def test_read__one_text_alone__is_english() -> None:
    assert read_text(HEAD + SERVICE, "r.yaml", TODAY).directory.by_id["advice"].description == {"en": "First advice."}


def test_shipped_resources__have_no_fault_and_are_not_assured() -> None:
    resources = load_resources(Path(__file__).parents[2] / "resources.yaml", TODAY)
    assert len(resources.directory.services) >= 60
    assert resources.directory.unassured == len(resources.directory.services)
    for service in resources.directory.services:
        assert {"en", "ru"} <= service.name.keys()
        assert {"en", "ru"} <= service.description.keys()
    assert {feed.trust for feed in resources.feeds} == {"review"}


BROKEN = [
    (SERVICE.replace("asylum, legal", "asylm"), "r.yaml:11: `asylm` is no topic; write asylum"),
    (SERVICE.replace("DE-BE", "Istanbul"), "r.yaml:12: `Istanbul` is no place code; write TR-34"),
    (SERVICE.replace("DE-BE", "Germany"), "r.yaml:12: `Germany` is no place code; write DE"),
    (SERVICE.replace("DE-BE", "UK"), "r.yaml:12: `UK` is no place code; write GB"),
    (SERVICE.replace("{en: Advice, ru: Совет}", "{german: Rat}"), "r.yaml:9: `german` is no language tag; write de"),
    (SERVICE.replace("organization: refuge", "organization: refug"), "r.yaml:8: there is no organization `refug`; write refuge"),
    (SERVICE + SERVICE, "r.yaml:14: the id `advice` is taken already in line 7; give one of the two another id"),
    (SERVICE + "    topics: [legal]\n", "r.yaml:14: `topics` stands here a second time (first in line 11); keep one of the two"),
    (
        SERVICE + "    phones: [{number: 030 1234567}]\n",
        "r.yaml:14: `030 1234567` has no country code; write it as one calls it from abroad, as in +49 30 23125 001",
    ),
    (
        SERVICE + "    schedule: 9 to 5\n",
        "r.yaml:14: `9 to 5` is no opening hours; write it as OpenStreetMap does: Mo-Fr 09:00-17:00; PH off",
    ),
    (SERVICE + "    url: refuge.example.org\n", "r.yaml:14: `refuge.example.org` is no web address; write https://refuge.example.org if that page opens"),
    (SERVICE + "    url: http://refuge.example.org\n", "r.yaml:14: `http://refuge.example.org` is not https; write https://refuge.example.org if that page opens"),
    (SERVICE + "    crisis: maybe\n", "r.yaml:14: `maybe` is neither true nor false; write true or false"),
    (SERVICE + "    cuation: Beware.\n", "r.yaml:14: unknown field `cuation`; write caution"),
    (SERVICE + "    status: closed\n", "r.yaml:14: `closed` is no status; write temporarily closed"),
    (SERVICE + "    assured: {date: 1.11.2026, by: Editor}\n", "r.yaml:14: `1.11.2026` is no date; write year, month and day, as in 2026-11-01"),
    (SERVICE + "    assured: {date: 2027-11-01, by: Editor}\n", "r.yaml:14: 2027-11-01 lies in the future; write the day on which somebody made sure"),
    (SERVICE.replace("    email: help@refuge.example.org\n", ""), "r.yaml:7: `advice` cannot be reached; add phones, email, url, links or address"),
    (SERVICE.replace("topics: [asylum, legal]", "topics: []"), "r.yaml:11: `advice` has no topic; write at least one, the main one first"),
    (SERVICE.replace("First advice.", "x" * 601), "r.yaml:10: the text has 601 characters, which is too long for a small screen; shorten it to 600 or fewer"),
    (SERVICE.replace("description: First advice.", "description: &d First advice."), "r.yaml:10: `&d` is an anchor; remove it and write values out where they are needed"),
    (SERVICE.replace("help@refuge.example.org", "help at refuge"), "r.yaml:13: `help at refuge` is no e-mail address; write one address, as in help@refuge.example.org"),
    (SERVICE.replace("    name: {en: Advice, ru: Совет}\n", ""), "r.yaml:7: `name` is missing; add `name:`"),
    (SERVICE + "    eligibility: {minimum_age: sixteen}\n", "r.yaml:14: `sixteen` is no age; write full years, as in 16"),
    (
        SERVICE.replace("    email: help@refuge.example.org\n", "    links: [{label: Bot, url: https://t.me/refuge}]\n"),
        "r.yaml:7: warning: `advice` can be reached in Telegram only, which is blocked in places; add a phone, an e-mail address or a web page",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("service", "expected"), BROKEN, ids=[expected.split(";")[0] for _, expected in BROKEN])
def test_read__a_broken_service__one_fault_with_line_and_fix(service, expected) -> None:
    assert faults(HEAD + service) == [expected]


def test_read__broken_syntax__the_line_and_what_to_look_at() -> None:
    assert faults("version: 1\nservices:\n  - id: [a\n") == [
        "r.yaml:3: this is not readable as YAML: did not find expected ',' or ']'; "
        'close the brace or bracket, and put the text in quotes if it holds a colon or #, as in "a: b" (noticed in line 4)'
    ]


def test_read__many_faults__all_at_once() -> None:
    service = (
        SERVICE.replace("asylum, legal", "asylm").replace("DE-BE", "Germany") + "    phones: [{number: 030 1234567}]\n"
    )
    assert [fault.split(":")[1] for fault in faults(HEAD + service)] == ["11", "12", "14"]


def test_load__a_broken_file__raises_with_every_fault(tmp_path) -> None:
    file = tmp_path / "r.yaml"
    file.write_text(HEAD + SERVICE.replace("asylum, legal", "asylm"), encoding="utf-8")
    with pytest.raises(ResourcesError) as raised:
        load_resources(file, TODAY)
    assert len(raised.value.faults) == 1


def test_load__no_such_file__says_so(tmp_path) -> None:
    with pytest.raises(ResourcesError, match="there is no such file; set RESOURCES to its path"):
        read_resources(tmp_path / "none.yaml", TODAY)


def test_load__no_utf8__names_the_line(tmp_path) -> None:
    file = tmp_path / "r.yaml"
    file.write_bytes("version: 1\n# приют\n".encode("cp1251"))
    with pytest.raises(ResourcesError, match="r.yaml:2: this is not UTF-8 text"):
        read_resources(file, TODAY)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without end")
def test_load__a_file_without_end__is_given_up_on() -> None:
    with pytest.raises(ResourcesError, match="/dev/zero:1: the file is larger than 20 MB"):
        read_resources(Path("/dev/zero"), TODAY)


def test_load__spaces_that_are_none_before_a_field__that_line_is_named() -> None:
    text = "version: 1\nservices:\n  - id: a\n\u00a0\u00a0\u00a0\u00a0name: A\n    description: d\n"
    (fault,) = read_text(text, "r.yaml", TODAY).errors
    assert fault.line == 4
    assert fault.fix == "indent with plain spaces; copying from a web page brings in others"
