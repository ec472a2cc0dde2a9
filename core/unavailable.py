"""When the database cannot take what somebody sent: an answer that says so, and gives back what they typed.

Another has held a lock for too long, two waited for each other, the server is being restarted, the disk is full.
"""

import logging
import re
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import loader
from django.utils.deprecation import MiddlewareMixin

from core.origins import has_token

RETRY_AFTER = 5
BUSY = (OperationalError, InterfaceError, ConnectionError)  # the last: the store of files, see `core.stores`
#: What no page repeats.
SECRET = re.compile("password|token|code|secret|otp|credential", re.IGNORECASE)

logger = logging.getLogger(__name__)


class GiveBackMiddleware(MiddlewareMixin):
    """Answers 503 where a view meets a database that cannot. What fails outside of views comes here by the way of
    `handler500`."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return give_back(request, exception) if isinstance(exception, BUSY) else None


def give_back(request: HttpRequest, problem: BaseException) -> HttpResponse:
    """The answer, with Retry-After. No query, and none after it: neither session nor template may ask for one."""
    logger.warning("%s %s was answered with 503: %s", request.method, request.path, problem)
    if hasattr(request, "session"):
        request.session.modified = False
    page = loader.render_to_string("503.html", typed(request) if request.method == "POST" else {})
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "private, no-store"}
    return HttpResponse(page, status=503, headers=headers)


def typed(request: HttpRequest) -> dict[str, Any]:
    """What was in the form, but for secrets, as a form that does what that one did: with a token if that had one."""
    try:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
    except Exception:  # whatever was sent: there is nothing to give back of what cannot be read
        return {}
    fields = [(name, value) for name, value in sent if not SECRET.search(name)]
    return {
        "address": request.get_full_path(),
        "texts": [field for field in fields if " " in field[1] or "\n" in field[1]],
        "others": [field for field in fields if not (" " in field[1] or "\n" in field[1])],
        "token": get_token(request) if has_token(request) else "",
        "has_secrets": len(fields) < len([name for name, _value in sent if name != "csrfmiddlewaretoken"]),
        "has_files": bool(request.FILES),
    }
