"""Doors at which nobody tries for long: allauth's pages for second factors and passkeys, and ours for passwords."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from accounts.identifying import waiting_for_second_factor
from core.limits import Limit, TooMany, ask_to_wait, network_of, wait_message

TRIES = Limit("second factors and passwords asked for again", 10, 600)

type View = Callable[..., HttpResponseBase]


class AskToWaitMiddleware(MiddlewareMixin):
    """Answer 429 for every view that lets TooMany through."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TooMany):
            return None
        page = render(request, "account/wait.html", {"message": wait_message(exception.retry_after)})
        return ask_to_wait(page, exception.retry_after)


def limited(view: View, limit: Limit = TRIES) -> View:
    """Let each person (who is not known yet: each network) try ten times in ten minutes, then raise TooMany."""

    @wraps(view)
    def limited_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            user = request.user if request.user.is_authenticated else waiting_for_second_factor(request)
            limit.spend(user.pk if user else network_of(request))
        return view(request, *args, **kwargs)

    return limited_view
