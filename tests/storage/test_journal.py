"""The journal on its own: lines appended, laid out ahead where it is busy, read back."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from bot.storage.files import Files
from bot.storage.journal import AHEAD_FROM, MOST_AHEAD, Journal, line, read

LINE = "x" * 1000


def filled(path: Path, files: Files | None = None, *, size: int = AHEAD_FROM) -> tuple[Journal, int]:
    """A journal that just grew beyond so many bytes, and how many lines it holds."""
    journal, count = Journal(path, files or Files()), 0
    while journal.size < size:
        journal.append(line({"seq": count, "text": LINE}))
        count += 1
    return journal, count


def found(path: Path) -> list[int]:
    was = read(path)
    assert was.damaged == 0
    return [record["seq"] for record in was.records]


def test_journal__little_in_it__is_as_long_as_what_it_holds(tmp_path):
    journal, count = filled(tmp_path / "journal", size=2000)
    assert journal.path.stat().st_size == journal.size and found(journal.path) == list(range(count))


def test_journal__busy__is_laid_out_ahead_and_every_line_can_be_read(tmp_path):
    journal, count = filled(tmp_path / "journal")
    lengths = set()
    for number in range(count, count + 300):
        journal.append(line({"seq": number, "text": LINE}))
        lengths.add(journal.path.stat().st_size)
        assert journal.size <= max(lengths) <= journal.size + MOST_AHEAD
    assert found(journal.path) == list(range(count + 300))
    assert len(lengths) < 6, "the file's length changes now and then, not with every line"


@pytest.mark.parametrize("cut", [1, 500])
def test_journal__torn_within_what_was_laid_out__only_the_last_line_is_passed_over(tmp_path, cut):
    journal, count = filled(tmp_path / "journal", size=AHEAD_FROM + 5000)
    whole = journal.path.read_bytes()
    assert len(whole) > journal.size
    journal.path.write_bytes(whole[: journal.size - cut] + bytes(len(whole) - journal.size + cut))
    assert found(journal.path) == list(range(count - 1))


class NarrowFiles(Files):
    """A disk that has room for what must be written and for no more."""

    def write(self, descriptor: int, data: bytes) -> None:
        if len(data) > 10_000:
            os.write(descriptor, data[:5000])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        super().write(descriptor, data)


def test_journal__no_room_to_lay_out_ahead__what_must_be_recorded_is(tmp_path):
    journal, count = filled(tmp_path / "journal", NarrowFiles(), size=AHEAD_FROM + 5000)
    assert not journal.is_broken
    assert journal.path.stat().st_size == journal.size and found(journal.path) == list(range(count))


class FaintFiles(Files):
    """A disk whose sync fails once it is told to."""

    fails = False

    def sync(self, descriptor: int) -> None:
        if self.fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().sync(descriptor)


def test_journal__a_line_that_was_not_kept__is_not_there_though_it_was_laid_out(tmp_path):
    files = FaintFiles()
    journal, count = filled(tmp_path / "journal", files, size=AHEAD_FROM + 5000)
    files.fails = True
    with pytest.raises(OSError):
        journal.append(line({"seq": count}))
    assert journal.is_broken and journal.path.stat().st_size == journal.size
    assert found(journal.path) == list(range(count))
