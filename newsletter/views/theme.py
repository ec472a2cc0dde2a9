"""Being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def stylesheet(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("stylesheet")
