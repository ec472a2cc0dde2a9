"""Mails: the part that a mail program would show, in any encoding, with its pictures, under its subject."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from core.rich_text import Unreadable, from_mail
from tests import cast

HTML = "<h2>Foghorn</h2><p>Back <b>home</b>.</p>"


def mail(html: str = "", plain: str = "", subject: str = "The Long Ebb") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["Subject"] = "Ada <ada@example.org>", subject
    message["Message-ID"] = "<1@example.org>"
    if plain:
        message.set_content(plain)
    if html and plain:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def raw(charset: str, content: bytes) -> bytes:
    head = f"Subject: Tide\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset={charset}\r\n"
    return head.encode() + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + content


def markdown(message: EmailMessage) -> str:
    return from_mail(message.as_bytes()).markdown


def test_html_goes_before_plain_text_and_the_subject_is_the_title():
    assert markdown(mail(HTML, "Foghorn. Back home.")) == "# The Long Ebb\n\n## Foghorn\n\nBack **home**."


def test_plain_text_is_kept_as_it_was_written():
    assert markdown(mail(plain="1. Foghorn\n\nBack *home*.\n")) == "# The Long Ebb\n\n1. Foghorn\n\nBack *home*."


@pytest.mark.parametrize("html", ["<h1>Ebb</h1><p>x</p>", "<img src='https://a.org/b.png'><h1>Ebb</h1><h1>Flow</h1>"])
def test_a_text_that_has_a_title_needs_no_other(html):
    assert "The Long Ebb" not in markdown(mail(html))


def test_what_programs_add_to_a_subject_goes_and_its_signs_stay():
    assert markdown(mail("<p>x</p>", subject="Fwd: Re: The *Long* Ebb")) == "# The \\*Long\\* Ebb\n\nx"


def test_pictures_of_a_mail_come_along():
    message = mail("<p>x</p><img src='cid:fog%40a' alt='A foghorn'><img src='cid:gone' alt='Gone'>")
    message.add_related(cast.image_file(kind="PNG").read(), "image", "png", cid="<fog@a>")
    text = from_mail(message.as_bytes())
    assert text.markdown.endswith("![A foghorn](picture-1.png)\n\n![Gone](picture-2)")
    assert list(text.pictures) == ["picture-1.png"]
    assert text.missing == ["picture-2"]


def test_parts_that_follow_each_other_are_one_text():
    message = mail("<p>one</p>")
    message.make_mixed()
    message.attach(mail("<p>two</p>"))
    message.add_attachment("three", filename="three.txt")
    assert markdown(message) == "# The Long Ebb\n\none\n\ntwo"


@pytest.mark.parametrize(
    ("charset", "codec"), [("gb2312", "gb18030"), ("gbk", "gb18030"), ("x-unknown", "utf-8"), ("iso-8859-1", "cp1252")]
)
def test_letters_are_read_whatever_the_mail_calls_its_encoding(charset, codec):
    word = "“quay” – £" if codec == "cp1252" else "潮镕㐀"
    assert from_mail(raw(charset, f"<p>{word}</p>".encode(codec))).markdown == f"# Tide\n\n{word}"


def test_a_mail_of_broken_letters_is_read_as_far_as_it_goes():
    assert from_mail(raw("utf-8", b"<p>tide \xff\xff</p>")).markdown.startswith("# Tide\n\ntide")


@pytest.mark.parametrize("content", [b"Subject: x\r\n\r\n", b"", mail("<p> </p>").as_bytes()])
def test_a_mail_without_text_is_refused(content):
    with pytest.raises(Unreadable, match="no text"):
        from_mail(content)


def test_the_scaffolding_of_a_mailing_is_left_out():
    html = "<p><a href='https://a.org/v'>View in browser</a></p><p>Ebb.</p><p>Enough? <a href='https://a.org/u'>Unsubscribe</a></p>"
    text = from_mail(mail(html).as_bytes())
    assert text.markdown == "# The Long Ebb\n\nEbb."
    assert text.remarks == ["Left out, as it belongs to the page: “View in browser”, “Enough? Unsubscribe”."]
