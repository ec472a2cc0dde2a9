"""Where a visitor goes next: the address they came from, if it is one of our own."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def next_address(request: HttpRequest, otherwise: str = "") -> str:
    """The path in `next`, where it is one and on this very host; else `otherwise`, or the profile."""
    address = own_path(request, request.POST.get("next") or request.GET.get("next") or "")
    return address or otherwise or resolve_url(settings.LOGIN_REDIRECT_URL)


def own_path(request: HttpRequest, address: str) -> str:
    """An address that somebody sent, where it is a path on this very host; else nothing."""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours and address.startswith("/") else ""


def with_next(request: HttpRequest, path: str) -> str:
    """Carry `next` along to another of our pages."""
    return f"{path}?{urlencode({'next': next_address(request)})}"
