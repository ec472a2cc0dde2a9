"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def mute(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def follow(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def my_comments(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def my_discussions(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def notifications(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
