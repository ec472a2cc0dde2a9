"""What is found about a newsletter's sender, and what to write into the zone."""

import ssl
from functools import partial

import pytest

from core import fetching
from core.fetching import NoSuchHost, Unfetchable
from deliverability.sender import zone as asking
from deliverability.sender.looking import Look
from deliverability.sender.words import PARTS, UNKNOWN, WORDS, said
from tests.core.elsewhere import response, site
from tests.deliverability.arriving import ADDRESS, GMAIL, HOME, SENT, arrived
from tests.deliverability.test_sender_dns import public_key
from tests.deliverability.zones import SERVFAIL, served, texts

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]

BACK = "20.44.9.5.in-addr.arpa"
KEY = "courant._domainkey.low.example"

#: All as it should be.
ZONE = {
    ("low.example", "MX"): ["10 mail.low.example."],
    ("low.example", "TXT"): texts("v=spf1 ip4:5.9.44.20 -all"),
    ("mail.low.example", "A"): [ADDRESS],
    (KEY, "TXT"): texts(f"v=DKIM1; k=rsa; p={public_key(2048)}"),
    ("_dmarc.low.example", "TXT"): texts("v=DMARC1; p=quarantine; rua=mailto:dmarc@low.example"),
    (BACK, "PTR"): ["mail.low.example."],
}


def there(url, **options):
    return fetching.Page(url, 200, "text/html", "utf-8", b"", is_moved=False)


def found(newsletter, zone=ZONE, mail=None, part="", **options):
    """What is found of each part, or of one; with the zone changed as told."""
    with served(zone):
        look = Look(newsletter, mail, **{"fetch": there, **options})
        return {each.code: each for each in look.findings([part] if part else PARTS)}


def without(*keys, **changes):
    return {key: records for key, records in ZONE.items() if key not in keys} | changes


def changed(name, kind, *records):
    return ZONE | {(name, kind): texts(*records) if kind == "TXT" else list(records)}


def states(findings):
    return {code: said(code, each.facts)[0] for code, each in findings.items()}


def test_all_that_is_as_it_should_be_is_good(letter):
    findings = found(letter, mail=arrived(), has_report=True)
    assert set(findings) == {
        "address.own", "mx.good", "spf.good", "dkim.good", "dmarc.good", "alignment.good", "server.folder", "tls.good",
        "ptr.good", "return.good", "reply.good", "unsubscribe.good", "unsubscribe.covered",
    }  # fmt: skip
    assert {code for code, state in states(findings).items() if state != "good"} == {"server.folder"}
    assert [each.records for each in findings.values() if each.records] == []


def test_without_a_test_mail_nothing_is_called_good_that_only_it_can_show(letter):
    findings = found(letter)
    unknown = {code for code, state in states(findings).items() if state == UNKNOWN}
    assert unknown >= {
        "spf.unseen", "dkim.unasked", "alignment.unseen", "tls.unseen", "ptr.unseen", "return.unseen",
    }  # fmt: skip


def test_where_dns_does_not_answer_nothing_is_good_and_nothing_wrong(letter):
    silent = dict.fromkeys(ZONE, SERVFAIL) | {("low.example", "A"): SERVFAIL, ("low.example", "AAAA"): SERVFAIL}
    findings = found(letter, silent, arrived())
    asked = {"mx", "spf", "dkim", "dmarc", "alignment", "ptr", "return", "reply"}
    parts = {code.partition(".")[0]: state for code, state in states(findings).items()}
    assert {part: parts[part] for part in asked} == dict.fromkeys(asked, UNKNOWN)


def test_without_a_network_it_is_over_soon(letter, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS_IN_ALL", 0)
    assert "mend" not in {state for code, state in states(found(letter)).items() if not code.startswith("address")}


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        ("ada@gmail.com", "provider"),
        ("ada@QQ.com", "provider"),
        ("ada@localhost", "nowhere"),
        ("a@example.org", "nowhere"),
    ],
)
def test_a_sender_that_cannot_be_ones_own_is_told_of(letter, sender, code):
    letter.sender_address = sender
    assert set(found(letter, part="address")) == {f"address.{code}"}


def test_nothing_is_to_be_written_into_zones_of_others(letter):
    letter.sender_address = "ada@gmail.com"
    findings = found(letter, mail=arrived())
    assert not {code.partition(".")[0] for code in findings} & {"mx", "spf", "dkim", "dmarc", "alignment"}
    letter.sender_address = "ada@low.example"
    mail = arrived(GMAIL.replace("bounces@low.example", "x@returns.example"))
    assert found(letter, changed("returns.example", "TXT", "v=spf1 -all"), mail, "spf")["spf.refuses"].records == []


