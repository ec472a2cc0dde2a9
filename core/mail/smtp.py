"""The connection to a mail server: under the site's own name, encrypted as MAIL_URL says."""

import smtplib
import ssl
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.backends import smtp


class EmailBackend(smtp.EmailBackend):
    """Django's, which greets as `helo`, by default the site's host, and can take the encryption that is offered. There
    any certificate will do (RFC 7435), as the alternative is none. With `use_tls` or `use_ssl` it must be valid."""

    def __init__(self, *, accept_tls: bool = False, helo: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.accept_tls, self.helo = accept_tls, helo or own_name()

    def open(self) -> bool | None:
        try:
            return super().open()
        except OSError:
            if self._partial_connection:
                self._partial_connection.close()
            raise

    def connection_class(self, *where: Any, **options: Any) -> smtplib.SMTP:  # type: ignore[override]
        """Called by Django in place of a class, to make a connection."""
        made = self._partial_connection = super().connection_class(*where, **options | {"local_hostname": self.helo})
        if self.accept_tls:
            made.ehlo_or_helo_if_needed()
            if made.has_extn("starttls"):
                made.starttls(context=ssl._create_unverified_context())  # noqa: S323
        return made


def is_secret(backend: smtp.EmailBackend, seconds: float) -> bool:
    """Whether what is said to the server is encrypted. Raises OSError where it does not take mail from us."""
    backend.timeout = seconds
    try:
        backend.open()
        return isinstance(backend.connection.sock, ssl.SSLSocket)  # type: ignore[union-attr]
    finally:
        backend.close()


def own_name() -> str:
    """The site's host, as a mail server expects to be greeted (RFC 5321, section 4.1.3)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    try:
        version = ip_address(host).version
    except ValueError:
        return host
    return f"[{host}]" if version == 4 else f"[IPv6:{host}]"
