"""Who was erased, suppressed or left since a backup was made stays so when it is restored, and hears nothing of it."""

import json
import logging
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.own_data import erase_account, export_account
from comments import posting
from comments.bringing_in import erasing
from comments.models import Comment, State
from interchange import remembering
from interchange.archives import Refused
from mailing import own_data
from mailing.lists import subscribing, suppressing
from mailing.models import Consent, Subscriber, Subscription, Suppression
from tests import cast
from tests.comments import talk
from tests.comments.older import ANNA, brought
from tests.mailing.post import TEST, subscribed

pytestmark = pytest.mark.django_db

Reason = Suppression.Reason


@contextmanager
def lost():
    """What is done meanwhile is remembered, and then undone, as a restore would."""
    with transaction.atomic():
        yield
        remembering.write_down()
        transaction.set_rollback(True)


@pytest.fixture
def backup(folders, mailoutbox):
    """When it was made; afterwards nobody has got mail."""
    yield timezone.now()
    assert mailoutbox == []


@pytest.fixture
def otto(db):
    return talk.otto()


@pytest.fixture
def discussion(published):
    return talk.under(published.articles.get(title="Mud"))


def files(place):
    return {path.name: path.read_text() for path in place.glob("gone-*.jsonl")}


@pytest.mark.parametrize("keep_words", [True, False])
def test_an_account_is_erased_again_and_its_words_stay_if_they_did_then(backup, discussion, otto, keep_words):
    talk.say(discussion, otto, "I was there.")
    with lost():
        erase_account(User.objects.get(pk=otto.pk), keep_words=keep_words)
    assert User.objects.filter(pk=otto.pk).exists()
    assert remembering.apply(backup)["erased"] == 1
    assert not User.objects.filter(pk=otto.pk).exists()
    comment = Comment.objects.get()
    assert (comment.author, comment.body) == (None, "I was there." if keep_words else "")


def test_somebody_else_who_got_the_number_is_not_erased(backup, otto):
    with lost():
        erase_account(User.objects.get(pk=otto.pk), keep_words=True)
    number, _gone = otto.pk, otto.delete()
    rita = cast.person("Rita", pk=number)
    assert remembering.apply(backup)["erased"] == 0
    assert User.objects.get() == rita


def test_a_subscriber_is_erased_again_also_one_who_had_complained(backup, low_tide):
    sumi = subscribed(low_tide)
    suppressing.suppress(sumi.email, Reason.COMPLAINED)
    with lost():
        own_data.erase(sumi)
    remembering.apply(backup)
    assert not Subscriber.objects.exists()
    assert Suppression.objects.values_list("email", "reason").get() == ("", "complained")


@pytest.mark.parametrize("reason", Reason.values)
def test_an_address_is_suppressed_again_whether_it_subscribed_or_not(backup, low_tide, reason):
    subscribed(low_tide)
    with lost():
        suppressing.suppress("sumi@example.org", Reason(reason))
        suppressing.suppress("otto@example.org", Reason(reason))
    assert remembering.apply(backup)["suppressed"] == 2
    assert not Subscription.objects.active().exists()
    assert {suppressing.suppression_of(f"{name}@example.org").reason for name in ("sumi", "otto")} == {reason}


def test_who_complained_after_an_erasure_gets_nothing_again(backup):
    suppressing.suppress("sumi@example.org", Reason.ERASED)
    with lost():
        suppressing.suppress("sumi@example.org", Reason.COMPLAINED)
    remembering.apply(backup)
    assert suppressing.gets_nothing("sumi@example.org")


def test_who_left_is_unsubscribed_again_and_the_history_says_why(backup, low_tide):
    sumi = subscribed(low_tide)
    with lost():
        subscribing.leave(sumi, low_tide, TEST)
    assert remembering.apply(backup)["left"] == 1
    assert Subscription.objects.get().state == "left"
    assert Consent.objects.values_list("event", "form").last() == ("left", "again, after a restore")


def test_a_comment_that_was_deleted_by_its_author_or_erased_is_so_again(backup, discussion, otto, milo):
    own, older = talk.say(discussion, otto, "Mine"), brought(discussion.article, ANNA)[0]
    with lost():
        posting.take_back(own, otto)
        erasing.erase([older.pk], milo)
    assert remembering.apply(backup)["deleted"] == 2
    assert set(Comment.objects.values_list("state", "body", "name")) == {(State.DELETED, "", "")}


