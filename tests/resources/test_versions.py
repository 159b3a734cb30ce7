"""Admins change the file from Telegram: comments stay, mistakes never serve, everything can be undone."""

from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.changes import fingerprint
from bot.errors import NotAllowed, Overtaken
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
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_examine__a_file_made_to_be_dear__faults_that_can_be_read_within_seconds(versions, content) -> None:
    """It once took minutes and more than a gigabyte, while nobody was answered."""
    began = process_time()
    name, faults, _ = versions.examine(content)
    assert process_time() - began < 15
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
    versions.undo()
    assert file.read_text(encoding="utf-8") == GOOD
    with pytest.raises(NotAllowed):
        versions.undo()


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


def test_fingerprint__changes_with_what_is_said_and_not_with_who_assured_it() -> None:
    before = read_text(GOOD, "r", TODAY).directory.by_id["advice"]
    assured = read_text(edit.assure(GOOD, "advice", TODAY, "Y"), "r", TODAY).directory.by_id["advice"]
    other = read_text(GOOD.replace("First advice.", "Advice."), "r", TODAY).directory.by_id["advice"]
    assert fingerprint(before) == fingerprint(assured) != fingerprint(other)


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
