"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def site(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def discussion(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
