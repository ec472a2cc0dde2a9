"""Mail programs that know no button write to the address in List-Unsubscribe: that leaves, as the link does."""

import mailbox as folders
from base64 import b64encode
from email.header import Header
from io import StringIO
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.management import call_command

from mailing.models import Consent
from mailing.tokens import preferences_url, unsubscribe_url
from tests.mailing.post import states, subscribed


@pytest.fixture
def write(tmp_path, settings):
    """Let mail with this subject arrive, and be read."""
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/box"

    def written(subject, body="."):
        folders.Maildir(tmp_path / "box").add(f"From: x@example.net\nSubject: {subject}\n\n{body}\n".encode())
        call_command("bounces", stdout=StringIO())

    return written


def address_of(person, newsletter):
    return unsubscribe_url(person.pk, newsletter.pk)


def encoded(kind, charset="utf-8", words=1):
    """The subject in RFC 2047's words of this kind: `b` or `q`."""

    def of(address):
        size = -(-len(address) // words)
        pieces = [address[start : start + size].encode(charset) for start in range(0, len(address), size)]
        texts = [
            b64encode(piece).decode() if kind == "b" else "".join(f"={byte:02X}" for byte in piece) for piece in pieces
        ]
        return "\n ".join(f"=?{charset}?{kind}?{text}?=" for text in texts)

    return of


SUBJECTS = {
    "as it stands": str,
    "folded": "\n {}".format,
    "answered": "Re: {}".format,
    "answered in German": "AW: {}".format,
    "passed on": "Fwd: Fw: {}".format,
    "answered in Chinese": lambda address: f"{Header('回复：', 'gb18030').encode()} {address}",
    "answered in Chinese, raw": "回复：{}".format,
    "words around it": "please stop {} thank you".format,
    "words that go on like a token": "{} deadbeef".format,
    "in brackets": "<{}>".format,
    "without its end": lambda address: address.removesuffix("/"),
    "before a full stop": lambda address: address.removesuffix("/") + ".",
    "in capitals": str.upper,
    "escaped": lambda address: quote(address, safe=""),
    "base64": encoded("b"),
    "in figures": encoded("q"),
    "base64 in three words": encoded("b", words=3),
    "in figures in three words": encoded("Q", words=3),
    "in a Japanese charset": encoded("b", "iso-2022-jp"),
    "in a Latin charset": encoded("q", "iso-8859-1"),
    "in Russian": encoded("b", "koi8-r"),
    "with a language": lambda address: encoded("b")(address).replace("utf-8?", "utf-8*en?"),
    "answered, and encoded": lambda address: "Re: " + encoded("b")(address),
    "broken in the middle": lambda address: f"{address[:50]}\n {address[50:]}",
}


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_who_writes_leaves_one_newsletter(low_tide, write, subject):
    sumi = subscribed(low_tide)
    written = subject(address_of(sumi, low_tide))
    write(written)
    assert states() == [("sumi@example.org", "low-tide", "left")]
    assert Consent.objects.filter(event="left").values_list("form", flat=True).get() == "mail"
    write(written)
    assert Consent.objects.filter(event="left").count() == 1


def test_a_button_that_writes_the_mail_by_itself_is_as_good(low_tide, write):
    write(address_of(subscribed(low_tide), low_tide) + "\nAuto-Submitted: auto-generated\nPrecedence: bulk")
    assert states() == [("sumi@example.org", "low-tide", "left")]
    assert mail.outbox == []


def test_nothing_else_leaves(low_tide, write):
    sumi = subscribed(low_tide)
    address = address_of(sumi, low_tide)
    for subject in ("unsubscribe", f"{address[:-3]}xx/", f"{address[:-2]}", preferences_url(sumi.pk), "=?x?q?" * 9999):
        write(subject)
    write("Hello", body=f"Subject: {address}")
    write(address_of(sumi, low_tide).replace("/unsubscribe/", "/"))
    assert states() == [("sumi@example.org", "low-tide", "active")]
