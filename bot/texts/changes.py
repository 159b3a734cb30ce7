"""What a sent list would change, in words: what goes, what comes, and how each contact is reached from then on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.changes import NOTES, Changes
from bot.texts.catalogues import Words
from bot.texts.markup import plain

SHOWN = 20


def changes_text(changes: Changes, _: Words) -> str:
    """Return the changes as HTML, first what people lose."""
    lines = []
    if changes.removed:
        lines.append(_("Removed ({n}): {names}", n=len(changes.removed), names=plain(_some(changes.removed))))
    if changes.added:
        lines.append(_("Added ({n}): {names}", n=len(changes.added), names=plain(_some(changes.added))))
    for service_id, names in changes.changed[:SHOWN]:
        lines.append(_("Changed: {name} ({fields})", name=plain(service_id), fields=plain(", ".join(names))))
        gone, new = changes.ways.get(service_id, ((), ()))
        if gone:
            lines.append("  " + _("no longer: {ways}", ways=plain(", ".join(gone))))
        if new:
            lines.append("  " + _("from now on: {ways}", ways=plain(", ".join(new))))
    if len(changes.changed) > SHOWN:
        lines.append(_.many("and {n} more", "and {n} more", len(changes.changed) - SHOWN))
    if changes.feeds:
        lines.append(_("Sources changed: {n}", n=changes.feeds))
    if changes.around:
        # Note: what only editors see in the file
        fields = [_("notes, or how it is written") if name == NOTES else name for name in changes.around]
        lines.append(_("Changed besides: {fields}", fields=plain(", ".join(fields))))
    return "\n".join(lines)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
