"""A mail to the tips address becomes a tip."""

import mailbox
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from io import StringIO

import pytest
from django.core.management import call_command

from participation.models import Tip
from participation.tips.mailed import FROM_ADDRESS
from tests import cast

pytestmark = pytest.mark.django_db


#: With bytes in its head that are no text.
ODD = b"From: \xff\xfe <ada@example.org>\nTo: tips@example.org\nSubject: H\xc3\x28ron\n\nIt nests.\n"


@pytest.fixture
def arrive(tmp_path, settings, low_tide):
    """Let a message arrive in the mailbox, and be read."""
    settings.BOUNCE_MAILBOX, settings.TIPS_ADDRESS = f"maildir://{tmp_path}/box", "tips@example.org"

    def arrived(message):
        mailbox.Maildir(tmp_path / "box").add(message.as_bytes())
        said = StringIO()
        call_command("bounces", stdout=said)
        return said.getvalue()

    return arrived


def letter(text="It nests on the crane: https://shore.example.org/heron?utm_source=x.", **headers):
    message = EmailMessage()
    message["From"], message["To"] = headers.pop("sender", "Ada Moor <Ada@Example.org>"), "Tips <tips@example.org>"
    message["Subject"], message["Message-ID"] = "A heron", "<heron@example.org>"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_mail_is_a_tip_with_sender_address_and_picture(arrive):
    message = letter()
    message.add_attachment(cast.image_file().read(), maintype="image", subtype="jpeg", filename="heron.jpg")
    arrive(message)
    tip = Tip.objects.get()
    assert tip.text == "A heron\n\nIt nests on the crane: https://shore.example.org/heron?utm_source=x."
    assert (tip.name, tip.email, tip.link) == ("Ada Moor", "ada@example.org", "https://shore.example.org/heron")
    assert (tip.credit, tip.user) == ("name", None)
    assert tip.picture.name.startswith("tips/")


def test_the_same_mail_twice_is_one_tip(arrive):
    arrive(letter())
    arrive(letter())
    assert Tip.objects.count() == 1


def test_its_words_are_taken_without_what_they_answer(arrive):
    arrive(letter("A heron nests.\n\nOn Monday Low Tide wrote:\n> SECRET of others\n"))
    arrive(letter("Terns.\n-- \nAda, +44 SECRET"))
    message = letter("Crabs.")
    message.add_alternative("<p>Crabs <b>walk</b>.</p><script>SECRET</script>", subtype="html")
    arrive(message)
    texts = list(Tip.objects.order_by("pk").values_list("text", flat=True))
    assert texts == ["A heron\n\nA heron nests.", "A heron\n\nTerns.", "A heron\n\nCrabs **walk**."]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.net>"},
        {"Return_Path": "<>"},
        {"sender": "Mail <MAILER-DAEMON@example.net>"},
        {"sender": "no-reply@example.net"},
        {"sender": "nobody"},
        {"To": "others@example.org"},
        {"To": "Tips <tips@example.org.example.net>"},
    ],
)
def test_automatic_mail_and_mail_for_others_is_none(arrive, headers):
    arrive(letter(**headers))
    assert not Tip.objects.exists()


def test_a_plus_sign_names_the_newsletter(arrive, low_tide):
    high = cast.low_tide(title="High Tide", slug="high-tide")
    arrive(letter(To="tips+high-tide@example.org"))
    arrive(letter("Terns.", To="tips+gone@example.org"))
    assert list(Tip.objects.order_by("pk").values_list("newsletter", flat=True)) == [high.pk, low_tide.pk]


def test_without_an_address_or_a_newsletter_that_takes_tips_there_are_none(arrive, low_tide, settings):
    low_tide.takes_tips = False
    low_tide.save()
    arrive(letter())
    low_tide.takes_tips, settings.TIPS_ADDRESS = True, ""
    low_tide.save()
    arrive(letter())
    assert not Tip.objects.exists()


def test_one_writer_sends_so_many_a_day(arrive):
    for _each in range(FROM_ADDRESS.most):
        FROM_ADDRESS.hit("ada@example.org")
    assert "1  Tips" in arrive(letter())
    assert not Tip.objects.exists()


@pytest.mark.parametrize("content", [b"no picture", b"\xff\xd8\xff cut off", b""])
def test_what_is_no_picture_is_left_out(arrive, content):
    message = letter()
    message.add_attachment(content, maintype="image", subtype="jpeg")
    arrive(message)
    assert Tip.objects.get().picture == ""


def test_a_long_mail_is_cut_and_a_strange_one_harms_nobody(arrive):
    arrive(letter("Heron. " * 2000))
    assert len(Tip.objects.get().text) == 4000
    strange = letter("", Subject="=?utf-8?B?not base64?=")
    arrive(strange)
    arrive(letter("{% now %} <b>\x00", sender="=?x?y?z?= <ada@example.org>"))
    arrive(BytesParser(policy=policy.default).parsebytes(ODD))
    texts = list(Tip.objects.order_by("pk").values_list("text", flat=True))
    assert texts[-2:] == ["A heron\n\n{% now %} <b>", "H\ufffd(ron\n\nIt nests."]


def test_odd_recipients_beside_it_keep_no_mail_out(arrive):
    odd = b'From: ada@example.org\r\nTo: =?utf-8?q?=22?= <Tips@example.org>,\r\n ,<>,"\r\n\r\nIt nests.\r\n'
    arrive(BytesParser(policy=policy.compat32).parsebytes(odd))
    assert Tip.objects.get().text == "It nests."


def test_headers_longer_than_mail_servers_let_through_are_not_read(arrive):
    for length in (20_000, 200_000):
        sender = b"From: " + b"A" * length + b" <ada@example.org>\n"
        arrive(BytesParser(policy=policy.compat32).parsebytes(sender + b"To: tips@example.org\n\n%d" % length))
    assert Tip.objects.get().text == "20000"
