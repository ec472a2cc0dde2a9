"""What every request meets first, and every answer last; and what load balancers ask."""

import logging
import shutil
import time
from collections.abc import Callable
from threading import Event
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotAllowed

from core import logs, standing
from core.desk import Line
from core.fetching import PORTS, Unfetchable, fetch
from core.limits import Limit
from core.staticfiles import uncollected
from core.unavailable import BUSY
from core.worker import pulse
from interchange import alarm
from site_project import metrics

#: Bytes, or a twentieth of a small disk.
LOWEST_FREE = 2 * 2**30
#: By how many of a minute's rounds only one asks; a little less than a minute, as rounds are no clockwork.
HEARTBEAT = Limit("site_project.heartbeat", 1, 55)
SITE = "X-Site"
METHODS = ["GET", "HEAD", "POST", "OPTIONS"]

logger = logging.getLogger(__name__)


def up(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("up\n", content_type="text/plain", headers={SITE: site()})


def site() -> str:
    """A name for who has this site's key, which tells nothing of the key."""
    return standing.fingerprint(settings.SECRET_KEY)[:16]


def ready(request: HttpRequest) -> HttpResponse:
    """Whether this process may be sent requests: 503 where it cannot work with its database. What the site goes
    without is named, too."""
    if unfit := problem():
        return HttpResponse(f"not ready: {unfit}\n", content_type="text/plain", status=503)
    state = degraded()
    lines = [f"degraded: {words}" if words else f"ok: {name}" for name, words in state.items()]
    return HttpResponse("\n".join(["ready", *lines, ""]), content_type="text/plain")


def problem() -> str:
    """Why nothing can be done with the database; empty if it can."""
    try:
        return f"migrations and key: {words}" if (words := standing.problem()) else ""
    except BUSY:
        return "no database"


def degraded() -> dict[str, str]:
    """What does not work, though pages do, by what was looked at; empty sentences where all is well."""
    answers = getattr(cache, "answers", lambda: True)
    found = {
        "cache": "" if answers() else "the cache does not answer, counts are made without it",
        "worker": pulse.missing(),
        "static files": uncollected(),
        "disk": full_disk(),
        "mail": standing.is_held(),
        "backups": alarm.trouble(),
    }
    return {"database": "", "migrations": "", **found}


def full_disk() -> str:
    try:
        size, _used, free = shutil.disk_usage(settings.DATA_DIR)
    except OSError as error:
        return f"DATA_DIR cannot be read ({error.strerror})"
    is_low = free < min(LOWEST_FREE, size / 20)
    return f"only {free / 2**20:,.0f} MB are free where DATA_DIR lies" if is_low else ""


def keep_beating(until: Event) -> None:
    """Ask HEARTBEAT_URL once a minute, of all workers, while all is well; a companion of each worker."""
    while not until.wait(HEARTBEAT.seconds / 2):
        try:
            if not problem() and not any(degraded().values()) and not HEARTBEAT.hit(""):
                beat(settings.HEARTBEAT_URL)
        except BUSY:
            logger.warning("No sign of life is given: the database does not answer.")
        finally:
            connection.close()


def beat(url: str) -> None:
    """The address is the operator's own, so it may be one that only this machine knows."""
    asked = urlsplit(url)
    place = f"{asked.hostname}:{asked.port or PORTS[asked.scheme]}"
    try:
        fetch(url, largest=0, types=(), allowed=[place])
    except Unfetchable as error:
        logger.warning("HEARTBEAT_URL was not reached: %s", error)


def worker(request: HttpRequest) -> HttpResponse:
    """A worker is at work; 503 and since when not otherwise."""
    try:
        missing = pulse.missing()
    except (*BUSY, DatabaseError):
        missing = "no database"
    return HttpResponse(f"{missing or 'at work'}\n", content_type="text/plain", status=503 if missing else 200)


def desk_line(request: HttpRequest) -> list[Line]:
    """For the admin's front page."""
    missing = pulse.missing()
    return [Line(missing, "/up/worker/")] if missing else []


#: Probes ask for the address of a machine, whatever the site is called.
PROBES = {"/up/": up, "/ready/": ready, "/up/worker/": worker, "/metrics/": metrics.page}


class Door:
    """Answers probes; refuses hosts that are not ours, in one line of the log, and methods that nothing here takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(logs.HEADER)
        name = request.META.get("courant.request") or logs.id_of(settings.TRUSTED_PROXIES and given)
        logs.request_id.set(name)
        began = request.META.get("courant.began") or time.perf_counter()
        response = self.refusal(request) or PROBES.get(request.path_info, self.get_response)(request)
        response.headers[logs.HEADER] = name
        metrics.answered(request, response.status_code, began)
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
