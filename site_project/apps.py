"""Django's admin, with our own desk in place of its default site, and our checks."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import import_string

from core.desk import lines
from core.worker.companions import companions
from site_project import checks as checks


class SiteConfig(AppConfig):
    """For its commands."""

    name = "site_project"


class DeskConfig(AdminConfig):
    default_site = "site_project.admin.Desk"

    def ready(self) -> None:
        super().ready()
        lines.append(import_string("site_project.door.desk_line"))
        if settings.HEARTBEAT_URL:
            companions.append(import_string("site_project.door.keep_beating"))
        if settings.SENTRY_DSN:
            import_string("site_project.reporting.begin")()
