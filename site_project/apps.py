"""Django's admin, with our own desk in place of its default site, and our checks."""

from django.contrib.admin.apps import AdminConfig

from core.desk import lines
from site_project import checks as checks
from site_project.door import desk_line


class DeskConfig(AdminConfig):
    default_site = "site_project.admin.Desk"

    def ready(self) -> None:
        super().ready()
        lines.append(desk_line)
