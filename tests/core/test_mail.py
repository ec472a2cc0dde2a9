"""Mail to a person is plain text in their language; no name or title in it can do anything."""

from datetime import date
from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.core import mail
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from core.mail.outbox import send_text

pytestmark = pytest.mark.django_db

TEXT = "{{ name }} wrote in {{ day|date:'F' }}:\n\n{{ words }}\n\n{{ site_name }}, {{ site_url }}\n\n"
CONTEXT = {"name": "O'Neil <b>", "day": date(2026, 3, 14), "words": "Tides & <i>times</i>"}


@pytest.fixture(autouse=True)
def _template(settings):
    loaders = [("django.template.loaders.locmem.Loader", {"reply.txt": TEXT})]
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders}}
    ]


def sent(subject="A reply", **options):
    """The message as it goes over the wire, and as a mail program reads it."""
    send_text("rita@example.org", subject, "reply.txt", CONTEXT, kind="conversation", **options)
    wire = mail.outbox[-1].message(policy=SMTP).as_bytes()
    return wire, message_from_bytes(wire, policy=SMTP)


def test_text_is_as_written_with_nothing_escaped():
    _, message = sent()
    assert message.get_content_type() == "text/plain"
    assert message.get_content().splitlines() == [
        "O'Neil <b> wrote in March:",
        "",
        "Tides & <i>times</i>",
        "",
        "Courant, https://courant.example",
    ]


def test_subject_and_text_are_in_the_language_of_who_reads_them():
    _, message = sent(format_lazy("{} · 潮信", gettext_lazy("Monday")), language="zh-hans")
    assert message["Subject"] == "星期一 · 潮信"
    assert "三月" in message.get_content()


def test_it_says_that_a_machine_wrote_it():
    _, message = sent()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@courant.example>")
    assert message["From"] == "courant@localhost"
    assert "List-Id" not in message
    assert "List-Unsubscribe" not in message


def test_headers_for_mail_programs_stay_whole():
    address = "https://courant.example/comments/mute/" + "x" * 200 + "/"
    wire, message = sent("潮" * 60, list_name="discussion-7", unsubscribe_url=address)
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in wire
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in wire
    assert b"\r\nList-Id: <discussion-7.courant.example>\r\n" in wire
    assert message["Subject"] == "潮" * 60
    assert max(map(len, wire.split(b"\r\n\r\n")[0].replace(address.encode(), b"").split(b"\r\n"))) <= 78


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
def test_no_title_adds_a_header(end):
    _, message = sent(f"Re: Mud{end}Bcc: otto@example.org{end}{end}Hello")
    assert message["Subject"] == "Re: Mud Bcc: otto@example.org Hello"
    assert message["Bcc"] is None


@pytest.mark.parametrize("field", ["reply_to", "from_email", "unsubscribe_url", "list_name"])
def test_a_line_break_in_another_header_stops_the_mail(field):
    with pytest.raises(ValueError, match="line break"):
        sent(**{field: "a@example.org\r\nBcc: otto@example.org"})
    assert mail.outbox == []


def test_sender_answers_and_further_headers_can_be_chosen():
    _, message = sent(
        from_email='"Low Tide" <tide@example.org>',
        reply_to="edda@example.org",
        headers={"In-Reply-To": "<1@a.example>"},
    )
    assert message["From"] == "Low Tide <tide@example.org>"
    assert message["Reply-To"] == "edda@example.org"
    assert message["In-Reply-To"] == "<1@a.example>"
