"""What is believed of the headers of a mail as it arrived."""

import time

import pytest

from deliverability.sender.arrived import MOST, Result, from_facts
from tests.deliverability.arriving import ADDRESS, GMAIL, HOME, HOST, OUTLOOK, POSTFIX, RECEIVERS, SENT, arrived

FORGED = (
    "Authentication-Results: mx.google.com; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example\n"
)


def results(mail):
    return {
        (each.method, each.result, each.domain) for each in mail.results if each.method in {"spf", "dkim", "dmarc"}
    }


ALL_PASS = {("spf", "pass", "low.example"), ("dkim", "pass", "low.example"), ("dmarc", "pass", "low.example")}


@pytest.mark.parametrize("above", RECEIVERS.values(), ids=list(RECEIVERS))
def test_receivers_of_each_make_are_understood(above):
    mail = arrived(above)
    assert (mail.host, mail.address, mail.is_encrypted, mail.return_domain) == (HOST, ADDRESS, True, "low.example")
    assert results(mail) == ALL_PASS
    assert (mail.sender, mail.message_id) == ("ada@low.example", "<1@low.example>")
    assert [(each.domain, each.selector, each.covers_unsubscribing) for each in mail.signatures] == [
        ("low.example", "courant", True)
    ]
    assert mail.unsubscribing == ["list-unsubscribe", "list-unsubscribe-post"]


def test_what_was_read_can_be_stored_and_found_again():
    mail = arrived()
    facts = {**vars(mail), "results": [vars(each) for each in mail.results]}
    assert from_facts(facts | {"signatures": [vars(each) for each in mail.signatures]}) == mail
    assert from_facts({}) is None


@pytest.mark.parametrize("above", RECEIVERS.values(), ids=list(RECEIVERS))
def test_results_that_came_with_the_mail_are_not_believed(above):
    without = "".join(f"{part}\n" for part in unfolded(above) if not part.startswith("Authentication-Results"))
    for sent in (
        FORGED + SENT,
        SENT.replace("From: ", FORGED + "From: ", 1),
        SENT.replace("\n\n", f"\n{FORGED}\n", 1),
    ):
        assert results(arrived(above, sent)) == ALL_PASS
        # Gmail takes out whatever bears its name, and writes its own in the same place.
        assert results(arrived(without, sent)) == set() or above == GMAIL


def unfolded(headers):
    return headers.rstrip("\n").replace("\n\t", " ").replace("\n ", " ").splitlines()


def test_a_second_set_of_results_of_another_server_is_not_believed():
    fails = GMAIL.replace("dkim=pass", "dkim=fail").replace("spf=pass (google", "spf=fail (google")
    mail = arrived(fails + "Authentication-Results: other.example; dkim=pass header.d=low.example\n")
    assert {each.result for each in mail.of("dkim")} == {"fail"}
    same = arrived(fails + "Authentication-Results: mx.google.com; dkim=pass header.d=low.example\n")
    assert {each.result for each in same.of("dkim")} == {"fail"}


def test_results_of_the_mail_server_that_sends_are_not_those_of_who_receives():
    own = "Authentication-Results: mail.low.example; dkim=pass header.d=low.example; spf=pass\n"
    bare = "".join(f"{part}\n" for part in unfolded(POSTFIX) if not part.startswith("Authentication-Results"))
    assert results(arrived(bare + own)) == set()


def test_nameless_results_are_believed_above_the_line_of_the_receiver_or_of_outlook_alone():
    nameless = "Authentication-Results: spf=pass smtp.mailfrom=low.example\n"
    bare = "".join(f"{part}\n" for part in unfolded(POSTFIX) if not part.startswith("Authentication-Results"))
    assert results(arrived(bare + nameless)) == set()
    assert results(arrived(nameless + bare)) == {("spf", "pass", "low.example")}


def test_a_mail_that_never_left_its_own_servers_shows_nothing_of_what_others_see():
    mail = arrived(HOME)
    assert not mail.is_from_outside
    assert mail.results == []


def test_a_mail_that_came_in_the_clear_is_told_from_one_by_tls():
    clear = POSTFIX.replace("ESMTPS", "ESMTP")
    start, end = clear.index("\t(using"), clear.index("\tby mx.high")
    assert not arrived(clear[:start] + clear[end:]).is_encrypted
    assert not arrived(GMAIL.replace("ESMTPS", "ESMTPA").replace("version=TLS1_3 ", "")).is_encrypted
    assert arrived(OUTLOOK.replace("(version=TLS1_3, cipher", "(cipher")).is_encrypted is False


def test_an_ipv6_address_and_yahoos_form_are_found():
    six = arrived(GMAIL.replace("[5.9.44.20]", "[IPv6:2a01:4f8:1:2::3]"))
    assert six.address == "2a01:4f8:1:2::3"
    yahoo = (
        "Received: from 5.9.44.20 (EHLO mail.low.example)\n by 10.197.1.2 with SMTPs (version=TLS1_3 cipher=X); x\n"
    )
    assert (arrived(yahoo).address, arrived(yahoo).is_encrypted) == (ADDRESS, True)


def test_remarks_in_results_say_nothing():
    remark = "(spf=pass smtp.mailfrom=evil.example (x; dkim=pass))"
    value = f"Authentication-Results: mx.google.com {remark};\n spf=none (a) smtp.mailfrom=low.example\n"
    assert arrived(GMAIL[: GMAIL.index("Authentication-Results: mx")] + value).results == [
        Result("spf", "none", "low.example")
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "Received: " + "from " * 18_000,
        "Received: from a ([" + "1." * 40_000,
        "Authentication-Results: mx.google.com; " + "(" * 90_000,
        "Authentication-Results: mx.google.com; " + "a.b=" * 22_000,
        "DKIM-Signature: " + "d=;" * 30_000,
        "Return-Path: " + "<" * 90_000,
        "From: " + "a@" * 45_000,
        "\n".join(["Received: by x"] * 6_000),
    ],
    ids=lambda hostile: hostile[:24],
)
def test_hostile_headers_take_no_long_time(hostile):
    began = time.process_time()
    mail = arrived(hostile + "\n" + GMAIL)
    assert time.process_time() - began < 5
    assert len(str(mail)) < 4 * MOST
