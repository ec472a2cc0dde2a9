"""The traffic of two days, replayed in minutes: readers, searches, comments and the desk. Memory stays flat."""

import random
import threading
from pathlib import Path

import pytest

from tests import cast
from tests.comments import talk
from tests.faults.running import Browser, serving, session_of, stored, wait_until
from tests.faults.test_killed_senders import IS_FULL

#: 30,000 a day, of which nine in ten only read.
REQUESTS = 60_000 if IS_FULL else 1200
THREADS = 4
READ = ["/", "/low-tide/", "/low-tide/march/", "/low-tide/march/mud/", "/low-tide/march/crabs/", "/feeds/rss.xml"]
DESK = ["/admin/", "/admin/newsletter/issue/", "/admin/comments/queue/", "/admin/newsletter/article/add/"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc"),
]


def megabytes(process):
    """Its memory, without what it maps of files, as of the database."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


def test_two_days_of_traffic_leave_memory_as_it_was(published, edda, tmp_path):
    mud = talk.under(published.articles.get(slug="mud"))
    sessions = [session_of(talk.trusted(cast.person(f"Reader{number}"))) for number in range(THREADS)]
    desk_session = session_of(edda)
    with serving(tmp_path) as site:
        statuses = []

        def visit(session, share, chosen):
            stranger, reader, editor = (Browser(site.port, keys) for keys in ({}, {"session": session}, {}))
            editor.cookies["session"] = desk_session
            form = reader.form(mud.get_absolute_url())
            for number in range(share):
                match number % 20:
                    case 0:
                        statuses.append(editor.get(chosen.choice(DESK)).status)
                    case 1:
                        words = f"Number {number} of {session}."
                        statuses.append(reader.post(mud.get_absolute_url(), form | {"body": words}).status)
                    case 2 | 3:
                        statuses.append(stranger.get(f"/search/?q={chosen.choice(['mud', 'crabs', 'terns'])}").status)
                    case _:
                        statuses.append(stranger.get(chosen.choice(READ)).status)

        def replay(requests):
            shares = [requests // THREADS] * THREADS
            visitors = [
                threading.Thread(target=visit, args=[session, share, random.Random(share)])
                for session, share in zip(sessions, shares, strict=True)
            ]
            for each in visitors:
                each.start()
            for each in visitors:
                each.join()

        replay(REQUESTS // 4)
        watched = {"web": wait_until(site.web_process), "worker": wait_until(site.worker)}
        before = {name: megabytes(process) for name, process in watched.items()}
        replay(REQUESTS)
        after = {name: megabytes(process) for name, process in watched.items()}
        comments = len(stored(site, "SELECT 1 FROM comments_comment"))
        print(f"\n{REQUESTS} requests, {comments} comments: {before} → {after} MB")  # noqa: T201
        assert set(statuses) <= {200, 303, 403, 429}
        assert all(after[name] < before[name] + 30 for name in watched)
