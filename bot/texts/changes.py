"""What a sent list would change, in words: what goes, what comes, and how each contact is reached from then on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.changes import NOTES, Changes
from bot.texts.catalogues import Words
from bot.texts.markup import fitting, joined, plain, shortened, units

SHOWN = 20
ROOM = 2800
"""UTF-16 units of a message."""

LONGEST_WAYS = 600


def changes_text(changes: Changes, _: Words) -> str:
    """Return the changes as HTML, first what people lose."""
    lines = []
    if changes.is_cut_off:
        total = changes.before
        lines.append(
            _("<b>Is the file whole?</b> {n} of {total} contacts are missing.", n=len(changes.removed), total=total)
        )
    if changes.removed:
        lines.append(_("Removed ({n}): {names}", n=len(changes.removed), names=plain(_some(changes.removed))))
    if changes.added:
        lines.append(_("Added ({n}): {names}", n=len(changes.added), names=plain(_some(changes.added))))
    if changes.feeds:
        lines.append(_("Sources changed: {n}", n=changes.feeds))
    if changes.around:
        # Note: what only editors see in the file
        fields = [_("notes, or how it is written") if name == NOTES else name for name in changes.around]
        lines.append(_("Changed besides: {fields}", fields=plain(", ".join(fields))))
    each = [_changed(changes, service_id, names, _) for service_id, names in changes.changed]
    return joined(["\n".join(lines), fitting(each, ROOM - units("\n".join(lines)), _)])


def _changed(changes: Changes, service_id: str, names: Sequence[str], _: Words) -> str:
    """Return what changes of one contact, in up to three lines."""
    lines = [_("Changed: {name} ({fields})", name=plain(service_id), fields=plain(", ".join(names)))]
    gone, new = changes.ways.get(service_id, ((), ()))
    if gone:
        lines.append("  " + _("no longer: {ways}", ways=plain(shortened(", ".join(gone), LONGEST_WAYS))))
    if new:
        lines.append("  " + _("from now on: {ways}", ways=plain(shortened(", ".join(new), LONGEST_WAYS))))
    return "\n".join(lines)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
