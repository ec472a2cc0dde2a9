"""What nobody needs any more is deleted."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from core import locking

PIECE = 1000
TASKS_ARE_KEPT = timedelta(days=7)


def delete(rows: QuerySet) -> int:
    """Delete all these, however many, in short transactions; returns how many."""
    deleted = 0
    while ids := list(rows.order_by().values_list("pk", flat=True)[:PIECE]):
        with locking.turn():
            deleted += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return deleted


def forget_hits() -> None:
    delete(apps.get_model("core.Hits").objects.over())


def forget_finished_tasks() -> None:
    """Failed ones as well: a week is enough to try them again."""
    results = apps.get_model("django_tasks_database.DBTaskResult").objects
    delete(results.finished().filter(finished_at__lt=timezone.now() - TASKS_ARE_KEPT))


def forget_expired_sessions() -> None:
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
