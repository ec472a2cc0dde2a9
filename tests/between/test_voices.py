"""What becomes of quotations when their authors answer, and when what they are about changes."""

import pytest
from django.test import Client

from comments.models import TALKS, Mode
from core.changes import content_changed
from mailing.delivery import dispatching
from newsletter import publishing, sharing
from newsletter.rendering import render_texts
from participation.models import State, Voice
from participation.voices import quoting
from tests import cast
from tests.between.plans import dispatch_in, work
from tests.comments import talk
from tests.participation.voices import WORDS, quoted

pytestmark = pytest.mark.django_db
MAY = "/low-tide/may/"


@pytest.fixture
def voice(published, discussion, otto, edda):
    """Otto's comment under Mud is quoted in May, which readers see; he has said yes."""
    may = cast.may(published.newsletter)
    made = quoted(may, talk.say(discussion, otto, WORDS), edda)
    eels = may.articles.get(slug="mud")
    eels.body = made.name
    eels.save()
    render_texts(eels)
    quoting.answer(made, State.AGREED)
    publishing.publish(may, edda)
    made.refresh_from_db()
    return made


def page():
    return Client().get(MAY).text


@pytest.mark.parametrize(
    ("state", "is_in"),
    [("planned", False), ("freezing", False), ("sending", False), ("paused", False), ("letter stored", True)],
)
def test_a_letter_has_whom_it_quotes_as_it_is_printed(voice, state, is_in):
    dispatch = dispatch_in(state, voice.issue)
    assert "alive" in page()
    quoting.answer(voice, State.REFUSED)
    if state == "paused":
        dispatching.resume(dispatch)
    (message,) = work()
    assert ("The mud is alive." in message.body) is is_in
    assert ("The mud is alive." in message.alternatives[0].content) is is_in
    assert "alive" not in page()


def test_pages_feeds_and_previews_follow_an_answer_at_once(voice, edda):
    address = sharing.address(sharing.share(voice.issue, edda))
    places = [MAY, "/feeds/atom.xml", address]
    for state, is_shown in ((State.REFUSED, False), (State.AGREED, True)):
        quoting.answer(voice, state)
        assert [("The mud is alive." in Client().get(place).text) for place in places] == [is_shown] * 3


def test_an_author_can_answer_whatever_became_of_the_issue(voice, edda):
    link = quoting.address_of(voice)
    issue = voice.issue
    publishing.withdraw(issue, edda)
    assert "You are not quoted" in Client().post(link, {"wish": "no"}).text
    publishing.back_to_draft(issue, edda)
    assert "You are quoted" in Client().post(link, {"wish": "yes"}).text
    Voice.objects.all().delete()
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("change", ["withdrawn", "draft", "off"])
def test_what_readers_do_not_see_any_more_is_not_quoted(voice, discussion, edda, change):
    assert "The mud is alive." in page()
    mud = discussion.article
    if change == "off":
        discussion.mode = Mode.OFF
        discussion.save()
        content_changed(TALKS)
    else:
        publishing.withdraw(mud, edda)
        if change == "draft":
            publishing.back_to_draft(mud, edda)
    assert "alive" not in page()
