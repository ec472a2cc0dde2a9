"""What readers see when there is nothing to see."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

from core import unavailable


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Nothing can be relied on here: no database, no session, no context processor."""
    problem = sys.exception()
    if isinstance(problem, unavailable.BUSY):
        return unavailable.give_back(request, problem)
    return HttpResponseServerError(loader.render_to_string("500.html"))
