"""A bad resources.yaml never takes help offline."""

import os
import threading
from datetime import date
from pathlib import Path

import pytest

from bot.errors import ResourcesError
from bot.resources.keep import Keeper
from bot.resources.shelf import FolderShelf
from tests.resources.test_load import HEAD, SERVICE

TODAY = date(2026, 11, 23)
GOOD = HEAD + SERVICE
OTHER = HEAD + SERVICE.replace("advice", "other")
BAD = HEAD + SERVICE.replace("asylum, legal", "asylm")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "resources.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def keeper(file: Path) -> Keeper:
    return Keeper(file, FolderShelf(file.parent / "store"), lambda: TODAY)


def test_start__a_good_file__serves(file) -> None:
    kept = keeper(file)
    kept.start()
    assert "advice" in kept.directory.by_id


def test_reload__a_bad_new_version__the_good_one_serves_on_and_faults_are_known(file) -> None:
    kept = keeper(file)
    kept.start()
    file.write_text(BAD, encoding="utf-8")
    assert not kept.reload()
    assert "advice" in kept.directory.by_id
    assert len(kept.faults) == 1


def test_reload__a_good_new_version__serves_and_listeners_hear(file) -> None:
    heard = []
    kept = keeper(file)
    kept.on_change(lambda resources: heard.append(set(resources.directory.by_id)))
    kept.start()
    file.write_text(OTHER, encoding="utf-8")
    assert kept.reload()
    assert heard == [{"advice"}, {"other"}]
    assert kept.faults == ()


def test_reload__file_gone_for_a_moment__serves_on(file) -> None:
    kept = keeper(file)
    kept.start()
    file.unlink()
    assert not kept.reload()
    assert "advice" in kept.directory.by_id


def test_start__bad_file_after_a_good_one__the_last_good_version_serves(file) -> None:
    keeper(file).start()
    file.write_text(BAD, encoding="utf-8")
    kept = keeper(file)
    kept.start()
    assert "advice" in kept.directory.by_id
    assert len(kept.faults) == 1


def test_start__bad_file_and_nothing_before__refuses_with_the_faults(file) -> None:
    file.write_text(BAD, encoding="utf-8")
    with pytest.raises(ResourcesError, match="asylm"):
        keeper(file).start()


def test_has_changed__an_editor_that_renames_over_the_file__is_seen(file) -> None:
    kept = keeper(file)
    kept.start()
    assert not kept.has_changed()
    new = file.with_suffix(".new")
    new.write_text(OTHER, encoding="utf-8")
    os.replace(new, file)
    assert kept.has_changed()
    kept.look()
    assert not kept.has_changed()


def test_look__while_another_thread_takes_a_version_over__returns_when_it_serves(file) -> None:
    kept, begun, go_on = keeper(file), threading.Event(), threading.Event()
    kept.start()
    served = []

    def serve(resources) -> None:
        begun.set()
        assert go_on.wait(10)
        served.append(resources.directory.version)

    kept.on_change(serve)
    file.write_text(OTHER, encoding="utf-8")
    watcher = threading.Thread(target=kept.look)
    watcher.start()
    assert begun.wait(10)
    asker = threading.Thread(target=lambda: (kept.look(), served.append("asked")))
    asker.start()
    go_on.set()
    asker.join(10)
    watcher.join(10)
    assert served == [kept.directory.version, "asked"]


def test_reload__a_file_that_was_cut_off_above_its_services__the_one_before_serves_on(file) -> None:
    kept = keeper(file)
    kept.start()
    file.write_text("version: 1\n", encoding="utf-8")
    assert not kept.reload()
    assert "advice" in kept.directory.by_id
    assert [fault.what for fault in kept.faults] == ["no service is left in the file"]


def test_start__a_file_that_was_cut_off_after_a_good_one__the_last_good_version_serves(file) -> None:
    keeper(file).start()
    file.write_text("version: 1\n", encoding="utf-8")
    kept = keeper(file)
    kept.start()
    assert "advice" in kept.directory.by_id


def test_start__the_disk_refuses_to_keep_the_last_good_one__it_serves_and_leaves_nothing_half(
    file, monkeypatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    kept = keeper(file)
    kept.start()
    assert "advice" in kept.directory.by_id
    assert list((file.parent / "store").iterdir()) == []


def by_other_rules(file: Path, text: str) -> None:
    """Let a text serve that the rules of today refuse, as before an update of the bot."""
    (file.parent / "store").mkdir()
    (file.parent / "store" / "last-good-resources.yaml").write_text(text, encoding="utf-8")
    file.write_text(text, encoding="utf-8")


WRONG_TODAY = SERVICE.replace("advice", "wrong").replace("{en: Advice", "{en-UK: Advice")
STATE = "  state: {name: State, run_by: government}\nservices:\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD + WRONG_TODAY,
        HEAD + WRONG_TODAY + SERVICE,
        HEAD.replace("services:\n", STATE)
        + SERVICE
        + SERVICE.replace("advice", "police").replace("refuge\n", "state\n"),
        GOOD + "feeds:\n  - {id: a, url: https://a.example.org/}\n  - {id: b, url: https://b..example.org/}\n",
    ],
    ids=["the last service", "the first", "of an organization", "a feed"],
)
def test_start__after_an_update_with_other_rules__what_is_sound_serves_and_the_faults_are_known(file, text) -> None:
    by_other_rules(file, text)
    kept = keeper(file)
    kept.start()
    assert set(kept.directory.by_id) == {"advice"}
    assert {feed.id for feed in kept.feeds} <= {"a"}
    assert len(kept.faults) == 1
    file.write_text(GOOD, encoding="utf-8")
    assert kept.reload()
    assert kept.faults == ()


@pytest.mark.parametrize(
    "text",
    [
        "police_danger_areas: [RU-CE, Dagestan]\n" + GOOD,
        HEAD + WRONG_TODAY,
        HEAD.replace("refuge:\n    name: Refuge\n    run_by: ngo", "refuge: {name: Refuge, run_by: police}") + SERVICE,
    ],
    ids=["a place where the police are the danger", "the only service", "of its organization"],
)
def test_start__where_leaving_out_would_harm_or_leave_nothing__refuses_with_the_faults(file, text) -> None:
    by_other_rules(file, text)
    with pytest.raises(ResourcesError):
        keeper(file).start()
