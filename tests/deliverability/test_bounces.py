"""The mailbox that reports come to, in a folder and on a mail server."""

import logging
import mailbox as folders
import re
import socketserver
import threading
from contextlib import suppress
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


def test_however_many_cannot_be_read_the_others_are_and_the_log_says_it_once(
    folder, copy, settings, caplog, monkeypatch
):
    broken, get = {folder.add(b"Subject: Hello\r\n\r\nNo report.") for _ in range(210)}, mailboxes.Maildir.get

    def stumble(self, key):
        if key in broken:
            raise OSError("the disk")
        return get(self, key)

    monkeypatch.setattr(mailboxes.Maildir, "get", stumble)
    with mailboxes.mailbox(settings.BOUNCE_MAILBOX) as box, caplog.at_level(logging.ERROR):
        assert incoming.read_all(box, 200) == {"broken": 210}
        folder.add(returned.report(returned.POSTFIX, copy))
        assert incoming.read_all(box, 200) == {"hard": 1, "broken": 0}
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "210 messages" in caplog.text


@pytest.mark.parametrize("kind", ["multipart/mixed", "multipart/report; report-type=delivery-status"])
@pytest.mark.parametrize("depth", [500, 5_000])
def test_parts_within_parts_without_end_are_put_away(folder, settings, kind, depth):
    settings.REPLY_ADDRESS = "reply@courant.example"
    nested = "".join(f"Content-Type: {kind}; boundary=b{number}\n\n--b{number}\n" for number in range(depth))
    folder.add(f"From: MAILER-DAEMON@mx.example.net\nTo: tide@courant.example\nMIME-Version: 1.0\n{nested}".encode())
    assert run() == {NOBODY: 1}


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
            verb, *words = command.removeprefix("UID ").split(" ", 2)
            if self.server.hangs_up_at and self.server.hangs_up_at in command:
                return
            refusal = "" if verb in self.server.does else self.answer(verb, *words)
            self.say(f"{tag} NO {refusal}" if refusal or verb in self.server.refuses else f"{tag} OK done")

    def answer(self, verb, uid="", rest=""):
        """Why not, or nothing."""
        boxes, name = self.server.boxes, (rest or uid).strip('"')
        if verb in self.server.refuses:
            return "I will not"
        if verb == "CAPABILITY":
            self.say(f"* CAPABILITY IMAP4rev1 {self.server.extra}")
        elif verb == "NAMESPACE":
            self.say(f'* NAMESPACE (("{self.server.prefix}" ".")) NIL NIL')
        elif verb == "STATUS":
            return "" if uid.strip('"') in boxes else "no such mailbox"
        elif verb == "CREATE":
            if not name.startswith(self.server.prefix):
                return "[CANNOT] outside of your namespace"
            boxes[name] = {}
        elif verb == "SEARCH":
            self.say("* SEARCH " + " ".join(boxes["INBOX"]))
        elif verb == "FETCH":
            data = boxes["INBOX"][uid]
            self.say(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(data)}}}")
            self.wfile.write(data)
            self.say(")")
        elif verb in ("MOVE", "COPY"):
            if name not in boxes:
                return "[TRYCREATE] no such mailbox"
            boxes[name][uid] = boxes["INBOX"][uid]
        if verb == "MOVE" or (verb == "STORE" and "Deleted" in rest):
            del boxes["INBOX"][uid]
        return ""

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture(params=["MOVE", "UIDPLUS", ""])
def server(request, settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
        server.daemon_threads = True
        server.heard, server.boxes, server.extra = [], {"INBOX": {}}, request.param
        #: What own folders begin with; commands that are refused; that are said to be done and are not.
        server.prefix, server.refuses, server.does, server.hangs_up_at = "", set(), set(), ""
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.BOUNCE_MAILBOX = f"imap://tide:s%40lt@127.0.0.1:{server.server_address[1]}/INBOX"
        yield server
        server.shutdown()


def fill(server, copy):
    server.boxes["INBOX"] = {
        "7": returned.report(returned.POSTFIX, copy, eol="\r\n"),
        "9": returned.report(returned.VACATION, copy, eol="\r\n"),
    }


def read(settings, most):
    with mailboxes.mailbox(settings.BOUNCE_MAILBOX) as box:
        return dict(incoming.read_all(box, most))


@pytest.mark.enable_socket
def test_a_mailbox_on_a_mail_server_is_read_alike(server, copy):
    fill(server, copy)
    assert run() == {"Came back for good": 1, NOBODY: 1}
    assert server.boxes["INBOX"] == {}
    assert sorted(server.boxes["Processed"]) == ["7", "9"]
    assert 'LOGIN tide "s@lt"' in server.heard
    assert not [command for command in server.heard if re.search(r"BODY\[|Seen", command)]


@pytest.mark.enable_socket
@pytest.mark.parametrize("tells", ["NAMESPACE", ""])
def test_where_own_folders_lie_below_the_inbox_so_does_that_for_what_is_done(server, copy, tells):
    server.prefix, server.extra = "INBOX.", f"{server.extra} {tells}"
    fill(server, copy)
    assert run() == {"Came back for good": 1, NOBODY: 1}
    assert sorted(server.boxes["INBOX.Processed"]) == ["7", "9"]
    assert run() == {}


@pytest.mark.enable_socket
def test_a_server_that_will_not_move_may_copy(server, copy):
    server.refuses.add("MOVE")
    fill(server, copy)
    assert run() == {"Came back for good": 1, NOBODY: 1}
    assert sorted(server.boxes["Processed"]) == ["7", "9"]


@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("refuses", "does"),
    [({"CREATE"}, ()), ({"MOVE", "COPY"}, ()), ({"FETCH"}, ()), ((), {"MOVE", "STORE", "EXPUNGE"})],
)
def test_what_cannot_be_put_away_is_passed_over_and_the_rest_is_read(server, copy, settings, caplog, refuses, does):
    fill(server, copy)
    server.refuses.update(refuses)
    server.does.update(does)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            read(settings, 1)
    assert sorted(server.boxes["INBOX"]) == ["7", "9"]
    assert len([each for each in caplog.records if each.levelno == logging.ERROR]) == (2 if does else 1)
    server.boxes["INBOX"]["11"] = server.boxes["INBOX"].pop("7")
    server.refuses.clear()
    server.does.clear()
    assert read(settings, 1)["hard"] == 1
    assert sorted(server.boxes["INBOX"]) == ["9"]
    assert run() == {NOBODY: 1}


@pytest.mark.enable_socket
def test_a_message_at_which_the_server_hangs_up_stops_one_round(server, copy, settings):
    fill(server, copy)
    server.hangs_up_at = "FETCH 7"
    for _ in range(2):
        with suppress(mailboxes.Lost):
            read(settings, 200)
    assert sorted(server.boxes["INBOX"]) == ["7"]
    with pytest.raises(CommandError, match="cannot be read"):
        run()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("INBOX", '"INBOX"'),
        ('a "b" \\', '"a \\"b\\" \\\\"'),
        ("Rückläufer", '"R&APw-ckl&AOQ-ufer"'),
        ("台北", '"&U,BTFw-"'),
        ("A&B", '"A&-B"'),
    ],
)
def test_the_name_of_a_folder_is_written_as_imap_has_it(name, said):
    assert mailboxes.quoted(name) == said
