"""Old addresses lead to new ones, withdrawn ones say so."""

from collections.abc import Callable
from copy import copy

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from newsletter.models import Redirect
from newsletter.views.pages import Gone


class RedirectMiddleware:
    """Answer a 404 with a permanent redirect where the address has moved, and whatever stands there where a number of
    WordPress does (`/?p=12`): only addresses with such a number are looked up for that. Where merely the slash at the
    end is missing, Django adds it: the page that is there comes first. A form that was open meanwhile is led on with
    what it holds (308), but to no other site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if query and (numbered := Redirect.objects.numbered(request.path, query)):
            return HttpResponsePermanentRedirect(numbered.new_path)
        response = self.get_response(request)
        is_form = request.method == "POST"
        if response.status_code != 404 or request.method not in {"GET", "HEAD", "POST"}:
            return response
        redirect = Redirect.objects.covering(request.path)
        if redirect is None or (
            not redirect.new_path.startswith("/") if is_form else self.lacks_only_a_slash(request)
        ):
            return response
        return HttpResponsePermanentRedirect(redirect.target(request.path, query), preserve_request=is_form)

    def lacks_only_a_slash(self, request: HttpRequest) -> bool:
        visit = copy(request)
        visit.path = visit.path_info = f"{request.path}/"
        return not request.path.endswith("/") and self.get_response(visit).status_code != 404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer with a page of its own, and status 410, where a view meets something withdrawn."""
        return render(request, "410.html", status=410) if isinstance(exception, Gone) else None
