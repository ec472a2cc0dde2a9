"""What the server gives out without asking Django is what Django would answer, and as fresh."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from io import BytesIO

import psycopg
import pytest
from django.test import Client

from comments import moderating, reacting
from comments.models import Comment, State
from comments.naming import show_profile
from newsletter import publishing
from site_project import kept_pages
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db(transaction=True)

MUD = "/low-tide/march/mud/"
PLACES = {
    "article": MUD,
    "issue": "/low-tide/march/",
    "home": "/low-tide/",
    "other": "/low-tide/march/crabs/",
    "about": "/low-tide/about/",
}


class Headers(dict):
    """As granian has them: names in lower case, and a name as often as it was sent."""

    def items(self):
        return [(name, value) for name, values in super().items() for value in values.split("\n")]

    def __len__(self):
        return len(self.items())


class Request:
    """The scope and the protocol of one request in one."""

    scheme, server, client, http_version = "http", "127.0.0.1:8000", "127.0.0.1:5000", "1.1"

    def __init__(self, address, method="GET", **headers):
        self.method = method
        self.path, _, self.query_string = address.partition("?")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.headers = Headers({"host": "testserver", "accept-encoding": "br, gzip", **sent})
        self.body = b""

    def response_empty(self, status, headers):
        self.status, self.sent = status, dict(headers)

    def response_bytes(self, status, headers, body):
        self.status, self.sent, self.body = status, dict(headers), body

    def response_str(self, status, headers, body):
        self.response_bytes(status, headers, body.encode())


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    """What serves, without what it does besides: that would look at the database when no test does."""
    with django_db_blocker.unblock():
        imported = import_module("site_project.server")
    for thread in threading.enumerate():
        if thread.name == "readership":
            thread.ended.set()
    return imported


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch):
    kept_pages.pages.clear()
    monkeypatch.setattr(kept_pages, "looks", kept_pages.Looks())
    yield
    kept_pages.looks.close()


@pytest.fixture
def ask(server):
    """Asks the server, in a thread of its loop's own, as a browser's test may have left one running here. Says also
    whether Django had to answer."""
    with ThreadPoolExecutor(1) as thread:
        loop = thread.submit(asyncio.Runner).result()

        def ask(address, **request):
            made = Request(address, **request)
            key = kept_pages.key_of(made)
            made.came_from_django = not (key and thread.submit(loop.run, kept_pages.give(made, made, key)).result())
            if made.came_from_django:
                made.status, headers, made.body = server.answer(server.environ(made, BytesIO(), 0), key)
                made.sent = dict(headers)
                del made.sent["X-Request-ID"]  # each answer has its own
            return made

        yield ask
        thread.submit(loop.close).result()


def as_kept(ask, address, **request):
    """The second answer, which is the server's own."""
    first, second = ask(address, **request), ask(address, **request)
    assert (first.came_from_django, second.came_from_django) == (True, False)
    assert (first.status, first.sent, first.body) == (second.status, second.sent, second.body)
    return second


@pytest.mark.parametrize("address", ["/", "/low-tide/", "/low-tide/march/", MUD, "/feeds/atom.xml", "/sitemap.xml"])
@pytest.mark.parametrize("encodings", ["br, gzip", "gzip;q=0.5, br;q=0", "identity"])
def test_it_says_what_django_says(published, ask, address, encodings):
    answer = as_kept(ask, address, accept_encoding=encodings)
    assert answer.sent.get("Content-Encoding") == {"b": "br", "g": "gzip", "i": None}[encodings[0]]
    assert int(answer.sent["Content-Length"]) == len(answer.body)
    assert {"Content-Security-Policy", "Vary", "ETag", "Cache-Control"} <= answer.sent.keys()


def test_who_has_the_page_is_told_so(published, ask):
    known = as_kept(ask, MUD).sent["ETag"]
    for mark in (known, f'"old", {known}', known.removeprefix("W/")):
        answer = ask(MUD, if_none_match=mark)
        assert (answer.came_from_django, answer.status, answer.body) == (False, 304, b"")
    assert ask(MUD, if_none_match='"old"').status == 200


def test_head_is_answered_without_the_page(published, ask):
    whole = as_kept(ask, MUD)
    answer = ask(MUD, method="HEAD")
    assert (answer.came_from_django, answer.sent, answer.body) == (False, whole.sent, b"")


