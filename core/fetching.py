"""Pages elsewhere, fetched without trust, and only by the worker: nobody waits for another site to get a page of this.

An editor may paste any address, and any page may lead on to any other. So each step looks its host up once, and goes
to what it found only if everybody may go there (RFC 6890); whatever the other side does takes no longer, and no more
memory, than is allowed. No cookies, no proxies from the environment."""

import socket
import ssl
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Timer
from time import monotonic
from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3.util import Url, parse_url

SECONDS = 10
MOST_REDIRECTS = 5
#: What a resolver says of names that nobody has.
NOBODY = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
PORTS = {"http": 80, "https": 443}
FOR_GOOD, FOR_NOW = {301, 308}, {302, 303, 307}
#: What is given to networks, without 6to4: all forms that hide an IPv4 address lie elsewhere.
GLOBAL_IPV6, HIDES_IPV4 = ip_network("2000::/3"), ip_network("2002::/16")


def plain(url: str) -> str:
    """An address as it is asked for: encoded, its host in small letters, without a fragment; empty if that is none."""
    try:
        return target_of(url).url
    except Unfetchable:
        return ""


def target_of(url: str) -> Url:
    with suppress(ValueError):
        found = parse_url(url)._replace(fragment=None)
        if found.scheme in PORTS and found.host and not found.auth:
            return found
    raise Unfetchable(_("This is no address of a page: that begins with http:// or https://, and names a site."))


class Unfetchable(Exception):
    """Nothing came; the message says why, in an editor's words."""


class NoSuchHost(Unfetchable):
    """No site has this name."""


@dataclass(frozen=True, slots=True)
class Page:
    """What answered: at which address after all redirects, and whether these were all permanent."""

    url: str
    status: int
    content_type: str
    charset: str
    content: bytes
    is_moved: bool


def addresses_of(host: str) -> list[str]:
    """All network addresses of a host. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def fetch(
    url: str,
    *,
    largest: int,
    types: Collection[str],
    method: str = "GET",
    seconds: float = SECONDS,
    resolve: Callable[[str], list[str]] = addresses_of,
    allowed: Collection[str] = (),
) -> Page:
    """What answers at an address, whatever its status, after five redirects at most, and within some seconds but for
    the look-up of names. Of content in one of the `types` `largest` bytes are read, of other content none. Raises
    Unfetchable. `allowed` are hosts with ports that need not be public: for tests."""
    until, hops = monotonic() + seconds, set[int]()
    for _hop in range(1 + MOST_REDIRECTS):
        with in_words(until):
            target = target_of(url)
            place = guarded(target, resolve, allowed)
            with answer(target, place, method, until) as response:
                location = response.headers.get("Location", "").encode("latin-1").decode("utf-8", "replace")
                if response.status not in FOR_GOOD | FOR_NOW or not location:
                    return read(response, target, largest, types, is_moved=bool(hops) and hops <= FOR_GOOD)
            hops.add(response.status)
            url = urljoin(target.url, location)
    raise Unfetchable(_("It leads on and on, and nowhere."))


@contextmanager
def in_words(until: float) -> Iterator[None]:
    try:
        yield
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        if monotonic() < until:
            raise Unfetchable(_("It did not answer as a page does: %(error)s") % {"error": error}) from error
    if monotonic() >= until:
        raise Unfetchable(_("It did not answer in time."))


def guarded(target: Url, resolve: Callable[[str], list[str]], allowed: Collection[str]) -> tuple[str, int]:
    """The network address and port to go to. Raises Unfetchable where that is nobody's business."""
    host, port = (target.host or "").strip("[]."), target.port or PORTS[str(target.scheme)]
    try:
        found = resolve(host)
    except (socket.gaierror, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno not in NOBODY:  # the network may be down
            raise
        raise NoSuchHost(_("There is no site called “%(host)s”.") % {"host": host}) from error
    if f"{host}:{port}" not in allowed and not (port in PORTS.values() and all(map(is_public, found))):
        raise Unfetchable(_("“%(host)s” is no public site, so it is left alone.") % {"host": host})
    return found[0], port


def is_public(address: str) -> bool:
    """Whether everybody may go to a network address, and only one machine answers there."""
    found = ip_address(address)
    if isinstance(found, IPv6Address) and (found not in GLOBAL_IPV6 or found in HIDES_IPV4):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


@contextmanager
def answer(target: Url, place: tuple[str, int], method: str, until: float) -> Iterator[HTTPResponse]:
    """Ask, and hang up in time whatever the other side is doing then."""
    host = (target.host or "").strip("[].")
    line = socket.create_connection(place, timeout=until - monotonic())
    if target.scheme == "https":
        context = ssl.create_default_context()
        line = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    alarm = Timer(until - monotonic(), socket.socket.shutdown, [line, socket.SHUT_RDWR])
    alarm.daemon = True
    alarm.start()
    connection = HTTPConnection(host, target.port)
    connection.sock = line
    try:
        if isinstance(line, ssl.SSLSocket):
            line.do_handshake()
        connection.request(method, target.request_uri, headers=headers())
        yield connection.getresponse()
    finally:
        alarm.cancel()
        connection.close()


def headers() -> dict[str, str | bytes]:
    agent = f"Courant (+{settings.SITE_URL}; {settings.SITE_NAME})".encode()
    return {"User-Agent": agent, "Accept": "text/html,*/*;q=0.5", "Accept-Encoding": "gzip", "Connection": "close"}


def read(response: HTTPResponse, target: Url, largest: int, types: Collection[str], *, is_moved: bool) -> Page:
    content_type = response.headers.get_content_type()
    content = response.read(largest) if content_type in types else b""
    if response.headers.get("Content-Encoding", "identity").lower() in {"gzip", "x-gzip"}:
        content = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content, largest)
    charset = response.headers.get_content_charset("")
    return Page(target.url, response.status, content_type, charset, content, is_moved)
