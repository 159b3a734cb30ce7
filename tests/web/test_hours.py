"""Opening hours for others: what a week can say is said in fields, all else keeps its text."""

from datetime import date

import pytest

from bot.web.hours import read_week, schedules_of

DAY = date(2026, 11, 23)
NINE = ("09:00-17:00",)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("Mo-Fr 09:00-17:00", (NINE,) * 5 + ((), ())),
        ("Mo,We 09:00-17:00", (NINE, (), NINE, (), (), (), ())),
        ("09:00-17:00", (NINE,) * 7),
        ("Fr-Mo 09:00-17:00", (NINE, (), (), (), NINE, NINE, NINE)),
        ("Mo-Fr 09:00-17:00; We off; PH off", (NINE, NINE, (), NINE, NINE, (), ())),
        ("Mo 09:00-12:00,13:00-17:00", (("09:00-12:00", "13:00-17:00"), (), (), (), (), (), ())),
        ("Mo-Su 10:00-12:00; Su 09:00-17:00", (("10:00-12:00",),) * 6 + (NINE,)),
        ("24/7", (("00:00-24:00",),) * 7),
        ("Jan-Mar Mo 09:00-17:00", None),
        ("Mo[1] 09:00-17:00", None),
        ("sunrise-sunset", None),
        ("Mo 09:00+", None),
    ],
)
def test_read_week__a_schedule__becomes_seven_days_or_nothing(schedule, expected) -> None:
    assert read_week(schedule) == expected


def test_schedules__days_with_the_same_span__share_one_record() -> None:
    found = schedules_of("Mo-Fr 10:00-16:00; We off; PH off", "Europe/Berlin", DAY)
    assert found == [
        {
            "description": "Mo-Fr 10:00-16:00; We off; PH off",
            "notes": "Times are those of Europe/Berlin",
            "timezone": 1,
            "freq": "WEEKLY",
            "byday": "MO,TU,TH,FR",
            "opens_at": "10:00",
            "closes_at": "16:00",
        }
    ]


def test_schedules__a_time_zone__is_the_offset_of_that_day() -> None:
    assert schedules_of("24/7", "Europe/Berlin", date(2026, 7, 1))[0]["timezone"] == 2
    assert schedules_of("24/7", "Asia/Kolkata", DAY)[0]["timezone"] == 5.5


def test_schedules__more_than_a_week_can_say__keeps_the_text_alone() -> None:
    assert schedules_of("Jan-Mar Mo 09:00-17:00", "", DAY) == [{"description": "Jan-Mar Mo 09:00-17:00"}]


def test_schedules__none__is_none() -> None:
    assert schedules_of("", "Europe/Berlin", DAY) == []
