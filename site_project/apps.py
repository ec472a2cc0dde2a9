"""Django's admin, with our own desk in place of its default site."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "site_project.admin.Desk"
