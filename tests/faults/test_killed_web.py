"""The web process is killed, -9, while people publish, comment, upload, import and compose: what was acknowledged is
there, and who sends the same form again, as a browser does, gets what they wanted once.

Two kinds of moments: at random while the request is under way, and after the commit while the answer is lost.
"""

import os
import random
import threading
import time
from contextlib import suppress
from http.client import HTTPException

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.comments import talk
from tests.faults.running import Browser, answers, serving, session_of, stored, wait_until
from tests.faults.test_killed_senders import IS_FULL

ROUNDS = 12 if IS_FULL else 1
DOCUMENT = "# Tide {0}\n\nWhat came in number {0}.\n\n## Crabs {0}\n\nThey walk.\n\n## Terns {0}\n\nThey fly.\n"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]


def picture(number):
    return SimpleUploadedFile(f"mud-{number}.jpg", cast.image_file().read(), "image/jpeg")


@pytest.fixture
def site(low_tide, edda, rita, tmp_path):
    """What everybody needs, and who they are."""
    issue = cast.march(low_tide)
    drafts = [cast.issue(low_tide, number, status="draft") for number in range(2, 2 + 2 * ROUNDS)]
    places = {"mud": talk.under(issue.articles.get(slug="mud")).get_absolute_url(), "drafts": drafts}
    talk.trusted(rita)
    sessions = {"edda": session_of(edda), "rita": session_of(rita)}
    with serving(tmp_path) as running:
        running.places = places
        running.browsers = {name: Browser(running.port, {"session": key}) for name, key in sessions.items()}
        yield running


def sent_until_acknowledged(site, browser, path, form, is_done, *, after_commit):
    """Send a form, kill the process meanwhile, and send the same again until it is answered; returns the answer."""
    got = []

    def send():
        with suppress(OSError, HTTPException):
            got.append(browser.post(path, form))

    first = threading.Thread(target=send)
    process = wait_until(site.web_process)
    first.start()
    if after_commit:
        with suppress(AssertionError):
            wait_until(lambda: is_done() or got, pause=0.002)
    else:
        time.sleep(random.uniform(0, 0.15))
    with suppress(ProcessLookupError):
        os.kill(process, 9)
    first.join()
    if got and got[0].status in {200, 302, 303}:
        assert is_done()
    wait_until(lambda: site.web_process() not in {None, process} and answers(site))
    return browser.post(path, form)


def count(site, done):
    table, condition = done
    return stored(site, f"SELECT COUNT(*) FROM {table} WHERE {condition}")[0][0]  # noqa: S608


def comment(site, number):
    rita, mud = site.browsers["rita"], site.places["mud"]
    words = f"Seen from the pier, number {number}."
    return rita, mud, rita.form(mud, body=words), ("comments_comment", f"body = '{words}'")


def publish(site, number):
    edda, draft = site.browsers["edda"], site.places["drafts"][number]
    path = f"/admin/newsletter/issue/{draft.pk}/publish/"
    done = ("django_admin_log", f"object_id = '{draft.pk}' AND change_message LIKE '%short%'")
    return edda, path, edda.form(path, reason="It is short"), done


def upload(site, number):
    edda, path = site.browsers["edda"], "/admin/newsletter/picture/add/"
    form = edda.form(path, alt=f"Mud {number}") | {"file": cast.image_file(f"mud-{number}.jpg")}
    return edda, path, form, ("newsletter_picture", f"alt = 'Mud {number}'")


def write(site, number):
    edda, path = site.browsers["edda"], "/admin/newsletter/article/add/"
    form = edda.form(path, title=f"Gulls {number}", slug="", body="They shout.")
    return edda, path, form, ("newsletter_article", f"title = 'Gulls {number}'")


def enrol(site, number):
    edda, path = site.browsers["edda"], "/admin/mailing/subscriber/add/"
    newsletter = stored(site, "SELECT id FROM newsletter_newsletter")[0][0]
    said = {"email": f"p{number}@example.org", "newsletters": newsletter, "evidence": "They asked on paper"}
    return edda, path, edda.form(path, **said), ("mailing_subscriber", f"email = 'p{number}@example.org'")


def compose(site, number):
    edda, path = site.browsers["edda"], "/admin/newsletter/issue/compose/"
    preview = edda.post(path, edda.form(path, text=DOCUMENT.format(number))).headers["Location"]
    return edda, preview, edda.form(preview), ("newsletter_issue", f"title = 'Tide {number}'")


@pytest.mark.parametrize("verb", [comment, publish, upload, write, enrol, compose])
def test_what_was_acknowledged_is_there_and_the_same_form_sent_again_changes_nothing(site, verb):
    for number in range(2 * ROUNDS):
        browser, path, form, done = verb(site, number)
        is_done = lambda: count(site, done) == 1  # noqa: E731, B023
        answer = sent_until_acknowledged(site, browser, path, form, is_done, after_commit=bool(number % 2))
        assert answer.status in {200, 302, 303}, answer.text[:2000]
        assert count(site, done) == 1
