"""What can be seen to be wrong only once all settings are read: before any command begins, or by `check --deploy`,
which is for sites that others reach."""

import re
from collections.abc import Iterator
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import mailers

from core.mail.messages import NOWHERE

LOCAL = re.compile(r"localhost|.+\.localhost|127\.[\d.]+|::1|")
ADDRESSES = ["DEFAULT_FROM_EMAIL", "BOUNCE_ADDRESS", "UNSUBSCRIBE_ADDRESS", "EDITOR_EMAIL"]


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


@checks.register(checks.Tags.security, deploy=True)
def addresses_lead_somewhere(**kwargs: Any) -> Iterator[checks.CheckMessage]:
    """The sender above all: mail servers refuse one that cannot be answered. Django looks at SECRET_KEY (W009)."""
    for name in ADDRESSES:
        address = parseaddr(getattr(settings, name))[1]
        if address and NOWHERE.fullmatch(address.rpartition("@")[2].lower()):
            yield checks.Error(f"{name} is {address}: no mail arrives there.", "Name your own.", id="courant.E002")


@checks.register(checks.Tags.security, deploy=True)
def nothing_stands_open(**kwargs: Any) -> Iterator[checks.CheckMessage]:
    is_local = LOCAL.fullmatch(urlsplit(settings.SITE_URL).hostname or "")
    if settings.DEBUG and not is_local:
        yield checks.Error("DEBUG shows code and settings to everybody who reaches SITE_URL.", id="courant.E003")
    if not settings.SECURE_SITE and not is_local:
        hint = "Put a proxy with TLS in front, and https:// in SITE_URL."
        yield checks.Error("SITE_URL begins with http: passwords and cookies can be read.", hint, id="courant.E004")
    if "*" in settings.ALLOWED_HOSTS:
        yield checks.Warning("ALLOWED_HOSTS has a star: whatever host is asked for is answered.", id="courant.W002")
    options = settings.MAILER["OPTIONS"]
    is_clear = options.get("password") and not (options.get("use_tls") or options.get("use_ssl"))
    if is_clear and not LOCAL.fullmatch(options["host"]):
        yield checks.Error("MAIL_URL sends its password as it is: take tls=never away.", id="courant.E005")
    cache, database = urlsplit(settings.CACHE_URL), settings.DATABASE
    servers = [("CACHE_URL", cache.hostname, cache.password)]
    servers.append(("DATABASE_URL", database.get("HOST"), database.get("PASSWORD")))
    for name, host, password in servers:
        if not password and not (host or "").startswith("/") and not LOCAL.fullmatch(host or ""):
            message = f"{name} names another machine without a password: whoever reaches it may read and change all."
            yield checks.Warning(message, "Have the server ask for one.", id="courant.W003")
