"""Pages elsewhere are fetched without trust."""

import gzip

import pytest

from core import fetching
from core.fetching import NoSuchHost, Unfetchable, fetch, is_public, plain
from tests.core.elsewhere import response, site

pytestmark = pytest.mark.enable_socket

HTML = {"text/html"}


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "2001:4860:4860::8888"),
    ],
)
def test_public_addresses_are_visited(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.1", "0.0.0.1", "10.0.0.1", "172.16.4.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fc00::1", "fd12::1"),
        *("fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1"),
    ],
)
def test_other_addresses_are_not(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://example.org/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "//example.org/",
            "example.org",
            "",
            "http://",
        ),
        *(
            "http:///x",
            "http://a b/",
            "http://ada@example.org/",
            "http://ada:pw@127.0.0.1/",
            "https://example.org:99999/",
        ),
        "gopher://example.org/",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(url):
    with pytest.raises(Unfetchable, match="no address"):
        fetch(url, largest=1, types=HTML)
    assert plain(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://2130706433/", "http://0177.0.0.1/", "http://0x7f000001/", "http://127.1/"),
        *("http://localhost/", "http://localhost./", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::]/"),
        *("http://0/", "http://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "http://[fe80::1]/"),
    ],
)
def test_private_places_are_refused_however_they_are_written(url):
    with pytest.raises(Unfetchable, match="no public site"):
        fetch(url, largest=1, types=HTML)


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8080])
def test_other_doors_than_those_of_the_web_are_refused(port):
    with pytest.raises(Unfetchable, match="no public site"):
        fetch(f"http://example.org:{port}/", largest=1, types=HTML, resolve=lambda host: ["8.8.8.8"])


@pytest.mark.parametrize(
    "found", [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["::1"], ["8.8.8.8", "::ffff:10.0.0.1"]]
)
def test_a_name_that_leads_inside_as_well_is_refused(found):
    with pytest.raises(Unfetchable, match="no public site"):
        fetch("http://two.example/", largest=1, types=HTML, resolve=lambda host: found)


def test_a_name_that_nobody_has_is_told_from_a_network_that_is_down():
    def nobody(host):
        raise fetching.socket.gaierror(fetching.socket.EAI_NONAME, "Name or service not known")

    def down(host):
        raise fetching.socket.gaierror(fetching.socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(NoSuchHost):
        fetch("http://nobody.example/", largest=1, types=HTML, resolve=nobody)
    with pytest.raises(Unfetchable) as caught:
        fetch("http://nobody.example/", largest=1, types=HTML, resolve=down)
    assert not isinstance(caught.value, NoSuchHost)


def test_a_page_comes_and_we_say_who_we_are(settings, monkeypatch):
    settings.SITE_NAME = "低潮"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    with site({"/a?b=%C3%A4": response(200, b"<p>Mud", Set_Cookie="a=b")}) as there:
        page = fetch(there.url("/a?b=ä#top"), largest=100, types=HTML, allowed=[there.place])
    assert (page.status, page.content, page.charset, page.is_moved) == (200, b"<p>Mud", "utf-8", False)
    (asked,) = there.asked
    assert asked.startswith(f"GET /a?b=%C3%A4 HTTP/1.1\r\nHost: {there.place}\r\n")
    assert "User-Agent: Courant (+https://courant.example; 低潮)\r\n" in asked
    assert "Cookie" not in asked


def test_each_redirect_is_followed_and_no_name_is_looked_up_twice():
    looked_up = []

    def resolve(host):
        looked_up.append(host)
        return ["127.0.0.1"]

    with site({"/old": response(301, Location="/new"), "/new": response(200, b"here")}) as there:
        page = fetch(there.url("/old"), largest=9, types=HTML, allowed=[there.place], resolve=resolve)
    assert (page.url, page.content, page.is_moved) == (there.url("/new"), b"here", True)
    assert looked_up == ["127.0.0.1", "127.0.0.1"]  # once for each step


@pytest.mark.parametrize("status", [302, 303, 307])
def test_one_redirect_for_now_makes_the_way_no_better_one(status):
    answers = {"/": response(301, Location="/1"), "/1": response(status, Location="/2"), "/2": response()}
    with site(answers) as there:
        assert not fetch(there.url(), largest=9, types=HTML, allowed=[there.place]).is_moved


@pytest.mark.parametrize(
    "to", ["http://localhost/", "http://[::1]/", "file:///etc/passwd", "//10.0.0.1/", "ftp://a.example"]
)
def test_no_redirect_leads_inside(to):
    with (
        site({"/": response(302, Location=to)}) as there,
        pytest.raises(Unfetchable, match=r"no public site|no address"),
    ):
        fetch(there.url(), largest=9, types=HTML, allowed=[there.place])


def test_five_redirects_are_followed_and_no_sixth():
    steps = {f"/{number}": response(308, Location=f"/{number + 1}") for number in range(6)}
    with site({**steps, "/6": response()}) as there:
        assert fetch(there.url("/1"), largest=9, types=HTML, allowed=[there.place]).status == 200
        with pytest.raises(Unfetchable, match="on and on"):
            fetch(there.url("/0"), largest=9, types=HTML, allowed=[there.place])


def test_what_was_not_asked_for_or_is_too_long_is_not_read():
    pdf, long = response(200, b"%PDF", kind="application/pdf"), response(200, b"a" * 100_000)
    with site({"/pdf": pdf, "/long": long}) as there:
        page = fetch(there.url("/pdf"), largest=9, types=HTML, allowed=[there.place])
        assert (page.content_type, page.content) == ("application/pdf", b"")
        assert fetch(there.url("/long"), largest=9, types=HTML, allowed=[there.place]).content == b"a" * 9


def test_what_is_packed_is_unpacked_up_to_the_same_length():
    bomb = response(200, gzip.compress(b"a" * 10_000_000), Content_Encoding="gzip")
    with site({"/": bomb, "/odd": response(200, b"no gzip", Content_Encoding="gzip")}) as there:
        assert fetch(there.url(), largest=20_000, types=HTML, allowed=[there.place]).content == b"a" * 20_000
        with pytest.raises(Unfetchable, match="did not answer as a page does"):
            fetch(there.url("/odd"), largest=9, types=HTML, allowed=[there.place])


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 503])
def test_what_is_not_there_says_so(status):
    with site({"/": response(status)}) as there:
        assert fetch(there.url(), largest=9, types=HTML, method="HEAD", allowed=[there.place]).status == status


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"a" * 100_000])
def test_what_does_not_speak_the_language_of_the_web_is_named(answer):
    with site({"/": answer}) as there, pytest.raises(Unfetchable, match="did not answer as a page does"):
        fetch(there.url(), largest=9, types=HTML, allowed=[there.place])


@pytest.mark.parametrize("start", [b"", response(200, b"a" * 50)[:-50]])
def test_drop_by_drop_is_given_up(start):
    drops = [start, *[b"a"] * 50]
    with site({"/": drops}, pause=0.05) as there, pytest.raises(Unfetchable, match="in time"):
        fetch(there.url(), largest=100, types=HTML, seconds=0.3, allowed=[there.place])


def test_a_site_that_cannot_prove_who_it_is_is_refused():
    with site({}) as there, pytest.raises(Unfetchable, match="did not answer as a page does"):
        fetch(f"https://{there.place}/", largest=9, types=HTML, allowed=[there.place])
