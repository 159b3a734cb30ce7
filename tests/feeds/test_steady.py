"""Entries do not come from the future and keep their keys."""

from datetime import timedelta

from bot.feeds.steady import keys_of, steadied
from tests.builders import NOW, an_entry


def test_steadied__dated_tomorrow__is_dated_now() -> None:
    (entry,) = steadied([an_entry(published_at=NOW + timedelta(days=1))], {}, NOW)
    assert entry.published_at == NOW


def test_steadied__dated_yesterday_or_not_at_all__stays() -> None:
    before = [an_entry(published_at=NOW - timedelta(days=1)), an_entry("e2", published_at=None)]
    assert steadied(before, {}, NOW) == tuple(before)


def test_steadied__warning_that_expired__is_dropped() -> None:
    assert steadied([an_entry(expires_at=NOW), an_entry("e2", expires_at=NOW + timedelta(1))], {}, NOW) == (
        an_entry("e2", expires_at=NOW + timedelta(1)),
    )


def test_steadied__new_guid_for_the_same_report__keeps_its_identity() -> None:
    (entry,) = steadied([an_entry("new")], keys_of([an_entry("old")]), NOW)
    assert entry.identity == an_entry("old").identity


def test_steadied__same_link_but_another_title__is_another_report() -> None:
    (entry,) = steadied([an_entry("new", title="Other")], keys_of([an_entry("old")]), NOW)
    assert entry.guid == "new"


def test_steadied__without_a_link__the_guid_counts() -> None:
    (entry,) = steadied([an_entry("new", link="")], keys_of([an_entry("old", link="")]), NOW)
    assert entry.guid == "new"
