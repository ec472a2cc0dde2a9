"""What a load balancer asks."""

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse


def up(request: HttpRequest) -> HttpResponse:
    """The process answers. No query."""
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
    return ["degraded: the cache does not answer, pages are made without it"] if answers and not answers() else []
