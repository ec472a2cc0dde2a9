"""Polls at the desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from participation.models import Ballot, Poll
from tests import cast
from tests.newsletter.filling import fields, send
from tests.participation.conftest import name_in
from tests.participation.voting import vote

pytestmark = pytest.mark.django_db
LIST = "/admin/participation/poll/"


def answers(*texts):
    return {f"answers-{number}-text": text for number, text in enumerate(texts)}


def page_of(poll):
    return f"{LIST}{poll.pk}/change/"


def test_poll_is_asked(desk, low_tide):
    send(desk, f"{LIST}add/", question="What becomes of the horn?", **answers("Hoot", "No hoot"))
    poll = Poll.objects.get()
    assert (poll.name, poll.newsletter) == ("what-becomes-of-the-horn", low_tide)
    page = desk.get(page_of(poll)).text
    assert "<code>poll:what-becomes-of-the-horn</code>" in page
    assert "Nothing names it yet, so readers cannot see it." in page


@pytest.mark.parametrize("texts", [["Hoot", ""], ["Hoot", "No hoot", *"123456789"], ["Hoot", "hoot"]])
def test_poll_has_two_to_ten_answers(desk, low_tide, texts):
    data = fields(desk.get(f"{LIST}add/")) | {"question": "Why?", "answers-TOTAL_FORMS": len(texts)}
    page = desk.post(f"{LIST}add/", data | answers(*texts))
    problem = "Two answers are the same." if "hoot" in texts else "A poll has two to ten answers."
    assert problem in page.text
    assert not Poll.objects.exists()


def test_list_says_how_each_stands_at_constant_cost(desk, horn, client, django_assert_max_num_queries):
    vote(client, horn, "Hoot")
    cast.poll(horn.newsletter, "old", question="Which fog?", closes_at=timezone.now() - timedelta(days=1))
    desk.get(LIST)
    with django_assert_max_num_queries(12):
        page = desk.get(LIST).text
    assert '<span class="state state-published">Open</span>' in page
    assert '<span class="state state-draft">Closed</span>' in page
    assert "Which fog?" not in desk.get(f"{LIST}?state=open").text
    assert "Which fog?" in desk.get(f"{LIST}?q=fog").text


def test_numbers_and_places_stand_in_the_form(desk, horn, client):
    vote(client, horn, "Hoot")
    page = desk.get(page_of(horn)).text
    assert "<b>100%</b> (1)" in page
    assert "1 vote, counted by reader or browser" in page
    assert ">March</a>" in page
    assert ">Mud</a>" in page


def test_name_stays_as_long_as_texts_use_it(desk, horn, published):
    page = send(desk, page_of(horn), name="foghorn")
    assert "It stays “horn”, as it is named in: “March” and “Mud”." in page.text
    for thing in (published, published.articles.get(slug="mud")):
        name_in(thing)
    send(desk, page_of(horn), name="foghorn")
    horn.refresh_from_db()
    assert horn.name == "foghorn"


def test_answer_with_votes_stays_and_who_renames_it_is_warned(desk, horn, client):
    vote(client, horn, "Hoot")
    data = fields(desk.get(page_of(horn)))
    assert "“Hoot” has votes, so it stays." in desk.post(page_of(horn), data | {"answers-0-DELETE": "on"}).text
    page = desk.post(page_of(horn), data | answers("Silence"), follow=True)
    assert "1 vote for “Hoot” counts for “Silence” now." in page.text


def test_how_many_one_may_choose_stays_when_there_are_votes(desk, horn, client):
    assert "several" in fields(desk.get(page_of(horn)))
    vote(client, horn, "Hoot")
    assert "several" not in fields(desk.get(page_of(horn)))


def test_what_was_voted_in_or_is_named_is_not_deleted(desk, horn, client):
    assert desk.post(f"{LIST}{horn.pk}/delete/", {"post": "yes"}).status_code == 403
    lone = cast.poll(horn.newsletter, "lone")
    assert desk.post(f"{LIST}{lone.pk}/delete/", {"post": "yes"}).status_code == 302


def test_editor_closes_one_and_its_pages_show_what_came_of_it(desk, horn, client):
    assert 'type="radio"' in client.get("/low-tide/march/").text
    page = desk.post(LIST, {"action": "close", "_selected_action": horn.pk}, follow=True)
    assert "Closed: 1." in page.text
    assert 'type="radio"' not in client.get("/low-tide/march/").text


def test_votes_come_as_a_table_without_voters(desk, horn, client, rita):
    vote(client, horn, "Hoot")
    elsewhere = Client()
    elsewhere.force_login(rita)
    vote(elsewhere, horn, "No hoot")
    table = b"".join(desk.get(f"{LIST}{horn.pk}/votes/").streaming_content).decode()
    first, second = Ballot.objects.order_by("pk")
    assert table.split("\r\n")[0] == "vote,voted,by,answer"
    assert f"{first.pk},{first.voted_at.isoformat()},browser,Hoot" in table
    assert f"{second.pk},{second.voted_at.isoformat()},reader,No hoot" in table
    assert first.browser not in table


def test_polls_are_for_editors(horn, milo, rita):
    browser = Client()
    browser.force_login(milo)
    assert browser.get(page_of(horn)).status_code == browser.post(page_of(horn), {}).status_code == 403
    browser.force_login(rita)
    assert browser.get(f"{LIST}{horn.pk}/votes/").status_code == 302


def test_calendar_of_the_desk_says_when_one_closes(desk, horn):
    horn.closes_at = timezone.now() + timedelta(days=3)
    horn.save()
    assert "“What becomes of the horn?” closes" in desk.get("/admin/").text
