"""What a load balancer asks."""

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from core import pulse
from core.desk import Line


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
    words = ["the cache does not answer, pages are made without it"] if answers and not answers() else []
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
