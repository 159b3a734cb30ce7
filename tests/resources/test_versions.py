"""Admins change the file from Telegram: comments stay, mistakes never serve, everything can be undone."""

import os
import re
from datetime import date
from itertools import count
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.changes import fingerprint
from bot.errors import NotAllowed, Overtaken, StoreError
from bot.resources import edit
from bot.resources.keep import Keeper
from bot.resources.lines import MOST_FAULTS
from bot.resources.load import load_resources, read_text
from bot.resources.shelf import FolderShelf
from bot.resources.versions import KEPT, WAITING, Versions
from tests.resources.test_load import HEAD, SERVICE

TODAY = date(2026, 11, 23)
GOOD = "# Our list\n" + HEAD + SERVICE + "    # the number is old\n    status: active   # for now\n"
SHIPPED = Path(__file__).parents[2] / "resources.yaml"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "resources.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def versions(file) -> Versions:
    keeper = Keeper(file, FolderShelf(file.parent / "store"), lambda: TODAY)
    keeper.start()
    return Versions(keeper, FolderShelf(file.parent / "store"), lambda: TODAY)


def undo(versions: Versions) -> None:
    """Undo the last change as somebody does who has just looked at the list."""
    versions.look()
    versions.undo(read_text(versions.text(), "r", TODAY).directory.version)


def put(versions: Versions, text: str) -> None:
    name, _, _ = versions.examine(text.encode())
    versions.put(name)


def kept(file: Path) -> list[str]:
    """Return the texts of the earlier versions, the oldest first."""
    found = sorted(path for path in (file.parent / "store" / "versions").glob("*.yaml") if path.stem.isdigit())
    return [path.read_bytes().decode() for path in found]


def full_from(number: int, monkeypatch) -> None:
    """Let the disk be full from that write on."""
    writes = count(1)

    def full(_: int) -> None:
        if next(writes) >= number:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


def candidates(file: Path) -> list[str]:
    return sorted(path.name for path in (file.parent / "store" / "versions").glob("candidate-*"))


def test_drop__a_file_that_was_sent_by_mistake__does_not_stay_on_the_disk(versions, file) -> None:
    name, *_ = versions.examine(GOOD.replace("Advice", "A safe house").encode())
    assert candidates(file) == [f"candidate-{name}.yaml"]
    for other in ("../../resources", "", "x"):
        versions.drop(other)
    assert candidates(file) == [f"candidate-{name}.yaml"]
    versions.drop(name)
    assert candidates(file) == []
    assert file.read_text(encoding="utf-8") == GOOD


def test_examine__many_files_that_nobody_confirms__only_the_last_ones_wait(versions, file) -> None:
    names = [versions.examine(GOOD.replace("Advice", f"Advice {number}").encode())[0] for number in range(WAITING + 4)]
    assert set(candidates(file)) == {f"candidate-{name}.yaml" for name in names[-WAITING:]}


