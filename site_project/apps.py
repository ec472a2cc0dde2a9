"""Django's admin, with our own desk in place of its default site, and our checks."""

from django.contrib.admin.apps import AdminConfig

from site_project import checks as checks  # registered by being imported


class DeskConfig(AdminConfig):
    default_site = "site_project.admin.Desk"
