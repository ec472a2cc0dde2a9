"""Mail does nothing that its receiver did not ask for; nothing that others made is fetched, taken in or revived."""

import ast
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from comments import moderating
from comments.models import Comment, State
from tests.comments import talk
from tests.comments.browsing import MUD, NORA, Browser
from tests.comments.letters import delivered

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
#: What speaks to the mail server and to nobody else; what reads the mailbox, of which an address that we signed is the
#: proof (`core.mail.replies`); what checks the name of a mail service at the start; what looks
#: whether the site's own port is free; what the worker alone fetches pages with, guarded; what an operator examines a
#: site with.
SPEAKING = {
    *(ROOT / "core/mail" / name for name in ("transport.py", "smtp.py", "mailboxes.py")),
    *(ROOT / name for name in ("site_project/environment.py", "core/management/commands/serve.py")),
    *(ROOT / name for name in ("core/fetching.py", "site_project/examining.py")),
}
SOURCES = [
    path
    for app in ("core", "accounts", "newsletter", "comments", "site_project")
    for path in (ROOT / app).rglob("*.py")
    if path not in SPEAKING
]
#: Whatever asks other machines for something.
FETCHERS = {"urllib.request", "urllib3", "requests", "httpx", "aiohttp", "http.client", "ftplib", "socket", "ssl"}
#: Whatever takes mail in.
MAILBOXES = {"imaplib", "poplib", "mailbox", "aiosmtpd", "smtpd", "anymail"}
#: Whatever makes code of data.
REVIVERS = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}


@cache
def imported() -> set[str]:
    """Every module that our apps import, with all that it is part of."""
    names = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {".".join(name.split(".")[: length + 1]) for name in names for length in range(name.count(".") + 1)}


def test_nothing_here_fetches_from_other_machines():
    assert "core.limits" in imported()
    assert imported() & FETCHERS == set()


def test_mail_is_taken_in_by_one_module_alone():
    assert imported() & MAILBOXES == set()


def test_no_data_becomes_code():
    assert imported() & REVIVERS == set()
    assert settings.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"


def test_no_text_travels_in_an_address(discussion, mailoutbox):
    stranger = Browser()
    stranger.open(MUD)
    pages = [stranger.send(body="SECRET words"), stranger.send(**NORA)]
    assert [page.status_code for page in pages] == [200, 200]
    assert "SECRET" not in mailoutbox[-1].body
    actions = [part.split('"')[0] for page in pages for part in page.text.split('action="')[1:]]
    assert [action for action in actions if "SECRET" in action] == []


@pytest.mark.parametrize("state", [State.PENDING, State.SPAM])
def test_no_stranger_makes_us_write_to_somebody_with_their_words(discussion, rita, otto, state):
    parent = talk.say(discussion, rita)
    answer = talk.held(discussion, otto, "Buy at https://spam.example", parent)
    Comment.objects.filter(pk=answer.pk).update(state=state)
    assert [message for message in delivered() if "spam.example" in message.body] == []


def test_a_stranger_cannot_put_words_into_the_mail_with_the_code(discussion, mailoutbox):
    stranger = Browser()
    stranger.open(MUD)
    stranger.send(body="Buy at spam example")
    stranger.send(email="otto@example.org", name="Buy at spam example", headline="spam example")
    (message,) = mailoutbox
    assert "spam example" not in message.message().as_string()


def test_every_mail_is_text_and_nothing_else(discussion, rita, otto, milo):
    comment = talk.say(discussion, rita, "<img src=https://spam.example/p.png>")
    talk.say(discussion, talk.trusted(otto), "<a href='https://spam.example'>x</a>", comment)
    moderating.feature([comment.pk], milo)
    moderating.reject([comment.pk], milo, reason="<b>No</b>")
    messages = delivered()
    assert messages
    for message in messages:
        made = message.message()
        assert (made.get_content_type(), made.is_multipart(), message.attachments) == ("text/plain", False, [])


def test_no_field_that_people_fill_in_adds_a_header(discussion, rita, otto, milo):
    """Names, titles and reasons as they could stand in the database, whatever the forms refuse."""
    end = "\r\nBcc: all@spam.example\r\n\r\nBuy"
    parent = talk.say(discussion, rita, f"Mine{end}")
    talk.say(discussion, talk.trusted(otto), f"Yours{end}", parent)
    Comment.objects.update(name=f"Otto{end}", headline=f"Of{end}")
    type(discussion.place).objects.update(title=f"Mud{end}")
    moderating.reject([parent.pk], milo, reason=f"No{end}")
    for message in delivered():
        header = message.message().as_bytes().partition(b"\n\n")[0]
        assert message.recipients() == message.to
        assert b"\nBcc:" not in header
        assert header.count(b"\nSubject:") == 1
