"""How an alert is edited, corrected, followed up and ended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import (
    all_clear_of,
    approvals_needed,
    approve,
    cancel,
    corrected,
    correction_of,
    publish,
    reject,
    revise,
)
from bot.core.retelling import graver, raised
from bot.errors import NotAllowed
from tests.builders import NOW, an_alert

LATER = NOW + timedelta(hours=1)


def test_revise__a_draft_that_somebody_approved__the_consent_is_void() -> None:
    changed = revise(approve(an_alert(severity="Severe"), "admin 1", NOW), severity="Extreme")
    assert (changed.severity, changed.approvals) == ("Extreme", ())


@pytest.mark.parametrize("alert", [publish(an_alert(), NOW), reject(an_alert())])
def test_revise__no_draft__not_allowed(alert) -> None:
    with pytest.raises(NotAllowed):
        revise(alert, severity="Minor")


def test_correction_of__published__a_draft_of_the_next_version_without_consent() -> None:
    draft = correction_of(publish(approve(an_alert(), "admin 1", NOW), NOW), LATER)
    assert (draft.id, draft.corrects, draft.state, draft.approvals) == ("a1-2", "a1", "draft", ())


def test_corrected__keeps_its_id_and_first_date_and_counts_on() -> None:
    first = publish(an_alert(), NOW)
    draft = replace(correction_of(first, LATER), headline={"en": "New"})
    second = corrected(first, draft, LATER)
    assert (second.id, second.headline, second.version, second.msg_type) == ("a1", {"en": "New"}, 2, "Update")
    assert (second.published_at, second.corrected_at, second.state) == (NOW, (LATER,), "published")
    third = corrected(second, correction_of(second, LATER), LATER)
    assert (third.version, third.corrected_at) == (3, (LATER, LATER))


def test_corrected__withdrawn_meanwhile__not_allowed() -> None:
    first = publish(an_alert(), NOW)
    with pytest.raises(NotAllowed):
        corrected(cancel(first), correction_of(first, NOW), NOW)


def test_all_clear_of__goes_the_way_of_the_alarm() -> None:
    old = publish(an_alert(severity="Severe", topics=("violence",)), NOW)
    clear = all_clear_of(old, "c1", {"en": "Over"}, {}, LATER)
    assert (clear.severity, clear.topics, clear.area, clear.references) == ("Severe", ("violence",), ("RU",), ("a1",))
    assert clear.is_all_clear and clear.msg_type == "Update"
    with pytest.raises(NotAllowed):
        all_clear_of(an_alert(), "c1", {}, {}, LATER)


def test_approvals_needed__a_test__one_admin_whatever_its_severity() -> None:
    assert approvals_needed(an_alert(severity="Extreme", status="Test"), 2) == 1


@pytest.mark.parametrize(
    ("told", "severity", "expected"),
    [
        (["Moderate"], "Severe", True),
        (["Severe"], "Extreme", True),
        (["Severe"], "Severe", False),
        (["Minor"], "Moderate", False),
        (["Unknown"], "Moderate", False),
        (["Moderate", "Extreme"], "Severe", False),
    ],
)
def test_graver__only_urgent_and_graver_than_all_that_was_told(told, severity, expected) -> None:
    alerts = [an_alert(str(number), severity=each) for number, each in enumerate(told)]
    assert graver(alerts, severity) is expected


def test_raised__what_was_told_is_published__an_update_that_refers_to_it() -> None:
    told = [publish(an_alert("old", story="s"), NOW), reject(an_alert("no", story="s"))]
    draft = raised(told, an_alert("new", severity="Severe", story="new"), "graver")
    assert (draft.id, draft.msg_type, draft.references, draft.story) == ("new", "Update", ("old",), "s")
    assert draft.reasons[0] == "graver"


def test_raised__it_still_waits__the_draft_itself_is_raised_and_keeps_its_texts() -> None:
    waiting = approve(an_alert("old", story="s", headline={"en": "Edited"}), "admin 1", NOW)
    draft = raised([waiting], an_alert("new", severity="Severe"), "graver")
    assert (draft.id, draft.severity, draft.headline, draft.approvals) == ("old", "Severe", {"en": "Edited"}, ())


def test_raised__it_was_rejected_or_withdrawn__an_alert_of_its_own() -> None:
    draft = raised([reject(an_alert("old", story="s"))], an_alert("new", severity="Severe"), "graver")
    assert (draft.id, draft.msg_type, draft.references, draft.story) == ("new", "Alert", (), "s")


def test_graver__what_was_withdrawn_or_is_over__does_not_count_and_what_was_rejected_does() -> None:
    alarm = publish(an_alert("a", severity="Severe"), NOW)
    assert graver([cancel(alarm)], "Severe")
    assert not graver([reject(an_alert("r", severity="Severe"))], "Severe")
    waiting = all_clear_of(alarm, "c", {"en": "Over"}, {}, LATER)
    assert not graver([alarm, waiting], "Severe"), "nobody was told that it is over"
    over = publish(waiting, LATER)
    assert graver([alarm, over], "Severe")
    again = an_alert("again", severity="Severe", created_at=LATER + timedelta(hours=1))
    assert not graver([alarm, over, again], "Severe")
