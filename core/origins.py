"""Whether a POST was meant: sent from a page of ours by the person who looked at it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware


class TokenCheck(CsrfViewMiddleware):
    """Django's check of the CSRF token, without its page: ours has what was typed in it."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponseForbidden(reason)


def has_token(request: HttpRequest) -> bool:
    """Whether a POST carries the token of one of our pages; for views that are `csrf_exempt`."""
    return TokenCheck(answer).process_view(request, answer, (), {}) is None


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def is_from_here(request: HttpRequest) -> bool:
    """Whether the browser itself says that a page of this very site sent the request. So forms work on pages that are
    the same for everybody and have no token. Says nothing of browsers that keep silent.
    https://www.w3.org/TR/fetch-metadata/, RFC 6454."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    own = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return request.headers.get("Origin") in own
