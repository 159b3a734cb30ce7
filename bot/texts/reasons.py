"""Why a report was judged as it was, in the language of the admin who decides.

Rules and judgements give their reasons as short English sentences (`core/triage.py`, `why` in `lookup/news/rules.yaml`),
and so they are kept with an alert; here each becomes a whole sentence of another language.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.texts.catalogues import Words, mark
from bot.texts.names import SEVERITY_NAMES, team_name

# Note: reasons why a news report was judged relevant or not; they stand in a row, with semicolons between them
FIXED = (
    mark("nothing in it concerns people at risk"),
    mark("nothing worse or better is said"),
    mark("reports worded like this one were of concern"),
    mark("reports worded like this one were"),
    mark("but reports worded like this one were of no concern"),
)

TAKEN_BACK = mark("its source took it back")
TOO_MANY = mark("very many came at once, so none of them went out by itself")


def render_reasons(reasons: Iterable[str], _: Words) -> str:
    """Return the reasons in a row; one that no catalogue knows stays as it is."""
    return "; ".join(_reason(reason, _) for reason in reasons if reason) or "-"


def _reason(reason: str, _: Words) -> str:
    head, _colon, rest = reason.partition(": ")
    if head in SEVERITY_NAMES and rest:
        # Note: a severity and why it was chosen, as in "Severe: prison or violence threatens"
        return _("{severity}: {why}", severity=_(SEVERITY_NAMES[head]), why=_(rest))
    if reason.startswith("but "):
        known = _(reason)  # "but reports worded like this one were of no concern" is one of its own
        # Note: a reason against another, as in "but it speaks of films or series"
        return known if known != reason else _("but {why}", why=_(reason.removeprefix("but ")))
    if reason.startswith("written by "):
        # Note: an admin, as in "written by admin 1"
        return _("written by {who}", who=team_name(reason.removeprefix("written by "), _))
    if reason.startswith("graver than before, says "):
        # Note: a source of news, as in "graver than before, says OVD-Info"
        return _("graver than before, says {source}", source=reason.removeprefix("graver than before, says "))
    return _(reason)
