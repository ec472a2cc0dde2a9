"""What nobody needs any more is deleted."""

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.utils import timezone

TASKS_ARE_KEPT = timedelta(days=7)


def forget_hits() -> None:
    """One query."""
    apps.get_model("core.Hits").objects.over().delete()


def forget_finished_tasks() -> None:
    """Failed ones as well: a week is enough to try them again. One query."""
    results = apps.get_model("django_tasks_database.DBTaskResult").objects
    results.finished().filter(finished_at__lt=timezone.now() - TASKS_ARE_KEPT).delete()


def forget_expired_sessions() -> None:
    """One query."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
