"""Being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def tags(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("tags")


def tag(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("tag")


def contributors(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("contributors")


def contributor(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("contributor")


def search(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("search")
