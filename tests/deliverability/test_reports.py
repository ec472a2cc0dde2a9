"""What reports say: whose copy it was, and whether the address is gone, not to be reached for now, or annoyed."""

from types import SimpleNamespace

import pytest

from deliverability import reports
from tests.deliverability import returned

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
        ("POLICY", "soft", "5.7.1"),
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
