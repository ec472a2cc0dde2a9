"""Being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse


def home(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("home")


def stand_alone_list(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("stand_alone_list")


def stand_alone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("stand_alone")


def newsletter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("newsletter")


def about(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("about")


def year(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("year")


def issue(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("issue")


def article(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse("article")
