"""The mailbox that reports come to, in a folder and on a mail server."""

import logging
import mailbox as folders
import re
import socketserver
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.mail import incoming, mailboxes
from mailing.models import Bounce, Suppression
from tests.deliverability import returned
from tests.deliverability.test_bouncing import copy, sumi

__all__ = ["copy", "sumi"]
NOBODY = "For nobody here, or of no copy that is known"

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path, settings):
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/box"
    return folders.Maildir(tmp_path / "box")


def run():
    """What the command says: how many of each kind that there are some of."""
    out = StringIO()
    call_command("bounces", stdout=out)
    lines = (line.split(maxsplit=1) for line in out.getvalue().splitlines())
    return {label: int(number) for number, label in lines if int(number)}


def test_the_command_reads_the_mailbox_and_empties_it(folder, copy):
    for sample in (returned.POSTFIX, returned.COMPLAINT, returned.VACATION, returned.GARBAGE):
        folder.add(returned.report(sample, copy))
    assert run() == {"Came back for good": 1, "Complaint": 1, NOBODY: 2}
    assert (len(folder), len(folder.get_folder("Processed"))) == (0, 4)
    assert Suppression.objects.count() == 1
    assert run() == {}


def test_what_cannot_be_read_stays_is_reported_and_stops_no_other(folder, copy, monkeypatch, caplog):
    keys = sorted(folder.add(returned.report(returned.POSTFIX, copy)) for _ in range(2))
    get = mailboxes.Maildir.get

    def stumble(self, key):
        if key == keys[0]:
            raise OSError("the disk")
        return get(self, key)

    monkeypatch.setattr(mailboxes.Maildir, "get", stumble)
    with pytest.raises(CommandError, match=r"^1 "), caplog.at_level(logging.ERROR):
        run()
    assert keys[0] in caplog.text
    assert folder.keys() == [keys[0]]
    assert Bounce.objects.count() == 1


def test_however_many_cannot_be_read_the_others_are(folder, copy, settings):
    settings.TIPS_ADDRESS = "tips@courant.example"
    for _ in range(3):
        folder.add(b"To: tips@courant.example\r\nFrom: =?utf-8?q?A=0D=0AB?= <a@b.example>\r\n\r\nNo report.")
    folder.add(returned.report(returned.POSTFIX, copy))
    with mailboxes.mailbox(settings.BOUNCE_MAILBOX) as box:
        assert incoming.read_all(box, 1) == {"broken": 3, "hard": 1}


def test_the_worker_reads_it_every_five_minutes(folder, copy):
    for _ in range(2):
        folder.add(returned.report(returned.POSTFIX, copy))
        incoming.read_when_due()
    assert len(folder) == 1


def test_without_a_mailbox_there_is_nothing_to_read(settings):
    settings.BOUNCE_MAILBOX = ""
    incoming.read_when_due()
    with pytest.raises(CommandError, match="BOUNCE_MAILBOX"):
        run()


class Imap(socketserver.StreamRequestHandler):
    """As much of an IMAP server (RFC 3501, with UIDPLUS or MOVE) as is talked to."""

    def handle(self):
        self.say("* OK hello")
        for line in self.rfile:
            tag, command = line.decode().strip().split(" ", 1)
            self.server.heard.append(command)
            self.answer(*command.removeprefix("UID ").split(" ", 2))
            self.say(f"{tag} OK done")

    def answer(self, verb, uid="", rest=""):
        boxes = self.server.boxes
        if verb == "CAPABILITY":
            self.say(f"* CAPABILITY IMAP4rev1 {self.server.extra}")
        elif verb == "SEARCH":
            self.say("* SEARCH " + " ".join(boxes["INBOX"]))
        elif verb == "FETCH":
            data = boxes["INBOX"][uid]
            self.say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(data)}}}")
            self.wfile.write(data)
            self.say(")")
        elif verb in ("MOVE", "COPY"):
            boxes[rest.strip('"')][uid] = boxes["INBOX"][uid]
        if verb == "MOVE" or (verb == "STORE" and "Deleted" in rest):
            del boxes["INBOX"][uid]

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture(params=["MOVE", ""])
def server(request, settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
        server.daemon_threads = True
        server.heard, server.boxes, server.extra = [], {"INBOX": {}, "Processed": {}}, request.param
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.BOUNCE_MAILBOX = f"imap://tide:s%40lt@127.0.0.1:{server.server_address[1]}/INBOX"
        yield server
        server.shutdown()


@pytest.mark.enable_socket
def test_a_mailbox_on_a_mail_server_is_read_alike(server, copy):
    server.boxes["INBOX"] = {
        "7": returned.report(returned.POSTFIX, copy, eol="\r\n"),
        "9": returned.report(returned.VACATION, copy, eol="\r\n"),
    }
    assert run() == {"Came back for good": 1, NOBODY: 1}
    assert server.boxes["INBOX"] == {}
    assert sorted(server.boxes["Processed"]) == ["7", "9"]
    assert 'LOGIN tide "s@lt"' in server.heard
    assert not [command for command in server.heard if re.search(r"BODY\[|Seen", command)]
