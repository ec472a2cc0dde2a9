"""Backups in an object store: there once they have come as a whole, compared, thinned; and when the store is away."""

import pytest
from django.core.files.storage import storages

from interchange import keeping, remembering
from interchange.archives import check
from interchange.models import Backup
from mailing.lists import suppressing
from mailing.models import Suppression
from site_project.environment import store as stored
from tests.newsletter.test_pictures_elsewhere import keys

pytestmark = [pytest.mark.usefixtures("on_disk"), pytest.mark.enable_socket]


@pytest.fixture
def store(folders, settings, server):
    entry = stored(f"s3://key:secret@{server}/news/low/water?tls=never")
    settings.STORAGES = settings.STORAGES | {"backup": entry}
    return storages["backup"]


def test_one_goes_there_and_nothing_stays_on_this_machine(folders, bucket, store, server, tmp_path, time_machine):
    time_machine.move_to("2026-11-30T12:00:00Z")
    backup = keeping.make(store)
    assert backup.problem == ""
    assert keys(bucket) == ["low/water/courant.example-20261130T120000Z.zip"]
    assert backup.place == f"http://{server}/news/low/water/courant.example-20261130T120000Z.zip"
    assert [path.name for path in folders[0].iterdir() if "unread" in path.name] == []
    with store.open("courant.example-20261130T120000Z.zip") as kept:
        (tmp_path / "back.zip").write_bytes(kept.read())
    check(tmp_path / "back.zip", "")


def test_old_ones_go_there_too(bucket, store):
    for name in ("courant.example-20200101T000000Z.zip", "other-20200101T000000Z.zip", "notes.txt"):
        bucket.put_object(Key=f"low/water/{name}", Body=b"there")
    bucket.put_object(Key="courant.example-20200101T000000Z.zip", Body=b"of another folder")
    for day in range(1, 29):
        bucket.put_object(Key=f"low/water/courant.example-202611{day:02}T000000Z.zip", Body=b"there")
    keeping.thin(store)
    left = [key.rpartition("/")[2] for key in keys(bucket)]
    assert {"other-20200101T000000Z.zip", "notes.txt"} < set(left)
    assert left.count("courant.example-20200101T000000Z.zip") == 2
    assert sorted(name[16:24] for name in left if name.startswith("courant"))[2:] == [
        f"202611{day:02}" for day in (1, 2, 9, 16, *range(22, 29))
    ]


def test_a_store_that_is_away_is_told_and_its_secret_is_not(bucket, store, settings):
    bucket.delete()
    problem = keeping.make(store).problem
    assert "NoSuchBucket" in problem
    assert "secret" not in problem
    assert not Backup.objects.good().exists()
    bucket.create()


def test_what_must_not_come_back_lies_beside_and_grows(bucket, store):
    for name in ("sumi", "otto"):
        suppressing.suppress(f"{name}@example.org", Suppression.Reason.COMPLAINED)
        remembering.write_down()
    (kept,) = bucket.objects.all()
    assert kept.key.startswith("low/water/gone-")
    assert kept.get()["Body"].read().count(b"\n") == 2
