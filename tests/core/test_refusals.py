"""What mail servers mean when they refuse a mail: in the words of the big ones, and in several languages."""

import pytest

from core.mail.refusals import fault_of
from core.mail.transport import Rejected

NOBODY = [
    "550 5.1.1 <sumi@example.org>: Recipient address rejected: User unknown in local recipient table",
    "550-5.1.1 The email account that you tried to reach does not exist. https://example.com/?p=NoSuchUser gsmtp",
    "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    "550 5.1.1 ",
    "550 5.1.6 Mailbox has moved",
    "556 5.1.10 Recipient address has null MX",
    "554 delivery error: dd This user doesn't have a yahoo.com account (sumi@yahoo.com) [0] - mta1.example.com",
    "550 5.7.1 No such user!",
    "550 No such user here",
    "550 5.1.1 RCP-P1 https://example.com/response_codes#rcp Recipient address does not exist",
    "552 1 Requested mail action aborted, mailbox not found",
    "550 5.2.1 <sumi@example.org>... User Unknown",
    "550 unknown user",
    "550 Unknown recipient",
    "550 Invalid recipient sumi@example.org (Mode: normal)",
    "550 Mailbox not found",
    "550 sorry, no mailbox here by that name. (#5.1.1)",
    "550 5.1.1 User sumi (sumi@example.org) not listed in Domino Directory",
    "550 User not found: sumi@163.com",
    "550 Not our Customer",
    "553 5.3.0 <sumi@example.org>... Addressee unknown",
    "550 Address does not exist",
    "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416",
    "550 Benutzer unbekannt",
    "550 5.1.1 El usuario no existe",
    "550 Utente sconosciuto",
    "550 Usuário desconhecido",
    "550 Gebruiker onbekend",
    "550 Odbiorca nie istnieje",
    "550 пользователь не найден",
    "550 用户不存在",
    "550 宛先不明",
    "550 존재하지 않는 사용자",
    "550 5.1.1 host spamfilter.example.org said: <blocked@example.org> User unknown",
]
POLICY = [
    "550 SC-001 Unfortunately, messages weren't sent. Part of their network is on our block list (S3140).",
    "550 Administrative prohibition",
    "550 Your message was considered unwanted",
    "541 The recipient's mail was filtered",
    "550 5.7.1 Message rejected as spam by Content Filtering",
    "550 5.1.1 blocked by policy",
    "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
    "550 5.7.26 This mail has been blocked because the sender is unauthenticated. SPF, DKIM did not pass",
    "550 5.7.509 Access denied, sending domain does not pass DMARC verification",
    "554 5.7.1 <sumi@example.org>: Relay access denied",
    "554 5.7.1 <sumi@example.org>: Recipient address rejected: Access denied",
    "553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred",
    "421 4.7.0 [TSS04] Messages temporarily deferred due to unexpected volume or user complaints",
    "550 5.7.1 Unable to relay",
    "421 4.7.0 Too many messages, rate limited",
    "550 Ip frequency limited",
    "550 Mail content denied",
    "554 DT:SPM 163 smtp1, please see http://mail.163.com/help",
    "552 5.3.4 Message size exceeds fixed limit",
    "550 5.2.3 RESOLVER.RST.SendSizeLimit; message too large",
    "550 5.1.8 Sender address rejected: Domain not found",
    "550 5.1.7 Bad sender address",
    "550 5.7.1 poor reputation of a domain used in the message transfer",
    "554 5.6.0 Invalid message content",
    "550 5.0.0 rejected due to policy",
    "550 RCP-P2 Refused due to recipient preferences",
    "550 5.7.1 Missing reverse DNS",
    "554 5.4.6 Hop count exceeded - possible mail loop",
    "550 5.7.1",
    "554 Nachricht wegen Spamverdacht abgelehnt",
    "550 垃圾邮件拒收",
    "550 сообщение похоже на спам",
]
PASSING = [
    "552 5.2.2 mailbox full",
    "552 Quota exceeded",
    "552 Requested mail action aborted: exceeded storage allocation",
    "452 4.2.2 The email account is over quota",
    "550 5.1.1 user is over quota",
    "550 5.2.1 The email account that you tried to reach is disabled",
    "550 5.1.1 Mailbox currently suspended",
    "451 4.7.1 Greylisting in action, please try again later",
    "450 4.1.1 user unknown in local recipient table",
    "550 5.4.4 Host or domain name not found. Name service error for name=example.org type=A: Host not found",
    "550 5.1.2 Host unknown",
    "550 5.1.2",
    "550 5.1.3",
    "550 5.1.0 Address rejected",
    "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
    "550 5.2.1 is out of storage space",
    "550 Requested action not taken: mailbox unavailable",
    "550 Unrouteable address",
    "connect to mx.example.org[192.0.2.1]:25: Connection timed out",
    "550 5.0.0",
    "554 Transaction failed",
    "550",
    "no, and no code",
    "",
    "550 邮箱已满",
]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (each, meant)
        for meant, all_said in (("hard", NOBODY), ("policy", POLICY), ("soft", PASSING))
        for each in all_said
    ],
)
def test_only_a_mailbox_that_is_not_there_is_nobody(said, meant):
    assert fault_of(said) == meant
    code, _space, answer = said.partition(" ")
    if code.isdigit():
        assert Rejected(int(code), answer).no_such_address == (meant == "hard")


def test_what_a_report_states_counts_where_the_server_is_not_quoted():
    assert [fault_of("", code) for code in ("5.1.1", "5.7.1", "4.4.7", "5.0.0")] == ["hard", "policy", "soft", "soft"]
    assert fault_of("550 no such user", "5.0.0") == "hard"
    assert fault_of("451 no such user for now", "5.0.0") == "soft"


def test_what_is_said_of_the_sender_says_nothing_of_who_it_is_for():
    assert not Rejected(550, "5.1.1 user unknown", is_of_sender=True).no_such_address


@pytest.mark.parametrize("filling", ["a", "user ", "no such ", "a@", "1.", "the message "])
def test_a_hostile_answer_is_judged(filling):
    assert fault_of(filling * 1_000_000)
