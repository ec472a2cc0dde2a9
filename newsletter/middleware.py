"""Old addresses lead to new ones, withdrawn ones say so."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from newsletter.gone import Gone
from newsletter.models import Redirect


class RedirectMiddleware:
    """Answer a 404 with a permanent redirect where the address has moved. One query, for missing pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_storable = "\0" not in request.path  # PostgreSQL does not even compare with it
        if response.status_code != 404 or request.method not in {"GET", "HEAD"} or not is_storable:
            return response
        redirect = Redirect.objects.covering(request.path).first()
        if redirect is None:
            return response
        query = request.META.get("QUERY_STRING")
        return HttpResponsePermanentRedirect(redirect.target(request.path) + (f"?{query}" if query else ""))


class GoneMiddleware:
    """Answer with a page of its own, and status 410, where a view meets something withdrawn."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return render(request, "410.html", status=410) if isinstance(exception, Gone) else None
