"""What was wrong in an issue is said to those who received it, and on the web."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client

from mailing.delivery import dispatching
from mailing.models import Delivery, Dispatch
from newsletter import publishing
from newsletter.models import Correction
from tests import cast
from tests.mailing.lists import frozen, ledger, subscribe
from tests.mailing.reading import Reader, letter
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

TEXT = "It was **not** the moon, but [the sun](https://example.org/sun)."
CHOICE = {"about": "issue", "text": TEXT, "subject": "Correction: Mud in March", "only": "not_had"}


@pytest.fixture
def march(low_tide):
    return cast.issue(low_tide, title="March", slug="march", subject="Mud in March")


@pytest.fixture
def mud(march):
    return cast.article(march.newsletter, march, title="Mud")


@pytest.fixture
def sent(march):
    """Sumi and Otto received March, Rita did not."""
    subscribe(march.newsletter, "sumi", "otto", "rita")
    dispatch = frozen(march)
    dispatch.deliveries.update(state="handed")
    dispatch.deliveries.filter(subscriber__email="rita@example.org").update(state="failed")
    Dispatch.objects.update(state="done")
    return dispatch


def correct(issue) -> str:
    return f"/admin/mailing/dispatch/correct/{issue.pk}/"


def confirm(issue, **choice) -> str:
    return f"{correct(issue)}?{urlencode(CHOICE | choice)}"


def frame_of(page) -> str:
    return re.findall(r'<iframe class="mailing-frame" src="([^"]+)"', page.text)[0].replace("&amp;", "&")


def test_a_correction_is_sent_in_two_steps_and_stands_on_the_web(client, desk, march, sent):
    assert correct(march) in desk.get(f"/admin/mailing/dispatch/{sent.pk}/change/").text
    assert desk.get(correct(march)).context["form"].initial["subject"] == "Correction: Mud in March"
    page = desk.get(confirm(march))
    assert "<strong>2 people</strong>" in page.text
    assert "All who received the issue, and not this correction yet" in page.text
    assert "It was <strong" in desk.get(frame_of(page)).text
    assert "Mail the correction to 2 people" in page.text
    assert not Correction.objects.exists()
    done = desk.post(confirm(march), {"seen": str(sent.pk)}, follow=True)
    dispatch = Dispatch.objects.first()
    assert dispatch.correction.thing == march
    assert "It was **not** the moon" in done.text
    assert "It was <strong>not</strong> the moon" in main_of(client, "/low-tide/march/")


def test_two_clicks_make_one_correction_and_one_dispatch(desk, march, sent):
    for _click in range(2):
        desk.post(confirm(march), {"seen": str(sent.pk)})
    assert Correction.objects.count() == 1
    assert Dispatch.objects.count() == 2


def test_it_goes_to_those_who_received_the_issue_and_does_not_count_as_one(march, sent):
    told = frozen(march, correction=Correction.objects.create(issue=march, text=TEXT))
    assert set(ledger(told)) == {"sumi", "otto"}
    assert set(ledger(frozen(march))) == {"rita"}


def test_nobody_gets_a_correction_twice_but_the_next_one(march, sent):
    first, second = (Correction.objects.create(issue=march, text=text) for text in ("One", "Two"))
    told = frozen(march, correction=first)
    told.deliveries.filter(subscriber__email="sumi@example.org").update(state="failed")
    dispatching.cancel(told)
    assert set(ledger(frozen(march, correction=first, audience={"only": "failed"}))) == {"sumi"}
    assert set(ledger(frozen(march, correction=first))) == {"otto"}
    assert set(ledger(frozen(march, correction=second))) == {"sumi", "otto"}


def test_failed_copies_of_a_correction_are_sent_again(march, sent):
    told = frozen(march, correction=Correction.objects.create(issue=march, text=TEXT))
    told.deliveries.update(state="failed")
    assert dispatching.resend_failed(told) == 2


def test_one_that_stands_on_the_web_already_can_be_sent(desk, march, mud, sent):
    publishing.correct(Correction(article=mud, text="Knee-deep."))
    page = desk.get(correct(march))
    ((correction, address),) = page.context["corrections"]
    filled = desk.get(address).context["form"]
    assert filled.is_valid()
    assert filled.correction == correction
    desk.post(confirm(march, about=mud.pk, text="Knee-deep."), {"seen": str(sent.pk)})
    assert Dispatch.objects.first().correction == correction


def test_who_has_not_had_a_correction_is_sent_that_one(desk, march, sent):
    told = frozen(march, correction=Correction.objects.create(issue=march, text=TEXT))
    address = desk.get(f"/admin/mailing/dispatch/{told.pk}/change/").context["again_url"]
    assert desk.get(address).context["form"].correction == told.correction


def test_a_test_of_it_stores_nothing(desk, march, sent):
    test = f"/admin/mailing/dispatch/test/{march.pk}/?{urlencode(CHOICE)}"
    assert test.replace("&", "&amp;") in desk.get(confirm(march)).text
    desk.post(test, {"addresses": "a@example.org"})
    (message,) = mail.outbox
    assert message.subject == "[Test] Correction: Mud in March"
    assert "It was not the moon" in message.body
    assert not Correction.objects.exists()


def test_the_letter_says_what_was_wrong_and_leads_to_the_text(march, mud):
    correction = Correction.objects.create(article=mud, text=TEXT)
    made = letter(march, correction=correction, subject="Correction: Mud")
    read = Reader(made.html)
    place = "https://courant.example/low-tide/march/mud/"
    assert {place, "https://example.org/sun", "xxunsubscribexx"} <= read.outward
    for words in (made.text, read.words):
        assert f"Correction, {correction.published_at:%B} {correction.published_at.day}" in words
        assert "It was not the moon" in words
        assert "All about Mud." not in words
        assert "The opening of number 1." not in words
    assert place in made.text
    assert "It was not the moon, but the sun" in read.words[: read.words.index("Low Tide")]


def test_a_correction_speaks_its_newsletters_language(desk, march):
    march.newsletter.language = "zh-hans"
    march.newsletter.save()
    assert desk.get(correct(march)).context["form"].initial["subject"] == "更正：Mud in March"
    made = letter(march, correction=Correction(issue=march, text="应为二十七米。"))
    assert "在网页上阅读更正后的文字" in made.text


def test_who_may_not_publish_corrections_sends_none(march, milo):
    milo.user_permissions.add(Permission.objects.get(codename="send_dispatch"))
    browser = Client()
    browser.force_login(milo)
    assert browser.get(f"/admin/mailing/dispatch/test/{march.pk}/").status_code == 200
    frame, test = (f"/admin/mailing/dispatch/{page}/{march.pk}/?{urlencode(CHOICE)}" for page in ("preview", "test"))
    for path in (correct(march), confirm(march), frame, test):
        assert browser.post(path, {"seen": "0"}).status_code == 403


def test_a_hostile_correction_harms_nobody(desk, march, sent):
    hostile = "<script>alert(1)</script>[x](javascript:alert(1))"
    page = desk.get(confirm(march, text=hostile))
    assert "<script>alert" not in page.text
    frame = desk.get(frame_of(page)).text
    assert "<script" not in frame
    assert "javascript:" not in frame


@pytest.mark.parametrize("choice", [{"text": ""}, {"text": "x" * 1001}, {"about": "999"}, {"only": "received"}])
def test_what_is_not_filled_in_is_asked_for_again(desk, march, sent, choice):
    assert "errorlist" in desk.post(confirm(march, **choice), {"seen": "0"}).text
    assert not Correction.objects.exists()
    assert Delivery.objects.exclude(dispatch=sent).count() == 0