def test_the_domain_of_a_sender_with_letters_of_its_own_is_asked_for_in_ascii(letter):
    letter.sender_address = "ada@ebbe-über.example"
    zone = {("xn--ebbe-ber-v9a.example", "MX"): ["10 mail.low.example."]}
    with served(zone) as server:
        list(Look(letter, fetch=there).findings(["mx"]))
    [(name, _kind)] = set(server.asked) - {(name, kind) for name, kind in server.asked if kind != "MX"}
    assert name.startswith("xn--")
    assert name.isascii()


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ({("low.example", "MX"): ["0 ."]}, "mx.refuses"),
        ({("low.example", "MX"): []}, "mx.none"),
        ({("low.example", "MX"): [], ("low.example", "A"): [ADDRESS]}, "mx.implicit"),
    ],
)
def test_a_domain_that_takes_no_mail_is_told_of(letter, records, code):
    [only] = found(letter, ZONE | records, part="mx").values()
    assert only.code == code
    assert only.records == [("low.example", "MX", "10 mail.low.example.")]


SPF = ("low.example", "TXT")


@pytest.mark.parametrize(
    ("records", "code", "wanted"),
    [
        ([], "spf.missing", "v=spf1 ip4:5.9.44.20 ~all"),
        (["v=spf1 mx -all", "v=spf1 a ~all"], "spf.several", "v=spf1 a mx ip4:5.9.44.20 ~all"),
        (["v=spf1 ip4:5.9.44.20"], "spf.open", "v=spf1 ip4:5.9.44.20 ~all"),
        (["v=spf1 +all"], "spf.open", "v=spf1 ip4:5.9.44.20 ~all"),
        (["v=spf1 ip4:9.9.9.9 -all"], "spf.refuses", "v=spf1 ip4:9.9.9.9 ip4:5.9.44.20 -all"),
        (["v=spf1 include:x.example -all"], "spf.include", None),
        (["v=spf1 ip4:5.9.44.20 nonsense -all"], "spf.term", None),
        (["v=spf1 exists:%{i}.low.example ~all"], "spf.unseen", None),
    ],
)
def test_what_is_wrong_with_spf_is_said_with_the_record_that_mends_it(letter, records, code, wanted):
    findings = found(letter, changed(*SPF, *records) if records else without(SPF), arrived(), "spf")
    assert code in findings
    assert [each[2] for each in findings[code].records] == ([wanted] if wanted else [])
    assert all(each[:2] == ("low.example", "TXT") for each in findings[code].records)


def test_spf_is_looked_at_where_mail_returns_to(letter, settings):
    settings.BOUNCE_ADDRESS = "bounces@back.low.example"
    assert found(letter, part="spf")["spf.missing"].records[0][0] == "back.low.example"
    mail = arrived(GMAIL.replace("bounces@low.example", "x@returns.example"))
    zone = changed("returns.example", "TXT", "v=spf1 ip4:5.9.44.20 -all")
    assert set(found(letter, zone, mail, "spf")) == {"spf.theirs"}


@pytest.fixture
def service(settings):
    def leave_by(backend, **options):
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}

    return leave_by


def test_a_mail_service_is_looked_for_by_its_own_include(letter, service):
    service("anymail.backends.mailgun.EmailBackend", api_key="k")
    findings = found(letter, part="spf")
    assert findings["spf.lacks"].records[0][2] == "v=spf1 ip4:5.9.44.20 include:mailgun.org -all"
    zone = changed(*SPF, "v=spf1 include:mailgun.org ~all") | {
        ("mailgun.org", "TXT"): texts("v=spf1 ip4:1.1.1.1 ~all")
    }
    assert set(found(letter, zone, part="spf")) == {"spf.includes"}
    assert set(found(letter, part="server")) == {"server.service"}


def test_a_mail_service_that_returns_mail_to_itself_is_not_looked_for(letter, service):
    service("anymail.backends.postmark.EmailBackend", server_token="t")
    assert set(found(letter, part="spf")) == {"spf.not_yours"}


def test_a_program_that_one_sends_by_is_known_by_its_server(letter, service):
    service("core.mail.smtp.EmailBackend", host="smtp-relay.gmail.com", port=587)
    assert "spf.lacks" in found(letter, part="spf")
    service("core.mail.smtp.EmailBackend", host="notgmail.com", port=587)
    assert "spf.unseen" in found(letter, part="spf")


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([], "dkim.no_key"),
        (["v=DKIM1; p="], "dkim.revoked"),
        (["v=DKIM1; p=x y"], "dkim.broken"),
        ([f"v=DKIM1; t=y; p={public_key(2048)}"], "dkim.test"),
    ],
)
def test_a_signature_without_a_good_key_is_told_of(letter, records, code):
    zone = changed(KEY, "TXT", *records) if records else without((KEY, "TXT"))
    assert set(found(letter, zone, arrived(), "dkim")) == {code}


