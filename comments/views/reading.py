"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def comment(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def history(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
