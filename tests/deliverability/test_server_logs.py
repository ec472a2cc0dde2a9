"""What the mail server's log says of uncertain copies, and what becomes of them."""

import gzip
import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from deliverability import server_logs, uncertain
from deliverability.admin import logs
from deliverability.server_logs import BOUNCED, TAKEN, Unreadable
from mailing.models import Suppression
from tests.deliverability.copies import copies, figures, sent

ONE, TWO, THREE = "one@courant.example", "two@courant.example", "three@courant.example"
ASKED = [(f"<{ONE}>", 1), (f"<{TWO}>", 2), (f"<{THREE}>", 3)]

POSTFIX = f"""
Mar 14 09:26:01 mx postfix/smtpd[11]: connect from web[10.0.0.2]
Mar 14 09:26:01 mx postfix/smtpd[11]: 4ZrAAAAAAAz1: client=web[10.0.0.2]
Mar 14 09:26:01 mx postfix/cleanup[12]: 4ZrAAAAAAAz1: message-id=<{ONE}>
Mar 14 09:26:01 mx postfix/qmgr[13]: 4ZrAAAAAAAz1: from=<tide@courant.example>, size=812, nrcpt=1 (queue active)
Mar 14 09:26:02 mx postfix/cleanup[12]: 4ZrBBBBBBBz1: message-id=<{TWO}>
Mar 14 09:26:02 mx postfix/qmgr[13]: 4ZrBBBBBBBz1: from=<tide@courant.example>, size=812, nrcpt=1 (queue active)
Mar 14 09:26:02 mx postfix/cleanup[12]: 4ZrCCCCCCCz1: message-id=<{THREE}>
Mar 14 09:26:02 mx postfix/smtpd[11]: lost connection after DATA (812 bytes) from web[10.0.0.2]
Mar 14 09:26:03 mx postfix/smtp[14]: 4ZrAAAAAAAz1: to=<a@example.org>, relay=mx.example.org[192.0.2.1]:25, delay=2, \
dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 77)
Mar 14 09:26:04 mx postfix/smtp[14]: 4ZrBBBBBBBz1: to=<b@example.org>, relay=mx.example.org[192.0.2.1]:25, delay=2, \
dsn=5.1.1, status=bounced (host mx.example.org[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command))
Mar 14 09:26:04 mx postfix/qmgr[13]: 4ZrAAAAAAAz1: removed
"""
EXIM = f"""
2026-03-14 09:26:01 1tHxYz-000000004Vz-1abc <= tide@courant.example H=web [10.0.0.2] P=esmtps S=900 id={ONE}
2026-03-14 09:26:02 1tHxYz-000000004Vz-1abc => a@example.org R=dnslookup T=remote_smtp H=mx [192.0.2.1] C="250 OK"
2026-03-14 09:26:02 1tHxYz-000000004Vz-1abc Completed
2026-03-14 09:26:03 1tHxZa-0004Vz-2B <= tide@courant.example H=web [10.0.0.2] P=esmtps S=900 id={TWO}
2026-03-14 09:26:04 1tHxZa-0004Vz-2B ** b@example.org R=dnslookup T=remote_smtp: SMTP error from remote mail server \
after RCPT TO:<b@example.org>: 550 5.1.1 no such user
2026-03-14 09:26:04 1tHxZa-0004Vz-2B Completed
"""
SENDMAIL = f"""
Mar 14 09:26:01 mx sm-mta[21]: 62E9Q1Ab000021: from=<tide@courant.example>, size=812, class=0, nrcpts=1, \
msgid=<{ONE}>, proto=ESMTP, daemon=MTA, relay=web [10.0.0.2]
Mar 14 09:26:02 mx sm-mta[22]: 62E9Q1Ab000021: to=<a@example.org>, delay=00:00:01, mailer=esmtp, \
relay=mx.example.org. [192.0.2.1], dsn=2.0.0, stat=Sent (ok)
Mar 14 09:26:03 mx sm-mta[21]: 62E9Q3Ab000022: from=<tide@courant.example>, size=812, class=0, nrcpts=1, \
msgid=<{TWO}>, proto=ESMTP, daemon=MTA, relay=web [10.0.0.2]
Mar 14 09:26:04 mx sm-mta[22]: 62E9Q3Ab000022: to=<b@example.org>, delay=00:00:01, mailer=esmtp, \
relay=mx.example.org. [192.0.2.1], dsn=5.1.1, stat=User unknown
"""
SERVICE = f"""Date,Message-ID,Recipient,Event,Reason
2026-03-14,<{ONE}>,a@example.org,delivered,
2026-03-14,{TWO},b@example.org,hard_bounce,"550 5.1.1
no such user"
2026-03-14,{THREE},c@example.org,pondered,
"""
EXCHANGE = f"""date-time;event-id;message-id;recipients
2026-03-14T09:26:01Z;RECEIVE;<{ONE}>;a@example.org
2026-03-14T09:26:02Z;FAIL;<{TWO}>;b@example.org
"""
LOGS = {"postfix": POSTFIX, "exim": EXIM, "sendmail": SENDMAIL, "service": SERVICE, "exchange": EXCHANGE}