def test_what_the_receiver_says_of_the_signature_counts(letter):
    fails = arrived(GMAIL.replace("dkim=pass", "dkim=fail"))
    assert set(found(letter, mail=fails, part="dkim")) == {"dkim.fails"}
    without_word = arrived(GMAIL[: GMAIL.index("Authentication-Results: mx")])
    assert set(found(letter, mail=without_word, part="dkim")) == {"dkim.unsaid"}


def test_a_mail_without_a_signature_of_ones_own_is_told_of(letter):
    other = arrived(sent=SENT.replace("d=low.example", "d=service.example"))
    [only] = found(letter, mail=other, part="dkim").values()
    assert (only.code, only.records[0][:2]) == ("dkim.unsigned", (KEY, "TXT"))


def test_a_key_is_looked_for_under_the_name_that_is_told_or_that_the_service_has(letter, service):
    assert set(found(letter, part="dkim", selector="courant")) == {"dkim.key"}
    assert set(found(letter, part="dkim", selector="other")) == {"dkim.no_key"}
    service("anymail.backends.sendgrid.EmailBackend", api_key="k")
    assert set(found(letter, part="dkim")) == {"dkim.unasked"}
    zone = changed("s1._domainkey.low.example", "TXT", f"p={public_key(1024)}")
    assert set(found(letter, zone, part="dkim")) == {"dkim.key_1024"}


DMARC = ("_dmarc.low.example", "TXT")
RUA = "rua=mailto:dmarc@low.example"


@pytest.mark.parametrize(
    ("records", "code", "wanted"),
    [
        ([], "dmarc.missing", f"v=DMARC1; p=none; {RUA}"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "dmarc.several", "v=DMARC1; p=none"),
        (["v=DMARC1; rua=mailto:a@b.example"], "dmarc.broken", f"v=DMARC1; p=none; {RUA}"),
        (["v=DMARC1; p=reject;"], "dmarc.no_reports", f"v=DMARC1; p=reject; {RUA}"),
        ([f"v=DMARC1; p=none; {RUA}"], "dmarc.none", None),
        ([f"v=DMARC1; p=reject; {RUA}"], "dmarc.good", None),
    ],
)
def test_dmarc_is_looked_at_with_what_would_be_better(letter, records, code, wanted):
    [only] = found(letter, changed(*DMARC, *records) if records else without(DMARC), part="dmarc").values()
    assert only.code == code
    assert only.records == ([("_dmarc.low.example", "TXT", wanted)] if wanted else [])


def test_for_a_sender_below_the_domain_its_policy_for_subdomains_holds(letter):
    letter.sender_address = "ada@news.low.example"
    zone = changed(*DMARC, f"v=DMARC1; p=reject; sp=quarantine; {RUA}")
    [only] = found(letter, zone, part="dmarc").values()
    assert (only.code, only.facts["policy"], only.facts["domain"]) == ("dmarc.good", "quarantine", "low.example")


def test_something_good_must_be_of_the_domain_that_readers_see(letter):
    both = found(letter, mail=arrived(), part="alignment")["alignment.good"]
    assert both.facts["method"] == "DKIM, SPF"
    foreign = GMAIL.replace("@low.example header.s", "@service.example header.s").replace("bounces@low", "b@service")
    only = found(letter, mail=arrived(foreign), part="alignment")["alignment.none"]
    assert only.facts["others"] == "service.example"
    bad = GMAIL.replace("dkim=pass", "dkim=fail").replace("spf=pass (google", "spf=softfail (google")
    assert set(found(letter, mail=arrived(bad), part="alignment")) == {"alignment.nothing"}


def test_a_domain_that_wants_the_very_same_name_gets_it(letter):
    mail = arrived(GMAIL.replace("smtp.mailfrom=bounces@low", "smtp.mailfrom=bounces@back.low"))
    zone = changed(*DMARC, f"v=DMARC1; p=reject; aspf=s; {RUA}")
    assert found(letter, zone, mail, "alignment")["alignment.good"].facts["method"] == "DKIM"
    assert found(letter, mail=mail, part="alignment")["alignment.good"].facts["method"] == "DKIM, SPF"


def test_a_mail_that_never_left_shows_nothing(letter):
    findings = found(letter, mail=arrived(HOME))
    assert {"alignment.home", "tls.unseen", "ptr.unseen", "spf.unseen", "dkim.unsaid"} <= set(findings)


def test_a_machine_without_a_name_that_leads_back_is_told_of(letter):
    missing = found(letter, without((BACK, "PTR")), arrived(), "ptr")["ptr.missing"]
    assert missing.records == [(BACK, "PTR", "mail.low.example.")]
    zone = changed(BACK, "PTR", "vm7.host.example.")
    elsewhere = found(letter, zone, arrived(), "ptr")["ptr.elsewhere"]
    assert elsewhere.records == [("vm7.host.example", "A", ADDRESS)]


