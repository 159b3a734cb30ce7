"""Ways that are not Telegram: what a service offers besides it, and nothing where it offers only that."""

import pytest

from bot.core.directory import Link, Phone
from bot.texts.catalogues import words
from bot.texts.offline import LINES, render_offline, way_without
from tests.builders import a_service

EN = words("en")


@pytest.mark.parametrize(
    ("channels", "way"),
    [
        ({"phones": (Phone("+49 30 1"),)}, "+49 30 1"),
        ({"phones": (Phone("+49 30 1", types=("telegram",)), Phone("+49 30 2", types=("sms",)))}, "SMS +49 30 2"),
        (
            {"phones": (), "links": (Link({"en": "Telegram"}, "https://t.me/x"),), "email": "a@example.org"},
            "a@example.org",
        ),
        ({"phones": (), "url": "https://t.me/x"}, ""),
        ({"phones": (Phone("+49 30 1", types=("telegram",)),)}, ""),
    ],
)
def test_way_without__each_channel__never_telegram(channels, way) -> None:
    line = way_without(a_service(**channels), EN)
    assert line == (f"<b>Asylum advice Berlin</b>: {way}" if way else "")


def test_render_offline__many_services__ten_lines_at_most() -> None:
    text = render_offline([a_service(str(number)) for number in range(50)], "", EN).html
    assert text.count("•") == LINES
    assert "website" not in text
