"""Everything is taken out at the desk: by who may, for who asked, for some days, and it stays known who did."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import User
from interchange import exporting
from interchange.backing_up import add_pictures, silent
from interchange.models import Export
from tests import cast

LIST, ADD = "/admin/interchange/export/", "/admin/interchange/export/add/"
ALL = ["texts", "pictures", "talk", "people", "figures", "history"]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def owner(db):
    return User.objects.create_superuser("owner@example.org", display_name="Olga")


def ready(by, parts=("texts",), content=b"all of it"):
    file = default_storage.save("taking/x", ContentFile(content))
    facts = {"state": Export.State.READY, "file": file, "size": len(content), "ended_at": timezone.now()}
    return Export.objects.create(by=by, parts=list(parts), **facts)


def file_of(export):
    return f"/admin/interchange/export/{export.pk}/export.zip"


@pytest.mark.enable_socket
def test_an_owner_takes_everything_out(owner, published, settings, on_disk, monkeypatch):
    monkeypatch.setattr(exporting, "SECONDS_BETWEEN_SIGNS", 3600)
    client = signed_in(owner)
    answer = client.post(ADD, {"parts": ALL}, follow=True)
    export = Export.objects.get()
    assert "Download it" in answer.text
    assert (export.by, export.state, export.problem) == (owner, "ready", "")
    with ZipFile(BytesIO(client.get(file_of(export)).getvalue())) as taken:
        assert any(name.endswith(".md") for name in taken.namelist())
    assert Export.objects.get().fetched_at
    assert "Olga" in client.get(LIST).text


@pytest.mark.django_db
def test_editors_take_texts_and_pictures_alone(desk, folders, monkeypatch):
    monkeypatch.setattr(exporting.writing, "write", lambda file, parts, say: file.write(",".join(parts).encode()))
    shown = desk.get(ADD).text
    assert 'value="texts"' in shown
    assert 'value="people"' not in shown
    assert desk.post(ADD, {"parts": ["people"]}).status_code == 200
    assert not Export.objects.exists()
    desk.post(ADD, {"parts": ["texts", "pictures"]})
    assert desk.get(file_of(Export.objects.get())).getvalue() == b"texts,pictures"


@pytest.mark.django_db
def test_nobody_else_takes_anything(milo, rita):
    for person, status in ((milo, 403), (rita, 302)):
        for path in (LIST, ADD):
            assert signed_in(person).get(path).status_code == status, path


@pytest.mark.django_db
def test_a_file_is_given_to_who_asked_alone_and_never_by_its_address(desk, edda, owner):
    export = ready(edda)
    answer = desk.get(file_of(export))
    assert answer.getvalue() == b"all of it"
    assert "no-store" in answer.headers["Cache-Control"]
    assert signed_in(owner).get(file_of(export)).status_code == 404
    assert signed_in(cast.person("Ebbe", group="Editors")).get(file_of(export)).status_code == 404
    assert Client().get(file_of(export)).status_code == 302
    assert signed_in(owner).get(default_storage.url(export.file)).status_code == 404


@pytest.mark.django_db
def test_who_may_no_longer_take_people_does_not_get_them(edda, desk):
    assert desk.get(file_of(ready(edda, ALL))).status_code == 404


@pytest.mark.django_db
def test_the_file_goes_after_some_days_and_who_took_it_stays_known(desk, edda, owner, time_machine):
    export = ready(edda)
    exporting.sweep()
    assert default_storage.exists(export.file)
    time_machine.move_to(timezone.now() + timedelta(days=3, minutes=1))
    exporting.sweep()
    assert not default_storage.exists(export.file)
    assert Export.objects.get().state == "gone"
    assert "Edda" in signed_in(owner).get(LIST).text
    assert signed_in(edda).get(file_of(export)).status_code == 404


@pytest.mark.django_db
def test_what_fails_or_is_left_says_so(owner, edda, folders, monkeypatch):
    def break_off(*args, **kwargs):
        raise ValueError("the disk is full")

    monkeypatch.setattr(exporting.writing, "write", break_off)
    answer = signed_in(owner).post(ADD, {"parts": ALL}, follow=True)
    assert "the disk is full" in answer.text
    left = Export.objects.create(
        by=edda, parts=["texts"], state="under way", seen_at=timezone.now() - timedelta(hours=2)
    )
    exporting.sweep()
    left.refresh_from_db()
    assert (left.state, left.problem) == ("failed", "The worker was killed while it made this.")


@pytest.mark.django_db
def test_whoever_is_erased_leaves_the_record(edda):
    export = ready(edda)
    edda.delete()
    export.refresh_from_db()
    assert export.by is None


@pytest.mark.django_db
def test_backups_leave_out_what_is_on_its_way(edda):
    kept = cast.picture()
    export = ready(edda)

    class Archive:
        hashes: dict = {}  # noqa: RUF012

        def add(self, name, chunks, compression):
            self.hashes[name] = b"".join(chunks)

    archive = Archive()
    add_pictures(archive, silent)
    assert f"pictures/{kept.file.name}" in archive.hashes
    assert f"pictures/{export.file}" not in archive.hashes
