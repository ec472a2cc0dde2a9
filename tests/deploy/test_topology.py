"""The whole set-up under load, while one of each is killed: what was acknowledged is there, what is read is read."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import psycopg
import pytest

from tests.core.test_serve import wait_until
from tests.deploy import topology

IS_FULL = os.environ.get("FAULTS") == "full"
READERS = 200 if IS_FULL else 40
#: A reader may write five comments in a minute.
SECONDS_BETWEEN_COMMENTS = 13
SECONDS_BETWEEN_FAULTS = 8 if IS_FULL else 2
ROUNDS = 3 if IS_FULL else 1
PAGES = [
    "/",
    "/low-tide/",
    "/low-tide/march/",
    "/low-tide/march/mud/",
    "/low-tide/march/mud/comments/",
    "/feeds/rss.xml",
]
TOKEN = "t" * 32
PUBLICATION = """
import json
from django.test import Client
from accounts.models import User
from tests import cast
tide = cast.low_tide()
cast.march(tide)
sessions = []
for number in range(%d):
    browser = Client()
    browser.force_login(User.objects.create_user(f"reader{number}@example.org", display_name=f"Reader {number}"))
    sessions.append("; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items()))
print(json.dumps(sessions))
"""

pytestmark = [
    pytest.mark.slow,  # starts PostgreSQL, Redis, nginx and four processes of ours
    pytest.mark.enable_socket,
    pytest.mark.skipif(not topology.IS_POSSIBLE, reason="needs PostgreSQL, Redis, nginx (see `make services`)"),
]


class Load:
    """Readers who read, comment and subscribe until they are told to stop, and what became of each attempt."""

    def __init__(self, site, sessions):
        self.site, self.sessions = site, sessions
        self.is_over = threading.Event()
        self.lock, self.reads, self.failed = threading.Lock(), Counter(), []
        self.comments, self.addresses = [], []
        self.number = 0
        self.threads = [threading.Thread(target=each) for each in [self.read] * 3 + [self.write, self.subscribe]]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def read(self):
        while not self.is_over.wait(0.01):
            path, asked_at = random.choice(PAGES), time.monotonic()
            try:
                status, headers, text = self.site.ask("GET", path)
                is_good = status == 200 and len(text) > 100
                is_asked_back = status == 503 and "Retry-After" in headers
            except (OSError, HTTPException) as error:
                status, is_good, is_asked_back = repr(error), False, False
            with self.lock:
                self.reads[path] += is_good
                if not is_good:
                    self.failed.append((asked_at, path, status, is_asked_back))

    def post(self, path, fields, source, **headers):
        """Whether it was acknowledged."""
        headers = {"Origin": self.site.address, "Content-Type": "application/x-www-form-urlencoded", **headers}
        try:
            return self.site.ask("POST", path, urlencode(fields), headers, source)[0] in {200, 303}
        except (OSError, HTTPException):
            return False

    def write(self):
        free_at = dict.fromkeys(range(len(self.sessions)), 0.0)
        while not self.is_over.wait(0.02):
            reader = min(free_at, key=free_at.get)
            if free_at[reader] > time.monotonic():
                continue
            free_at[reader] = time.monotonic() + SECONDS_BETWEEN_COMMENTS
            self.number += 1
            words = f"Comment number {self.number}."
            fields = {"body": words, "csrfmiddlewaretoken": TOKEN}
            cookie = f"{self.sessions[reader]}; __Host-csrf={TOKEN}"
            if self.post("/low-tide/march/mud/comments/", fields, f"127.0.1.{reader + 1}", Cookie=cookie):
                self.comments.append(words)

    def subscribe(self):
        number = 0
        while not self.is_over.wait(0.1):
            number += 1
            address = f"sumi{number}@example.org"
            fields = {"email": address, "newsletter": "low-tide"}
            if self.post("/subscribe/", fields, f"127.0.2.{number % 250 + 1}"):
                self.addresses.append(address)

    def failures_since(self, moment):
        with self.lock:
            return [failure for failure in self.failed if failure[0] >= moment]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with topology.running(tmp_path_factory.mktemp("site")) as site:
        yield site


def stored(site, query):
    with psycopg.connect(site.postgres.url) as connection:
        return Counter(row[0] for row in connection.execute(query))


def test_whatever_is_killed_what_was_acknowledged_is_there_and_what_is_read_is_read(site):
    sessions = json.loads(site.manage("shell", "--no-imports", "--command", PUBLICATION % READERS).splitlines()[-1])
    load = Load(site, sessions)
    try:
        wait_until(lambda: load.comments and load.addresses and all(load.reads[path] > 3 for path in PAGES))
        for _round in range(ROUNDS):
            for fault in (kill_web, kill_worker, kill_redis, reload_nginx):
                before = time.monotonic()
                fault(site)
                rest(load)
                assert not load.failures_since(before), (fault.__name__, load.failures_since(before)[:5])
            for fault in (kill_nginx, restart_postgres):
                fault(site)
                since = wait_until(lambda: works_again(site, load))
                rest(load)
                assert not load.failures_since(since), (fault.__name__, load.failures_since(since)[:5])
    finally:
        load.stop()
    wait_until(lambda: set(load.addresses) <= set(stored(site, "SELECT email FROM mailing_subscriber")))
    comments = stored(site, "SELECT body FROM comments_comment")
    assert [words for words in load.comments if comments[words] != 1] == []
    assert max(comments.values()) == 1  # what got no answer is not there twice either
    print(  # noqa: T201
        f"\n{sum(load.reads.values())} pages read, {len(load.failed)} not; {len(load.comments)} comments and "
        f"{len(load.addresses)} addresses acknowledged, all there; started {[unit.starts for unit in site.webs]} times"
    )


def rest(load):
    """Until it has been going on for a while."""
    reads = sum(load.reads.values())
    time.sleep(SECONDS_BETWEEN_FAULTS)
    wait_until(lambda: sum(load.reads.values()) > reads + 30)


def works_again(site, load):
    """Since when, once everything answers."""
    now = time.monotonic()
    try:
        return now if all(site.ask("GET", path)[0] == 200 for path in [*PAGES, "/ready/"]) else 0
    except OSError:
        return 0


def kill_web(site):
    web = site.webs[0]
    begun = web.starts
    web.kill()
    wait_until(lambda: web.starts > begun and site.is_up(int(web.environment["PORT"])))


def kill_worker(site):
    begun = site.workers[0].starts
    site.workers[0].kill()
    wait_until(lambda: site.workers[0].starts > begun)


def kill_redis(site):
    begun = site.redis.starts
    site.redis.kill()
    wait_until(lambda: site.redis.starts > begun)


def reload_nginx(site):
    site.nginx.signal(signal.SIGHUP)


def reload_web(site):
    """As `systemctl reload` does after an update."""
    for web in site.webs:
        web.signal(signal.SIGHUP)


def kill_nginx(site):
    begun = site.nginx.starts
    site.nginx.kill()
    wait_until(lambda: site.nginx.starts > begun)


def restart_postgres(site):
    """As if it had been killed. What readers get meanwhile is tested in tests/faults."""
    site.postgres.stop()
    site.postgres.start()


def test_static_files_come_from_the_disk_for_good(site):
    page = site.ask("GET", "/")[2].decode()
    sheet = page.split('rel="stylesheet" href="')[1].split('"')[0]
    status, headers, text = site.ask("GET", sheet, headers={"Accept-Encoding": "gzip"})
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"] == "text/css"
    assert headers["Server"] == "nginx"
    assert text
    assert site.ask("GET", "/static/none.0123456789ab.css")[0] == 404


def test_the_address_without_tls_leads_to_the_one_with(site):
    connection = HTTPConnection("127.0.0.1", site.http, timeout=10)
    connection.request("GET", "/low-tide/?page=2", headers={"Host": "localhost"})
    response = connection.getresponse()
    assert (response.status, response.headers["Location"]) == (308, "https://localhost/low-tide/?page=2")
    connection.close()


def test_pages_come_compressed_kept_and_safe_through_the_proxy(site):
    status, headers, _text = site.ask("GET", "/low-tide/", headers={"Accept-Encoding": "gzip"})
    assert status == 200
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Strict-Transport-Security"]
    assert (
        site.ask("GET", "/low-tide/", headers={"If-None-Match": headers["ETag"], "Accept-Encoding": "gzip"})[0] == 304
    )


def test_what_is_too_large_is_refused_at_the_door(site):
    assert site.ask("POST", "/subscribe/", headers={"Content-Length": str(200 * 1024 * 1024)})[0] == 413


def test_secrets_in_addresses_do_not_reach_the_log(site):
    site.ask("GET", "/unsubscribe/SECRET-TOKEN/?code=SECRET")
    site.ask("GET", "/low-tide/?q=SECRET")
    log = wait_until(lambda: "GET /unsubscribe/..." in (text := (site.folder / "access.log").read_text()) and text)
    assert "SECRET" not in log
