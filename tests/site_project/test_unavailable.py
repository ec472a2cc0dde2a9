"""A database that cannot take what somebody sent: they get it back, and can send it again."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from tests.comments import talk

pytestmark = pytest.mark.django_db

TEXT = "First line <script>alert(1)</script> & “more”\r\n\r\nSecond"


@pytest.fixture
def discussion(published):
    return talk.under(published.articles.get(slug="mud"))


class Held:
    """A database of which another has held the write lock for too long; it fails as the real one does."""

    def __init__(self, problem: Exception | None = None, begins_with: str = "INSERT") -> None:
        self.problem, self.begins_with = problem or OperationalError("database is locked"), begins_with

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith((self.begins_with, "UPDATE", "DELETE")):
            raise self.problem
        return execute(sql, params, many, context)


def held(**kwargs):
    return connection.execute_wrapper(Held(**kwargs))


def fields(page: str) -> dict[str, str]:
    """What the form on a page sends again."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    texts = re.findall(r'<textarea name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    return {name: unescape(value) for name, value in hidden + texts}


def browser(person=None, **kwargs) -> Client:
    client = Client(raise_request_exception=False, **kwargs)
    if person:
        client.force_login(person)
    return client


def test_a_comment_comes_back_and_is_posted_at_the_second_try(discussion, rita):
    reader = browser(rita)
    address = discussion.get_absolute_url()
    with held():
        page = reader.post(address, {"body": TEXT})
    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "5", "private, no-store")
    assert "<script>alert" not in page.text
    assert fields(page.text)["body"] == TEXT
    assert f'action="{address}"' in page.text
    assert reader.post(address, fields(page.text)).status_code == 303
    assert discussion.comments.get().body.split() == TEXT.split()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/comments/{own}/deletion/", {}),
        ("/comments/{other}/report/", {"reason": "spam", "note": "It sells something"}),
        ("/account/", {"display_name": "Rita Reed", "headline": "Reads at night"}),
        ("/subscribe/", {"email": "sumi@example.org", "newsletter": "low-tide"}),
        ("/account/notifications/", {"replies": "daily", "silence": "on"}),
    ],
)
def test_every_form_of_readers_comes_back(discussion, rita, milo, path, data):
    own, other = talk.say(discussion, rita), talk.say(discussion, milo)
    address, reader = path.format(own=own.pk, other=other.pk), browser(rita)
    with held():
        page = reader.post(address, data)
    assert page.status_code == 503
    assert data.items() <= fields(page.text).items()


def test_an_edit_and_a_wish_to_sign_in_come_back(discussion, rita):
    reader, stranger = browser(rita), browser()
    address = f"/comments/{talk.say(discussion, rita).pk}/edit/"
    seen = fields(reader.get(address).text)["seen"]
    with held():
        edit = reader.post(address, {"body": TEXT, "seen": seen})
        door = stranger.post("/account/sign-in/", {"email": "sumi@example.org"})
    assert (edit.status_code, fields(edit.text)["body"]) == (503, TEXT)
    assert (door.status_code, fields(door.text)["email"]) == (503, "sumi@example.org")


def test_what_an_editor_wrote_comes_back(desk, published):
    desk.raise_request_exception = False
    with held():
        page = desk.post("/admin/newsletter/contributor/add/", {"name": "Ada Moor", "slug": "ada", "about": TEXT})
    assert page.status_code == 503
    assert fields(page.text)["about"] == TEXT


def test_no_password_code_or_token_is_repeated(rita):
    data = {"login": "rita@example.org", "password": "correct horse", "code": "AB CD", "csrfmiddlewaretoken": "x y"}
    with held(begins_with="SELECT"):
        page = browser().post("/account/sign-in/password/", data)
    assert page.status_code == 503
    assert "correct horse" not in page.text
    assert fields(page.text).keys() - {"csrfmiddlewaretoken"} == {"login"}


def test_only_who_had_a_token_gets_one(discussion, rita):
    reader = browser(rita, enforce_csrf_checks=True)
    address = discussion.get_absolute_url()
    with held(begins_with="SELECT"):
        stranger = reader.post(address, {"body": TEXT})
    assert fields(stranger.text) == {"body": TEXT}
    token = fields(reader.get(address).text)["csrfmiddlewaretoken"]
    with held():
        known = reader.post(address, {"body": TEXT, "csrfmiddlewaretoken": token})
    assert reader.post(address, fields(known.text)).status_code == 303


def test_a_page_that_cannot_be_read_says_when_to_come_again(discussion):
    with held(begins_with="SELECT"):
        page = browser().get(discussion.get_absolute_url() + "?page=2")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "<form" not in page.text


@pytest.mark.parametrize(
    "problem",
    [OperationalError("deadlock detected"), OperationalError("could not serialize"), InterfaceError("closed")],
)
def test_deadlocks_and_lost_connections_are_answered_in_the_same_way(discussion, rita, problem):
    reader = browser(rita)
    with held(problem=problem):
        page = reader.post(discussion.get_absolute_url(), {"body": TEXT})
    assert (page.status_code, fields(page.text)["body"]) == (503, TEXT)


def test_files_have_to_be_chosen_again(desk, low_tide):
    desk.raise_request_exception = False
    file = SimpleUploadedFile("list.csv", b"email\nada@example.org\n")
    with held(begins_with="SELECT"):
        page = desk.post("/admin/mailing/subscriber/import/", {"newsletter": low_tide.pk, "file": file})
    assert page.status_code == 503
    assert "Choose your files once more" in page.text


@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_only_be_read_says_that_nothing_can_be_kept(discussion, rita):
    reader, address = browser(rita), discussion.get_absolute_url()
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA query_only = on" if connection.vendor == "sqlite" else "SET default_transaction_read_only = on"
        )
    try:
        page = reader.post(address, {"body": TEXT})
    finally:
        with connection.cursor() as cursor:
            is_sqlite = connection.vendor == "sqlite"
            cursor.execute("PRAGMA query_only = off" if is_sqlite else "SET default_transaction_read_only = off")
    assert (page.status_code, page["Retry-After"], fields(page.text)["body"]) == (503, "60", TEXT)
    assert "no room left to keep anything new" in page.text
