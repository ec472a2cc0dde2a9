"""Being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("not_found")


def server_error(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("server_error")
