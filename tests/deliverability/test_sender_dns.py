"""What DNS says of a sender's domain: SPF, DKIM keys, DMARC, from a server that is good, bad, broken or silent."""

from base64 import b64encode
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deliverability.sender import zone as asking
from deliverability.sender.domains import Key, is_aligned, key_at, organisation, wishes
from deliverability.sender.spf import Broken, Walk, merged, with_term
from deliverability.sender.zone import Silent, Zone
from tests.deliverability.zones import GARBAGE, SERVFAIL, SILENCE, served, texts

pytestmark = pytest.mark.enable_socket

HERE, THERE = "8.8.4.4", "2001:4860::8844"


def spf(zone, address="", domain="low.example"):
    """The verdict on an address, or what is broken."""
    with served({(name, kind): texts(*found) if kind == "TXT" else found for (name, kind), found in zone.items()}):
        try:
            return Walk(Zone(), address).verdict(domain)
        except Broken as error:
            return error.code


def own(record):
    return {("low.example", "TXT"): [record]}


def chain(length, end="v=spf1 -all"):
    """A record that leads on through so many others."""
    names = ["low.example", *(f"n{number}.example" for number in range(1, length + 1))]
    zone = {(name, "TXT"): [f"v=spf1 include:{after} ~all"] for name, after in pairwise(names)}
    return zone | {(names[-1], "TXT"): [end]}


@pytest.mark.parametrize(
    ("record", "address", "verdict"),
    [
        ("v=spf1 ip4:8.8.4.4 -all", HERE, "pass"),
        ("v=spf1 ip4:8.8.0.0/16 -all", HERE, "pass"),
        ("v=spf1 ip4:8.9.0.0/16 -all", HERE, "fail"),
        ("v=spf1 ip4:8.9.0.0/16 ~all", HERE, "softfail"),
        ("v=spf1 ip6:2001:4860::/32 -all", THERE, "pass"),
        ("v=spf1 ip4:8.8.4.4 -all", THERE, "fail"),
        ("V=SPF1 IP4:8.8.4.4 -ALL", HERE, "pass"),
        ("v=spf1 -ip4:8.8.4.4 +all", HERE, "fail"),
        ("v=spf1", HERE, "neutral"),
        ("v=spf1 ?all", HERE, "neutral"),
        ("v=spf1 +all", HERE, "pass"),
        ("v=spf1 all ip4:nonsense", HERE, "pass"),
        ("v=spf1 exp=why.low.example -all", HERE, "fail"),
        ("v=spf10 -all", HERE, "none"),
        ("something else", HERE, "none"),
        ("v=spf1 ip4:8.8.4.999 -all", HERE, "spf.term"),
        ("v=spf1 ip4:8.8.4.4/99 -all", HERE, "spf.term"),
        ("v=spf1 ip4 -all", HERE, "spf.term"),
        ("v=spf1 inclued:x.example -all", HERE, "spf.term"),
        ("v=spf1 -all:", HERE, "spf.term"),
        ("v=spf1 include:nobody.example -all", HERE, "spf.include"),
        ("v=spf1 redirect=nobody.example", HERE, "spf.include"),
        ("v=spf1 include:low.example -all", HERE, "spf.lookups"),
    ],
)
def test_an_spf_record_is_followed_as_receivers_do(record, address, verdict):
    assert spf(own(record), address) == verdict


def test_hosts_and_mail_servers_in_a_record_are_looked_up_by_the_kind_of_the_address():
    zone = {
        ("low.example", "TXT"): ["v=spf1 a mx a:news.example//64 -all"],
        ("low.example", "A"): ["9.9.9.9"],
        ("low.example", "MX"): ["10 mail.low.example."],
        ("mail.low.example", "A"): [HERE],
        ("news.example", "AAAA"): ["2001:4860::1"],
        ("news.example", "A"): ["9.9.9.8"],
    }
    assert spf(zone, HERE) == spf(zone, THERE) == spf(zone, "9.9.9.9") == "pass"
    assert spf(zone, "9.9.9.7") == "fail"


def test_strings_of_a_text_are_joined_without_a_gap():
    many = " ".join(f"ip4:9.9.{number}.0/24" for number in range(60))
    assert spf(own(f"v=spf1 {many} ip4:{HERE} -all"), HERE) == "pass"


def test_two_records_are_as_good_as_none():
    assert spf({("low.example", "TXT"): ["v=spf1 -all", "v=spf1 mx -all"]}) == "spf.several"


