"""Being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def media(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("media")