HOSTILE = {
    "opened and never closed": b"[" * 1_000_000,
    "braces": b"{" * 100_000,
    "the same key again": b"a: b\n" * 300_000,
    "tags": b'- !!python/object/apply:os.system ["true"]\n' * 20_000,
    "services without anything": HEAD.encode() + b"  - {id: x}\n" * 100_000,
    "endless": b"- a\n" * 1_250_000,
    "places that nobody knows": HEAD.encode()
    + b"".join(SERVICE.replace("advice", f"a{n}").replace("DE-BE", f"Narnia {n}").encode() for n in range(3000)),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_examine__a_file_made_to_be_dear__faults_that_can_be_read_within_seconds(versions, content) -> None:
    """It once took minutes and more than a gigabyte, while nobody was answered."""
    began = process_time()
    name, faults, _ = versions.examine(content)
    assert process_time() - began < 10
    assert name == "" and 0 < len(faults) <= 2 * MOST_FAULTS + 1


def test_assure__writes_date_and_name_and_leaves_all_else(versions, file) -> None:
    versions.assure("advice", 'Anna "A" O\'Neil: editor')
    text = file.read_text(encoding="utf-8")
    added = [line for line in text.splitlines() if line not in GOOD.splitlines()]
    assert len(added) == 1
    service = load_resources(file, TODAY).directory.by_id["advice"]
    assert service.assured is not None
    assert (service.assured.date, service.assured.by) == (TODAY, 'Anna "A" O\'Neil: editor')


def test_assure__again__keeps_source_and_interval() -> None:
    text = GOOD + '    assured: {date: 2026-01-01, by: X, source: "https://a.example.org", every: 30d} # ok\n'
    changed = edit.assure(text, "advice", TODAY, "Y")
    service = read_text(changed, "r", TODAY).directory.by_id["advice"]
    assert service.assured is not None
    assert (service.assured.by, service.assured.source) == ("Y", "https://a.example.org")
    assert service.assured.every is not None
    assert changed.rstrip().endswith("# ok")


def test_assure__written_as_a_block__becomes_one_line() -> None:
    text = GOOD + "    assured:\n      date: 2026-01-01\n      by: X\n    fees: Free\n"
    changed = edit.assure(text, "advice", TODAY, "Y")
    service = read_text(changed, "r", TODAY).directory.by_id["advice"]
    assert service.assured is not None
    assert service.assured.by == "Y"
    assert service.fees == {"en": "Free"}


def test_assure__a_service_in_braces__works_too() -> None:
    text = (
        HEAD
        + "  - {id: a, organization: refuge, name: A, description: D, topics: [legal], service_area: [DE], email: a@b.example}\n"
    )
    changed = edit.assure(text, "a", TODAY, "Y")
    assert read_text(changed, "r", TODAY).directory.by_id["a"].assured is not None


@settings(max_examples=15)
@given(st.data())
def test_assure__any_shipped_service__changes_that_service_alone(data) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    before = read_text(text, "r", TODAY).directory
    service_id = data.draw(st.sampled_from(sorted(before.by_id)))
    after = read_text(edit.assure(text, service_id, TODAY, "Редактор"), "r", TODAY).directory
    assert {other for other in after.by_id if after.by_id[other] != before.by_id[other]} == {service_id}


def test_assure__a_service_that_is_gone__not_allowed(versions) -> None:
    with pytest.raises(NotAllowed):
        versions.assure("nobody", "Anna")


def test_take_down__nobody_sees_it(versions, file) -> None:
    versions.take_down("advice")
    assert load_resources(file, TODAY).directory.visible(TODAY) == ()
    assert "status: inactive   # for now" in file.read_text(encoding="utf-8")


def test_examine__mistakes__no_candidate(versions) -> None:
    name, faults, _ = versions.examine(GOOD.replace("asylum, legal", "asylm").encode())
    assert name == ""
    assert "asylm" in str(faults[0])


def test_examine__no_text_at_all__one_clear_fault(versions) -> None:
    name, faults, _ = versions.examine(b"\xff\xfe\x00")
    assert (name, len(faults)) == ("", 1)


def test_put__what_was_examined__serves_and_undo_brings_the_old_back(versions, file) -> None:
    other = GOOD.replace("id: advice", "id: other")
    name, _, changes = versions.examine(other.encode())
    assert (changes.added, changes.removed) == (("other",), ("advice",))
    versions.put(name)
    assert file.read_text(encoding="utf-8") == other
    assert versions.text() == other
    undo(versions)
    assert file.read_text(encoding="utf-8") == GOOD
    with pytest.raises(NotAllowed):
        undo(versions)


def test_put__twice__the_second_is_too_late(versions) -> None:
    name, _, _ = versions.examine(GOOD.replace("First advice.", "Advice.").encode())
    versions.put(name)
    with pytest.raises(NotAllowed):
        versions.put(name)


@pytest.mark.parametrize("name", ["../../resources", "", "nothere"])
def test_put__a_forged_name__not_allowed(versions, name) -> None:
    with pytest.raises(NotAllowed):
        versions.put(name)


def test_examine__changed_fields_are_named(versions) -> None:
    _, _, changes = versions.examine(
        GOOD.replace("First advice.", "Advice.").replace("name: Refuge", "name: Haven").encode()
    )
    assert changes.changed == (("advice", ("description", "organization")),)


def test_versions__the_last_twenty_are_kept(versions, file) -> None:
    for number in range(KEPT + 5):
        name, _, _ = versions.examine(GOOD.replace("First advice.", f"Advice {number}.").encode())
        versions.put(name)
    kept = [path for path in (file.parent / "store" / "versions").glob("*.yaml") if path.stem.isdigit()]
    assert len(kept) == KEPT


def test_put__another_version_serves_by_now__overtaken_and_nothing_is_lost(versions, file) -> None:
    name, _, _ = versions.examine(GOOD.replace("First advice.", "Advice.").encode())
    versions.assure("advice", "Anna")
    with pytest.raises(Overtaken):
        versions.put(name)
    assert 'by: "Anna"' in file.read_text(encoding="utf-8")


def test_put__the_file_was_edited_by_hand_meanwhile__overtaken(versions, file) -> None:
    name, _, _ = versions.examine(GOOD.replace("First advice.", "Advice.").encode())
    file.write_text(GOOD.replace("First advice.", "By hand."), encoding="utf-8")
    with pytest.raises(Overtaken):
        versions.put(name)
    assert "By hand." in versions.text()


def test_assure__the_file_was_edited_by_hand_a_moment_ago__that_edit_stays(versions, file) -> None:
    file.write_text(GOOD.replace("First advice.", "By hand."), encoding="utf-8")
    versions.assure("advice", "Anna")
    assert "By hand." in file.read_text(encoding="utf-8")


def test_take_down__over_a_file_with_a_mistake__what_was_being_written_is_kept(versions, file) -> None:
    half = GOOD.replace("asylum, legal", "asylm") + "# half a day of work\n"
    file.write_text(half, encoding="utf-8")
    versions.take_down("advice")
    assert load_resources(file, TODAY).directory.visible(TODAY) == ()
    found = list((file.parent / "store" / "versions").glob("found-*.yaml"))
    assert [path.read_text(encoding="utf-8") for path in found] == [half]


def test_examine__a_file_without_any_service__is_a_mistake(versions) -> None:
    name, faults, changes = versions.examine(HEAD.replace("services:\n", "").encode())
    assert name == ""
    assert [fault.what for fault in faults if not fault.is_warning] == ["no service is left in the file"]
    assert changes.removed == ("advice",)


def test_examine__another_number__the_old_and_the_new_one_are_told(versions, file) -> None:
    name, _, _ = versions.examine((GOOD + '    phones: [{number: "+49 30 23125 001"}]\n').encode())
    versions.put(name)
    _, _, changes = versions.examine((GOOD + '    phones: [{number: "+49 30 23125 002"}]\n    crisis: true\n').encode())
    assert changes.ways == {"advice": (("+49 30 23125 001",), ("+49 30 23125 002", "crisis"))}


def test_examine__only_the_danger_areas_differ__that_is_a_change_too(versions) -> None:
    _, _, changes = versions.examine(("police_danger_areas: [RU-CE]\n" + GOOD).encode())
    assert changes.around == ("police_danger_areas",)
    assert not changes.is_empty


@pytest.mark.parametrize("write", [1, 2])
def test_undo__the_disk_is_full__the_version_is_still_there_for_the_next_try(
    versions, file, monkeypatch, write
) -> None:
    changed = GOOD.replace("First advice.", "Advice.")
    put(versions, changed)
    with monkeypatch.context() as disk:
        full_from(write, disk)
        with pytest.raises(StoreError):
            undo(versions)
    assert (file.read_text(encoding="utf-8"), kept(file)) == (changed, [GOOD])
    undo(versions)
    assert (file.read_text(encoding="utf-8"), kept(file)) == (GOOD, [])


def test_put__the_disk_is_full_in_the_middle__undo_goes_back_to_what_was_before(versions, file, monkeypatch) -> None:
    changed = GOOD.replace("First advice.", "Advice.")
    put(versions, changed)
    with monkeypatch.context() as disk:
        full_from(2, disk)
        with pytest.raises(StoreError):
            versions.assure("advice", "Anna")
    assert kept(file) == [GOOD]
    undo(versions)
    assert file.read_text(encoding="utf-8") == GOOD


def test_undo__somebody_changed_the_list_after_it_was_looked_at__overtaken(versions, file) -> None:
    put(versions, GOOD.replace("First advice.", "Advice."))
    seen = read_text(versions.text(), "r", TODAY).directory.version
    versions.assure("advice", "Anna")
    with pytest.raises(Overtaken):
        versions.undo(seen)
    assert 'by: "Anna"' in file.read_text(encoding="utf-8")


def test_undo__of_an_edit_by_hand__brings_back_what_served_before_it_and_loses_nothing(versions, file) -> None:
    sent, by_hand = GOOD.replace("First advice.", "Sent."), GOOD.replace("First advice.", "By hand.")
    put(versions, sent)
    file.write_text(by_hand, encoding="utf-8")
    undo(versions)
    assert file.read_text(encoding="utf-8") == sent
    aside = list((file.parent / "store" / "versions").glob("undone-*.yaml"))
    assert [path.read_text(encoding="utf-8") for path in aside] == [by_hand]
    undo(versions)
    assert file.read_text(encoding="utf-8") == GOOD


def test_undo__to_a_version_that_would_not_serve_today__not_allowed_and_the_good_one_stays(versions, file) -> None:
    changed = GOOD.replace("First advice.", "Advice.")
    put(versions, changed)
    (file.parent / "store" / "versions" / "000001.yaml").write_text(GOOD.replace("legal", "leagl"), encoding="utf-8")
    with pytest.raises(NotAllowed):
        undo(versions)
    assert file.read_text(encoding="utf-8") == changed


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_put_and_undo__line_ends_of_other_systems__stay_byte_for_byte(versions, file, line_end) -> None:
    first, second = (text.replace("\n", line_end) for text in (GOOD + "# one\n", GOOD + "# two\n"))
    put(versions, first)
    put(versions, second)
    assert file.read_bytes() == second.encode()
    undo(versions)
    assert file.read_bytes() == first.encode()


def test_take_down__over_a_file_in_other_letters__that_file_is_kept_byte_for_byte(versions, file) -> None:
    written = GOOD.replace("First advice.", "Первый совет").encode("cp1251", "replace")
    file.write_bytes(written)
    versions.take_down("advice")
    assert [path.read_bytes() for path in (file.parent / "store" / "versions").glob("found-*.yaml")] == [written]


def test_take_down__twice__is_one_version(versions, file) -> None:
    versions.take_down("advice")
    versions.take_down("advice")
    assert kept(file) == [GOOD]


def test_assure__who_may_write_the_file_and_a_link_to_it__stay(tmp_path) -> None:
    file, link = tmp_path / "list.yaml", tmp_path / "link.yaml"
    file.write_text(GOOD, encoding="utf-8")
    file.chmod(0o664)
    link.symlink_to(file)
    keeper = Keeper(link, FolderShelf(tmp_path / "store"), lambda: TODAY)
    keeper.start()
    Versions(keeper, FolderShelf(tmp_path / "store"), lambda: TODAY).assure("advice", "Anna")
    assert link.is_symlink()
    assert "Anna" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("# Call Marta on Mondays.\n" + GOOD, ("notes",)),
        (GOOD.replace("services:", "  haven: {name: Haven}\nservices:"), ("organizations",)),
        (GOOD, ()),
    ],
    ids=["a note", "an organization without services", "nothing"],
)
def test_examine__what_no_service_tells_of__is_a_change_too(versions, file, text, around) -> None:
    name, _, changes = versions.examine(text.encode())
    assert (changes.around, changes.is_empty) == (around, not around)
    versions.put(name)
    assert file.read_text(encoding="utf-8") == text


