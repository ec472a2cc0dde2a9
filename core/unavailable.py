"""When what somebody sent cannot be kept: an answer that says so, and gives back what they typed.

Another has held a lock for too long, two waited for each other, the database is being restarted or may only be read,
the disk is full, the store of pictures does not answer. All of that passes.
"""

import errno
import logging
import re
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template import loader
from django.utils.deprecation import MiddlewareMixin

from core.origins import has_token

#: In seconds. Nobody makes room in five.
RETRY_AFTER, RETRY_AFTER_ROOM = 5, 60
#: PostgreSQL says by an InternalError that it may only be read; the last is of `core.storage.objects`.
BUSY = (OperationalError, InterfaceError, InternalError, ConnectionError)
#: A disk that is full, or of which our share is; one that may only be read.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
#: The same in the databases' words: of SQLite READONLY, IOERR, FULL and CANTOPEN, of PostgreSQL disk_full and
#: read_only_sql_transaction.
NO_ROOM_IN_DATABASE = {8, 10, 13, 14, "53100", "25006"}
#: What no page repeats.
SECRET = re.compile("password|token|code|secret|otp|credential", re.IGNORECASE)

logger = logging.getLogger(__name__)


def passes(problem: BaseException | None) -> bool:
    """Whether the same may well be possible later."""
    return isinstance(problem, BUSY) or has_no_room(problem)


def has_no_room(problem: BaseException | None) -> bool:
    """Whether nothing can be kept now, by the driver's own words where Django has wrapped them."""
    said = getattr(problem, "__cause__", None) or problem
    in_database = getattr(said, "sqlite_errorcode", 0) & 0xFF or getattr(said, "sqlstate", None)
    return in_database in NO_ROOM_IN_DATABASE or (isinstance(problem, OSError) and problem.errno in NO_ROOM)


class GiveBackMiddleware(MiddlewareMixin):
    """Answers 503 where a view meets what passes. What fails outside of views comes here by the way of
    `handler500`."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return give_back(request, exception) if passes(exception) else None


def give_back(request: HttpRequest, problem: BaseException) -> HttpResponse:
    """The answer, with Retry-After. No query, and none after it: neither session nor template may ask for one."""
    logger.warning("Answered with 503: %s", problem)
    if hasattr(request, "session"):
        request.session.modified = False
    is_full = has_no_room(problem)
    page = loader.render_to_string(
        "503.html", {"is_full": is_full, **(typed(request) if request.method == "POST" else {})}
    )
    headers = {"Retry-After": str(RETRY_AFTER_ROOM if is_full else RETRY_AFTER), "Cache-Control": "private, no-store"}
    response = HttpResponse(page, status=503, headers=headers)
    response._has_been_logged = True  # type: ignore[attr-defined]  # or Django would do so for each, with a traceback
    return response


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
