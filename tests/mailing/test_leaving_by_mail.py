"""Mail programs that know no button write to the address in List-Unsubscribe: that leaves, as the link does."""

import mailbox as folders
from io import StringIO

import pytest
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


@pytest.mark.parametrize("subject", ["{}", "\n {}"])
def test_who_writes_leaves_one_newsletter(low_tide, write, subject):
    sumi = subscribed(low_tide)
    write(subject.format(address_of(sumi, low_tide)))
    assert states() == [("sumi@example.org", "low-tide", "left")]
    assert Consent.objects.filter(event="left").values_list("form", flat=True).get() == "mail"
    write(subject.format(address_of(sumi, low_tide)))
    assert Consent.objects.filter(event="left").count() == 1


def test_nothing_else_leaves(low_tide, write):
    sumi = subscribed(low_tide)
    address = address_of(sumi, low_tide)
    for subject in ("unsubscribe", f"{address[:-3]}xx/", f"Re: your mail {address}", preferences_url(sumi.pk)):
        write(subject)
    write("Hello", body=f"Subject: {address}")
    write(address_of(sumi, low_tide).replace("/unsubscribe/", "/"))
    assert states() == [("sumi@example.org", "low-tide", "active")]
