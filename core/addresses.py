"""Addresses as the outside world needs them: complete, and always on the site's own host."""

from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest


def absolute(path: str) -> str:
    """Complete a root-relative `path` with the site's address; a complete address stays as it is. The host comes from
    the settings, never from the request, so that a forged Host header cannot find its way into a feed, a mail or a
    cached page."""
    return urljoin(settings.SITE_URL + "/", path)


def site_of(address: str) -> str:
    """The host of an address, without `www.`; empty where there is none."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def site(request: HttpRequest) -> dict[str, str]:
    """Offer each page the site's name and the page's canonical address."""
    return {"site_name": settings.SITE_NAME, "canonical_url": settings.SITE_URL + request.path}
