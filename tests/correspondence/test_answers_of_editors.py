"""Editors answer letters by mail: one conversation for both, nothing twice, nothing lost."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from core.mail import outbox
from core.mail.replies import claim_in
from core.models import OutgoingMail
from correspondence.models import Letter, Thread
from mailing.lists.suppressing import suppress
from mailing.models import Suppression
from mailing.own_data import erase
from newsletter.models import KeptForm
from tests import cast
from tests.correspondence.letters import decide, letter, page_of, thread_of
from tests.mailing.post import delivered, subscribed
from tests.participation.tips import words_of

pytestmark = pytest.mark.django_db

OUTLOOK = "<DM6PR11MB4657D6C5F0A2C2A9C1F5E5F5A9B4A@DM6PR11MB4657.namprd11.prod.outlook.com>"


def test_an_answer_is_an_ordinary_mail_in_the_same_conversation(desk, low_tide, published, settings):
    settings.REPLY_ADDRESS = "reply@courant.example"
    sumi = subscribed(low_tide, "rita@example.org")
    first = letter(low_tide, issue=published, subscriber=sumi, message_id=OUTLOOK)
    delivered()
    page = decide(desk, first.thread, "send", text="Thank you!\r\n\r\nEdda")
    assert "Your answer is on its way." in page.text
    [sent] = delivered()
    assert (sent.to, sent.subject) == (["rita@example.org"], f"Re: {published.title}")
    assert sent.from_email.startswith("Low Tide <")
    assert sent.body.startswith("Thank you!\n\nEdda\n")
    assert "> The heron is back on the crane." in sent.body
    claim = claim_in(sent.reply_to[0])
    assert (claim.person_id, claim.place[0], claim.place_id) == (sumi.pk, "d", first.thread.pk)
    wire = sent.message().as_bytes().decode()
    assert f"In-Reply-To: {OUTLOOK}\n" in wire
    assert f"References: {OUTLOOK}\n" in wire
    assert "Auto-Submitted: no\n" in wire


def test_the_thread_waits_no_more_until_the_next_letter(desk, low_tide):
    first = letter(low_tide)
    decide(desk, first.thread, "send", text="Thank you!")
    answer = thread_of(first).letters.last()
    assert (answer.state, answer.by.display_name, thread_of(first).is_open) == ("sent", "Edda", False)
    again = letter(low_tide, "You are welcome.")
    assert (again.thread, thread_of(first).is_open) == (first.thread, True)


def test_what_came_before_is_named_in_order(desk, low_tide):
    one = letter(low_tide, message_id="<one@example.org>")
    decide(desk, one.thread, "send", text="Thank you!")
    ours = Letter.objects.get(state="sent").message_id
    letter(low_tide, message_id="<two@example.org>")
    delivered()
    decide(desk, one.thread, "send", text="And again.")
    headers = delivered()[0].extra_headers
    assert headers["References"] == f"<one@example.org> {ours} <two@example.org>"
    assert headers["In-Reply-To"] == "<two@example.org>"


def test_what_is_no_name_of_a_mail_is_not_named(desk, low_tide):
    decide(desk, letter(low_tide, message_id="kept under a sum 12").thread, "send", text="Thank you!")
    assert not {"References", "In-Reply-To"} & delivered()[0].extra_headers.keys()


def test_a_double_click_sends_one_mail(desk, low_tide):
    first = letter(low_tide)
    form = {"decision": "send", "seen": first.pk, "text": "Thank you!"}
    pages = [desk.post(page_of(first.thread), form) for _click in range(2)]
    assert [page.status_code for page in pages] == [302, 302]
    assert (len(delivered()), first.thread.letters.count()) == (1, 2)


def test_two_editors_at_once_send_one_answer_and_lose_no_word(desk, low_tide):
    first = letter(low_tide)
    other = Client()
    other.force_login(cast.person("Ada", group="Editors"))
    form = {"decision": "send", "seen": first.pk}
    other.post(page_of(first.thread), form | {"text": "Ada's answer."})
    page = desk.post(page_of(first.thread), form | {"text": "Edda's answer."})
    assert page.status_code == 409
    assert "There is 1 letter here that you had not seen." in page.text
    assert "Ada&#x27;s answer." in page.text
    assert "Edda&#x27;s answer.</textarea>" in page.text
    assert len(delivered()) == 1
    seen = re.search(r'name="seen" value="(\d+)"', page.text)[1]
    desk.post(page_of(first.thread), form | {"text": "Edda's answer.", "seen": seen})
    assert len(delivered()) == 1


def test_a_letter_that_came_in_meanwhile_is_not_answered_nor_closed_unread(desk, low_tide):
    first = letter(low_tide)
    letter(low_tide, "I was wrong: it was a stork.")
    page = desk.post(page_of(first.thread), {"decision": "send", "seen": first.pk, "text": "A heron!"})
    assert "it was a stork" in page.text
    page = desk.post(page_of(first.thread), {"decision": "close", "seen": first.pk}, follow=True)
    assert "that you had not seen" in page.text
    assert (thread_of(first).is_open, len(mail.outbox)) == (True, 0)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Suppression.Reason.ERASED, "They asked to be erased"),
        (Suppression.Reason.COMPLAINED, "Complained of spam"),
        (Suppression.Reason.BOUNCED, "Mail came back for good"),
        (Suppression.Reason.MANUAL, "By hand"),
    ],
)
def test_whoever_must_not_be_written_to_is_not_and_the_page_says_why(desk, low_tide, reason, words):
    first = letter(low_tide)
    suppress("rita@example.org", reason)
    assert words in desk.get(page_of(first.thread)).text
    page = decide(desk, first.thread, "send", text="Thank you!")
    assert page.status_code == 409
    assert words in page.text
    assert "Thank you!</textarea>" in page.text
    assert delivered() == []


def test_an_address_that_mail_servers_do_not_take_is_refused(desk, low_tide):
    page = decide(desk, letter(low_tide, email="grüße@example.org").thread, "send", text="Thank you!")
    assert "Mail servers do not take this address." in page.text


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001])
def test_what_cannot_be_sent_is_kept_as_it_was_typed(desk, low_tide, text):
    first = letter(low_tide)
    page = decide(desk, first.thread, "send", text=text)
    assert 'class="errorlist"' in page.text
    assert f"{text}</textarea>" in page.text
    assert delivered() == []


def test_an_answer_whose_editor_was_signed_out_meanwhile_comes_back(desk, edda, low_tide):
    first = letter(low_tide)
    window = re.search(r'name="_window" value="([\w-]+)"', desk.get(page_of(first.thread)).text)[1]
    desk.logout()
    form = {"decision": "send", "seen": first.pk, "text": "Half a word", "_window": window}
    desk.post(page_of(first.thread), form)
    desk.force_login(edda)
    assert "You wrote something here" in desk.get(page_of(first.thread)).text
    kept = KeptForm.objects.with_words().get()
    assert "Half a word</textarea>" in desk.get(f"{page_of(first.thread)}?kept={kept.pk}").text
    assert delivered() == []


def test_nobody_goes_on_with_what_another_editor_wrote(desk, edda, low_tide):
    first = letter(low_tide)
    other = cast.person("Ada", group="Editors")
    row = KeptForm.objects.create(user=other, path=page_of(first.thread), window="x" * 16, data="text=SECRET")
    assert "SECRET" not in desk.get(f"{page_of(first.thread)}?kept={row.pk}").text


def test_no_answer_is_needed_and_then_one_is_after_all(desk, low_tide):
    first, other = letter(low_tide), letter(low_tide, email="otto@example.org")
    page = decide(desk, first.thread, "close")
    assert page.redirect_chain[-1][0] == page_of(other.thread)
    assert "Needs no answer, said <bdi>Edda</bdi>" in desk.get(page_of(first.thread)).text
    decide(desk, first.thread, "reopen")
    assert thread_of(first).is_open
    decide(desk, first.thread, "close")
    page = decide(desk, other.thread, "close")
    assert page.redirect_chain[-1][0] == "/admin/correspondence/thread/"


@pytest.mark.parametrize(
    ("state", "answer", "words"),
    [
        ("sent", "250 Ok", "The mail server took it:"),
        ("waiting", "451 later", "On its way. 451 later"),
        ("returned", "550 5.2.2 full", "It came back. 550 5.2.2 full"),
        ("dropped", "too late", "It did not go out. too late"),
    ],
)
def test_what_became_of_the_mail_stands_beside_it(desk, low_tide, state, answer, words):
    first = letter(low_tide)
    decide(desk, first.thread, "send", text="Thank you!")
    OutgoingMail.objects.update(state=state, answer=answer)
    assert words in words_of(desk.get(page_of(first.thread)))


def test_a_thread_whose_answer_could_not_be_sent_waits_again(desk, low_tide):
    first = letter(low_tide)
    decide(desk, first.thread, "send", text="Thank you!")
    OutgoingMail.objects.update(state="waiting")
    outbox.drop(OutgoingMail.objects.get(), "too late")
    assert thread_of(first).is_open
    OutgoingMail.objects.all().delete()
    assert "It did not go out." in desk.get(page_of(first.thread)).text


def test_a_reader_without_a_way_back_answers_to_the_newsletter(desk, low_tide):
    low_tide.reply_to = "desk@low-tide.example"
    low_tide.save()
    decide(desk, letter(low_tide).thread, "send", text="Thank you!")
    assert delivered()[0].reply_to == ["desk@low-tide.example"]


def test_moderators_and_readers_see_no_letters(low_tide, milo, rita):
    thread = letter(low_tide).thread
    for person in (milo, rita):
        client = Client()
        client.force_login(person)
        for address in (page_of(thread), "/admin/correspondence/thread/"):
            assert client.get(address).status_code in {302, 403}
            assert client.post(address, {"decision": "close", "seen": 9}).status_code in {302, 403}
    assert Thread.objects.get().is_open
    assert User.objects.count() == 2


def test_what_waits_to_be_sent_to_somebody_goes_with_them(desk, low_tide):
    sumi = subscribed(low_tide)
    first = letter(low_tide, email="sumi@example.org", subscriber=sumi)
    decide(desk, first.thread, "send", text="Thank you!")
    OutgoingMail.objects.filter(about=f"thread-{first.thread.pk}").update(state="waiting")
    erase(sumi)
    assert not OutgoingMail.objects.filter(about=f"thread-{first.thread.pk}").exists()
    assert not Thread.objects.exists()