def read(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return server_logs.read(BytesIO(data), ASKED, **options)


def said(reading):
    return reading.of(TAKEN), reading.of(BOUNCED), reading.silent


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize(
    "shape", [str, lambda text: text.replace("\n", "\r\n"), lambda text: gzip.compress(text.encode())]
)
def test_each_log_says_what_was_taken_what_came_back_and_no_more(name, shape):
    assert said(read(shape(LOGS[name]))) == ([1], [2], [3])


@pytest.mark.parametrize("name", ["postfix", "exim", "sendmail"])
def test_lines_of_other_programs_and_of_other_mail_do_no_harm(name):
    noise = "Mar 14 09:26:01 mx kernel: message-id=\x00<nobody> \xff status=bounced\n" * 3 + "][: <= ** =>\n"
    others = LOGS[name].replace("courant.example", "elsewhere.example").replace("4Zr", "4Zx")
    assert said(read(noise + others)) == ([], [], [1, 2, 3])
    assert said(read(noise + LOGS[name].replace("\n", f"\n{noise}"))) == ([1], [2], [3])


def test_a_name_that_the_server_gave_to_another_mail_since_says_nothing():
    later = POSTFIX.splitlines()[3].replace(ONE, "other@elsewhere.example") + "\n"
    bounce = "Mar 14 10:00:00 mx postfix/smtp[14]: 4ZrAAAAAAAz1: to=<z@z.example>, dsn=5.1.1, status=bounced (no)\n"
    assert said(read(POSTFIX + later + bounce)) == ([1], [2], [3])
    assert said(read(POSTFIX + bounce)) == ([], [1, 2], [3])


def test_a_filter_that_hands_on_does_not_hide_what_came_back_behind_it():
    second = POSTFIX.splitlines()[3].replace("4ZrAAAAAAAz1", "4ZrDDDDDDDz1") + "\n"
    bounce = "Mar 14 09:27:00 mx postfix/smtp[14]: 4ZrDDDDDDDz1: to=<a@a.example>, dsn=5.4.4, status=bounced (no MX)\n"
    assert said(read(POSTFIX + second + bounce)) == ([], [1, 2], [3])


def test_what_is_put_off_was_taken_and_what_expired_came_back():
    line = "Mar 14 09:28:00 mx postfix/{}[1]: 4ZrCCCCCCCz1: {}\n"
    put_off = line.format("smtp", "to=<c@c.example>, dsn=4.4.1, status=deferred (connection timed out)")
    expired = line.format("qmgr", "from=<tide@courant.example>, status=expired, returned to sender")
    assert said(read(POSTFIX + put_off)) == ([1, 3], [2], [])
    assert said(read(POSTFIX + put_off + expired)) == ([1], [2, 3], [])


def test_it_says_from_when_to_when_and_which_words_are_unknown():
    reading = read(POSTFIX)
    assert (reading.first, reading.last) == ("Mar 14 09:26:01", "Mar 14 09:26:04")
    assert (read(EXIM).first, read(EXIM).last) == ("2026-03-14 09:26:01", "2026-03-14 09:26:04")
    assert read(SERVICE).unknown_words == {"pondered": 1}


@pytest.mark.parametrize(
    "text", ["", "\n\n", "nothing at all", "\0" * 5000, "x" * 200_000, 'a,"b\n' * 50, "message id"]
)
def test_what_is_no_log_says_nothing(text):
    assert said(read(text)) == ([], [], [1, 2, 3])


def test_damaged_and_endless_files_are_refused():
    with pytest.raises(Unreadable):
        read(gzip.compress(POSTFIX.encode())[:-20])
    with pytest.raises(Unreadable):
        read(gzip.compress(b"x" * 80 + b"\n" * 2_000_000), most=1_000_000)


def test_the_log_of_a_long_day_takes_little_room():
    lines = "".join(
        POSTFIX.replace("courant.example", f"e{n}.example").replace("4Zr", f"5{n:04}") for n in range(3000)
    )
    reading = read(lines + POSTFIX)
    assert said(reading) == ([1], [2], [3])
    assert len(reading.names) == 3


# What becomes of the copies


@pytest.fixture
def dispatch(published):
    return sent(published)


@pytest.fixture
def asked(dispatch):
    """Three uncertain copies, and the log with their Message-IDs."""
    made = copies(dispatch, "example.org", 3, "uncertain", answer="connection lost")
    log = POSTFIX
    for copy, name in zip(made, (ONE, TWO, THREE), strict=True):
        log = log.replace(f"<{name}>", copy.message_id)
    return made, log


def states(dispatch):
    return list(dispatch.deliveries.order_by("pk").values_list("state", flat=True))


def give(desk, dispatch, **form):
    return desk.post(f"/admin/deliverability/domaintally/log/{dispatch.pk}/", form)


@pytest.mark.django_db
def test_an_editor_sees_what_the_log_says_and_has_it_so(desk, dispatch, asked):
    _made, log = asked
    page = f"/admin/mailing/dispatch/{dispatch.pk}/change/"
    assert f"/admin/deliverability/domaintally/log/{dispatch.pk}/" in desk.get(page).text
    preview = give(desk, dispatch, text=log).url
    shown = " ".join(desk.get(preview).text.split())
    assert "1 copy was taken: it counts as arrived" in shown
    assert "1 copy was taken and came back" in shown
    assert "Of 1 copy the log does not say that it was taken" in shown
    assert "from Mar 14 09:26:01 to Mar 14 09:26:04" in shown
    assert states(dispatch) == ["uncertain"] * 3
    answer = desk.post(preview, follow=True).text
    assert "1 copy counts as arrived. 1 failed." in answer
    assert states(dispatch) == ["handed", "failed", "uncertain"]
    assert "550 5.1.1 User unknown" in dispatch.deliveries.get(state="failed").answer
    assert [each.email for each in Suppression.objects.all()] == [asked[0][1].subscriber.email]
    assert figures(dispatch, "example.org") == {"hard": 1}
    assert "0 copies count as arrived." in desk.post(preview, follow=True).text
    assert states(dispatch) == ["handed", "failed", "uncertain"]


@pytest.mark.django_db
def test_what_a_whole_log_does_not_name_is_sent_again_where_the_editor_says_so(desk, dispatch, asked):
    preview = give(desk, dispatch, file=SimpleUploadedFile("mail.log.gz", gzip.compress(asked[1].encode()))).url
    assert "1 copy is sent again." in desk.post(preview, {"send_rest": "on"}, follow=True).text
    assert states(dispatch) == ["handed", "failed", "queued"]
    dispatch.refresh_from_db()
    assert dispatch.state == "sending"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose a file, or paste some lines."),
        ({"text": "Dear server, what did you do?"}, "No line of it was understood."),
        ({"file": SimpleUploadedFile("a.gz", gzip.compress(b"x" * 9000)[:-9])}, "This file is damaged"),
    ],
)
def test_what_is_no_log_is_said_and_what_was_pasted_stays(desk, dispatch, asked, form, words):
    answer = give(desk, dispatch, **form).text
    assert words in answer
    assert form.get("text", "") in answer
    assert states(dispatch) == ["uncertain"] * 3