@pytest.mark.parametrize(
    "unusual",
    [
        {"method": "POST"},
        {"cookie": "session=abc"},
        {"cookie": "a=b\nmessages=abc"},
        {"content_type": "text/html; charset=utf-7"},
        {"content_length": "3"},
        {"host": "testserver\nevil.example"},
        {"host": "evil.example"},
        {"accept_encoding": "br\nidentity"},
        {"accept_encoding": "br, " * 100},
        {"if_match": '"other"'},
        {"if_modified_since": "Sun, 01 Mar 2026 12:00:00 GMT"},
    ],
)
def test_what_is_unusual_is_left_to_django(published, ask, unusual):
    as_kept(ask, MUD)
    assert ask(MUD, **unusual).came_from_django


def test_a_forwarded_header_makes_no_other_page(published, ask):
    page = as_kept(ask, MUD)
    poison = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "https", "forwarded": "host=evil.example"}
    assert ask(MUD, **poison).body == page.body


def test_a_scheme_that_a_trusted_proxy_claims_has_pages_of_its_own(published, ask, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 60
    assert "Strict-Transport-Security" not in as_kept(ask, MUD).sent
    assert ask(MUD, x_forwarded_proto="https").came_from_django
    assert "Strict-Transport-Security" in ask(MUD, x_forwarded_proto="https").sent
    assert "Strict-Transport-Security" not in ask(MUD).sent


def test_what_a_page_does_not_know_makes_no_other_page(published, ask):
    as_kept(ask, "/low-tide/")
    answer = ask("/low-tide/?utm_source=mail&x=1")
    assert not answer.came_from_django
    assert ask("/low-tide/?page=1&x=2").came_from_django
    assert not ask("/low-tide/?x=3&page=1").came_from_django
    assert ask("/low-tide/?page=7").status == 404
    assert ask("/low-tide/?" + "&".join(f"a{n}=1" for n in range(6000))).status in {200, 400}


def test_a_change_renews_what_shows_it_and_nothing_else(published, ask, rita):
    otto = talk.otto()
    mud = published.articles.get(title="Mud")
    discussion = talk.under(mud)
    comment = talk.say(discussion, rita)

    def made_anew():
        return [name for name, address in PLACES.items() if ask(address).came_from_django]

    assert made_anew() == ["article", "issue", "home", "other", "about"]
    assert made_anew() == []
    reacting.like(comment, otto)
    assert made_anew() == ["article"]
    talk.say(discussion, otto, "Another thing")
    assert made_anew() == ["article", "issue"]
    assert b"Another thing" in ask(MUD, accept_encoding="identity").body
    mud.title = "Sludge"
    mud.save()
    assert made_anew() == ["article", "issue", "home", "other", "about"]


def test_a_name_that_is_approved_is_shown_wherever_the_reader_wrote(published, ask, rita, milo):
    mud, crabs = (talk.under(published.articles.get(title=title)) for title in ("Mud", "Crabs"))
    moderating.transition([talk.held(mud, rita).pk], State.APPROVED, milo)
    ask(MUD)
    rita.display_name = "Margarita"
    rita.save()
    show_profile(rita)
    moderating.transition([talk.held(crabs, rita).pk], State.APPROVED, milo)
    assert (b"Margarita" in ask(MUD, accept_encoding="identity").body) is Comment.objects.filter(
        discussion=mud, name="Margarita"
    ).exists()


def test_somebody_deleted_at_the_desk_is_on_no_page(published, ask, rita):
    talk.say(talk.under(published.articles.get(title="Mud")), rita)
    assert b"Rita" in ask(MUD, accept_encoding="identity").body
    desk = Client()
    desk.force_login(cast.person("Olga", group="Editors", is_superuser=True))
    assert desk.post(f"/admin/accounts/user/{rita.pk}/delete/", {"post": "yes"})["Location"] == "/admin/accounts/user/"
    after = ask(MUD, accept_encoding="identity")
    assert b"Rita" not in after.body


def test_a_withdrawn_page_is_gone_at_once(published, ask, edda):
    as_kept(ask, MUD)
    publishing.withdraw(published, edda)
    assert ask(MUD).status == 410


def test_the_store_is_bounded(published, ask, monkeypatch):
    monkeypatch.setattr(kept_pages.pages, "largest", 60_000)
    for address in ("/", "/low-tide/", "/low-tide/march/", MUD, "/tags/", "/sitemap.xml", "/articles/"):
        ask(address, accept_encoding="identity")
    assert 0 < kept_pages.pages.size <= 60_000
    assert len(kept_pages.pages.rows) < 7


def test_a_server_that_took_its_socket_away_is_down(tmp_path):
    with pytest.raises(psycopg.OperationalError) as problem:
        psycopg.connect(host=str(tmp_path), dbname="courant")
    assert kept_pages.DOWN.search(str(problem.value))
