"""What a person can take along, and what is left of them when they have gone: nothing that names them."""

import json
from collections import Counter

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers import serialize
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.own_data import erase_account
from accounts.profiles import change_profile
from comments import banning, counting, following, moderating, own_data, posting, reacting
from comments.models import Comment, Follow, MailChoices, ModerationEvent, Standing, State
from tests.comments import talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(discussion, otto, rita, milo, client):
    """What Otto leaves behind: comments in every state, with answers, likes, reports, decisions and notes."""
    hers = talk.say(discussion, rita, "Such mud!")
    answered = talk.say(discussion, otto, "I was there.")
    talk.say(discussion, rita, "Were you?", answered)
    refused = talk.say(discussion, otto, "Buy lamps")
    spam = talk.say(discussion, otto, "Buy more lamps")
    talk.say(discussion, otto, "Nobody answers")
    reacting.like(hers, otto)
    reacting.like(answered, rita)
    reacting.report(hers, otto, "other", "I, Otto, do not like it")
    reacting.report(answered, rita, "other", "Otto again")
    following.follow(discussion, otto, Follow.Frequency.DAILY)
    MailChoices.objects.create(reader=otto, replies="daily")
    moderating.transition([refused.pk], State.REJECTED, milo)
    moderating.transition([refused.pk], State.REMOVED, milo, reason="No lamps, Otto", note="Otto of the lighthouse")
    moderating.transition([spam.pk], State.SPAM, milo)
    refused.refresh_from_db()
    posting.appeal(refused, otto, "But I am Otto!")
    banning.ban([otto.pk], milo, timezone.now(), "Enough, Otto")
    kind = ContentType.objects.get_for_model(Standing)
    LogEntry.objects.create(
        user=milo,
        content_type=kind,
        object_id=Standing.objects.get(reader=otto).pk,
        object_repr="Otto",
        action_flag=CHANGE,
    )
    return otto


def dump() -> str:
    """Every row of every table, as text."""
    models = apps.get_models(include_auto_created=True)
    return "\n".join(serialize("jsonl", model._base_manager.all()) for model in models).lower()


def test_export_tells_everything_in_words(client, life):
    client.force_login(life)
    data = json.loads(client.get("/account/data/download/").content)["conversation"]
    assert [comment["text"] for comment in data["comments"]] == [
        "I was there.",
        "Buy lamps",
        "Buy more lamps",
        "Nobody answers",
    ]
    assert [comment["state"] for comment in data["comments"]] == ["approved", "pending", "spam", "approved"]
    assert "No lamps, Otto" in [decision["reason"] for decision in data["decisions about me"]]
    assert data["reports"][0]["note"] == "I, Otto, do not like it"
    assert data["follows"][0]["discussion"] == "https://courant.example/low-tide/march/mud/comments/"
    assert data["mail"]["replies"] == "daily"
    assert len(data["likes"]) == 1
    assert data["standing"]["reason"] == "Enough, Otto"


@pytest.mark.parametrize("keep_words", [True, False])
def test_after_erasure_no_table_holds_address_name_or_headline(life, keep_words):
    assert all(trace in dump() for trace in ["otto@example.org", "otto", "lighthouse"])
    erase_account(life, keep_words=keep_words)
    assert [line for line in dump().splitlines() if "otto" in line or "lighthouse" in line] == []
    assert counting.drifted() == []


def test_words_that_are_kept_are_those_that_were_published(life):
    erase_account(life, keep_words=True)
    nameless = Comment.objects.filter(author=None).order_by("pk")
    assert [(each.body, each.state) for each in nameless] == [
        ("I was there.", "approved"),
        ("", "deleted"),
        ("", "deleted"),
        ("Nobody answers", "approved"),
    ]


def test_words_that_are_removed_leave_a_place_where_they_were_answered(life):
    erase_account(life, keep_words=False)
    nameless = Comment.objects.filter(author=None).order_by("pk")
    assert {(each.body, each.state) for each in nameless} == {("", "deleted")}
    assert [each.shown for each in nameless] == [True, False, False, False]
    assert "was there" not in dump()


def test_decisions_stay_by_id(life):
    reader = life.pk
    before = ModerationEvent.objects.filter(reader=reader).count()
    erase_account(life, keep_words=True)
    assert ModerationEvent.objects.filter(reader=reader).count() >= before > 0


def test_new_name_of_a_trusted_reader_is_shown_with_all_their_comments(discussion, rita):
    comment = talk.say(discussion, talk.trusted(rita))
    change_profile(rita, display_name="Rita Reed", headline="Botanist")
    comment.refresh_from_db()
    assert (comment.name, comment.headline) == ("Rita Reed", "Botanist")


def test_new_name_of_others_is_not_shown_before_a_comment_with_it_was_approved(discussion, rita, milo):
    Standing.objects.create(reader=rita, known_name="Rita", trust="restricted")
    first = talk.say(discussion, rita, "One")
    change_profile(rita, display_name="Rita Reed", headline="Botanist")
    first.refresh_from_db()
    assert first.name == "Rita"
    second = talk.say(discussion, rita, "Two")
    moderating.transition([second.pk], State.APPROVED, milo)
    first.refresh_from_db()
    assert (first.name, first.headline) == ("Rita Reed", "Botanist")


@pytest.mark.parametrize(("keep_words", "left"), [(False, {"deleted": 5}), (True, {"deleted": 1, "approved": 4})])
def test_however_much_somebody_wrote_they_are_forgotten_piece_by_piece(
    discussion, rita, otto, monkeypatch, keep_words, left
):
    monkeypatch.setattr(own_data, "PIECE", 2)
    for number in range(4):
        reacting.like(talk.say(discussion, rita, f"Number {number}"), otto)
    talk.held(discussion, rita, "I wait")
    with CaptureQueriesContext(connection) as captured:
        erase_account(rita, keep_words=keep_words)
    deletions = [sql for sql in (query["sql"] for query in captured) if "comments_moderationevent" in sql]
    assert sum(sql.startswith("INSERT") for sql in deletions) == (1 if keep_words else 3)
    assert Counter(Comment.objects.values_list("state", flat=True)) == left
    assert not Comment.objects.exclude(name="").exists()
    assert not Comment.objects.filter(state="deleted").exclude(body="").exists()
    assert counting.drifted() == []
