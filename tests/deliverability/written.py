"""Reports in the shapes that mail servers and providers have of their own; our own words, the shapes are theirs.

`{to}` is whom the copy was for, `{id}` its Message-ID. Each is: who it is from, the subject, what it says, and what it
means; `BROUGHT` stands below where servers bring the mail back.
"""

from base64 import b64encode
from email.header import Header

BROUGHT = """Received: from mail.courant.example by mx.example.net;
    Sat, 14 Mar 2026 09:30:00 +0000
Message-ID: {id}
From: Low Tide <tide@courant.example>
To: {to}
Cc: desk@courant.example, someone@example.com
Subject: March

Write to press@courant.example, or to somebody@example.com.
"""
ALONE = BROUGHT.replace("Cc: desk@courant.example, someone@example.com\n", "")
DAEMON = "MAILER-DAEMON@mx.example.net"


def plain(sender, subject, words, brought=BROUGHT, more=""):
    """In one part, with the mail below."""
    return f"From: {sender}\nTo: tide@courant.example\nSubject: {subject}\n{more}\n{words}\n{brought}"


def parts(sender, subject, *pieces, kind="multipart/mixed", more=""):
    """`pieces` are the type of each part and its content."""
    inner = "".join(f"--b\nContent-Type: {name}\n{content}\n" for name, content in pieces)
    head = f'From: {sender}\nTo: tide@courant.example\nSubject: {subject}\n{more}Content-Type: {kind}; boundary="b"\n'
    return f"{head}\nThis is a message in parts.\n{inner}--b--\n"


def based(charset, words):
    words = words.replace("{to}", "s@example.org")  # which nobody finds below any more
    return f"Content-Transfer-Encoding: base64\n\n{b64encode(words.encode(charset)).decode()}\n"


FIELDS = """Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
"""
RELAYED = FIELDS.replace("failed", "relayed")
ARRIVED = FIELDS.replace("Action: failed\n", "").replace("5.1.1", "2.0.0")

NOBODY_NAMED = "421 example.org: Connection timed out\n\n  ----- Unsent message follows -----"