def test_other_texts_do_not_count():
    assert spf({("low.example", "TXT"): ["google-site=1", "v=spf1 ip4:8.8.4.4 -all"]}, HERE) == "pass"


def test_an_include_must_pass_to_count_and_a_redirect_takes_over():
    zone = {
        ("low.example", "TXT"): ["v=spf1 include:a.example redirect=b.example"],
        ("a.example", "TXT"): ["v=spf1 ip4:9.9.9.9 ~all"],
        ("b.example", "TXT"): ["v=spf1 ip4:8.8.4.4 -all"],
    }
    assert [spf(zone, each) for each in ("9.9.9.9", HERE, "9.9.9.8")] == ["pass", "pass", "fail"]


def test_ten_lookups_are_followed_and_eleven_are_not_even_behind_what_matches():
    assert spf(chain(10, f"v=spf1 ip4:{HERE} -all"), HERE) == "pass"
    assert spf(chain(11, f"v=spf1 ip4:{HERE} -all"), HERE) == "spf.lookups"
    early = own(f"v=spf1 ip4:{HERE} include:n1.example -all") | {
        key: found for key, found in chain(12).items() if key[0] != "low.example"
    }
    assert spf(early, HERE) == "spf.lookups"


def test_more_than_two_names_that_are_not_there_break_a_record():
    assert spf(own("v=spf1 a:x.example a:y.example -all"), HERE) == "fail"
    assert spf(own("v=spf1 a:x.example a:y.example mx:z.example -all"), HERE) == "spf.voids"


@pytest.mark.parametrize("term", ["exists:%{i}._spf.low.example", "ptr", "include:%{d}.low.example", "a:%{h}"])
def test_what_depends_on_more_than_the_address_is_left_open(term):
    with served({("low.example", "TXT"): texts(f"v=spf1 {term} -all")}):
        walk = Walk(Zone(), HERE)
        assert walk.verdict("low.example") == "fail"
        assert walk.is_open


@pytest.mark.parametrize("failure", [SERVFAIL, SILENCE, GARBAGE])
def test_an_answer_that_does_not_come_is_not_taken_for_none(failure, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    with served({("low.example", "TXT"): failure}), pytest.raises(Silent):
        Zone().texts("low.example")


def test_one_look_does_not_ask_for_ever_nor_anything_twice(monkeypatch):
    monkeypatch.setattr(asking, "SECONDS_IN_ALL", 0)
    with served({}) as server, pytest.raises(Silent):
        Zone().texts("low.example")
    assert server.asked == []
    monkeypatch.setattr(asking, "SECONDS_IN_ALL", 60)
    with served({}) as server:
        zone = Zone()
        assert [zone.texts("Low.example."), zone.texts("low.example")] == [[], []]
    assert server.asked == [("low.example", "TXT")]


@pytest.mark.parametrize(
    "name", ["a..b", "x" * 64 + ".example", ".".join(["abc"] * 70), "\\999.example", "\udcff.example"]
)
def test_names_that_nobody_can_have_lead_nowhere(name):
    with served({}):
        assert Zone().texts(name) == []


def test_hostile_records_are_read_in_bounded_time():
    huge = {("low.example", "TXT"): texts("v=spf1 " + "ip4:1.2.3.4 " * 4000 + "-all")}
    with served(huge):
        assert Walk(Zone(), HERE).verdict("low.example") == "fail"
    hostile = {("k._domainkey.low.example", "TXT"): texts("v=DKIM1; p=" + "A" * 50_000)}
    hostile["_dmarc.low.example", "TXT"] = texts("v=DMARC1;" + "p=;=" * 10_000)
    with served(hostile):
        assert key_at(Zone(), "k._domainkey.low.example").code == "dkim.key"
        assert next(wishes(Zone(), "low.example")).policy("low.example") == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("v=spf1", "v=spf1 ip4:8.8.4.4 ~all"),
        ("v=spf1 mx -all", "v=spf1 mx ip4:8.8.4.4 -all"),
        ("v=spf1 mx ?all", "v=spf1 mx ip4:8.8.4.4 ~all"),
        ("v=spf1 mx +all", "v=spf1 mx ip4:8.8.4.4 ~all"),
        ("v=spf1 redirect=a.example", "v=spf1 ip4:8.8.4.4 redirect=a.example"),
        ("v=spf1 ip4:8.8.4.4 -all", "v=spf1 ip4:8.8.4.4 -all"),
    ],
)
def test_a_record_is_mended_without_losing_who_stood_in_it(before, after):
    assert with_term(before, "ip4:8.8.4.4") == after


