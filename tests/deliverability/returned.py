"""What mail servers and people send back: our own samples, in the shapes that real ones have.

`{id}` is the Message-ID of the copy, `{to}` the address that it went to.
"""

HEADERS = """From: Low Tide <tide@courant.example>
To: {to}
Subject: March
Message-ID: {id}
"""


def standard(status, diagnostic, action="failed", said_by="MAILER-DAEMON@mx.example.net", returned=HEADERS):
    """RFC 3464, as Postfix, Exchange and Google write it."""
    return f"""From: Mail Delivery System <{said_by}>
To: tide@courant.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Return-Path: <>
MIME-Version: 1.0
Message-ID: <report@mx.example.net>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sat, 14 Mar 2026 09:30:00 +0000

Final-Recipient: rfc822; {{to}}
Original-Recipient: rfc822;{{to}}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b
Content-Type: text/rfc822-headers

{returned}
--b--
"""


POSTFIX = standard("5.1.1", "550 5.1.1 <{to}>: Recipient address rejected: User unknown")
GMAIL = standard("5.1.1", "550-5.1.1 The email account that you tried to reach does not\n exist. 550 5.1.1 gsmtp")
EXCHANGE = standard("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", said_by="postmaster@contoso.example")
UNSPECIFIC = standard("5.0.0", "550 5.1.1 no such user here")
FULL = standard("5.2.2", "552 5.2.2 mailbox full")
FULL_FOR_NOW = standard("4.2.2", "452 4.2.2 The email account is over quota")
POLICY = standard("5.7.1", "554 5.7.1 Message rejected as spam")
UNSPECIFIC_FULL = standard("5.0.0", "552 Quota exceeded")
STILL_TRYING = standard("4.4.1", "connection timed out", action="delayed")
DELIVERED = standard("2.0.0", "250 ok", action="delivered")
WITHOUT_MAIL = standard("5.1.1", "550 5.1.1 User unknown", returned="Subject: March\n")

EXIM = (
    """From: Mail Delivery System <Mailer-Daemon@exim.example.net>
To: tide@courant.example
X-Failed-Recipients: {to}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender
Message-ID: <E1@exim.example.net>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {to}
    host mx.example.net [192.0.2.5.1.1]
    SMTP error from remote mail server after RCPT TO:<{to}>:
    550 unknown user

------ This is a copy of the message, including all the headers. ------

"""
    + HEADERS
)

QMAIL = (
    """Return-Path: <>
From: MAILER-DAEMON@qmail.example.net
To: tide@courant.example
Subject: failure notice

Hi. This is the qmail-send program at qmail.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

"""
    + HEADERS
)

COMPLAINT = (
    """From: feedback@provider.example
To: tide@courant.example
Subject: FW: March
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report for a message received from 192.0.2.1.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Provider/1.0
Version: 1
Original-Rcpt-To: <{to}>

--b
Content-Type: message/rfc822

"""
    + HEADERS
    + """
The issue itself
--b--
"""
)

NO_COMPLAINT = COMPLAINT.replace("abuse\n", "not-spam\n")

VACATION = (
    """From: Sumi <{to}>
To: tide@courant.example
Subject: Re: March
Return-Path: <>
Auto-Submitted: auto-replied (vacation)
In-Reply-To: {id}

I am away until Monday. My old address <{to}> is no longer valid; the server says 550 5.1.1 unknown user.

"""
    + HEADERS
)

#: From a person, who quotes what a server wrote.
ANSWER = QMAIL.replace("MAILER-DAEMON@qmail.example.net", "{to}").replace("Return-Path: <>", "Return-Path: <{to}>")

CHALLENGE = """From: {to}
To: tide@courant.example
Subject: Please confirm your message
Auto-Submitted: auto-generated
References: {id}

To have your message delivered, answer this mail.
"""

GARBAGE = "\x00\xff--b\nContent-Type: multipart/report; boundary=\n\nFinal-Recipient:;;@\nStatus: \n"


def report(sample, delivery, *, message_id=None, to=None, eol="\n"):
    """A sample about one copy, as bytes."""
    facts = {"{id}": message_id or delivery.message_id, "{to}": to or delivery.subscriber.email}
    for mark, value in facts.items():
        sample = sample.replace(mark, value)
    return sample.replace("\n", eol).encode("latin-1" if max(sample) <= "\xff" else "utf-8")
