"""PostgreSQL is restarted, by an operator or by a crash, while people read and write."""

import threading
import time
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.comments import talk
from tests.faults import postgres
from tests.faults.running import Browser, filled, serving, session_of, stored, wait_until

PAGES = ["/low-tide/march/", "/low-tide/march/mud/", "/low-tide/"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="copies what the test has stored"),
]


@pytest.fixture
def own_server(tmp_path):
    with postgres.running() as server:
        yield server


def copied_to(server):
    """The address of a copy of the test's database."""
    server.run("createdb", f"--maintenance-db={server.url()}", "site")
    settings = connection.settings_dict
    source = f"postgres://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    dump = server.folder / "dump"
    server.run("pg_dump", f"--file={dump}", "--no-owner", source)
    server.run("psql", "--quiet", f"--file={dump}", f"--dbname={server.url('site')}")
    return server.url("site")


@contextmanager
def under_load(act, threads=3):
    """Meanwhile several do it again and again; gives a list of what came of it."""
    seen, is_over = [], threading.Event()

    def go_on():
        while not is_over.is_set():
            seen.append(act())

    workers = [threading.Thread(target=go_on) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        yield seen
    finally:
        is_over.set()
        for worker in workers:
            worker.join()


def test_kept_pages_stay_others_say_when_to_come_again_and_all_is_well_at_once(published, rita, own_server, tmp_path):
    mud = talk.under(published.articles.get(slug="mud")).get_absolute_url()
    session = session_of(rita)
    with serving(tmp_path, copied_to(own_server)) as site:
        stranger, reader = Browser(site.port), Browser(site.port, {"session": session})
        form = reader.form(mud)
        acknowledged = []

        def read_and_write():
            words = f"Seen at {time.monotonic()}."
            answer = reader.post(mud, form | {"body": words})
            if answer.status == 303:
                acknowledged.append(words)
            elif answer.status == 503:
                assert answer.headers["Retry-After"] == "5"
                assert filled(answer.content)["body"] == words
            return answer.status, *(stranger.get(path).status for path in PAGES)

        read_and_write()
        for mode in ("fast", "immediate"):
            with under_load(read_and_write) as seen:
                wait_until(lambda: len(seen) > 5)
                own_server.stop(mode)
                del seen[:]
                wait_until(lambda: len(seen) > 20)
                assert {status for _posted, *pages in seen for status in pages} == {200}
                assert {posted for posted, *_pages in seen} == {503}
                away = reader.get("/account/")
                assert (away.status, away.headers["Retry-After"]) == (503, "5")
                assert stranger.get("/ready/").status == 503
                own_server.start()
                began = time.monotonic()
                wait_until(lambda: reader.get("/account/").status == 200, pause=0.01)
                print(f"\nPostgreSQL ({mode}): {time.monotonic() - began:.2f} s to recover")  # noqa: T201
        bodies = [body for (body,) in stored(site, "SELECT body FROM comments_comment")]
        assert set(acknowledged) <= set(bodies)
        assert len(bodies) == len(set(bodies))
        assert site.said().count("Answered with 503") < 20


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_nothing_stays_of_what_somebody_was_told_is_withdrawn(published, edda, own_server, tmp_path, mode):
    session = session_of(edda)
    with serving(tmp_path, copied_to(own_server), WEB_WORKERS="2") as site:
        stranger, editor = Browser(site.port), Browser(site.port, {"session": session})
        address = f"/admin/newsletter/issue/{published.pk}/withdraw/"
        form = editor.form(address)
        for _ in range(20):
            assert stranger.get("/low-tide/march/").status == 200
        assert editor.post(address, form).status == 302
        own_server.stop(mode)
        assert {stranger.get("/low-tide/march/").status for _ in range(20)} == {503}
        own_server.start()
        assert wait_until(lambda: stranger.get("/low-tide/march/").status not in {200, 503})
