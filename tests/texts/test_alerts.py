"""Digests lose nothing and fit; what admins see of a push tells of nobody."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import Approval
from bot.core.audit import ACTS, AuditEntry
from bot.core.delivery import Progress
from bot.core.totals import shown
from bot.texts.alerts import ENTRIES, render_alert, render_digest, render_feeds, split_digest
from bot.texts.catalogues import every_language, languages, words
from bot.texts.drafts import render_asked, render_draft, render_preview, render_progress
from bot.texts.editor import LONGEST_TEXTS
from bot.texts.markup import LONGEST, length, units
from bot.texts.trail import ACT_NAMES, render_audit, render_published_list
from tests.builders import NOW, a_subscriber, an_alert

EN = words("en")
headlines = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=400)
many_alerts = st.lists(
    st.tuples(headlines, st.sampled_from([(), ("RU",), ("RU-CE",), ("DE", "EU")])), min_size=2, max_size=80
)


@given(many_alerts, st.booleans(), st.sampled_from(languages()))
def test_split_digest__any_alerts__each_exactly_once_in_messages_that_fit(drawn, is_discreet, language) -> None:
    alerts = [an_alert(f"a{number}", headline={"en": text}, area=area) for number, (text, area) in enumerate(drawn)]
    reader, speak = a_subscriber(is_discreet=is_discreet), words(language)
    pages = split_digest(alerts, reader, speak)
    assert sorted(alert.id for page in pages for alert in page) == sorted(alert.id for alert in alerts)
    for page in pages:
        message = render_digest(page, reader, speak)
        assert units(message.html) <= LONGEST
        assert sum(len(row) for row in message.buttons) <= max(ENTRIES, 2)
        opens = [button.data for row in message.buttons for button in row if button.data.startswith("r:")]
        if len(page) > 1 or is_discreet:
            assert sorted(opens) == sorted(f"r:{alert.id}" for alert in page)


def test_render_digest__grouped_by_area__a_line_each_with_its_button() -> None:
    alerts = [
        an_alert("1", headline={"en": "One"}, area=("RU",)),
        an_alert("2", headline={"en": "Two"}, area=("GE",)),
        an_alert("3", headline={"en": "Three <b>"}, area=("RU",)),
        an_alert("4", headline={"en": "Four"}, area=()),
    ]
    message = render_digest(alerts, a_subscriber(is_discreet=False), EN)
    assert message.html == (
        "4 new messages\n\n<b>Russia</b>\n1. One\n2. Three &lt;b&gt;\n\n<b>Georgia</b>\n3. Two\n\n<b>Everywhere</b>\n4. Four"
    )
    assert [[(button.label, button.data) for button in row] for row in message.buttons] == [
        [("Read 1", "r:1"), ("Read 2", "r:3")],
        [("Read 3", "r:2"), ("Read 4", "r:4")],
    ]


def test_render_progress__few_readers__no_number_and_no_step_shows() -> None:
    seen = {
        render_progress(shown(Progress(sent=sent, waiting=9 - sent), 9, 0, 0, 0), timedelta(seconds=2), EN)
        for sent in range(9)
    }
    assert len(seen) == 1
    assert not any(digit in text for text in seen for digit in "0123456789")


def test_render_progress__many__a_bar_rounded_counts_and_the_time_left() -> None:
    seen = shown(Progress(sent=497, waiting=500, later=57), 1060, 1060, 50, 0)
    assert render_progress(seen, timedelta(minutes=5), EN).splitlines() == [
        "▓▓▓▓▓░░░░░",
        "Sent: about 500",
        "To go: about 510",
        "Later, at their hour: about 50",
        "Time left: about 5 minutes",
    ]


def test_render_progress__nothing_to_go__done() -> None:
    text = render_progress(shown(Progress(sent=90), 110, 110, 0, 20), timedelta(minutes=5), EN)
    assert "Sent: about 90" in text and "Unreachable: about 20" in text
    assert text.splitlines()[0] == "▓" * 10
    assert text.endswith("Done.")


@pytest.mark.parametrize("speak", list(every_language()), ids=languages())
def test_render_draft__endless_texts__card_and_preview_fit(speak) -> None:
    alert = an_alert(
        headline={"en": "h" * 2000},
        description={"en": "d" * 9000},
        instruction={"en": "i" * 4000},
        reasons=("why " * 200,),
        approvals=(Approval("admin 1", NOW),),
    )
    message = render_draft(alert, "readers", 2, (1, 1), speak)
    assert units(message.html) <= LONGEST
    assert [len(row) for row in message.buttons] == [2, 2, 2]
    assert units(render_preview(alert, speak).html) <= LONGEST


def test_render_asked__neutral__says_how_many_and_no_more() -> None:
    alert = an_alert(headline={"en": "Gay men held"}, approvals=(Approval("admin 1", NOW),))
    assert render_asked(alert, 2, EN).html == "A draft needs you: 1 of 2 approved."


def test_render_audit__label_act_time_and_what__hostile_text_is_text() -> None:
    entry = AuditEntry(NOW, "admin 2", "edited", "a1", "<b>Law</b>", "area")
    text = render_audit([entry], 0, EN).html
    assert text.endswith("23 Nov, 12:00 · admin 2 · edited (places): &lt;b&gt;Law&lt;/b&gt;")
    assert units(render_audit([entry] * 500, 0, EN).html) <= LONGEST
    assert set(ACT_NAMES) == set(ACTS)


def test_render_published_list__eight_on_a_page__each_can_be_reached_and_withdrawn() -> None:
    alerts = [an_alert(str(number), state="published", published_at=NOW) for number in range(20)]
    found, turns = [], []
    for page in range(3):
        data = [button.data for row in render_published_list(alerts, page, EN).buttons for button in row]
        found += [each.removeprefix("x:show:") for each in data if each.startswith("x:show:")]
        turns.append([each for each in data if each.startswith("x:list:")])
        assert data[-1] == "adm:panel"
    assert found == [alert.id for alert in alerts]
    assert turns == [["x:list:1"], ["x:list:0", "x:list:2"], ["x:list:1"]]
    assert "withdrawn" in render_published_list([], 0, EN).html


@pytest.mark.parametrize("letter", ["a", "ж", "&", "😀"])
def test_render_alert__as_long_as_an_admin_may_write__readers_and_the_preview_show_the_last_word(letter) -> None:
    def text(field):
        return (letter * (LONGEST_TEXTS[field] // length(letter) - 10) + f" end{field[0]}")[-LONGEST_TEXTS[field] :]

    fields = {field: {"en": text(field)} for field in LONGEST_TEXTS}
    alert = an_alert(source="", link="", source_title="", area=("RU", "GE", "EU"), severity="Extreme", **fields)
    assert all(length(said["en"]) <= LONGEST_TEXTS[field] for field, said in fields.items())
    for message in (render_alert(alert, timedelta(), EN), render_preview(alert, EN)):
        assert units(message.html) <= LONGEST
        assert all(word in message.html for word in ("endh", "endd", "endi", "Russia"))


def test_render_alert__edited_and_with_a_very_long_link__the_text_gets_shorter_and_the_rest_stands() -> None:
    long = {"en": "word " * 480}
    alert = an_alert(
        is_edited=True, description=long, instruction={"en": "do " * 290 + "it."}, link="https://x.org/" + "a" * 1900
    )
    shown = render_alert(alert, timedelta(), EN).html
    assert units(shown) <= LONGEST and "do it." in shown and "…" in shown and "a" * 1900 in shown


def test_render_alert__text_of_a_source__is_cut_for_it_can_be_read_there() -> None:
    shown = render_alert(an_alert(description={"en": "word " * 480}), timedelta(), EN).html
    assert units(shown) < 1200 and "…" in shown


@pytest.mark.parametrize("letter", ["a", "😀", "&"])
@pytest.mark.parametrize("areas", [[("RU",)], [("RU",), ("GE",), ("DE", "EU"), ()]])
def test_split_digest__more_than_fits__whole_entries_in_messages_of_at_most_4096_units(letter, areas) -> None:
    alerts = [
        an_alert(f"a{number}", headline={"en": f"{number} " + letter * 150 + " end"}, area=areas[number % len(areas)])
        for number in range(80)
    ]
    reader = a_subscriber(is_discreet=False)
    pages = split_digest(alerts, reader, EN)
    assert sorted(each.id for page in pages for each in page) == sorted(each.id for each in alerts)
    for page in pages:
        message = render_digest(page, reader, EN)
        assert units(message.html) <= LONGEST
        if len(page) > 1:
            assert message.html.count(" end") == len(page) == sum(len(row) for row in message.buttons)
    assert len(pages) <= 80 * (units(letter) * 150 + 60) // LONGEST + len(areas) + 1, "as few as fit"


@pytest.mark.parametrize(
    ("errors", "told"), [(0, ""), (1, "failed 1 time: answered 404"), (7, "failed 7 times in a row: answered 404")]
)
def test_render_feeds__what_failed__how_often_in_words_that_fit_the_number(errors, told) -> None:
    row = {"title": "News", "last_good_at": NOW, "errors": errors, "reason": "answered 404", "last_entry_at": None}
    shown = render_feeds([row], NOW, 0, EN).html
    assert told in shown and ("failed" in shown) == bool(errors)
