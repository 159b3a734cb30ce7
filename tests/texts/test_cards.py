"""A card says everything that the editor wrote, and whether it is open now."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.directory import Address, Assured, Eligibility, Link, Phone
from bot.texts.answers import find_handles, handle, page_data, render_page
from bot.texts.cards import as_text, quickest, render_card, render_line
from bot.texts.catalogues import words
from bot.texts.markup import LONGEST, units
from tests.builders import a_directory, a_service, an_organization

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EN, RU = words("en"), words("ru")


def card(service, language=EN, now=MONDAY_NOON) -> str:
    return as_text(render_card(a_directory(service), service, now, language))


LONG = "Очень длинный текст 🏳 " * 27
FULL = a_service(
    name={"ru": LONG},
    description={"ru": LONG},
    alert={"ru": LONG},
    caution={"ru": "Осторожно. " + LONG},
    fees={"ru": LONG},
    application_process={"ru": LONG},
    eligibility=Eligibility({"ru": LONG}),
    required_documents=({"ru": LONG},) * 12,
    links=(Link({"ru": LONG}, "https://chat.example.org"),) * 9,
    phones=(Phone("+49 30 23125 001"), *(Phone("+49 30 23125 002", description={"ru": LONG}),) * 20),
)


@pytest.mark.parametrize("kind", ["", "v", "e"])
def test_page__of_services_that_say_all_that_check_allows__fits_into_a_message_and_keeps_what_matters(kind) -> None:
    directory = a_directory(FULL)
    page = render_page(directory, [FULL] * 11, kind, 0, "<b>Т</b>" * 50, "Подсказка " * 10, MONDAY_NOON, RU)
    assert units(page.html) <= LONGEST - 200
    for kept in ("Осторожно.", "+49 30 23125 001", "не проверено", "…"):
        assert kept in page.html
    assert page.html.count("<b>") == page.html.count("</b>")


def test_card__without_a_description__the_name_says_it_and_no_line_is_empty() -> None:
    shown = card(a_service(description={}, phones=(Phone("+49 30 23125 001"),)))
    assert "+49 30 23125 001" in shown and "" not in shown.splitlines()


def test_card__a_name_from_right_to_left__turns_nothing_around_in_a_language_from_left_to_right() -> None:
    service = a_service(name={"en": "مركز الأمان"}, address=Address("شارع السلام 5", "برلين", country="DE"))
    organization = an_organization(service.organization, name={"en": "دار السلام"})
    shown = render_card(a_directory(service, organizations={organization.id: organization}), service, MONDAY_NOON, RU)
    assert shown.startswith("<b>\u2068مركز الأمان\u2069</b>\n<i>\u2068دار السلام\u2069</i>")
    assert "\u2068شارع السلام 5, برلين" in shown
    assert render_line(service, RU).startswith("<b>\u2068مركز الأمان\u2069</b>: ")
    assert "\u2068" not in render_card(a_directory(), a_service(), MONDAY_NOON, RU)


def test_card__every_channel_and_condition_is_there() -> None:
    service = a_service(
        phones=(
            Phone("+49 30 23125 001", languages=("de", "ru")),
            Phone("+49 30 23125 002", types=("whatsapp", "signal"), description={"en": "Text only"}),
        ),
        email="help@refuge.example.org",
        url="https://refuge.example.org",
        links=(Link({"en": "Chat"}, "https://chat.example.org"),),
        address=Address("Musterstraße 1", "Berlin", postal_code="10115", country="DE"),
        languages=("de", "ar"),
        fees={"en": "Free"},
        eligibility=Eligibility({"en": "Anyone who fled"}, 16, None),
        required_documents=({"en": "Any letter"},),
        application_process={"en": "Come in person"},
        alert={"en": "Closed in August"},
        caution={"en": "The entrance can be seen"},
        audience=("women",),
    )
    text = card(service)
    for words_of_it in (
        "+49 30 23125 001 (German; Russian)", "WhatsApp, Signal: +49 30 23125 002 (Text only)", "help@refuge.example.org",
        "https://refuge.example.org", "Chat: https://chat.example.org", "Musterstraße 1, 10115 Berlin", "Languages: German, Arabic",
        "Cost: Free", "Who may come: Anyone who fled", "Age: 16 or older", "Bring: Any letter", "How: Come in person",
        "Notice: Closed in August", "Careful: The entrance can be seen", "For: women", "Not yet checked by us",
    ):  # fmt: skip
        assert words_of_it in text


def test_card__run_by_the_state__says_so() -> None:
    directory = a_directory(a_service(), organizations={a_service().organization: an_organization(run_by="state")})
    assert "Run by the state" in render_card(directory, a_service(), MONDAY_NOON, EN)


@pytest.mark.parametrize(
    ("assured_on", "says"),
    [
        (date(2026, 11, 1), "Checked on Nov 1, 2026 by Editor"),
        (date(2026, 8, 1), "too long ago, it may be out of date"),
    ],
)
def test_card__assured__when_and_by_whom(assured_on, says) -> None:
    assert says in card(a_service(assured=Assured(assured_on, "Editor", every=timedelta(days=30))))


@pytest.mark.parametrize(
    ("schedule", "says"),
    [
        ("24/7", "Hours: day and night"),
        ("Mo-Fr 09:00-17:00", "Hours: open now (Mon-Fri 09:00-17:00)"),
        ("Tu-Fr 09:00-17:00", "Hours: closed now, opens Tue 09:00 local time (Tue-Fri 09:00-17:00)"),
    ],
)
def test_card__hours__open_now_by_the_clock_of_the_place(schedule, says) -> None:
    assert says in card(a_service(schedule=schedule, timezone="Europe/Berlin"))


def test_card__public_holiday__closed() -> None:
    christmas = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    service = a_service(schedule="Mo-Fr 09:00-17:00; PH off", timezone="Europe/Berlin", service_area=("DE",))
    assert "closed now" in card(service, now=christmas)


def test_card__text_of_an_editor_with_markup__is_shown_not_obeyed() -> None:
    html_of = render_card(a_directory(), a_service(description={"en": "<b>x</b> & y"}), MONDAY_NOON, EN)
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y" in html_of


def test_card__in_russian__falls_back_to_english_where_nothing_else_is() -> None:
    assert "Only English" in card(a_service(description={"en": "Only English"}), RU)


def test_quickest__a_voice_line_before_a_page_and_any_page_before_telegram() -> None:
    assert quickest(a_service(phones=(Phone("+1 555 0100"),), url="https://a.example.org"), EN) == "+1 555 0100"
    links = (Link({"en": "Bot"}, "https://t.me/x"),)
    assert (
        quickest(a_service(phones=(), url="", links=(*links, Link({"en": "P"}, "https://p.example.org"))), EN)
        == "https://p.example.org"
    )


def many(count: int):
    return [a_service(id=f"s-{number}", description={"en": "d" * 500}) for number in range(count)]


def test_pages__long_cards__each_page_fits_telegram_and_all_services_come_once() -> None:
    services = many(9)
    directory = a_directory(*services)
    seen = []
    for page in range(9):
        message = render_page(directory, services, "", page, "Heading", "", MONDAY_NOON, EN)
        assert units(message.html) <= LONGEST
        for row in message.buttons:
            for button in row:
                assert len(button.data.encode()) <= 64
        seen.append(message.html)
        if not any(button.label == "More ▶" for row in message.buttons for button in row):
            break
    assert sum(text.count("d" * 500) for text in seen) == 9


def test_handles__carry_the_services_of_a_page_and_skip_what_is_gone() -> None:
    services = many(11)
    data = page_data("v", 1, services)
    assert len(data.encode()) <= 64
    letters = data.split(":")[3]
    assert [service.id for service in find_handles(a_directory(*services), letters)] == [s.id for s in services]
    assert [service.id for service in find_handles(a_directory(services[3]), letters)] == ["s-3"]


def test_handles__two_services_with_the_same_letters__neither_is_shown(monkeypatch) -> None:
    monkeypatch.setattr("bot.texts.answers.handle", lambda _: "aaaaa")
    assert find_handles(a_directory(*many(2)), "aaaaa") == []
    assert len(handle("x")) == 5