def test_a_mail_that_came_in_the_clear_is_told_of(letter):
    clear = arrived(GMAIL.replace("with ESMTPS", "with ESMTP").replace("version=TLS1_3 ", ""))
    assert set(found(letter, mail=clear, part="tls")) == {"tls.clear"}


def test_a_mail_server_that_is_not_there_is_told_of(letter, service):
    service("core.mail.smtp.EmailBackend", host="127.0.0.1", port=9)
    assert set(found(letter, part="server")) == {"server.refuses"}


def test_reports_must_come_to_where_the_site_reads_them(letter, settings):
    assert set(found(letter, part="return")) == {"return.unseen"}
    assert set(found(letter, part="return", has_report=True)) == {"return.good"}
    settings.BOUNCE_MAILBOX = "maildir:///nowhere"
    assert set(found(letter, part="return")) == {"return.locked"}
    settings.BOUNCE_MAILBOX = "imap://127.0.0.1:9/INBOX"
    assert set(found(letter, part="return")) == {"return.locked"}
    settings.BOUNCE_MAILBOX = ""
    assert set(found(letter, part="return")) == {"return.unread"}
    settings.BOUNCE_ADDRESS = ""
    assert set(found(letter, part="return")) == {"return.unset"}
    assert set(found(letter, without(("low.example", "MX")), part="return")) == {"return.no_mx"}


def test_a_mail_service_tells_of_what_comes_back_by_a_webhook(letter, service, settings):
    service("anymail.backends.postmark.EmailBackend", server_token="t")
    settings.ANYMAIL = {"WEBHOOK_SECRET": ""}
    assert set(found(letter, part="return")) == {"return.no_webhook"}
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:password"}
    assert set(found(letter, part="return")) == {"return.webhook"}
    service("anymail.backends.mailgun.EmailBackend", api_key="k")
    settings.ANYMAIL = {"WEBHOOK_SECRET": "", "MAILGUN_WEBHOOK_SIGNING_KEY": "k"}
    assert states(found(letter, part="return")) == {"return.webhook": UNKNOWN}


def test_answers_must_arrive(letter, settings):
    letter.reply_to = "desk@high.example"
    assert set(found(letter, part="reply")) == {"reply.no_mx"}
    letter.reply_to, letter.answers = "", "desk"
    assert set(found(letter, part="reply")) == {"reply.good", "reply.unset"}
    settings.REPLY_ADDRESS = "replies@low.example"
    assert set(found(letter, part="reply")) == {"reply.good", "reply.signed_unseen"}
    assert set(found(letter, part="reply", has_answer=True)) == {"reply.good", "reply.signed_good"}


def test_the_way_out_is_asked_for_as_others_would(letter, settings):
    unreached = Unfetchable("no answer")
    certificate = Unfetchable("bad")
    certificate.__cause__ = ssl.SSLCertVerificationError("expired")
    for error, code in ((unreached, "unreached"), (certificate, "certificate"), (NoSuchHost("x"), "nowhere")):

        def fails(*arguments, error=error, **options):
            raise error

        assert set(found(letter, part="unsubscribe", fetch=fails)) == {f"unsubscribe.{code}"}
    settings.SITE_URL = "http://low.example"
    assert set(found(letter, part="unsubscribe")) == {"unsubscribe.http"}


def test_something_else_at_the_way_out_is_wrong(letter, settings):
    with site({}) as elsewhere:

        def fetch(url, **options):
            return partial(fetching.fetch, allowed=[elsewhere.place])(elsewhere.url("/x/"), **options)

        only = found(letter, part="unsubscribe", fetch=fetch)["unsubscribe.wrong"]
    assert only.facts["status"] == "404"
    assert response(404).startswith(b"HTTP/1.1 404")


def test_the_way_out_must_be_signed_and_still_there(letter):
    bare = arrived(sent=SENT.replace(":List-Unsubscribe:\n\t List-Unsubscribe-Post", ""))
    assert "unsubscribe.bare" in found(letter, mail=bare, part="unsubscribe")
    lost = arrived(sent=SENT.replace("List-Unsubscribe-Post: List", "X: List"))
    lost.signatures[0].covers_unsubscribing = False
    assert "unsubscribe.lost" in found(letter, mail=lost, part="unsubscribe")


def test_there_are_words_for_whatever_is_found(letter, settings):
    """Each sentence is filled in by the facts that come with it."""
    for mail in (None, arrived(), arrived(HOME)):
        for zone in (ZONE, {}, dict.fromkeys(ZONE, SERVFAIL)):
            for code, each in found(letter, zone, mail).items():
                assert code in WORDS or code.endswith(".silent")
                assert "%(" not in said(code, each.facts)[1]
