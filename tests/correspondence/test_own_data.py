"""What is kept of who writes by mail: shown to them, forgotten with them, and thinned by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.own_data import erase_account, export_account
from comments.models import Comment
from correspondence import own_data
from correspondence.models import Letter, Revocation, Thread
from correspondence.revoking import revoke
from mailing import own_data as subscriptions
from tests.correspondence.post import address_of, arrive, letter

pytestmark = pytest.mark.django_db


def test_letters_are_exported_in_their_own_words(march, rita):
    arrive(letter(address_of(rita, march), sender="friend@example.net"))
    (kept,) = export_account(rita)["letters"]
    assert (kept["text"], kept["state"], kept["newsletter"]) == ("Lovely mud.", "asked", "Low Tide")


@pytest.mark.parametrize("keep_words", [True, False])
def test_whoever_is_erased_leaves_no_letter_and_their_comment_as_they_say(march, rita, keep_words):
    arrive(letter(address_of(rita, march)))
    revoke([rita])
    erase_account(rita, keep_words=keep_words)
    assert not Letter.objects.exists()
    assert not Revocation.objects.exists()
    assert Comment.objects.get().body == ("Lovely mud." if keep_words else "")


def test_a_subscriber_sees_and_takes_along_letters_and_thread(march, sumi):
    march.newsletter.answers = "desk"
    march.newsletter.save()
    arrive(letter(address_of(sumi, march), sender="sumi@example.org"))
    assert [each["text"] for each in subscriptions.export(sumi)["letters"]] == ["Lovely mud."]
    subscriptions.erase(sumi)
    assert not Letter.objects.exists()
    assert not Thread.objects.exists()


@pytest.mark.parametrize(("days", "text"), [(29, "Lovely mud."), (31, "")])
def test_what_nobody_confirms_is_forgotten_after_a_month(march, rita, days, text):
    arrive(letter(address_of(rita, march), sender="friend@example.net"))
    Letter.objects.update(at=timezone.now() - timedelta(days=days))
    own_data.forget()
    assert Letter.objects.get().text == text
    arrive(letter(address_of(rita, march), sender="friend@example.net"))
    assert Letter.objects.get().text == text
