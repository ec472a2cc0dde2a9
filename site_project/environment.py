"""How values of the environment become settings."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

SECONDS_FOR_A_REPLY = 60


def comma_separated(env: Env, name: str, default: str = "") -> list[str]:
    """Read a comma-separated variable; spaces around the words do not count."""
    return [word.strip() for word in env.str(name, default).split(",") if word.strip()]


def stored_secret_key(folder: Path) -> str:
    """Read this site's own key, making it at the first start; only its owner may read the file."""
    path = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    os.write(file, secrets.token_urlsafe(50).encode())
    os.close(file)
    return path.read_text()


def mailer(url: str) -> dict[str, Any]:
    """Turn `smtp://user:password@host:587` (or `smtps:`), `anymail://postmark?server_token=…` (a mail service and the
    settings that django-anymail wants for it) or `file:///folder` into one entry of MAILERS."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": unquote(parts.path)},
        }
    if parts.scheme == "anymail":
        backend = f"anymail.backends.{parts.hostname}.EmailBackend"
        return {"BACKEND": backend, "OPTIONS": dict(parse_qsl(parts.query))}
    if parts.scheme not in {"smtp", "smtps"}:
        raise ImproperlyConfigured(f"MAIL_URL starts with {parts.scheme!r}; use smtp, smtps, anymail or file.")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or (465 if parts.scheme == "smtps" else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp" and bool(parts.username),
            "timeout": SECONDS_FOR_A_REPLY,
        },
    }


def mail_service_settings() -> dict[str, Any]:
    """What django-anymail is told beside MAIL_URL: ANYMAIL_X=… is its setting X.

    An empty one is none: to django-anymail it would be a key that everybody knows.
    """
    truths: dict[str, Any] = {"true": True, "false": False}
    given = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
    return {name: truths.get(value.lower(), value) for name, value in given.items() if value}
