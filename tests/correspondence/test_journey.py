"""From the first mail to the last, over real SMTP: subscribe, read, answer, be answered, answer again, leave."""

import mailbox
import re
import smtplib
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import StringIO

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.test import Client

from comments.models import Comment, Policy
from comments.notices import timing
from mailing.delivery import dispatching
from mailing.models import Subscription
from site_project.environment import mailer
from tests.between.plans import work
from tests.comments import talk
from tests.mailing.post import FROM_HERE, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]


class World:
    """A mail server for everybody: what is for the site goes into its mailbox, all else to readers."""

    def __init__(self, folder):
        self.box, self.read = mailbox.Maildir(folder), []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        for recipient in envelope.rcpt_tos:
            if recipient.startswith(("answers+", "leave")):
                self.box.add(b"Delivered-To: %s\n%s" % (recipient.encode(), envelope.content))
            else:
                self.read.append((recipient, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def last(self, recipient):
        return [message for to, message in self.read if to == recipient][-1]


@pytest.fixture
def world(tmp_path, settings):
    settings.REPLY_ADDRESS, settings.UNSUBSCRIBE_ADDRESS = "answers@tide.example", "leave@tide.example"
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/box"
    handler = World(tmp_path / "box")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        handler.port = listener.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    settings.MAILERS = {"default": mailer(f"smtp://127.0.0.1:{handler.port}")}
    yield handler
    controller.stop()


def send(world, message):
    with smtplib.SMTP("127.0.0.1", world.port) as server:
        server.send_message(message)
    said = StringIO()
    call_command("bounces", stdout=said)
    return said.getvalue()


def answer_to(message, words, number):
    """As a mail program makes it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = message["To"], message["Reply-To"], f"Re: {message['Subject']}"
    made["Message-ID"], made["In-Reply-To"] = f"<{number}@reader.example>", message["Message-ID"]
    text = message.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in text.splitlines())
    made.set_content(f"{words}\n\nOn Sat, 14 Mar 2026 at 09:26, {message['From']} wrote:\n{quoted}\n")
    return made


def link_in(message, kind):
    text = message.get_body(("plain",)).get_content()
    return next(path for path in re.findall(r"https://courant\.example(/\S+)", text) if kind in path)


def test_from_the_form_to_the_conversation_and_out_again(world, published, client):
    newsletter = published.newsletter
    newsletter.answers = "discussion"
    newsletter.save()
    Policy.objects.create(newsletter=newsletter, mode="open")

    form = {"email": "sumi@example.org", "newsletter": "low-tide", "place": "issue"}
    visitor().post("/subscribe/", form, headers=FROM_HERE)
    visitor().post(link_in(world.last("sumi@example.org"), "/confirm/"), {"newsletter": "low-tide"})

    dispatching.prepare(published, None)
    work()
    issue = world.last("sumi@example.org")
    assert "Just answer this mail" in " ".join(issue.get_body(("plain",)).get_content().split())
    assert "1  Answers" in send(world, answer_to(issue, "Which mud do you mean?", 1))
    assert not Comment.objects.exists()

    page = link_in(world.last("sumi@example.org"), "/by-mail/")
    assert "Which mud do you mean?" in visitor().get(page).text
    visitor().post(page, {"wish": "mine", "name": "Sumi"})
    shown = client.get("/low-tide/march/comments/").text
    assert "Which mud do you mean?" in shown
    assert "by mail" in shown

    asked = Comment.objects.get()
    otto = talk.trusted(talk.otto())
    reader = Client()
    reader.force_login(otto)
    reply = {"body": "That by the pier.", "parent": asked.pk}
    assert reader.post("/low-tide/march/comments/", reply, headers=FROM_HERE).status_code == 303
    timing.write_due()
    notice = world.last("sumi@example.org")
    assert "Otto answered you" in notice["Subject"]
    send(world, answer_to(notice, "Thank you, I found it.", 2))
    thanks = Comment.objects.last()
    assert (thanks.body, thanks.parent.author, thanks.author.display_name) == ("Thank you, I found it.", otto, "Sumi")
    assert "Thank you, I found it." in client.get("/low-tide/march/comments/").text
    assert "is published" in world.last("sumi@example.org")["Subject"]

    leaving = EmailMessage()
    leaving["From"], leaving["To"] = "sumi@example.org", "leave@tide.example"
    leaving["Subject"] = re.search(r"mailto:\S+\?subject=([^>]+)>", issue["List-Unsubscribe"])[1]
    leaving.set_content("")
    assert "1  Unsubscribed by mail" in send(world, leaving)
    assert Subscription.objects.get().state == "left"
    send(world, answer_to(issue, "Which mud do you mean?", 1))
    assert Comment.objects.count() == 3