FAILED = {
    # The fields of RFC 3464, not in the part of RFC 3464
    "fields in plain text": (parts(DAEMON, "Failure", ("text/plain", f"\nSorry.\n\n{FIELDS}")), "hard"),
    "fields in the mail": (parts(DAEMON, "Failure", ("message/rfc822", f"\nX: 1\n\n{FIELDS}")), "hard"),
    "fields with base64": (
        parts(DAEMON, "Failure", ("message/delivery-status", based("ascii", FIELDS))),
        "hard",
    ),
    "fields of the original recipient": (
        parts(DAEMON, "Failure", ("message/delivery-status", "\n" + FIELDS.replace("Final-", "Original-"))),
        "hard",
    ),
    "fields before it of others": (
        parts(
            DAEMON,
            "Failure",
            ("message/delivery-status", f"\n{RELAYED.replace('{to}', 'desk@x.org')}\n{FIELDS}"),
        ),
        "hard",
    ),
    "fields without a code": (
        parts(
            DAEMON,
            "Failure",
            ("text/plain", "\n<{to}>: mailbox is full\n"),
            ("message/delivery-status", "\nFinal-Recipient: rfc822;{to}\nAction: failed\nStatus: 5.0.0\n"),
        ),
        "soft",
    ),
    "no parts for all it says": (
        f'From: {DAEMON}\nSubject: Failure\nContent-Type: multipart/report; boundary="c"\n\n--b\n\n{FIELDS}',
        "hard",
    ),
    # A header of Exim and Google
    "Google": (
        plain("mailer-daemon@googlemail.com", "Failure", "We tried.\n", more="X-Failed-Recipients: {to}\n"),
        "soft",
    ),
    # Words
    "sendmail": (
        plain(DAEMON, "Returned mail", "  ----- Transcript of session follows -----\n550 {to}... User unknown\n"),
        "hard",
    ),
    "sendmail 5, which names nobody": (
        plain(DAEMON, "Returned mail", NOBODY_NAMED, brought=ALONE),
        "soft",
    ),
    "Postfix without its fields": (
        plain(
            DAEMON, "Undelivered Mail", "<{to}>: host mx.example.org[192.0.2.1] said: 550 5.1.1\n    User unknown\n"
        ),
        "hard",
    ),
    "a transcript": (
        plain(DAEMON, "FAILURE NOTICE", ">>> {to} <{to}>\n\n550 sorry, no mailbox here by that name\n"),
        "hard",
    ),
    "Yahoo": (
        plain(
            "MAILER-DAEMON@yahoo.com",
            "Failure Notice",
            "We were unable to deliver your message to this address.\n\n<{to}>:\n554: delivery error: dd This "
            "user doesn't have a yahoo.com account ({to}) [0] - mta1.example.com\n\n--- Below this line is a copy",
        ),
        "hard",
    ),
    "Exchange": (
        plain(
            "System Administrator <postmaster@contoso.example>",
            "Undeliverable: March",
            "Your message\n\n  To: readers@contoso.example\n  Subject: March\n\ndid not reach the following "
            "recipient(s):\n\n{to} on Sat, 14 Mar 2026 09:30:00 +0000\n    The recipient name is not recognized\n",
            brought="",
        ),
        "hard",
    ),
    "Domino": (
        plain(
            "postmaster@notes.example",
            "DELIVERY FAILURE",
            "Your message\n\n  Subject: March\n\nwas not delivered to:\n\n  {to}\n\nbecause:\n\n  User sumi ({to}) "
            "not listed in Domino Directory\n",
            brought="",
        ),
        "hard",
    ),
    "Notes": (
        plain(
            "postmaster@notes.example",
            "Undeliverable message",
            "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n{to}\n\n"
            "------- Returned Message --------",
        ),
        "hard",
    ),
    "a list of errors": (
        plain(
            "mailer-daemon",
            "There was an error sending your mail",
            "1 error(s):\n\nThe following recipients "
            "returned permanent errors: {to}. Reason: Server <192.0.2.2> refused [554 5.4.6 Hop count exceeded]\n",
        ),
        "policy",
    ),
    "a mobile provider": (
        plain(
            "MMSC Administrator <sysadmin@mobile.example>",
            "Undeliverable Message",
            "Message could not be delivered to mobile.\n\nOriginal Message:\nFrom: <tide@courant.example>\nTo: {to}\n",
            brought="",
        ),
        "soft",
    ),
    "a filter that is no daemon": (
        plain(
            "imss@mx.example.net",
            "Mail could not be delivered",
            "Sent <<< RCPT TO:<{to}>\nReceived >>> 550 5.1.1 unknown user.\n\nUnable to deliver message to <{to}>.\n",
            more="Return-Path: <MAILER-DAEMON>\n",
        ),
        "hard",
    ),
    "Amazon, as its topic mails it": (
        plain(
            "SES <no-reply@sns.example>",
            "AWS Notification Message",
            '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"{to}","status":"5.1.1",'
            '"diagnosticCode":"smtp; 550 5.1.1 user unknown"}]},"mail":{"source":"other@courant.example"}}\n',
            brought="",
        ),
        "hard",
    ),
    "in HTML alone": (
        parts(
            "Microsoft Outlook <postmaster@contoso.example>",
            "Undeliverable: March",
            (
                "text/html",
                "\n<p>Mail to <b>&lt;{to}&gt;</b> failed.</p><p>550 5.1.10 RESOLVER.ADR.RecipientNotFound</p>\n",
            ),
        ),
        "hard",
    ),
    "NetEase": (
        parts(
            "Postmaster@163.com",
            Header("系统退信", "gb18030").encode(),
            (
                "text/plain; charset=gb2312",
                based("gb18030", "您的邮件未能送达收件人{to}。\n\n原因：550 用户不存在\n"),
            ),
        ),
        "hard",
    ),
    "QQ": (
        parts(
            "PostMaster@qq.com",
            Header("系统退信", "utf-8").encode(),
            (
                "text/html; charset=utf-8",
                based("utf-8", "<p>无法发送到{to}，已退信</p><p>550 Mail content denied</p>"),
            ),
        ),
        "policy",
    ),
    "Mail.ru": (
        plain(
            "mailer-daemon@corp.mail.ru",
            "Mail failure",
            "Ваше письмо не может быть доставлено:\n\n**  {to}\n\nпользователь не найден\n",
        ),
        "hard",
    ),
    "a Japanese provider": (
        parts(
            "Postmaster@ezweb.example",
            "Mail System Error - Returned Mail",
            (
                "text/plain; charset=iso-2022-jp",
                based(
                    "iso-2022-jp",
                    "メールは送信できませんでした。\n\n送信先のメールアドレスが見つかりません。\n\n<{to}>\n",
                ),
            ),
        ),
        "hard",
    ),
    "a full mailbox in words": (
        parts(DAEMON, "Failure", ("text/plain", "\nCould not be delivered to: <{to}>\n  As their mailbox is full.\n")),
        "soft",
    ),
}

