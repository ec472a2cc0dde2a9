"""What reports say: whose copy it was, and whether the address is gone, not to be reached for now, or annoyed."""

from types import SimpleNamespace

import pytest

from deliverability import reports
from tests.deliverability import returned, written

COPY = SimpleNamespace(
    message_id="<7.1.0123456789ab@courant.example>", subscriber=SimpleNamespace(email="s@example.org")
)


def read(sample, **more):
    return reports.read_report(returned.report(sample, COPY, **more))


@pytest.mark.parametrize(
    ("sample", "kind", "status"),
    [
        ("POSTFIX", "hard", "5.1.1"),
        ("GMAIL", "hard", "5.1.1"),
        ("EXCHANGE", "hard", "5.1.10"),
        ("UNSPECIFIC", "hard", "5.1.1"),
        ("EXIM", "hard", "5.0.0"),
        ("QMAIL", "hard", "5.1.1"),
        ("FULL", "soft", "5.2.2"),
        ("FULL_FOR_NOW", "soft", "4.2.2"),
        ("UNSPECIFIC_FULL", "soft", "5.2.2"),
        ("POLICY", "policy", "5.7.1"),
        ("COMPLAINT", "complaint", ""),
    ],
)
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_a_report_says_what_happened_to_which_copy(sample, kind, status, eol):
    report = read(getattr(returned, sample), eol=eol)
    assert (report.kind, report.status) == (kind, status)
    assert COPY.message_id in report.message_ids
    assert report.recipients == {"s@example.org"}
    assert report.text
    assert not report.is_vouched


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(("sample", "kind"), written.FAILED.values(), ids=written.FAILED)
def test_whatever_its_form_a_report_names_who_it_is_about_and_nobody_else(sample, kind, eol):
    report = read(sample, eol=eol)
    assert (report.kind, report.recipients) == (kind, {"s@example.org"})


@pytest.mark.parametrize("sample", written.COMPLAINED.values(), ids=written.COMPLAINED)
def test_a_complaint_in_another_form_is_one(sample):
    report = read(sample)
    assert (report.kind, report.recipients, report.message_ids) == ("complaint", {"s@example.org"}, {COPY.message_id})


@pytest.mark.parametrize("sample", written.NOTHING.values(), ids=written.NOTHING)
def test_what_is_no_failure_or_may_be_about_anybody_reports_nothing(sample):
    assert read(sample) is None


def test_of_several_addresses_all_are_named_and_the_mildest_word_counts():
    fields = (
        written.FIELDS
        + "\n"
        + written.FIELDS.replace("{to}", "otto@example.org").replace("5.1.1", "5.2.2").replace("no such user", "full")
    )
    report = read(written.parts(written.DAEMON, "Failure", ("message/delivery-status", f"\n{fields}")))
    assert (report.kind, report.status) == ("soft", "5.2.2")
    assert report.recipients == {"s@example.org", "otto@example.org"}


@pytest.mark.parametrize(
    "sample",
    ["STILL_TRYING", "DELIVERED", "NO_COMPLAINT", "VACATION", "ANSWER", "CHALLENGE", "GARBAGE"],
)
def test_what_people_and_their_programs_write_reports_nothing(sample):
    assert read(getattr(returned, sample)) is None


def test_the_id_of_the_report_itself_names_no_copy():
    assert read(returned.WITHOUT_MAIL).message_ids == set()
    quoted = returned.POSTFIX.replace("<report@mx.example.net>", COPY.message_id)
    assert read(quoted, message_id="<other@example.org>").message_ids == {"<other@example.org>"}


def test_without_the_mail_the_one_that_is_answered_counts():
    answering = "In-Reply-To: {id}\n" + returned.WITHOUT_MAIL
    assert read(answering).message_ids == {COPY.message_id}
    assert read("In-Reply-To: <other@example.org>\n" + returned.POSTFIX).message_ids == {COPY.message_id}


FILLINGS = [
    "a",
    "a@",
    "<",
    "550 ",
    "x: y\n",
    "=?",
    "\n",
    "--b\n",
    "Final-Recipient: rfc822;\n\n",
    "to: ",
    "user ",
    " ;\n",
]
FILLINGS += [
    "deliver",
    "fail",
    "a@b.c ",
    "Final-Recipient: rfc822; a@b.c\n\n",
    "exceed",
    "user a",
    "- original ",
    "not a ",
]


@pytest.mark.parametrize("filling", FILLINGS)
def test_a_hostile_report_is_read_to_its_end(filling):
    """Were one of the expressions not linear, this would take hours."""
    many = filling * (1_000_000 // len(filling))
    for sample in (written.plain(written.DAEMON, "Failure", many), returned.POSTFIX.replace("I'm sorry", many)):
        read(sample)
    lines = "\n".join([filling * (990 // len(filling))] * 1000)
    for sender in (written.DAEMON, "no-reply@example.org"):
        read(written.plain(sender, "Failure", lines))


@pytest.mark.parametrize("filling", [";", ';"', "\n ;", ",", "a@b.c,", "=?x?q?", "<"])
@pytest.mark.parametrize("header", ["Content-Type: text/plain", "To: x", "Subject: x", "In-Reply-To: <x", "From: x"])
def test_a_hostile_header_is_read_to_its_end(header, filling):
    read(f"{header}{filling * 300_000}\n{returned.POSTFIX}")


@pytest.mark.parametrize(
    "words",
    [
        "The trains are still being delayed today.",
        "Too much spam? Blocked by police. Delivered successfully!",
        "We counted 550 people blocked by spam rules: 5.7.1.",
        "Please keep this receipt of your donation.",
        "Questions? Write to desk@elsewhere.example any day.",
        "Send letters to: reader@elsewhere.example",
    ],
)
@pytest.mark.parametrize(
    ("told", "kind"),
    [("{to} [User unknown]", "hard"), ("{to}\n\nThe mailbox exceeded the local limit.", "soft")],
    ids=["missing", "full"],
)
@pytest.mark.parametrize("brought", ["message/rfc822", "headers of a part", "in parts"])
def test_what_the_returned_mail_says_is_no_word_of_the_server(words, told, kind, brought):
    mail = written.ALONE.replace("Write to press@courant.example, or to somebody@example.com.", words)
    if brought == "in parts":
        head, _body = mail.split("\n\n")
        mail = f'{head}\nContent-Type: multipart/alternative; boundary="c"\n\n'
        mail += f"--c\nContent-Type: text/plain\n\n{words}\n--c\nContent-Type: text/html\n\n<p>{words}</p>\n--c--\n"
    said = ("text/plain", f"\n--- The following addresses had delivery errors ---\n\n{told}\n")
    sample = written.parts(written.DAEMON, "Returned mail", said, ("message/rfc822", f"\n{mail}"))
    if brought == "headers of a part":
        sample = sample.replace("Content-Type: message/rfc822\n\n", "")
    report = read(sample)
    assert (report.kind, report.recipients, report.message_ids) == (kind, {"s@example.org"}, {COPY.message_id})


def test_a_report_that_another_passes_on_is_read():
    inner = written.plain(written.DAEMON, "Returned mail", "Delivery failed:\n\n<{to}>:\nno such user\n", brought="")
    sample = written.parts(written.DAEMON, "Returned mail", ("message/rfc822", f"\n{inner}"))
    assert (read(sample).kind, read(sample).recipients) == ("hard", {"s@example.org"})
