"""allauth's pages for second factors and passkeys, behind our own limits."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.views.signing_in import wait_message
from core.limits import Limit, ask_to_wait, network_of

TRIES = Limit("second factors and passwords asked for again", 10, 600)

type View = Callable[..., HttpResponseBase]


def limited(view: View) -> View:
    """Let each person (who is not known yet: each network) try ten times in ten minutes, then answer 429."""

    @wraps(view)
    def limited_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and (wait := TRIES.hit(who(request))):
            page = render(request, "account/wait.html", {"message": wait_message(wait)})
            return ask_to_wait(page, wait)
        return view(request, *args, **kwargs)

    return limited_view


def who(request: HttpRequest) -> object:
    if request.user.is_authenticated:
        return request.user.pk
    login = unstash_login(request, peek=True)
    return login.user.pk if login and login.user else network_of(request)
