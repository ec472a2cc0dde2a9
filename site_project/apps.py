"""Django's admin, with our own desk in place of its default site, and our checks."""

from typing import Any

from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers

from core.desk import lines
from site_project.door import desk_line


class DeskConfig(AdminConfig):
    default_site = "site_project.admin.Desk"

    def ready(self) -> None:
        super().ready()
        lines.append(desk_line)


# What can be seen to be wrong only once all settings are read; said before any command begins.
@checks.register
def mail_can_be_sent(**kwargs: Any) -> list[checks.CheckMessage]:
    try:
        mailers["default"]
    except (ImproperlyConfigured, ImportError) as error:
        hint = "What a mail service wants stands after the ?: see django-anymail's page about it."
        return [checks.Error(f"MAIL_URL: {error}", hint, id="courant.E001")]
    return []


@checks.register
def encryption_can_be_seen(**kwargs: Any) -> list[checks.CheckMessage]:
    if settings.SECURE_SITE and not settings.TRUST_PROXY_TLS:
        message = (
            "SITE_URL begins with https, but TRUST_PROXY_TLS is not set: http is not redirected, no HSTS is sent."
        )
        hint = "Have the proxy in front set X-Forwarded-Proto, and set TRUST_PROXY_TLS=true."
        return [checks.Warning(message, hint, id="courant.W001")]
    return []
