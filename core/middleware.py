"""Texts come in as UTF-8, which every page of ours asks for, or not at all; and go out compressed."""

from codecs import lookup
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class Utf8Only:
    """Answer 415 where a request claims another encoding. Django decodes with any codec that Python has: some
    (`unicode_escape`, `utf-7`) let lone surrogates through, which no database and no page can take, others (`rot13`,
    `idna`) break while they decode."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding and lookup(request.encoding).name != "utf-8":
            return HttpResponse("Send text as UTF-8.\n", status=415, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class CompressTexts(GZipMiddleware):
    """Django's own, but for pictures: those are compressed already, and would only lose time and their length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)