def test_to_apply_it_twice_changes_nothing_more_and_later_words_count(backup, low_tide, otto):
    sumi = subscribed(low_tide)
    with lost():
        subscribing.leave(sumi, low_tide, TEST)
        suppressing.suppress("otto@example.org", Reason.COMPLAINED)
        erase_account(User.objects.get(pk=otto.pk), keep_words=False)
    remembering.apply(backup)
    subscribing.confirm(sumi, [low_tide], TEST)
    assert not any(remembering.apply(backup).values())
    assert Subscription.objects.active().count() == 1


def test_one_that_was_killed_half_way_is_completed_by_the_next(backup, low_tide, otto):
    subscribed(low_tide)
    with lost():
        erase_account(User.objects.get(pk=otto.pk), keep_words=False)
        suppressing.suppress("sumi@example.org", Reason.COMPLAINED)
    first = remembering.remembered(remembering.places())[0]
    assert remembering.erase_again(first)
    assert remembering.apply(backup) == {"suppressed": 1}


def test_what_was_done_before_the_backup_is_not_done_again(folders, low_tide):
    sumi = subscribed(low_tide)
    suppressing.suppress("sumi@example.org", Reason.MANUAL)
    remembering.write_down()
    Suppression.objects.all().delete()
    assert not any(remembering.apply(timezone.now() + timedelta(hours=1)).values())
    assert Subscription.objects.active().get().subscriber == sumi


def test_the_files_lie_in_both_places_and_name_nobody(folders, low_tide, otto):
    sumi = subscribed(low_tide)
    subscribing.leave(sumi, low_tide, TEST)
    suppressing.suppress("ada@example.org", Reason.COMPLAINED)
    own_data.erase(sumi)
    erase_account(User.objects.get(pk=otto.pk), keep_words=True)
    remembering.write_down()
    data, backups = map(files, folders)
    assert data == backups
    (text,) = data.values()
    assert "@" not in text
    assert {json.loads(line)["what"] for line in text.splitlines()} == {"erased", "suppressed"}


def test_what_was_written_once_stays_and_each_month_has_a_file(folders, low_tide, time_machine):
    time_machine.move_to("2026-10-31T23:00Z")
    suppressing.suppress("sumi@example.org", Reason.COMPLAINED)
    remembering.write_down()
    Suppression.objects.all().delete()
    time_machine.move_to("2026-11-01T23:00Z")
    suppressing.suppress("otto@example.org", Reason.COMPLAINED)
    remembering.write_down()
    october, november = (text.splitlines() for _name, text in sorted(files(folders[1]).items()))
    assert [json.loads(line)["at"][:7] for line in october + november] == ["2026-10", "2026-11"]


def test_either_place_is_enough(folders, low_tide):
    subscribed(low_tide)
    backup = timezone.now()
    for place in folders:
        with lost():
            suppressing.suppress("sumi@example.org", Reason.COMPLAINED)
        for path in place.glob("gone-*"):
            path.unlink()
        with transaction.atomic():
            assert remembering.apply(backup)["suppressed"] == 1
            transaction.set_rollback(True)


def test_a_process_that_begins_anew_writes_what_happened_while_none_was_there(folders, monkeypatch):
    suppressing.suppress("sumi@example.org", Reason.COMPLAINED)
    remembering.write_down()
    for path in folders[1].glob("gone-*"):
        path.unlink()
    remembering.write_down()
    assert not files(folders[1])
    monkeypatch.setattr(remembering, "written", {"until": None, "lines": frozenset()})
    remembering.write_down()
    assert files(folders[1]) == files(folders[0])


def test_it_is_known_after_a_change_of_keys_as_long_as_the_old_key_is_kept(backup, low_tide, settings, caplog):
    subscribed(low_tide)
    with lost():
        own_data.erase(Subscriber.objects.get())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", []
    with caplog.at_level(logging.WARNING):
        assert not any(remembering.apply(backup).values())
    assert "its key is not known here" in caplog.text
    settings.SECRET_KEY_FALLBACKS = ["only for tests"]
    assert remembering.apply(backup)["erased"] == 1


def test_half_a_line_is_said_and_an_empty_one_is_none(backup, folders, low_tide):
    subscribed(low_tide)
    with lost():
        own_data.erase(Subscriber.objects.get())
    (path,) = folders[0].glob("gone-*.jsonl")
    path.write_text(path.read_text() + "\n")
    assert remembering.apply(backup)["erased"] == 1
    path.write_text(path.read_text() + '{"at": "2026')
    with pytest.raises(Refused, match="half a line"):
        remembering.apply(backup)


def test_a_persons_own_data_shows_nothing_of_it(folders, otto):
    assert {"account", "exported"} < set(export_account(otto))
    assert "erasure" not in str(export_account(otto)).lower()