COMPLAINED = {
    "the mail under a header of Hotmail's": parts(
        "staff@hotmail.example",
        "complaint about message from 192.0.2.1",
        ("message/rfc822", f"\nX-HmXmrOriginalRecipient: {{to}}\n{BROUGHT}"),
    ),
    "that header at the top": plain("staff@hotmail.example", "FW: March", "", more="X-HmXmrOriginalRecipient: {to}\n"),
    "a report without its type": parts(
        "fbl@provider.example",
        "FW: March",
        ("message/feedback-report", "\nUser-Agent: Feedback\nVersion: 1\n"),
        ("message/rfc822", f"\n{BROUGHT}"),
        kind="multipart/report; report-type=feedback-report",
    ),
    "a report in plain text": parts(
        "fbl@provider.example",
        "Abuse report",
        ("text/plain", "\nFeedback-Type: abuse\nOriginal-Rcpt-To: {to}\n"),
        ("message/rfc822", f"\n{BROUGHT}"),
    ),
    "an older name of the field": parts(
        "fbl@provider.example",
        "Abuse report",
        ("message/feedback-report", "\nFeedback-Type: abuse\nRemoval-Recipient: {to}\n"),
        ("message/rfc822", f"\n{BROUGHT}"),
    ),
}

NOTHING = {
    "still trying, in words": plain(DAEMON, "Warning: message delayed", "Not yet delivered to:\n\n  {to}\n"),
    "still trying, in words below": plain(DAEMON, "Delivery problem", "<{to}>: timed out. We will keep trying.\n"),
    "delivered": plain(DAEMON, "Delivery", "Your message was successfully delivered to <{to}>.\n"),
    "fields that say it is relayed": parts(
        DAEMON, "Failure", ("text/plain", f"\n{RELAYED}"), ("text/plain", "\n<{to}>: 550 no\n")
    ),
    "a code that says it arrived": parts(DAEMON, "Failure", ("message/delivery-status", f"\n{ARRIVED}")),
    "seen": parts(
        "postmaster@example.org",
        "Read: March",
        ("text/plain", "\n{to} was not read.\n"),
        kind="multipart/report; report-type=disposition-notification",
    ),
    "away, by a server": plain(DAEMON, "Out of office: error", "<{to}>: I am away.\n"),
    "away, by the book": plain(
        "{to}", "March", "<{to}>: 550 user unknown\n", more="Auto-Submitted: auto (vacation)\n"
    ),
    "an answer that quotes one": plain("Sumi <{to}>", "Re: failure notice", "> <{to}>:\n> 550 5.1.1 user unknown\n"),
    "several addresses, none of them marked": plain(
        DAEMON, "Failure", "It failed. Ask one@example.org and two@example.org about it.\n", brought=""
    ),
    "delivered, by Amazon's topic": plain(
        "SES <no-reply@sns.example>",
        "AWS Notification Message",
        '{"notificationType":"Delivery","delivery":{"recipients":["{to}"],"smtpResponse":"250 no error"}}\n',
        brought="",
    ),
    "nobody, of a mail for three": plain(DAEMON, "Returned mail", NOBODY_NAMED),
    "a desk that answers by itself": plain(
        "Help <no-reply@example.org>",
        "Re: March",
        "We received your message. For problems and errors write to {to}.\n",
        brought="",
        more="In-Reply-To: {id}\n",
    ),
    "a program without a return path that answers by itself": plain(
        "Otto <otto@example.org>", "Thank you", "Ask {to}: there is a problem.\n", more="Return-Path: <>\n"
    ),
    "fields that a person passes on": plain(
        "Sumi <{to}>", "Fwd: Undelivered Mail", f"Look what came:\n\n{FIELDS}\n", more="Return-Path: <{to}>\n"
    ),
    "a header of the mail that is passed on": parts(
        "Sumi <{to}>", "Fwd: March", ("message/rfc822", f"\nOriginal-Recipient: rfc822;{{to}}\n{BROUGHT}")
    ),
    "nobody but ourselves": plain(DAEMON, "Failure", "The mail of tide@courant.example failed.\n", brought=""),
    "not spam": COMPLAINED["a report in plain text"].replace("abuse\n", "not-spam\n"),
}
