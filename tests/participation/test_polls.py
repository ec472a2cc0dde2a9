"""Polls in texts and on their own pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import page_cache
from participation.models import Ballot
from participation.polls.voting import tell_of_votes
from tests import cast
from tests.participation.conftest import name_in
from tests.participation.voting import HERE, numbers, vote

pytestmark = pytest.mark.django_db
MARCH = "/low-tide/march/"


def test_poll_is_shown_where_a_text_names_it(client, horn):
    for address in (MARCH, f"{MARCH}mud/"):
        page = client.get(address).text
        assert page.count('<form method="post" action="/polls/horn/">') == (2 if address == MARCH else 1)
        assert "What becomes of the horn?" in page
        assert "csrf" not in page.partition('class="poll"')[2].partition("</form>")[0]


def test_voting_leads_to_the_page_with_results_and_back(client, horn):
    page = vote(client, horn, "Hoot", headers=HERE | {"Referer": f"http://testserver{MARCH}mud/"})
    assert page.redirect_chain[-1] == ("/polls/horn/?voted=1&from=%2Flow-tide%2Fmarch%2Fmud%2F%23poll-horn", 303)
    assert "Your vote is counted. You can change it until the poll closes." in page.text
    assert f'<a href="{MARCH}mud/#poll-horn">Back to where you were reading</a>' in page.text
    assert "<b>100%</b> (1)" in page.text
    assert numbers(horn) == {"Hoot": 1}


def test_vote_is_chosen_when_somebody_comes_back_and_can_be_changed(client, horn):
    vote(client, horn, "Hoot")
    page = client.get("/polls/horn/").text
    assert page.count(" checked") == 1
    assert f'value="{horn.answers.get(text="Hoot").pk}" checked' in page
    vote(client, horn, "No hoot")
    assert numbers(horn) == {"No hoot": 1}


def test_link_in_a_mail_chooses_and_never_votes(client, horn):
    pk = horn.answers.get(text="On Sundays").pk
    response = client.get(f"/polls/horn/?answer={pk}")
    assert f'value="{pk}" checked' in response.text
    assert not response.cookies
    assert not Ballot.objects.exists()


def test_cookie_is_set_on_voting_alone(client, horn):
    client.get(MARCH)
    client.get("/polls/horn/")
    client.post("/polls/horn/", {"answer": "0"}, headers=HERE)
    client.post("/polls/horn/", {}, headers=HERE)
    assert not client.cookies
    first = client.post("/polls/horn/", {"answer": horn.answers.first().pk}, headers=HERE)
    assert first.status_code == 307
    assert not Ballot.objects.exists()
    cookie = client.cookies["vote"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"] > 300 * 86_400) == (True, "Lax", True)


def test_browser_that_keeps_no_cookies_is_told(client, horn):
    page = client.post("/polls/horn/?again=1", {"answer": horn.answers.first().pk}, headers=HERE)
    assert "Your browser keeps no cookies" in page.text
    assert not Ballot.objects.exists()


def test_cookie_that_is_not_ours_is_none(client, horn):
    client.cookies["vote"] = "abc:def:ghi"
    vote(client, horn, "Hoot")
    assert numbers(horn) == {"Hoot": 1}
    assert client.cookies["vote"].value != "abc:def:ghi"


def test_vote_from_another_site_is_no_vote(horn):
    answer = str(horn.answers.first().pk)
    page = Client(enforce_csrf_checks=True).post(
        "/polls/horn/", {"answer": answer}, headers={"Origin": "https://elsewhere.example"}
    )
    assert "Look it over and send it once more." in page.text
    assert "csrfmiddlewaretoken" in page.text
    assert f'value="{answer}" checked' in page.text
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("answers", [[], ["0"], ["x"], ["9" * 40], ["\0"], ["1 OR 1=1"]])
def test_what_is_no_answer_is_no_vote(client, horn, answers):
    page = client.post("/polls/horn/", {"answer": answers}, headers=HERE)
    assert 'role="alert"' in page.text
    assert not Ballot.objects.exists()


def test_one_answer_is_one_and_several_are_several(client, horn):
    assert "Choose one answer." in vote(client, horn, "Hoot", "No hoot").text
    several = cast.poll(horn.newsletter, "likes", ["Fog", "Mud", "Salt"], several=True)
    name_in(horn.newsletter, "likes", field="about")
    vote(client, several, "Fog", "Mud")
    page = vote(Client(), several, "Mud").text
    assert numbers(several) == {"Fog": 1, "Mud": 2}
    assert "<b>50%</b> (1)" in page
    assert "<b>100%</b> (2)" in page
    assert "2 votes, counted by reader or browser" in page


def test_readers_count_once_however_they_began(client, horn, rita):
    vote(client, horn, "Hoot")
    client.force_login(rita)
    vote(client, horn, "No hoot")
    assert numbers(horn) == {"No hoot": 1}
    client.logout()
    vote(Client(), horn, "Hoot")
    assert numbers(horn) == {"Hoot": 1, "No hoot": 1}
    elsewhere = Client()
    elsewhere.force_login(rita)
    vote(elsewhere, horn, "On Sundays")
    assert numbers(horn) == {"Hoot": 1, "On Sundays": 1}


def test_reader_who_voted_twice_before_signing_in_counts_once(client, horn, rita):
    vote(client, horn, "Hoot")
    elsewhere = Client()
    elsewhere.force_login(rita)
    vote(elsewhere, horn, "No hoot")
    assert Ballot.objects.count() == 2
    client.force_login(rita)
    vote(client, horn, "On Sundays")
    assert numbers(horn) == {"On Sundays": 1}


def test_two_readers_of_one_browser_are_two(client, horn, rita, milo):
    vote(client, horn, "Hoot")
    for reader in (rita, milo):
        client.force_login(reader)
        vote(client, horn, "No hoot")
    assert numbers(horn) == {"No hoot": 2}


def test_closed_poll_takes_no_vote_and_shows_what_came_of_it(client, horn):
    vote(client, horn, "Hoot")
    horn.results, horn.closes_at = "closed", timezone.now() - timedelta(minutes=1)
    horn.save()
    assert "This poll is closed: nobody can vote any more." in vote(Client(), horn, "No hoot").text
    for address in (MARCH, "/polls/horn/"):
        page = Client().get(address).text
        assert "<b>100%</b> (1)" in page
        assert 'type="radio"' not in page
    assert numbers(horn) == {"Hoot": 1}


@pytest.mark.parametrize(("results", "to_voters"), [("always", True), ("voted", True), ("closed", False)])
def test_results_are_shown_to_whom_the_editor_chose(client, horn, results, to_voters):
    horn.results = results
    horn.save()
    assert ("<svg" in Client().get("/polls/horn/").text.partition('class="poll"')[2]) is (results == "always")
    assert ("<b>100%</b>" in vote(client, horn, "Hoot").text) is to_voters
    assert ('class="share"' in client.get(MARCH).text) is (results == "always")


def test_page_stays_kept_for_who_has_voted(client, horn):
    vote(client, horn, "Hoot")
    first = client.get(MARCH)
    assert not first.cookies
    assert "public" in first["Cache-Control"]
    assert " checked" not in first.text
    assert client.get(MARCH, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_votes_renew_the_pages_that_show_numbers(client, horn, django_assert_max_num_queries):
    assert "<b>0%</b>" in client.get(MARCH).text
    age(horn)
    vote(Client(), horn, "Hoot")
    assert "<b>100%</b> (1)" in client.get(MARCH).text
    vote(Client(), horn, "No hoot")
    with django_assert_max_num_queries(1):
        assert "<b>100%</b> (1)" in client.get(MARCH).text  # one of many votes
    tell_of_votes()
    assert "<b>50%</b> (1)" in client.get(MARCH).text
    with django_assert_max_num_queries(1):
        tell_of_votes()


@pytest.mark.parametrize("results", ["voted", "closed"])
def test_votes_renew_no_page_without_numbers(client, horn, results, django_assert_max_num_queries):
    horn.results = results
    horn.save()
    client.get(MARCH)
    age(horn)
    vote(Client(), horn, "Hoot")
    tell_of_votes()
    with django_assert_max_num_queries(1):
        client.get(MARCH)


def age(poll):
    type(poll).objects.update(numbers_at=timezone.now() - timedelta(hours=1))


def test_poll_comes_and_goes_with_what_names_it(client, desk, low_tide, secrets):
    cast.poll(low_tide)
    assert client.get("/polls/horn/").status_code == 404
    assert "Readers cannot see this yet" in desk.get("/polls/horn/").text
    for thing in secrets.values():
        name_in(thing, "horn")
    assert client.get("/polls/horn/").status_code == 404
    assert client.post("/polls/horn/", {}, headers=HERE).status_code == 404
    name_in(low_tide, "horn-2", field="about")
    assert client.get("/polls/horn/").status_code == 404
    name_in(low_tide, "horn", field="about")
    assert client.get("/polls/horn/").status_code == 200


def test_nobody_votes_before_readers_can_see_it(desk, low_tide):
    assert "Nobody votes before readers can see it." in vote(desk, cast.poll(low_tide), "Hoot").text
    assert not Ballot.objects.exists()


def test_network_votes_so_often(client, horn):
    for _time in range(60):
        assert vote(client, horn, "Hoot").status_code == 200
    late = vote(client, horn, "No hoot")
    assert late.status_code == 429
    assert f'value="{horn.answers.get(text="No hoot").pk}" checked' in late.text
    assert numbers(horn) == {"Hoot": 1}


def test_three_polls_cost_two_queries(client, published):
    before = queries(client)
    for name in ("one", "two", "three"):
        cast.poll(published.newsletter, name)
    name_in(published, "one", "two", "three")
    assert queries(client) == before + 2


def queries(client):
    page_cache.forget()
    with CaptureQueriesContext(connection) as caught:
        client.get(MARCH)
    return len(caught)
