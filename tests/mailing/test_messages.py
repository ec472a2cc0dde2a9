"""From one letter to many messages: valid, personal, and nobody else's."""

import re
from email import message_from_bytes, policy

import pytest

from core.mail.messages import Unusable, address
from mailing.letter.letters import Letter
from mailing.letter.messages import Base64, Person, Plate, QuotedPrintable
from mailing.letter.printing import PREFERENCES_URL, UNSUBSCRIBE_URL

SUMI = Person(
    "sumi@example.org", "<1.a.x@courant.example>", "https://c.example/unsubscribe/u1-1-abc/", "https://c.example/s/p1/"
)
ENGLISH = "The sea keeps its appointments; half of us don't, as it happens = always.\n" * 30
CHINESE = "潮水守约，从不迟到。\n" * 30


def letter(body=ENGLISH, **fields):
    links = f'<a href="{UNSUBSCRIBE_URL}">Leave</a> <a href="{PREFERENCES_URL}">Choose</a>'
    return Letter(
        **{
            "subject": "Low Tide 27: 三月",
            "html": f"<p>{body}</p>{links}<p>{body}</p>",
            "text": f".A line that begins with a dot\n\n{body}\nLeave: {UNSUBSCRIBE_URL}\nChoose: {PREFERENCES_URL}",
            "headers": {
                "List-Id": "<newsletter-1.courant.example>",
                "List-Archive": f"<https://c.example/{'a' * 90}/>",
            },
            "from_email": "Ada at Low Tide <ada@example.org>",
            "reply_to": "tips@example.org",
            **fields,
        }
    )


def parsed(raw):
    return message_from_bytes(raw, policy=policy.default)


def normal(text):
    return text.replace("\r\n", "\n").strip()


@pytest.mark.parametrize(("body", "encoding"), [(ENGLISH, "quoted-printable"), (CHINESE, "base64")])
def test_each_message_says_what_the_letter_says_with_a_persons_own_links(body, encoding):
    made = letter(body)
    message = parsed(Plate(made).message(SUMI))
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text["Content-Transfer-Encoding"], html["Content-Transfer-Encoding"]) == (encoding, encoding)
    for part, source in ((text, made.text), (html, made.html)):
        own = source.replace(UNSUBSCRIBE_URL, SUMI.unsubscribe_url).replace(PREFERENCES_URL, SUMI.preferences_url)
        assert normal(part.get_content()) == normal(own)
    assert [defect for part in message.walk() for defect in part.defects] == []


def test_headers_are_whole_and_stand_once():
    message = parsed(Plate(letter()).message(SUMI))
    assert message["To"] == "sumi@example.org"
    assert message["From"] == "Ada at Low Tide <ada@example.org>"
    assert message["Reply-To"] == "tips@example.org"
    assert message["Subject"] == "Low Tide 27: 三月"
    assert message["Message-ID"] == SUMI.message_id
    assert message["List-Unsubscribe"] == f"<{SUMI.unsubscribe_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"]
    names = [name.lower() for name in message]
    assert len(names) == len(set(names))
    assert not {"cc", "bcc"} & set(names)


def test_an_address_to_leave_by_mail_stands_beside_the_link(settings):
    settings.UNSUBSCRIBE_ADDRESS = "leave@c.example"
    raw = Plate(letter()).message(SUMI)
    ways = f"<{SUMI.unsubscribe_url}>, <mailto:leave@c.example?subject={SUMI.unsubscribe_url}>"
    assert f"\r\nList-Unsubscribe: {ways}\r\n".encode() in raw
    assert Plate(letter()).for_backend(SUMI).extra_headers["List-Unsubscribe"] == ways


def test_lines_are_ascii_and_short_and_list_headers_stay_on_one():
    raw = Plate(letter(CHINESE)).message(SUMI)
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n." not in Plate(letter("A." * 999, subject=".")).message(SUMI)
    assert f"List-Archive: <https://c.example/{'a' * 90}/>\r\n".encode() in raw


def test_one_plate_prints_for_many_and_mixes_nobody_up():
    plate = Plate(letter(CHINESE))
    names = ["sumi", "otto", "a-rather-long-name", "x"]
    for name in names:
        person = Person(
            f"{name}@example.org",
            f"<{name}@c.example>",
            f"https://c.example/u/{name}/",
            f"https://c.example/p/{name}/",
        )
        message = parsed(plate.message(person))
        texts = [part.get_content() for part in message.iter_parts()]
        for text in texts:
            assert set(re.findall(r"https://c\.example/[up]/[\w-]+/", text)) == {
                person.unsubscribe_url,
                person.preferences_url,
            }
        everything = str(message) + "".join(texts)
        assert [other for other in names if f"{other}@example.org" in everything] == [name]


@pytest.mark.parametrize("encoding", [QuotedPrintable, Base64])
@pytest.mark.parametrize("between", ["", "a", "ab", "é", "潮", " \n", "=", "a" * 200])
def test_marks_may_stand_anywhere(encoding, between):
    source = f"{UNSUBSCRIBE_URL}{between}{PREFERENCES_URL}{UNSUBSCRIBE_URL}{between}"
    for length in range(3):
        marks = {UNSUBSCRIBE_URL: "u" * (80 + length), PREFERENCES_URL: "p=" * 5}
        body = encoding(source)
        head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {body.name}\r\n\r\n".encode()
        own = source.replace(UNSUBSCRIBE_URL, marks[UNSUBSCRIBE_URL]).replace(PREFERENCES_URL, marks[PREFERENCES_URL])
        message = parsed(head + body.filled(marks))
        assert normal(message.get_content()) == normal(own)
        assert not message.defects


@pytest.mark.parametrize("field", ["subject", "from_email", "reply_to"])
def test_nothing_adds_a_header(field):
    with pytest.raises(ValueError):  # noqa: PT011
        Plate(letter(**{field: "Ada <ada@example.org>\r\nBcc: all@example.org"}))


def test_no_header_of_the_letter_adds_another():
    with pytest.raises(ValueError):  # noqa: PT011
        Plate(letter(headers={"List-Id": "<a>\r\nBcc: all@example.org"}))


def test_domains_beyond_ascii_are_written_in_punycode():
    assert address("ada@bücher.example") == "ada@xn--bcher-kva.example"
    message = parsed(Plate(letter(from_email="Ada <ada@bücher.example>")).message(SUMI))
    assert message["From"] == "Ada <ada@xn--bcher-kva.example>"


@pytest.mark.parametrize(
    "email",
    [
        "ädä@example.org",
        "a@b@example.org",
        "sumi@example.org>\r\nRCPT TO:<otto@example.org",
        "sumi@example.org, otto@example.org",
        "Sumi <sumi@example.org>",
        "sumi@example.org\n",
        "@example.org",
        "sumi",
        "",
        "a b@example.org",
        "sumi@example.org\x00",
    ],
)
def test_what_is_no_single_plain_address_gets_no_mail(email):
    with pytest.raises(Unusable):
        address(email)


def test_backends_of_mail_services_get_the_same_message():
    message = Plate(letter()).for_backend(SUMI)
    ours, theirs = parsed(Plate(letter()).message(SUMI)), message.message(policy=policy.SMTP)
    assert message.recipients() == ["sumi@example.org"]
    for name in (
        "From",
        "To",
        "Subject",
        "Reply-To",
        "Message-ID",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "List-Id",
    ):
        assert str(theirs[name]) == str(ours[name])
    for own, other in zip(ours.iter_parts(), theirs.iter_parts(), strict=True):
        assert normal(own.get_content()) == normal(other.get_content())
