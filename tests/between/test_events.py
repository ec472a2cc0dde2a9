"""An event is moved, cancelled or over: what shows it, what has been mailed, what is being written."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from newsletter import sharing
from newsletter.models import Correction, Event, Status
from newsletter.rendering import render_texts
from tests import cast
from tests.between.plans import dispatch_in, work
from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db

SHOWN = ["/low-tide/march/", "/low-tide/", "/feeds/low-tide/rss.xml", "/low-tide/events.ics", "/events/mud-walk.ics"]
CHANGES = {"moved": {"place": "Pier 5"}, "cancelled": {"state": "cancelled"}}
#: In a page, a feed or a mail, and in a calendar.
WORDS = {"moved": ["Pier 5"], "cancelled": ["Cancelled", "STATUS:CANCELLED"]}


@pytest.fixture
def walk(published):
    """It is named in the opening of No. 1, and in its article *Mud*."""
    made = cast.event(published.newsletter)
    for thing in (published, published.articles.get(slug="mud")):
        thing.body = "event:mud-walk"
        thing.save()
        render_texts(thing)
    return made


def change(desk, how):
    assert send(desk, f"/admin/newsletter/event/{Event.objects.get().pk}/change/", **CHANGES[how]).status_code == 302


def says(text, how):
    return any(word in text for word in WORDS[how])


@pytest.mark.parametrize("how", CHANGES)
def test_pages_feeds_and_calendars_have_it_at_once(desk, walk, how, django_capture_on_commit_callbacks):
    assert not any(says(Client().get(path).text, how) for path in SHOWN)
    with django_capture_on_commit_callbacks(execute=True):
        change(desk, how)
    assert [path for path in SHOWN if not says(Client().get(path).text, how)] == []


@pytest.mark.parametrize("how", CHANGES)
def test_a_mail_that_is_not_set_yet_says_it(desk, published, walk, how):
    dispatch_in("planned", published)
    change(desk, how)
    (message,) = work()
    assert says(message.body, how)


@pytest.mark.parametrize("how", CHANGES)
def test_one_that_is_set_says_what_it_said_and_the_page_has_a_correction(desk, published, walk, how):
    dispatch_in("letter stored", published)
    change(desk, how)
    (message,) = work()
    assert not says(message.body, how)
    assert {correction.thing for correction in Correction.objects.all()} == {
        published,
        published.articles.get(slug="mud"),
    }
    assert "<strong>Correction</strong>" in Client().get("/low-tide/march/").text


@pytest.mark.parametrize("how", CHANGES)
def test_what_is_planned_or_shown_to_a_few_has_no_correction(desk, low_tide, how):
    cast.event(low_tide)
    issue = cast.issue(low_tide, 5, status=Status.DRAFT, body="event:mud-walk")
    path = sharing.address(sharing.share(issue, None)).removeprefix("https://courant.example")
    change(desk, how)
    assert says(Client().get(path).text, how)
    assert not Correction.objects.exists()


def test_a_form_that_is_open_on_the_text_saves_and_the_correction_stays(desk, published, walk):
    path = f"/admin/newsletter/article/{published.articles.get(slug='mud').pk}/change/"
    typed = fields(desk.get(path)) | {"summary": "Typed meanwhile."}
    change(desk, "moved")
    assert desk.post(path, typed | {"_update": "1"}).status_code == 302
    mud = published.articles.get(slug="mud")
    assert (mud.summary, mud.corrections.count()) == ("Typed meanwhile.", 1)


def test_a_form_that_is_open_on_the_event_loses_nothing(desk, walk):
    path = f"/admin/newsletter/event/{walk.pk}/change/"
    typed = fields(desk.get(path)) | {"who": "Ada Moor"}
    change(desk, "moved")
    desk.post(path, typed)
    walk.refresh_from_db()
    assert (walk.who, walk.place, walk.sequence) == ("Ada Moor", "Pier 5", 2)


def test_a_working_copy_becomes_public_below_the_correction(desk, published, walk):
    path = f"/admin/newsletter/article/{published.articles.get(slug='mud').pk}/change/"
    send(desk, path, body="Silt.\n\nevent:mud-walk")
    change(desk, "moved")
    send(desk, path, _update="1")
    page = Client().get("/low-tide/march/mud/").text
    assert "Silt." in page
    assert "not at Pier 4, Tholemouth" in page


def test_what_is_over_leaves_the_list_and_stays_in_texts_and_calendars(walk):
    with time_machine.travel(datetime(2094, 6, 5, 12, tzinfo=UTC) - timedelta(minutes=1), tick=False):
        assert "Mud Walk" in Client().get("/low-tide/").text
        assert "Past" not in Client().get("/low-tide/march/").text
    with time_machine.travel(datetime(2094, 6, 5, 12, tzinfo=UTC), tick=False):
        assert "Mud Walk" not in Client().get("/low-tide/").text
        assert "Past" in Client().get("/low-tide/march/").text
        assert "Past" in Client().get("/feeds/low-tide/rss.xml").text
        assert "STATUS:CONFIRMED" in Client().get("/low-tide/events.ics").text
