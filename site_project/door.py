"""What every request meets first, and every answer last; and what load balancers ask."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

from core import logs
from core.desk import Line
from core.worker import pulse

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]

logger = logging.getLogger(__name__)


def up(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("up\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and every migration is applied; 503 otherwise. Names what the site goes without."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    if waiting:
        return HttpResponse("migrations are waiting\n", content_type="text/plain", status=503)
    return HttpResponse("\n".join(["ready", *degraded(), ""]), content_type="text/plain")


def degraded() -> list[str]:
    """What does not work, though pages do."""
    answers = getattr(cache, "answers", None)
    words = ["the cache does not answer, counts are made without it"] if answers and not answers() else []
    return [f"degraded: {one}" for one in [*words, *filter(None, [pulse.missing()])]]


def worker(request: HttpRequest) -> HttpResponse:
    """A worker is at work; 503 and since when not otherwise."""
    try:
        missing = pulse.missing()
    except (DatabaseError, InterfaceError):
        missing = "no database"
    return HttpResponse(f"{missing or 'at work'}\n", content_type="text/plain", status=503 if missing else 200)


def desk_line(request: HttpRequest) -> list[Line]:
    """For the admin's front page."""
    missing = pulse.missing()
    return [Line(missing, "/up/worker/")] if missing else []


#: Probes ask for the address of a machine, whatever the site is called.
PROBES = {"/up/": up, "/ready/": ready, "/up/worker/": worker}


class Door:
    """Answers probes; refuses hosts that are not ours, in one line of the log, and methods that nothing here takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(logs.HEADER)
        name = request.META.get("courant.request") or logs.id_of(given, settings.TRUSTED_PROXIES)
        logs.request_id.set(name)
        response = self.refusal(request) or PROBES.get(request.path_info, self.get_response)(request)
        response.headers[logs.HEADER] = name
        return response

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        try:
            if request.path_info not in PROBES:
                request.get_host()
        except DisallowedHost:
            host = request.META.get("HTTP_HOST", "")[:100]
            logger.warning("Not answered: somebody asked for the host %r; see ALLOWED_HOSTS.", host)
            refusal = HttpResponseBadRequest("There is no site of this name here.\n", content_type="text/plain")
            refusal._has_been_logged = True  # type: ignore[attr-defined]  # or Django would do so, too
            return refusal
        return None