@pytest.mark.django_db
def test_a_preview_that_is_gone_or_of_another_mailing_decides_nothing(desk, dispatch, asked, published):
    preview = give(desk, dispatch, text=asked[1]).url
    other = sent(published)
    for address in (preview.replace(f"/{dispatch.pk}/", f"/{other.pk}/"), preview[:-3] + "x/"):
        assert "no longer there" in desk.post(address, follow=True).text
    assert states(dispatch) == ["uncertain"] * 3


@pytest.mark.django_db
def test_who_may_not_send_decides_nothing(dispatch, milo):
    client = Client()
    client.force_login(milo)
    assert give(client, dispatch, text=POSTFIX).status_code == 403


@pytest.mark.django_db
def test_what_was_decided_meanwhile_stays_decided(dispatch, asked):
    _made, log = asked
    reading = uncertain.read(dispatch, log.encode())
    dispatch.deliveries.update(state="handed")
    answers = dict.fromkeys(reading.of(BOUNCED), "no")
    assert not uncertain.decide(dispatch, reading.of(TAKEN), answers, reading.silent).total()
    assert states(dispatch) == ["handed"] * 3
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_the_operator_reads_logs_of_any_length(dispatch, asked, tmp_path, capsys):
    log = tmp_path / "mail.log"
    log.write_text(asked[1])
    call_command("server_log", dispatch.pk, log)
    assert "Taken 1, came back 1, not said 1." in capsys.readouterr().out
    assert states(dispatch) == ["uncertain"] * 3
    call_command("server_log", dispatch.pk, log, "--decide", "--send-the-rest")
    assert "Arrived 1, failed 1, again 1." in capsys.readouterr().out
    for mailing, path in ((dispatch.pk, tmp_path / "none"), (999_999, log)):
        with pytest.raises(CommandError):
            call_command("server_log", mailing, path)


@pytest.mark.django_db
def test_what_is_kept_between_the_pages_is_small(dispatch, asked):
    assert len(json.dumps(logs.findings(uncertain.read(dispatch, asked[1].encode())))) < 1000
