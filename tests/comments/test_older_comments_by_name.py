"""What was brought in under a name can be handed out and erased, for good."""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.own_data import erase_account, export_account
from comments import counting, moderating, reacting
from comments.bringing_in import bring_in
from comments.bringing_in.erasing import erase, exported
from comments.models import Comment, ModerationEvent, Report, State
from tests import cast
from tests.comments import older, talk
from tests.newsletter.pages import main_of, text_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/comments/discussion/brought-in/"


@pytest.fixture
def anna(mud):
    return older.brought(mud)[0]


def test_all_under_a_name_is_listed_whatever_its_state(desk, anna, published, milo, rita, discussion):
    older.brought(published, older.ANNA)
    moderating.transition([anna.pk], State.SPAM, milo)
    talk.say(discussion, rita, "A reader's")
    page = text_of(desk.get(PAGE, {"name": "  anna  TIDEWELL "}).text)
    assert page.count("The mud was blue that year.") == 2
    assert "Spam" in page
    assert "Ben" not in page
    assert "Nothing was brought in under the name “Rita”." in text_of(desk.get(PAGE, {"name": "Rita"}).text)


def test_it_is_handed_out_as_json(desk, anna):
    response = desk.get(PAGE, {"name": "Anna Tidewell", "as": "json"})
    assert response.headers["Content-Disposition"].startswith("attachment")
    (told,) = json.loads(response.content)["comments"]
    assert told["text"] == older.ANNA.text
    assert (told["name"], told["headline"], told["date known"]) == ("Anna Tidewell", "Harbour pilot", "day")
    assert told["address"] == f"https://courant.example/comments/{anna.pk}/#comment-{anna.pk}"


def test_erasing_asks_first_and_then_forgets_all_but_the_place(client, desk, anna, edda):
    page = desk.post(f"{PAGE}?name=Anna+Tidewell", {"comment": [anna.pk]})
    assert "1 comment loses its words, name, headline and place, for good." in text_of(page.text)
    assert Comment.objects.get(pk=anna.pk).name
    done = desk.post(f"{PAGE}?name=Anna+Tidewell", {"comment": [anna.pk], "confirmed": "Erase"}, follow=True)
    assert "1 comment is erased." in done.text
    anna.refresh_from_db()
    assert [anna.name, anna.headline, anna.body, anna.body_html, anna.said_at] == [""] * 5
    assert (anna.state, anna.get_state_display()) == (State.DELETED, "Erased")
    page = main_of(client, "/low-tide/march/mud/comments/")
    assert "Removed by the editors." in page
    assert "Ben" in page
    decision = ModerationEvent.objects.first()
    assert (decision.action, decision.actor, decision.comment) == ("erased", edda, anna)
    assert counting.drifted() == []


def test_what_is_erased_does_not_come_back(anna, mud, edda):
    erase([anna.pk], edda)
    assert bring_in(mud, [older.ANNA], edda) == ["1 comment had been brought in before and stays as it is."]
    assert not Comment.objects.filter(name="Anna Tidewell").exists()
    assert exported("Anna Tidewell") == []


def test_log_and_decisions_forget_the_words_too(anna, milo, rita, edda, discussion):
    reacting.report(anna, rita, "other", "Anna wrote to me")
    moderating.transition([anna.pk], State.REMOVED, milo, reason="Anna asked", note="Anna's mail")
    content_type = ContentType.objects.get_for_model(Comment)
    LogEntry.objects.create(
        user=milo, content_type=content_type, object_id=anna.pk, object_repr=anna.body, action_flag=CHANGE
    )
    Comment.objects.filter(pk=anna.pk).update(held_by="Words", held_detail="Anna")
    erase([anna.pk], edda)
    kept = [*ModerationEvent.objects.values(), *LogEntry.objects.values(), *Report.objects.values()]
    assert "Anna" not in repr(kept)
    assert "mud was blue" not in repr(kept)


def test_only_what_was_brought_in_is_erased(discussion, rita, edda, anna):
    comment = talk.say(discussion, rita, "My own")
    assert erase([comment.pk, anna.pk], edda) == [anna]
    assert erase([anna.pk], edda) == []
    comment.refresh_from_db()
    assert comment.body == "My own"


def test_account_of_the_same_name_is_nobodys_claim_on_it(anna):
    namesake = cast.person("Nora", headline="Harbour pilot")
    namesake.display_name = "Anna Tidewell"
    namesake.save()
    told = export_account(namesake)
    assert "mud was blue" not in repr(told)
    erase_account(namesake, keep_words=False)
    anna.refresh_from_db()
    assert (anna.name, anna.state) == ("Anna Tidewell", State.APPROVED)


@pytest.mark.parametrize("digits", [30, 5000])
def test_number_that_no_database_knows_erases_nothing(desk, anna, digits):
    page = desk.post(PAGE, {"comment": "9" * digits, "confirmed": "yes"}, follow=True)
    assert "0 comments are erased." in page.text
