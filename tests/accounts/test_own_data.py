"""Taking one's data along, and leaving without a trace."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from accounts import own_data
from accounts.models import User
from tests.accounts.doors import ask, is_signed_in, sent_code, sign_in, with_password
from tests.cast import image_file

pytestmark = pytest.mark.django_db

TRACES = ["rita@example.org", "Rita Sound", "Reads tides at dawn"]


class Letters:
    """What an app above keeps of people."""

    name = "letters"
    erased = None

    def export(self, user):
        return [f"Dear {user.display_name}"]

    def erase(self, user, *, keep_words):
        self.erased = (user.email, keep_words)


@pytest.fixture
def letters(monkeypatch):
    source = Letters()
    monkeypatch.setattr(own_data, "sources", [source])
    return source


@pytest.fixture
def reader(client, rita, mailoutbox):
    """Rita, who has left a trace wherever she can."""
    sign_in(client, mailoutbox)
    shown = {"display_name": "Rita Sound", "headline": "Reads tides at dawn"}
    client.post("/account/", {**shown, "language": "", "picture": image_file()})
    owner = Client()
    owner.force_login(User.objects.create_superuser("owner@example.org"))
    form = {**shown, "email": rita.email, "is_active": "on", "language": "fr"}
    owner.post(f"/admin/accounts/user/{rita.pk}/change/", form)
    with_password(Client(), "wrong", email=rita.email)
    return client


def everything():
    """Every value of every table as text, with sessions opened."""
    texts = [str(session.get_decoded()) for session in Session.objects.all()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            texts += [str(row) for row in cursor.fetchall()]
    return "\n".join(texts)


def leave(client, words="keep", address="rita@example.org"):
    return client.post("/account/deletion/", {"words": words, "address": address})


def test_everything_kept_can_be_taken_along_in_one_readable_file(reader, letters):
    answer = reader.get("/account/data/download/")
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(answer.content)
    assert data["letters"] == ["Dear Rita Sound"]
    assert {key: data["account"][key] for key in ("address", "name", "headline")} == {
        "address": "rita@example.org",
        "name": "Rita Sound",
        "headline": "Reads tides at dawn",
    }
    assert data["account"]["sessions"][0]["address"] == ""


def test_no_trace_is_left(reader, letters):
    stranded = Client()
    ask(stranded, "rita@example.org", REMOTE_ADDR="198.51.100.7")
    assert [trace for trace in TRACES if trace in everything()] == TRACES
    assert "account is deleted" in leave(reader).content.decode()
    assert [trace for trace in TRACES if trace in everything()] == []
    assert not LogEntry.objects.filter(object_repr__contains="Rita").exists()
    assert letters.erased == ("rita@example.org", True)
    assert not is_signed_in(reader)


def test_words_go_too_if_that_is_chosen(reader, letters):
    leave(reader, words="remove")
    assert letters.erased == ("rita@example.org", False)


def test_a_wrong_address_deletes_nothing(reader, letters):
    assert "Nothing has been deleted" in leave(reader, address="otto@example.org").content.decode()
    assert User.objects.filter(email="rita@example.org").exists()


def test_if_one_source_fails_everything_stays(reader, letters, monkeypatch):
    failing = Letters()
    monkeypatch.setattr(failing, "erase", lambda user, **how: 1 / 0)
    monkeypatch.setattr(own_data, "sources", [letters, failing])
    reader.raise_request_exception = False
    assert leave(reader).status_code == 500
    assert [trace for trace in TRACES if trace in everything()] == TRACES


def test_the_only_owner_cannot_leave(client, letters):
    client.force_login(User.objects.create_superuser("owner@example.org"))
    assert "only owner" in leave(client, address="owner@example.org").content.decode()
    assert User.objects.filter(email="owner@example.org").exists()


def test_the_address_can_come_back_as_somebody_new(reader, letters, mailoutbox):
    leave(reader)
    client = Client()
    ask(client, "rita@example.org", REMOTE_ADDR="203.0.113.9")
    client.post("/account/code/", {"code": sent_code(mailoutbox)})
    assert User.objects.get(email="rita@example.org").display_name == ""
