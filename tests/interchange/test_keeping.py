"""The worker makes backups by itself, one at a time; what is killed leaves nothing that looks like one."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django_tasks_db.models import DBTaskResult

from core import standing
from interchange import keeping
from interchange.archives import Refused, check
from interchange.models import Backup

pytestmark = pytest.mark.usefixtures("on_disk")


def names(folders):
    return sorted(path.name for path in folders[1].iterdir()) if folders[1].exists() else []


def made(name):
    """A file that looks like a backup of this site, made at that moment."""
    return f"courant.example-{name}.zip"


@pytest.fixture
def store(folders):
    return storages["backup"]


def test_a_tick_makes_one_when_it_is_due_and_none_before(folders, time_machine):
    time_machine.move_to("2026-11-30T03:00:00Z", tick=False)
    keeping.make_when_due()
    assert names(folders) == [made("20261130T030000Z")]
    assert Backup.objects.good().get().place == str(folders[1] / made("20261130T030000Z"))
    time_machine.move_to("2026-12-01T02:59:00Z", tick=False)
    keeping.make_when_due()
    assert len(names(folders)) == 1
    time_machine.move_to("2026-12-01T03:00:30Z", tick=False)
    keeping.make_when_due()
    assert len(names(folders)) == 2


def test_it_is_whole_and_only_its_owner_may_read_it(folders, store):
    backup = keeping.make(store)
    (path,) = folders[1].iterdir()
    check(path, "")
    assert path.stat().st_mode & 0o777 == 0o600
    assert backup.size == path.stat().st_size > 0


@pytest.mark.slow  # scrypt is meant to take long
def test_it_is_sealed_where_a_passphrase_is_set(folders, store, settings):
    settings.BACKUP_PASSPHRASE = "correct horse"
    assert keeping.make(store).problem == ""
    (path,) = folders[1].iterdir()
    check(path, "correct horse")
    with pytest.raises(Refused, match="PASSPHRASE"):
        check(path, "")


@pytest.mark.parametrize("why", ["never", "held"])
def test_none_is_made_where_none_is_wanted_or_from_a_copy(folders, settings, why):
    if why == "never":
        settings.BACKUP_HOURS = 0
    else:
        standing.hold("restored from a backup")
    keeping.make_when_due()
    assert names(folders) == []


def test_the_worker_is_asked_once_however_often_it_ticks(folders, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pictures"]}}
    for _tick in range(3):
        keeping.make_when_due()
    assert DBTaskResult.objects.count() == 1


def test_a_backup_that_is_nowhere_is_said_in_a_sentence(folders, tmp_path):
    for name in (str(tmp_path / "none.zip"), str(tmp_path), "none.zip"):
        with pytest.raises(Refused, match=f"no backup {name}"), keeping.fetched(name):
            pass


def test_of_two_at_once_one_is_refused(folders, store):
    keeping.begin("elsewhere")
    with pytest.raises(Refused, match="under way"):
        keeping.make(store)
    assert Backup.objects.count() == 1


def test_one_that_was_killed_is_known_as_such_and_leaves_no_backup(folders, store, time_machine):
    time_machine.move_to("2026-11-29T03:00:00Z")
    keeping.begin("elsewhere")
    folders[1].mkdir()
    for rest in (".unread", ".unread.part"):
        (folders[1] / (made("20261129T030000Z") + rest)).write_text("half")
    (folders[1] / "another-20261129T030000Z.zip.unread").write_text("not ours")
    time_machine.shift(timedelta(minutes=2))
    assert keeping.make(store).problem == ""
    assert "killed" in Backup.objects.failed().get().problem
    assert len(names(folders)) == 2
    assert "another-20261129T030000Z.zip.unread" in names(folders)


def test_what_fails_is_written_down_and_tried_again_later(folders, time_machine):
    time_machine.move_to("2026-11-29T03:00:00Z")
    folders[1].write_text("a file where the folder should be")
    keeping.make_when_due()
    assert Backup.objects.get().problem
    keeping.make_when_due()
    assert Backup.objects.count() == 1
    folders[1].unlink()
    time_machine.shift(timedelta(minutes=31))
    keeping.make_when_due()
    assert Backup.objects.good().count() == 1


def test_old_ones_go_but_neither_the_last_good_one_nor_what_is_not_ours(folders, store, time_machine):
    time_machine.move_to("2026-11-30T12:00:00Z")
    keeping.make(store)
    (good,) = names(folders)
    strangers = [
        "notes.txt",
        "other.example-20200101T000000Z.zip",
        f"{made('20200101T000000Z')}.txt",
        "gone-1-2020-01.jsonl",
    ]
    for name in [*strangers, *(made(f"2026120{day}T{hour:02}0000Z") for day in range(1, 8) for hour in range(24))]:
        (folders[1] / name).write_text("there")
    keeping.thin(store)
    left = names(folders)
    assert set(left) > {good, *strangers}
    assert len(left) == len(strangers) + 1 + 24 + 6