NOTED = [
    """    assured:            # 1 by phone
      # 2 Anna spoke to Marta
      by: >-
        The editor
        of the list
      # 3
      # 4
      date: "2026-10-01"  # 5
      every: 60d # 6
    # 7

    fees: Free # 8
""",
    """    assured: {date: 2026-10-01, # 1
              source: a call, by: 'X',  every: 30d  } # 2
    fees: Free # 3
""",
    """    assured: # 1
    # 2
    fees: Free # 3
""",
    """    assured:
        every: '30d' # 1
        by:   Команда 🏳 # 2
        date:   2026-10-01 # 3
# 4
""",
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("noted", NOTED)
def test_assure__notes_within_it__all_stay_in_their_order(noted, line_end) -> None:
    text = (GOOD.replace("    status: active   # for now\n", "") + noted).replace("\n", line_end)
    before = read_text(text, "r", TODAY)
    changed = edit.assure(text, "advice", TODAY, "Редакция: «мы» # 9")
    after = read_text(changed, "r", TODAY)
    assert not (before.errors or after.errors)
    service, old = after.directory.by_id["advice"], before.directory.by_id["advice"].assured
    assert service.assured is not None
    assert (service.assured.date, service.assured.by) == (TODAY, "Редакция: «мы» # 9")
    assert old is None or (old.every, old.source) == (service.assured.every, service.assured.source)
    notes = re.findall(r"# \d", text)
    assert len(notes) >= 2
    assert [note for note in re.findall(r"# \d", changed) if note != "# 9"] == notes
    # Nothing but the date and the name differs: without them both files are one.
    assert without_assurance(changed) == without_assurance(text)


def without_assurance(text: str) -> str:
    """Return the text without what an assurance may change, and without the spaces around it."""
    kept = re.sub(r'"?2026-1\d-\d\d"?|"Редакция: «мы» # 9"|>-\s+The editor\s+of the list|\'X\'|Команда 🏳', "", text)
    return re.sub(r"\s+|\{date: , by: \}", "", kept)


def test_fingerprint__changes_with_what_is_said_and_not_with_who_assured_it() -> None:
    def letters(text: str) -> str:
        directory = read_text(text, "r", TODAY).directory
        return fingerprint(directory.by_id["advice"], directory.organizations["refuge"])

    assert letters(GOOD) == letters(edit.assure(GOOD, "advice", TODAY, "Y"))
    others = GOOD.replace("First advice.", "Advice."), GOOD.replace("run_by: ngo", "run_by: state")
    assert len({letters(text) for text in (GOOD, *others)}) == 3


@pytest.mark.parametrize(
    "written",
    [
        GOOD + "    assured:\n    fees: Free\n",
        GOOD.replace("- id: advice", '- "id": advice').replace("    status: active   # for now\n", ""),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        HEAD
        + "  - {organization: refuge,\n     id: advice, name: A, description: D, topics: [legal], service_area: [DE], email: a@b.example}\n",
    ],
    ids=["empty", "quoted key", "Windows", "old Mac", "in braces over two lines"],
)
def test_edit__however_it_is_written__assured_and_taken_down(written) -> None:
    assured = read_text(edit.assure(written, "advice", TODAY, "Y"), "r", TODAY)
    assert not assured.errors
    assert assured.directory.by_id["advice"].assured is not None
    down = read_text(edit.set_status(written, "advice", "inactive"), "r", TODAY)
    assert not down.errors
    assert down.directory.by_id["advice"].status == "inactive"


def test_put__what_serves_over_a_file_with_a_mistake__mends_the_file(versions, file) -> None:
    half = GOOD.replace("asylum, legal", "asylm")
    file.write_text(half, encoding="utf-8")
    name, faults, changes = versions.examine(GOOD.encode())
    assert (faults, changes.is_empty) == ((), False)
    versions.put(name)
    assert file.read_text(encoding="utf-8") == GOOD
    assert kept(file) == []
    found = list((file.parent / "store" / "versions").glob("found-*.yaml"))
    assert [path.read_text(encoding="utf-8") for path in found] == [half]


def test_examine__the_disk_is_full__files_that_wait_stay(versions, file, monkeypatch) -> None:
    for number in range(WAITING):
        versions.examine(GOOD.replace("Advice", f"Advice {number}").encode())
    before = candidates(file)
    full_from(1, monkeypatch)
    with pytest.raises(StoreError):
        versions.examine(GOOD.replace("Advice", "One more").encode())
    assert candidates(file) == before
