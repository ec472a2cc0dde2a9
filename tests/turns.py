"""Requests one after the other, for the server that the browser visits."""

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse


class OneAtATime:
    """Middleware that lets requests take turns: the server's threads share one connection to SQLite in memory."""

    turn = Lock()

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self.turn:
            return self.get_response(request)
