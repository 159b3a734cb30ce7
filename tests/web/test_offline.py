"""The page that works offline: nothing is loaded, every channel can be tapped, nothing foreign becomes markup."""

import base64
import gettext
import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.core.directory import Address, Assured, Directory, Link, Organization, Phone
from bot.resources.load import read_resources
from bot.texts.catalogues import Words, words
from bot.web.offline import number_url, page_languages, place_of, render_offline_page
from tests.builders import a_directory, a_service, an_organization

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
VOID = {"meta", "link", "input", "br"}


class Reader(HTMLParser):
    """Checks that tags close in order, and collects what is interesting."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)


def page(directory: Directory, speakers: tuple[Words, ...] = ()) -> str:
    return render_offline_page(directory, TODAY, speakers).decode()


def shipped() -> Directory:
    return read_resources(ROOT / "resources.yaml", TODAY).directory


def test_page__of_the_shipped_list__is_small_and_well_formed_with_both_languages() -> None:
    made = page(shipped())
    assert len(made.encode()) < 200_000
    reader = Reader(made)
    assert len(set(reader.ids)) == len(reader.ids)
    assert {"l-en", "l-ru"} <= set(reader.ids)
    assert sum(tag == "article" for tag, _ in reader.tags) == len(shipped().visible(TODAY))
    assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)


def test_page__loads_nothing__and_its_policy_allows_only_its_own_style_and_script() -> None:
    made = page(shipped())
    for tag, given in Reader(made).tags:
        assert "src" not in given
        assert not [name for name in given if name.startswith("on") or name == "style"]
        assert tag not in ("img", "iframe", "object", "embed", "form", "base")
        if tag == "link":
            assert given["href"] == "data:,"
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', made)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    for tag in ("style", "script"):
        inline = re.search(rf"<{tag}>(.*?)</{tag}>", made, re.DOTALL)
        assert inline is not None
        digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


def test_page__its_title__tells_a_stranger_nothing() -> None:
    assert "<title>Useful contacts</title>" in page(shipped())


def test_page__emergencies__stand_first() -> None:
    made = page(a_directory(a_service("advice"), a_service("rescue", crisis=True)))
    assert made.index('id="rescue"') < made.index('id="advice"')
    assert made.index("In an emergency") < made.index('id="rescue"') < made.index("More contacts")


def test_page__where_the_police_are_part_of_the_danger__state_numbers_come_last() -> None:
    services = (
        a_service("police", organization="state", topics=("emergency",), service_area=("RU",), crisis=True),
        a_service("helpers", service_area=("RU-CE",), crisis=True),
    )
    organizations = {"state": an_organization("state", run_by="state"), "example-refuge": an_organization()}
    made = page(Directory(organizations, services, police_danger_areas=("RU-CE",)))
    assert made.index('id="helpers"') < made.index('id="police"')
    assert "Run by the state." in made


def test_page__every_channel__can_be_tapped() -> None:
    service = a_service(
        phones=(
            Phone("+49 30 23125 001"),
            Phone("112"),
            Phone("+49 151 0000", ("sms", "whatsapp", "signal", "telegram", "viber")),
        ),
        email="help@refuge.example.org",
        url="https://refuge.example.org/a?b=1&c=2",
        links=(Link({"en": "Form"}, "https://refuge.example.org/form"),),
        address=Address("Musterstraße 1", "Berlin", postal_code="10115"),
    )
    made = page(a_directory(service))
    assert [link for link in Reader(made).links if not link.startswith("#")] == [
        "tel:+493023125001",
        "tel:112",
        "sms:+491510000",
        "https://wa.me/491510000",
        "https://signal.me/#p/+491510000",
        "https://t.me/+491510000",
        "viber://chat?number=%2B491510000",
        "mailto:help@refuge.example.org",
        "https://refuge.example.org/a?b=1&c=2",
        "https://refuge.example.org/form",
    ]
    assert "Musterstraße 1, 10115 Berlin" in made
    assert 'rel="noreferrer noopener"' in made


def test_page__caution_and_notice__stand_before_the_numbers() -> None:
    made = page(a_directory(a_service(caution={"en": "They may call your family."}, alert={"en": "Closed today."})))
    assert made.index("Closed today.") < made.index("They may call your family.") < made.index("tel:")


@pytest.mark.parametrize(
    ("days", "said"),
    [(None, "Not yet checked by us"), (5, "Checked on Nov 18, 2026 by Editor"), (120, "too long ago")],
)
def test_page__when_it_was_assured__or_that_it_never_was(days, said) -> None:
    assured = None if days is None else Assured(TODAY - timedelta(days=days), "Editor")
    assert said in page(a_directory(a_service(assured=assured)))


def test_page__what_people_must_not_see__is_left_out() -> None:
    old = Assured(TODAY - timedelta(days=300), "Editor")
    made = page(
        a_directory(a_service("shown"), a_service("closed", status="inactive"), a_service("rotten", assured=old))
    )
    assert 'id="shown"' in made
    assert 'id="closed"' not in made
    assert 'id="rotten"' not in made


def test_page__foreign_words__never_become_markup() -> None:
    hostile = "</p><script>alert(1)</script>\" onclick='x' & \u202e"
    service = a_service(
        name={"en": hostile},
        description={"en": hostile},
        caution={"en": hostile},
        audience=(hostile,),
        keywords={"en": (hostile,)},
        phones=(Phone("+49 30 23125 001", description={"en": hostile}),),
        url="javascript:alert(1)",
        assured=Assured(TODAY, hostile),
    )
    organization = Organization("example-refuge", {"en": hostile})
    made = page(replace(a_directory(service), organizations={"example-refuge": organization}, operator=organization))
    reader = Reader(made)
    assert sum(tag == "script" for tag, _ in reader.tags) == 1
    assert not [given for _, given in reader.tags if "onclick" in given]
    assert not [link for link in reader.links if link.startswith("javascript")]
    assert "\u202e" not in made


def test_page__two_languages__both_are_there_and_one_is_hidden_without_a_script() -> None:
    service = a_service(
        name={"en": "Asylum advice", "ru": "Консультация"}, description={"en": "Free", "ru": "Бесплатно"}
    )
    made = page(a_directory(service))
    assert page_languages((service,)) == ("en", "ru")
    assert "<span lang=en>Asylum advice</span><span lang=ru>Консультация</span>" in made
    assert "#l-en:checked~* [lang]:not([lang=en]){display:none}" in made
    assert Reader(made).tags[0] == ("html", {"lang": "en"})


def test_page__one_language__needs_no_switch() -> None:
    service = a_service()
    assert page_languages((service,)) == ("en",)
    made = page(a_directory(service))
    assert "<label for=l-" not in made
    assert "hidden" in next(
        str(given) for tag, given in Reader(made).tags if tag == "input" and given.get("type") == "radio"
    )


def test_page__a_language_from_right_to_left__turns_the_page_and_keeps_numbers_in_order() -> None:
    service = a_service(name={"en": "Advice", "ar": "استشارة"})
    made = page(a_directory(service), (words("en"), Words("ar", gettext.NullTranslations())))
    assert "#l-ar:checked~*{direction:rtl}" in made
    assert "<span lang=ar dir=rtl>استشارة</span>" in made
    assert "<bdi dir=ltr>+49 30 23125 001</bdi>" in made


def test_page__who_keeps_the_list__is_named() -> None:
    operator = Organization("operator", {"en": "Example Refuge"}, website="https://refuge.example.org")
    assert "Who keeps this list: Example Refuge" in page(a_directory(operator=operator))
    assert "Who keeps" not in page(a_directory())


def test_page__no_service_at_all__is_still_a_page() -> None:
    assert "Useful contacts" in page(Directory({}, ()))


@pytest.mark.parametrize(
    ("area", "expected"),
    [(("DE-BE", "DE"), "DE"), (("EU",), "EU"), (("DE", "WW"), "WW"), (("DE", "FR"), "several")],
)
def test_place__of_a_service__is_its_one_country_or_something_wider(area, expected) -> None:
    assert place_of(a_service(service_area=area)) == expected


@pytest.mark.parametrize(
    ("number", "url"),
    [("*123#", "tel:*123%23"), ("+49 30 23125-001", "tel:+493023125001"), ("112", "tel:112"), ("#31#", "tel:%2331%23")],
)
def test_number__as_it_is_dialled(number, url) -> None:
    assert number_url(number, "voice") == url


def test_number__a_fax_or_textphone__is_dialled() -> None:
    assert number_url("8 (800) 123", "fax") == "tel:8800123"
