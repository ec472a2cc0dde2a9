"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def like(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def report(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
