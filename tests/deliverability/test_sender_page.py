"""The sender check at the desk: editors ask, the worker looks, and the test mail comes back by itself or by hand."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from core.mail import incoming
from core.models import OutgoingMail
from deliverability.models import SenderCheck
from deliverability.sender import checking
from deliverability.sender.checking import ASKED_FOR, check
from mailing.models import Dispatch
from newsletter.models import Newsletter
from tests.deliverability.arriving import GMAIL, SENT
from tests.deliverability.test_sender_looking import ZONE, there
from tests.deliverability.zones import served
from tests.mailing import post

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

PAGE = "/admin/deliverability/sendercheck/"


def steps(newsletter, step):
    return f"{PAGE}{newsletter.pk}/{step}/"


def work(zone=ZONE):
    """What the worker does."""
    with served(zone):
        for each in ASKED_FOR.rows():
            check(each, fetch=there)


def text(desk, newsletter=None):
    return " ".join(desk.get(PAGE, {"newsletter": newsletter.slug} if newsletter else {}).text.split())


def test_a_sender_that_was_never_looked_at_says_so_and_asks_nothing_of_dns(desk, letter):
    with served(ZONE) as server:
        page = text(desk)
    assert "This sender was never looked at." in page
    assert "ada@low.example" in page
    assert "Send me the test mail" in page
    assert server.asked == []


def test_an_editor_asks_the_worker_looks_and_the_page_tells(desk, letter, edda):
    with served(ZONE) as server:
        assert desk.post(steps(letter, "check")).url == f"{PAGE}?newsletter=low-tide"
        assert "Is being looked at…" in text(desk)
    assert server.asked == []
    work(ZONE | {("low.example", "TXT"): []})
    page = text(desk)
    assert "1 thing to mend" in page
    assert "low.example does not say who may send for it." in page
    assert "<code>v=spf1 mx ~all</code>" in page
    assert f"· {edda}" in page
    assert SenderCheck.objects.get().state == "done"


def test_what_the_worker_has_asked_before_a_new_wish_does_not_answer_that(letter, edda):
    checking.ask(letter, edda)
    old = SenderCheck.objects.get()
    checking.ask(letter, edda, selector="courant")
    with served(ZONE):
        check(old, fetch=there)
    assert SenderCheck.objects.get().state == "asked"
    work()
    assert SenderCheck.objects.get().state == "done"


def test_the_test_mail_goes_as_an_issue_would(desk, letter, edda):
    desk.post(steps(letter, "test"), {"email": "edda@gmail.com"})
    sent, report = mail.outbox
    assert (sent.to, report.to) == (["edda@gmail.com"], ["bounces@low.example"])
    assert sent.from_email == "Low Tide <ada@low.example>"
    assert set(sent.extra_headers) >= {"List-Unsubscribe", "List-Id", "Message-ID", "Feedback-ID"}
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Test mail to <bdi>edda@gmail.com</bdi>" in text(desk)


def test_it_comes_back_to_the_mailbox_that_the_site_reads(desk, letter):
    desk.post(steps(letter, "test"), {"email": "bounces@low.example"})
    report, name = OutgoingMail.objects.values_list("message_id", flat=True)
    arrived = (GMAIL + SENT.replace("<1@low.example>", name)).encode()
    assert incoming.take(arrived) == incoming.take(arrived) == "test"
    work()
    assert "The site reads a mailbox. Whether mail to bounces@low.example comes there" in text(desk)
    assert incoming.take(SENT.replace("<1@low.example>", report).encode()) == "test"
    work()
    assert "What cannot be delivered is reported to bounces@low.example, and the site reads it." in text(desk)
    assert "read as it arrived" in text(desk)
    assert "The SPF record of low.example names mail.low.example" in text(desk)


def test_another_mail_is_no_test_mail(letter):
    assert incoming.take((GMAIL + SENT).encode()) != "test"
    assert incoming.take(b"Subject: x\n\n") != "test"


def test_an_answer_with_something_behind_the_plus_comes_back_too(desk, letter, settings):
    settings.REPLY_ADDRESS = "replies@low.example"
    Newsletter.objects.update(answers="desk")
    desk.post(steps(letter, "test"), {"email": "edda@gmail.com"})
    answer = OutgoingMail.objects.get(email="replies+sender-check@low.example")
    assert incoming.take(SENT.replace("<1@low.example>", answer.message_id).encode()) == "test"
    work()
    assert "Mail to replies@low.example arrives with what stands behind the +." in text(desk)
    desk.post(steps(letter, "test"), {"email": "edda@gmail.com"})
    work()
    assert "arrives with what stands behind the +." not in text(desk)


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_an_editor_pastes_it_as_it_arrived(desk, letter, line):
    source = ("\n  " + GMAIL + SENT).replace("\n", line)
    assert desk.post(steps(letter, "mail"), {"source": source}).url == f"{PAGE}?newsletter=low-tide"
    work()
    assert "DKIM, SPF vouches for low.example" in text(desk)


def test_letters_that_no_database_takes_do_no_harm(desk, letter):
    odd = GMAIL.replace("from mail.low", "from \0\xff\udcffmail.low").replace("bounces@", "b\0\xe4@")
    file = SimpleUploadedFile("test.eml", (odd + SENT).encode("latin-1", "surrogateescape"))
    assert desk.post(steps(letter, "mail"), {"file": file}).status_code == 302
    work(ZONE | {("low.example", "TXT"): ['"v=spf1 \\000\\255 -all"']})
    assert "has something that no receiver understands" in text(desk)


def test_or_brings_it_as_a_file_however_large(desk, letter):
    file = SimpleUploadedFile("test.eml", (GMAIL + SENT).encode() + b"x" * 1_000_000)
    assert desk.post(steps(letter, "mail"), {"file": file}).status_code == 302
    work()
    assert "mx.google.com took the mail by TLS." in text(desk)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "This is no mail as it arrived"),
        ("Hello,\n\nthis is the text", "This is no mail as it arrived"),
        (GMAIL + SENT.replace("ada@low.example", "ada@other.example"), "was not sent by ada@low.example"),
        ("Received: x\n" * 10_000 + SENT, "This is no mail as it arrived"),
    ],
    ids=["nothing", "words", "another", "hostile"],
)
def test_what_is_no_such_mail_is_not_taken_and_stays_in_the_field(desk, letter, source, words):
    page = desk.post(steps(letter, "mail"), {"source": source})
    assert words in page.text
    assert source[:20].strip() in page.text
    assert not SenderCheck.objects.exists()


def test_nothing_of_the_mail_is_kept_but_its_way(desk, letter):
    desk.post(steps(letter, "mail"), {"source": GMAIL + SENT})
    assert "edda@" not in str(SenderCheck.objects.values())


def test_what_cannot_be_is_refused_with_what_was_typed(desk, letter):
    page = desk.post(steps(letter, "check"), {"selector": "a b"})
    assert "Letters, numbers, - and _ alone." in page.text
    assert 'value="a b"' in page.text
    page = desk.post(steps(letter, "test"), {"email": "nobody"})
    assert 'value="nobody"' in page.text
    assert mail.outbox == []


def test_one_editor_sends_so_many_tests_and_no_more(desk, letter):
    for _ in range(12):
        desk.post(steps(letter, "test"), {"email": "edda@gmail.com"})
    assert [each.to for each in mail.outbox].count(["edda@gmail.com"]) == 10


def test_another_sender_makes_what_was_found_old(desk, letter):
    desk.post(steps(letter, "mail"), {"source": GMAIL + SENT})
    work()
    Newsletter.objects.update(sender_address="ada@new.example")
    assert "What stands here is about <bdi>ada@low.example</bdi>" in text(desk)
    desk.post(steps(letter, "check"))
    work({})
    check_ = SenderCheck.objects.get()
    assert (check_.email, check_.arrived, check_.arrived_at) == ("ada@new.example", {}, None)


def test_where_mail_goes_to_a_folder_it_says_what_to_set(desk, letter, settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}
    page = text(desk)
    assert "This site sends no mail yet" in page
    assert "MAIL_URL" in page
    assert "Send me the test mail" not in page
    settings.MAILERS = {"default": {"BACKEND": "core.mail.smtp.EmailBackend", "OPTIONS": {"host": "x"}}}
    assert "This site sends no mail yet" not in text(desk)


def test_each_newsletter_has_a_page_and_a_site_without_any_says_so(desk, letter):
    other = Newsletter.objects.create(title="High Tide", slug="high-tide", sender_address="bob@high.example")
    checking.ask(other)
    work({})
    assert "Mail of <strong>High Tide</strong>" in text(desk, other)
    assert desk.get(f"{PAGE}{SenderCheck.objects.get().pk}/change/").url == f"{PAGE}?newsletter=high-tide"
    Newsletter.objects.all().delete()
    assert "There is no newsletter yet." in text(desk)


def test_progress_is_told_until_it_is_over(desk, letter):
    desk.post(steps(letter, "check"))
    before = desk.get(steps(letter, "progress")).text
    work()
    after = desk.get(steps(letter, "progress")).text
    assert 'id="progress" data-state="asked' in before
    assert 'id="progress" data-state="done' in after
    assert 'id="troubles"' in after


@pytest.mark.parametrize("step", ["check", "test", "mail", "progress"])
def test_only_who_may_mail_may_look(client, milo, letter, step):
    client.force_login(milo)
    assert client.get(PAGE).status_code == 403
    assert client.post(steps(letter, step)).status_code == 403
    assert Client().post(steps(letter, step)).status_code == 302


def test_the_desk_in_another_language_says_the_same_in_it(desk, letter, edda):
    checking.ask(letter)
    work()
    edda.language = "zh-hans"
    edda.save()
    assert '<html lang="zh-hans"' in text(desk)


LOOK, MEND = "look whether it will arrive", "its sender has something to mend"


def test_the_desk_tells_before_the_first_mailing_and_not_later(desk, letter, published):
    assert LOOK not in desk.get("/admin/").text
    post.subscribed(letter)
    assert LOOK in desk.get("/admin/").text
    checking.ask(letter)
    work({})
    assert MEND in desk.get("/admin/").text
    checking.ask(letter)
    work()
    assert LOOK not in desk.get("/admin/").text
    assert MEND not in desk.get("/admin/").text
    Newsletter.objects.update(sender_address="ada@new.example")
    assert LOOK in desk.get("/admin/").text
    Dispatch.objects.create(issue=published, subject="March", state="done", started_at=timezone.now() - timedelta(1))
    assert LOOK not in desk.get("/admin/").text


def test_the_demo_and_moderators_are_not_told(client, milo, desk, letter, published):
    post.subscribed(letter)
    client.force_login(milo)
    assert LOOK not in client.get("/admin/").text
    Newsletter.objects.update(sender_address="ada@example.org")
    assert LOOK not in desk.get("/admin/").text
