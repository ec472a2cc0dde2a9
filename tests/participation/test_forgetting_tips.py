"""Who sent a tip is told what is kept of them, and forgotten: when they say so, or after a time."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.own_data import erase_account, export_account
from core.page_cache import looking, made
from mailing.own_data import erase as erase_subscriber
from newsletter.models import Picture
from newsletter.sayings import sayings
from participation.models import Tip
from participation.tips import quoting, taking
from participation.tips.forgetting import thin
from tests import cast
from tests.mailing.post import subscribed
from tests.participation.tips import decide, make_item, tip

pytestmark = pytest.mark.django_db


def is_forgotten(sent):
    sent.refresh_from_db()
    return (sent.name, sent.email, sent.user, sent.credited_as, sent.picture.name) == ("", "", None, "", "")


def test_a_person_is_given_what_they_sent(low_tide, rita):
    tip(low_tide, text="By account.", user=rita, email="")
    tip(low_tide, text="By address.", email="rita@example.org")
    tip(low_tide, text="SECRET", email="otto@example.org")
    told = export_account(rita)["tips"]
    assert [each["text"] for each in told] == ["By address.", "By account."]
    assert told[0] | {"sent": None} == {
        "newsletter": "Low Tide",
        "text": "By address.",
        "address": "",
        "name": "Ada Moor",
        "sent": None,
        "e-mail": "rita@example.org",
        "credit": "name",
        "credited as": "",
        "state": "new",
        "reason": "",
        "told": None,
    }


@pytest.mark.parametrize("keep_words", [True, False])
def test_an_erased_account_leaves_the_news_and_nothing_of_itself(low_tide, published, rita, keep_words):
    crabs = published.articles.get(slug="crabs")
    crabs.tip_credit = "Ada Moor"
    crabs.save()
    mine = tip(low_tide, user=rita, state="used", article=crabs), tip(low_tide, email="rita@example.org")
    other = tip(low_tide, email="otto@example.org")
    erase_account(rita, keep_words=keep_words)
    assert all(map(is_forgotten, mine))
    assert not is_forgotten(other)
    crabs.refresh_from_db()
    assert crabs.tip_credit == ""
    assert mine[0].text == "A heron has nested."


def test_a_subscriber_who_is_erased_is_forgotten_here_too(low_tide):
    mine, other = tip(low_tide, email="sumi@example.org"), tip(low_tide)
    erase_subscriber(subscribed(low_tide))
    assert is_forgotten(mine)
    assert not is_forgotten(other)


def test_an_editor_forgets_who_sent_one_with_the_picture(low_tide, desk):
    picture = taking.clean_picture(ContentFile(cast.image_file().read()))
    sent = taking.take_in(Tip(newsletter=low_tide, text="A heron.", language="en", name="Ada Moor"), picture)
    name = sent.picture.name
    decide(desk, sent, "forget")
    assert is_forgotten(sent)
    assert not default_storage.exists(name)


@pytest.mark.parametrize(("credit", "left"), [(None, ""), ("Photo: Milo", "Photo: Milo")])
def test_a_picture_that_was_printed_says_no_more_whose_it_is(low_tide, may, desk, rita, credit, left):
    picture = taking.clean_picture(ContentFile(cast.image_file().read()))
    sent = taking.take_in(
        Tip(newsletter=low_tide, text="A heron.", language="en", name="Ada Moor", user=rita), picture
    )
    make_item(desk, sent, may)
    printed = Picture.objects.get(checksum=sent.checksum)
    assert printed.credit == "Photo: Ada Moor"
    if credit:
        Picture.objects.update(credit=credit)
    erase_account(rita, keep_words=True)
    assert Picture.objects.get(pk=printed.pk).credit == left


def test_after_a_time_nobody_knows_who_sent_it(low_tide):
    now = timezone.now()
    ages = {"declined": timedelta(days=91), "old": timedelta(days=366)}
    gone = [
        tip(low_tide, state="declined", decided_at=now - ages["declined"]),
        *(tip(low_tide, state=state, sent_at=now - ages["old"]) for state in ("new", "kept", "used")),
    ]
    kept = [
        tip(low_tide, state="declined", decided_at=now - timedelta(days=89)),
        tip(low_tide, sent_at=now - timedelta(days=364)),
    ]
    thin()
    assert all(map(is_forgotten, gone))
    assert not any(map(is_forgotten, kept))


def test_a_tip_can_be_quoted_as_its_sender_wishes_unless_it_was_declined(low_tide):
    named, shy, declined = tip(low_tide), tip(low_tide, credit="none"), tip(low_tide, state="declined")
    said = sayings([("tip", each.pk) for each in (named, shy, declined)])
    assert {key: saying.name for (_source, key), saying in said.items()} == {named.pk: "Ada Moor", shy.pk: ""}
    assert said["tip", named.pk].email == "ada@example.org"


def test_what_was_sent_lately_is_offered_until_an_item_is_made_of_it(low_tide, published):
    fresh = tip(low_tide)
    tip(low_tide, state="used", article=published.articles.first())
    tip(low_tide, state="declined")
    tip(low_tide, sent_at=timezone.now() - timedelta(days=40))
    since = timezone.now() - timedelta(days=30)
    assert [saying.key for saying in quoting.SOURCE.lately(low_tide, since)] == [fresh.pk]


def test_a_page_that_quotes_a_tip_is_made_anew_when_its_sender_is_forgotten(low_tide, edda, rita):
    mine = tip(low_tide, user=rita)
    steps = [lambda: mine.become("kept", edda), lambda: erase_account(rita, keep_words=True)]
    for step in steps:
        with looking() as now:
            found = made(lambda: quoting.find([mine.pk]), {"x"})
        step()
        with looking() as now:
            assert not found.is_current(now)
