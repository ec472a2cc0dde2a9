"""Somebody leaves, moves, is banned or erased: what was on its way to them, or speaks of them, follows."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.own_data import erase_account
from accounts.profiles import change_profile
from comments.models import Standing
from comments.notices import timing
from mailing.delivery import dispatching
from mailing.lists.consenting import Occasion
from mailing.lists.preferring import move
from mailing.lists.subscribing import leave
from mailing.lists.suppressing import suppress
from mailing.models import Move, Subscriber, Suppression
from mailing.own_data import erase
from tests.between.plans import correction_of, dispatch_in, work
from tests.comments import talk
from tests.comments.letters import receivers

pytestmark = pytest.mark.django_db
TEST = Occasion("test")
#: When a mailing can have somebody in hand.
UNDER_WAY = ["planned", "freezing", "sending", "letter stored"]


def lose(how):
    """Sumi gets nothing from here on."""
    sumi = Subscriber.objects.get()
    newsletter = sumi.subscriptions.get().newsletter
    if how == "leaves":
        leave(sumi, newsletter, TEST)
    elif how == "pauses":
        Subscriber.objects.update(paused_until=timezone.now() + timedelta(days=30))
    elif how == "complains":
        suppress(sumi.email, Suppression.Reason.COMPLAINED, "")
    else:
        erase(sumi)


@pytest.mark.parametrize("how", ["leaves", "pauses", "complains", "is erased"])
@pytest.mark.parametrize("state", [*UNDER_WAY, "paused"])
def test_who_gets_nothing_any_more_gets_no_copy_on_its_way_either(published, how, state):
    dispatch = dispatch_in(state, published)
    lose(how)
    if state == "paused":
        dispatching.resume(dispatch)
    assert work() == []


@pytest.mark.parametrize("how", ["leaves", "pauses", "complains", "is erased"])
def test_nor_a_correction_of_what_they_had(published, how):
    dispatch_in("done", published)
    lose(how)
    dispatching.prepare(published, None, correction=correction_of(published))
    assert work() == []


@pytest.mark.parametrize("state", UNDER_WAY)
def test_a_copy_goes_to_the_address_that_somebody_has_now(published, state):
    dispatch_in(state, published)
    sumi = Subscriber.objects.get()
    move(Move.objects.create(subscriber=sumi, email="sumi@elsewhere.example"), TEST)
    assert [message.to for message in work()] == [["sumi@elsewhere.example"]]


@pytest.fixture
def to_be_told(discussion, rita, otto):
    """Otto has answered Rita, and nobody has been told yet."""
    return talk.say(discussion, otto, "To you.", parent=talk.say(discussion, rita, "Mine."))


def test_a_notice_goes_to_the_address_that_an_account_has_now(to_be_told, rita):
    User.objects.filter(pk=rita.pk).update(email="rita@elsewhere.example")
    timing.write_due()
    assert [message.to for message in mail.outbox] == [["rita@elsewhere.example"]]


@pytest.mark.parametrize("how", ["closed", "erased"])
def test_nothing_is_told_to_who_is_gone(to_be_told, rita, how):
    if how == "closed":
        User.objects.filter(pk=rita.pk).update(is_active=False)
    else:
        erase_account(rita, keep_words=True)
    assert receivers() == []


def test_nobody_is_told_of_what_an_erased_author_took_along(to_be_told, otto):
    erase_account(otto, keep_words=False)
    assert receivers() == []


def test_who_renamed_is_told_of_under_the_name_that_is_shown(to_be_told, otto):
    talk.trusted(otto)
    change_profile(otto, display_name="Ottilie", headline="")
    assert receivers() == [("rita", "Ottilie answered you under “Mud”")]


def test_a_stored_page_has_the_new_name(mud, to_be_told, otto, django_capture_on_commit_callbacks):
    assert "Otto" in Client().get("/low-tide/march/mud/").text
    talk.trusted(otto)
    with django_capture_on_commit_callbacks(execute=True):
        change_profile(otto, display_name="Ottilie", headline="")
    assert "Ottilie" in Client().get("/low-tide/march/mud/").text


def test_a_banned_reader_is_told_of_nothing_said_after(discussion, rita, otto):
    mine = talk.say(discussion, rita)
    Standing.objects.create(reader=rita, banned_until=timezone.now() + timedelta(days=3))
    talk.say(discussion, otto, parent=mine)
    assert receivers() == []


def test_the_words_of_somebody_banned_stay_where_they_are(to_be_told, otto):
    Standing.objects.update_or_create(reader=otto, defaults={"banned_until": timezone.now() + timedelta(days=3)})
    assert "To you." in Client().get("/low-tide/march/mud/").text
    assert receivers() == [("rita", "Otto answered you under “Mud”")]


def test_a_link_to_leave_works_for_somebody_erased_and_tells_nothing(published):
    dispatch_in("letter stored", published)
    (message,) = work()
    link = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://courant.example")
    erase(Subscriber.objects.get())
    assert Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_who_has_moved_leaves_by_the_link_in_an_old_mail(published):
    dispatch_in("letter stored", published)
    (message,) = work()
    link = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://courant.example")
    sumi = Subscriber.objects.get()
    move(Move.objects.create(subscriber=sumi, email="sumi@elsewhere.example"), TEST)
    Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert sumi.subscriptions.get().state == "left"
