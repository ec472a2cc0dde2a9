"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def conversation(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def edit(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def deletion(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def appeal(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