def test_several_records_become_one():
    assert merged(["v=spf1 mx -all", "v=spf1 mx include:a.example ~all"]) == "v=spf1 mx include:a.example ~all"


def public_key(bits, form=PublicFormat.SubjectPublicKeyInfo):
    key = generate_private_key(65537, bits).public_key()
    return b64encode(key.public_bytes(Encoding.DER, form)).decode()


@pytest.mark.parametrize(
    ("bits", "code"), [(1024, "dkim.key_1024"), (1536, "dkim.key"), (2048, "dkim.key"), (4096, "dkim.key")]
)
@pytest.mark.parametrize("form", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
def test_the_size_of_a_key_is_known_by_its_length(bits, code, form):
    with served({("k._domainkey.low.example", "TXT"): texts(f"v=DKIM1; k=rsa; p={public_key(bits, form)}")}):
        assert key_at(Zone(), "k._domainkey.low.example") == Key(code, bits)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (["v=DKIM1; p="], "dkim.revoked"),
        (["v=DKIM1; p=MIIB!!"], "dkim.broken"),
        (["v=DKIM1; p=MIIB…"], "dkim.broken"),
        ([f"v=DKIM1; p={'A' * 128}"], "dkim.short"),
        ([f"p={'A' * 392}; t=s:y"], "dkim.test"),
        ([f"v=DKIM1; k=ed25519; p={'A' * 43}="], "dkim.key"),
        (["v=DKIM1; p=AAAA", "v=DKIM1; p=BBBB"], "dkim.several"),
        (["v=spf1 -all"], "dkim.no_key"),
        ([], "dkim.no_key"),
    ],
)
def test_a_key_that_does_not_hold_is_said_to(record, code):
    with served({("k._domainkey.low.example", "TXT"): texts(*record)}):
        assert key_at(Zone(), "k._domainkey.low.example").code == code


def dmarc(**records):
    """Records by name, with _ for the dot."""
    return {(f"_dmarc.{name.replace('_', '.')}", "TXT"): texts(each) for name, each in records.items()}


@pytest.mark.parametrize(
    ("zone", "domain", "place", "policy"),
    [
        (dmarc(low_example="v=DMARC1; p=none"), "low.example", "low.example", "none"),
        (dmarc(low_example="v=DMARC1;p=Reject;sp=none"), "low.example", "low.example", "reject"),
        (dmarc(low_example="v=DMARC1; p=reject; sp=none"), "news.low.example", "low.example", "none"),
        (dmarc(low_example="v=DMARC1; p=reject"), "a.b.news.low.example", "low.example", "reject"),
        (
            dmarc(low_example="v=DMARC1; p=reject", a_low_example="v=DMARC1; p=none"),
            "a.low.example",
            "a.low.example",
            "none",
        ),
        (dmarc(low_example="v=DMARC1; p=whatever"), "low.example", "low.example", ""),
        (dmarc(low_example="v=DMARC1"), "low.example", "low.example", ""),
    ],
)
def test_the_policy_is_that_of_the_nearest_record(zone, domain, place, policy):
    with served(zone):
        wish = next(wishes(Zone(), domain))
    assert (wish.place, wish.policy(domain)) == (place, policy)


def test_no_record_above_the_organisation_is_asked_for_and_long_names_are_cut_short():
    with served({}) as server:
        assert list(wishes(Zone(), ".".join("abcdefghijkl") + ".low.example")) == []
    assert len(server.asked) == 7
    assert server.asked[-1] == ("_dmarc.low.example", "TXT")
    assert ("_dmarc.example", "TXT") not in server.asked


def test_two_names_are_one_senders_where_their_organisation_is_the_same():
    with served(dmarc(low_example="v=DMARC1; p=none")):
        zone = Zone()
        assert organisation(zone, "mail.low.example") == "low.example"
        assert is_aligned(zone, "news.low.example", "mail.low.example")
        assert not is_aligned(zone, "news.low.example", "mail.low.example", is_strict=True)
        assert not is_aligned(zone, "low.example", "high.example")
    with served({}):
        assert is_aligned(Zone(), "low.example", "mail.low.example")
        assert not is_aligned(Zone(), "news.low.example", "mail.low.example")
    with served(dmarc(co_example="v=DMARC1; p=reject; psd=y")):
        assert organisation(Zone(), "mail.low.co.example") == "low.co.example"
        assert not is_aligned(Zone(), "low.co.example", "high.co.example")
