"""Whom a service is for, and what that means for somebody who told of other groups, or of none."""

from __future__ import annotations

from bot.core.directory import Service
from bot.lookup.normal import normalise

_GROUPS = {
    "girls": "women", "mothers": "women", "female": "women", "woman": "women", "wives": "women",
    "children": "minors", "youth": "minors", "teens": "minors", "young": "minors", "teenagers": "minors",
    "unaccompanied": "minors", "transgender": "trans", "nonbinary": "trans",
    "soldiers": "conscripts", "deserters": "conscripts", "draft": "conscripts", "disability": "disabled",
}  # fmt: skip
# Groups to which most askers belong, or which tell why one asks: a service for them turns away hardly anyone.
_OPEN_GROUPS = frozenset(
    "lgbt lgbti lgbtq lgbtqi lgbtiq queer refugees hiv migrants families everyone all adults survivors victims".split()
)


def groups_of(service: Service) -> frozenset[str] | None:
    """Return the groups that a service is for, or None where it is for others too."""
    folded = {normalise(word) for word in service.audience}
    if not folded or folded & _OPEN_GROUPS or any("asylum" in word for word in folded):
        return None
    return frozenset(_GROUPS.get(word, word) for word in folded)


def loss_for_others(groups: frozenset[str], audience: frozenset[str], reasons: list[str]) -> float:
    """Return what a service for some groups alone loses where the asker told none of them."""
    if groups & audience:
        reasons.append("it is for this group")
        return -0.4
    reasons.append("it is for another group")
    return 1.5 if audience - _OPEN_GROUPS else 1.0
