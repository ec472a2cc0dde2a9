"""A disk that is full, really: the whole site on a small one of its own. What is there is read, what cannot be kept is
given back with a plain sentence, and all goes on by itself once there is room again."""

import os
import shutil
import subprocess
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from tests import cast
from tests.comments import talk
from tests.faults.running import Browser, filled, serving, session_of, stored, wait_until

SENTENCE = "This site has no room left to keep anything new."
WORDS = "What the tide left on Tuesday, in order of size. " * 60
ADD = "/admin/newsletter/picture/add/"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
    pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounts a small disk, as root may"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is given a small disk below"),
]


@pytest.fixture
def small_disk(tmp_path):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "courant", tmp_path], check=True)  # noqa: S603, S607
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)  # noqa: S603, S607


@contextmanager
def filled_up(folder):
    """Meanwhile not one byte more fits in."""
    with (folder / "fill").open("wb", buffering=0) as fill:
        for size in (2**16, 1):
            try:
                while fill.write(b"x" * size):
                    pass
            except OSError:
                pass
        yield
    (folder / "fill").unlink()


def unseen(person):
    """The session of somebody who was last seen yesterday, which is to be noted."""
    session = SessionStore(session_of(person))
    session["seen_at"] = 1
    session.save()
    return session.session_key


def noisy(size=1200):
    """A picture of a megabyte, which no memory keeps on its way in."""
    file = BytesIO()
    Image.effect_noise((size, size), 100).save(file, "PNG")
    return SimpleUploadedFile("mud.png", file.getvalue(), "image/png")


def test_a_full_disk_stops_no_reading_gives_back_what_was_sent_and_is_forgotten_once_there_is_room(
    published, edda, rita, small_disk
):
    mud = talk.under(published.articles.get(slug="mud"))
    draft = cast.issue(published.newsletter, 2, status="draft")
    sessions = unseen(rita), unseen(edda)
    with serving(small_disk, TMPDIR=str(small_disk)) as site:
        stranger = Browser(site.port)
        reader, editor = (Browser(site.port, {"session": key}) for key in sessions)
        publish = f"/admin/newsletter/issue/{draft.pk}/publish/"
        sent = {
            "comment": (reader, mud.get_absolute_url(), reader.form(mud.get_absolute_url(), body=WORDS)),
            "publish": (editor, publish, editor.form(publish, reason="It is short")),
            "picture": (editor, ADD, editor.form(ADD, alt="Mud", name="mud-1") | {"file": noisy()}),
            "subscribe": (stranger, "/subscribe/", stranger.form("/subscribe/", email="sumi@example.org")),
            "sign in": (stranger, "/account/sign-in/", stranger.form("/account/sign-in/", email="rita@example.org")),
        }
        with filled_up(small_disk):
            for path in ("/", "/low-tide/march/", "/low-tide/march/mud/", "/search/?q=mud", "/feeds/rss.xml", "/up/"):
                assert {who.get(path).status for who in (stranger, reader, editor)} == {200}
            assert reader.get("/account/").status == editor.get("/admin/newsletter/issue/").status == 200
            answers = {name: who.post(path, form) for name, (who, path, form) in sent.items()}
            for name, answer in answers.items():
                assert (name, answer.status, answer.headers["Retry-After"]) == (name, 503, "60"), answer.text[:1000]
                assert name == "picture" or SENTENCE in answer.text
            assert filled(answers["comment"].content)["body"].split() == WORDS.split()
        for name, (who, path, form) in sent.items():
            answer = who.post(path, form)
            assert (name, answer.status in {200, 302, 303}) == (name, True), answer.text[:1000]
        assert len(list((small_disk / "media/pictures").glob("*.*"))) == 1
        assert stored(site, "SELECT COUNT(*) FROM comments_comment") == [(1,)]
        assert stored(site, "SELECT status FROM newsletter_issue WHERE number = 2") == [("published",)]
        wait_until(lambda: stored(site, "SELECT is_processed FROM newsletter_picture") == [(1,)])
        both = [("rita@example.org",), ("sumi@example.org",)]
        sent_mail = "SELECT email FROM core_outgoingmail WHERE state = 'sent' ORDER BY email"
        wait_until(lambda: stored(site, sent_mail) == both)
        assert len(site.said().splitlines()) < 200
