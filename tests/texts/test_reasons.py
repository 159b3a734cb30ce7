"""Why a report was judged so: an admin reads it in her language, whichever rule or example decided."""

import re

import pytest

from bot.resources.newsroom import load_newsroom
from bot.texts.catalogues import REASON, REASONS, words
from bot.texts.drafts import render_draft
from bot.texts.names import SEVERITY_NAMES
from bot.texts.reasons import FIXED, render_reasons
from tests.builders import an_alert
from tests.lookup.lexicons import real
from tests.triage.test_judge import judged

OF_RULES = sorted(set(REASON.findall(REASONS.read_text(encoding="utf-8"))))
LATIN = re.compile(r"[A-Za-z]{2,}")


def test_reasons__of_every_rule__are_found_for_the_catalogues() -> None:
    assert len(OF_RULES) > 90
    assert REASONS.read_text(encoding="utf-8").count("why:") == len(
        REASON.findall(REASONS.read_text(encoding="utf-8"))
    ), "write each `why` in double quotes on one line"


@pytest.mark.parametrize("reason", [*OF_RULES, *FIXED])
def test_reason__alone_against_another_or_for_a_severity__is_said_in_russian(reason) -> None:
    shapes = [reason, f"but {reason}", *(f"{severity}: {reason}" for severity in SEVERITY_NAMES)]
    for shape in shapes:
        assert not LATIN.search(render_reasons([shape], words("ru"))), shape


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("written by admin 1", "текст написан: администратор 1"),
        ("graver than before, says {Source}", "стало серьёзнее, сообщает {Source}"),
        ("but it speaks of music", "но речь о музыке"),
        (
            "but reports worded like this one were of no concern",
            "но сообщения с похожими словами оказывались неважными",
        ),
        ("something: of an older version", "something: of an older version"),
    ],
)
def test_reason__of_every_shape__in_russian(reason, said) -> None:
    assert render_reasons([reason], words("ru")) == said


def test_reasons__none_or_empty__a_dash() -> None:
    assert render_reasons([], words("ru")) == "-"
    assert render_reasons([""], words("ru")) == "-"


def test_reasons__in_english__as_the_rules_have_them() -> None:
    assert render_reasons(["flogging", "but it speaks of music"], words("en")) == "flogging; but it speaks of music"


def test_draft__of_whatever_was_reported__tells_a_russian_admin_why_in_russian() -> None:
    newsroom = load_newsroom(real())
    lines = (REASONS.parent / "examples" / "en.tsv").read_text(encoding="utf-8").splitlines()
    reports = [line.split("\t") for line in lines if line.count("\t") == 3][::9]
    assert len(reports) > 50
    for _topics, _severity, title, summary in reports:
        reasons = judged(newsroom, title, summary).reasons
        card = render_draft(an_alert(reasons=reasons), "-", 1, (1, 1), words("ru"))
        why = next(line for line in card.html.splitlines() if line.startswith("Почему:"))
        assert not LATIN.search(why), why
