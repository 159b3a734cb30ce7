"""Nobody in the team has a name; what she is called instead is said in the language of whoever reads it."""

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.core.alert import Approval
from bot.core.audit import ACTS, AuditEntry
from bot.core.directory import Assured
from bot.core.staff import APPROVER, EDITOR, INVITE, REMOVE, Proposal, Staffbook, Staffer
from bot.texts import team
from bot.texts.admin import render_due, render_named
from bot.texts.cards import render_card
from bot.texts.catalogues import words
from bot.texts.drafts import render_alone_notice, render_draft
from bot.texts.my_data import render_my_data
from bot.texts.names import team_name
from bot.texts.trail import FIELD_NAMES, render_audit, render_withdrawn_notice
from tests.builders import NOW, an_alert
from tests.lookup.lexicons import a_directory, a_service

RU = words("ru")
LABELS = ("admin 1", "editor 2", "approver 3")
ENGLISH = re.compile(r"\b(admin|editor|approver) ?\d|\b(headline|description|expires)\b|: (editor|approver)\b")


def shown(*messages) -> str:
    """Return the texts and the labels of the buttons."""
    return "\n".join(
        [part for each in messages for part in (each.html, *(b.label for row in each.buttons for b in row))]
    )


def test_team__in_russian__everybody_is_called_in_russian_on_every_page() -> None:
    book = Staffbook(staffers=(Staffer(2, EDITOR, 5), Staffer(3, APPROVER, 6)))
    until = NOW + timedelta(days=1)
    wishes = [Proposal("a", INVITE, "admin 1", 1, until, EDITOR), Proposal("b", REMOVE, "admin 1", 1, until, number=3)]
    draft = an_alert(reasons=("written by admin 1",), approvals=tuple(Approval(each, NOW) for each in LABELS))
    trail = [AuditEntry(NOW, "admin 1", act, about="approver") for act in ACTS]
    trail += [AuditEntry(NOW, "editor 2", "edited", "d", "Закон", field) for field in FIELD_NAMES]
    trail += [AuditEntry(NOW, "approver 3", "removed", about="editor 2")]
    text = shown(
        team.render_team(2, book, wishes, 2, RU),
        team.render_welcome("editor 2", EDITOR, RU),
        team.render_remove_question("editor 2", 2, RU),
        team.render_joined_notice("editor 2", RU),
        team.render_removed_notice("admin 1", "editor 2", RU),
        team.render_refused_notice("admin 1", RU),
        team.render_invited_notice("admin 1", APPROVER, RU),
        render_draft(draft, "10", 2, (1, 1), RU),
        render_alone_notice(draft, "admin 1", RU),
        render_withdrawn_notice("admin 1", RU),
        render_my_data(None, None, RU, label="admin 1"),
        render_named("admin 1", RU),
        render_due("", "h", "s", 1, 1, "admin 1", RU),
        *(render_audit(trail, page, RU) for page in range(3)),
    )
    assert ENGLISH.findall(text) == []
    assert "администратор 1 хочет пригласить: редактор" in text
    assert "утверждающий 3 · убрал(а): редактор 2" in text


def test_card__assured_by_somebody_without_a_name__says_so_in_the_readers_language() -> None:
    service = replace(a_service("advice", "legal"), assured=Assured(date(2026, 11, 1), "admin 1"))
    assert "администратор 1" in render_card(a_directory(service), service, NOW, RU)


def test_team_name__a_name_that_she_chose__stands_as_it_is() -> None:
    for name in ("Anna", "admin", "admin one", "Editor 5", "", "the admin 1 of us"):
        assert team_name(name, RU) == name
