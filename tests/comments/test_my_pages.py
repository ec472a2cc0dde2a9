"""A reader's own pages: what they wrote, and which mail they want."""

import pytest
from django.test import Client

from comments import moderating, posting
from comments.models import Comment, MailChoices, Mode, State
from tests.comments import talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, rita):
    client.force_login(rita)
    return client


@pytest.mark.parametrize("page", ["comments", "following", "notifications"])
def test_pages_are_for_their_reader_alone_and_never_stored(client, reader, page):
    assert Client().get(f"/account/{page}/")["Location"].startswith("/account/sign-in/")
    response = reader.get(f"/account/{page}/")
    assert "no-store" in response["Cache-Control"]
    assert f'href="/account/{page}/" aria-current="page"' in response.text


def test_own_comments_say_what_became_of_them(reader, discussion, rita, otto, milo):
    shown = talk.say(discussion, rita, "Shown to all")
    refused = talk.say(discussion, rita, "Taken away")
    moderating.transition([refused.pk], State.REMOVED, milo, reason="Off topic")
    talk.say(talk.under(discussion.place, mode=Mode.ALL_HELD), rita, "Not read yet")
    talk.say(discussion, otto, "Somebody else's")
    page = reader.get("/account/comments/").text
    assert "Somebody else" not in page
    assert page.index("Not read yet") < page.index("Waits for a moderator") < page.index("Taken away")
    assert page.index("Not shown") < page.index("Off topic") < page.index("Shown to all")
    assert f"/comments/{shown.pk}/edit/" in page
    assert f"/comments/{refused.pk}/edit/" not in page
    assert f"/comments/{refused.pk}/appeal/" in page
    refused.refresh_from_db()
    posting.appeal(refused, rita, "Please")
    moderating.transition([refused.pk], State.REJECTED, milo)
    assert f"/comments/{refused.pk}/appeal/" not in reader.get("/account/comments/").text


def test_pages_of_own_comments_together_are_all_of_them(reader, discussion, rita, django_assert_max_num_queries):
    everything = [comment.pk for comment in talk.crowd(discussion, rita, [None] * 65)]
    found, address = [], "/account/comments/"
    for _ in range(3):
        with django_assert_max_num_queries(5):
            page = reader.get(address)
        found += [own.comment.pk for own in page.context["comments"]]
        address = f"/account/comments/?before={page.context['older']}"
    assert found == everything[::-1]
    assert page.context["older"] is None


def test_odd_pages_are_first_pages(reader):
    for odd in ("x", "-1", "9" * 40):
        assert reader.get("/account/comments/", {"before": odd}).status_code == 200


def test_choices_are_kept(reader, rita):
    reader.post("/account/notifications/", {"replies": "never", "silence": "on"})
    choices = MailChoices.objects.get(reader=rita)
    assert (choices.replies, choices.decisions, choices.silence, choices.queue) == ("never", False, True, None)


def test_only_who_moderates_is_asked_about_the_queue(reader, milo):
    assert 'name="queue"' not in reader.get("/account/notifications/").text
    moderator = Client()
    moderator.force_login(milo)
    assert 'name="queue"' in moderator.get("/account/notifications/").text
    moderator.post("/account/notifications/", {"replies": "once", "decisions": "on"})
    assert MailChoices.objects.get(reader=milo).queue is False


def test_empty_pages_say_so(reader):
    assert "not written anything yet" in reader.get("/account/comments/").text
    assert "follow no conversation yet" in reader.get("/account/following/").text
    assert Comment.objects.count() == 0
