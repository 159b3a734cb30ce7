"""Which addresses of a file are visited, and what the editor is told of them."""

from bot.errors import Fault
from bot.resources.links import link_faults, links_with_lines

TEXT = """version: 1
operator: {name: Refuge, website: "https://operator.example.org"}
organizations:
  refuge:
    name: Refuge
    website: https://refuge.example.org
services:
  - id: advice
    url: https://refuge.example.org/help
    links:
      - {label: Form, url: "https://refuge.example.org/form"}
      - {label: Onion, url: "http://refuge.onion"}
    assured: {date: 2026-11-01, by: Editor, source: "https://refuge.example.org/contact"}
  - id: closed
    status: inactive
    url: https://closed.example.org
  - id: asked
    assured: {date: 2026-11-01, by: Editor, source: a call}
    url: "https://[broken"
feeds:
  - id: news
    url: https://news.example.org/rss
"""


def test_links__every_address_that_people_rely_on__with_its_line() -> None:
    assert links_with_lines(TEXT, "r.yaml") == [
        ("https://operator.example.org", 2),
        ("https://refuge.example.org", 6),
        ("https://refuge.example.org/help", 9),
        ("https://refuge.example.org/form", 11),
        ("https://refuge.example.org/contact", 13),
        ("https://news.example.org/rss", 22),
    ]


def test_links__of_a_file_that_is_something_else__are_none() -> None:
    for text in (
        "",
        "- a",
        "services: text",
        "services: [a, [b], {links: c}]",
        "organizations: [a]",
        "feeds: {a: b}",
        "[[",
    ):
        assert links_with_lines(text, "r.yaml") == []


def test_faults__a_dead_address__in_every_line_where_it_stands() -> None:
    links = [("https://a.example.org", 3), ("https://b.example.org", 5), ("https://a.example.org", 9)]
    visits = {"https://a.example.org": ("the server answered 404", True), "https://b.example.org": ("", False)}
    assert [str(fault) for fault in link_faults(links, visits, "r.yaml")] == [
        "r.yaml:3: `https://a.example.org` is dead: the server answered 404; check the address with the organization",
        "r.yaml:9: `https://a.example.org` is dead: the server answered 404; check the address with the organization",
    ]


def test_faults__where_only_a_person_can_tell__is_a_warning() -> None:
    visits = {"https://a.example.org": ("the server answered 403", False)}
    assert list(link_faults([("https://a.example.org", 3)], visits, "r.yaml")) == [
        Fault(
            "r.yaml", 3, "`https://a.example.org` is uncertain: the server answered 403", "open it in a browser", True
        )
    ]
