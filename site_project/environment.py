"""How values of the environment become settings: one function reads each, and refuses odd ones with what to write
instead. No message repeats a value, as it may hold a password."""

import logging
import os
import pkgutil
import re
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit
from zoneinfo import ZoneInfo

import anymail.backends
import dj_database_url
import idna
import psycopg
from django.conf.global_settings import LANGUAGES
from environs import Env, EnvError, EnvValidationError

SECONDS_FOR_A_REPLY = 60
USUAL_PORTS = {"http": 80, "https": 443}
SIMPLER = {"Not a valid boolean.": "Write true or false.", "Not a valid integer.": "Write a whole number."}
ESCAPE = "Percent-encode what is special in user and password: %2F for /, %40 for @, %23 for #, %3F for ?, %3A for :."
TLS = {"never", "offered", "required"}
FILES = "core.storage.disk.WholeFileStorage"
OF_A_STORE = {"region": "us-east-1", "tls": "required", "public": ""}
#: Tables of which one at least has rows as soon as somebody has used the site.
WRITTEN = ["accounts_user", "newsletter_newsletter", "mailing_subscriber", "mailing_suppression", "core_standing"]
KEY_MISSING = "SECRET_KEY: it is not set and DATA_DIR has no secret.key,"
PUT_BACK = "Put secret.key back into DATA_DIR from a backup, or set SECRET_KEY to what it was."
WITHOUT_IT = (
    "If it is lost for good, so are links in mail and knowledge of whom not to write to: set a new SECRET_KEY, then "
    "manage.py release --new-key."
)


class Environment(Env):
    """Reads variables; one that is empty counts as absent. `seal` raises EnvError with all that is odd."""

    def __init__(self) -> None:
        super().__init__(eager=False)
        for reader in READERS:
            self.add_parser(reader.__name__, partial(read_if_given, reader))

    def _get_value(self, env_key: str, default: Any) -> Any:
        value = super()._get_value(env_key, default)
        return value.strip() or default if isinstance(value, str) else value

    def seal(self) -> None:
        try:
            super().seal()
        except EnvValidationError as error:
            messages: Any = error.error_messages
            odd = {name: [SIMPLER.get(each, each) for each in said] for name, said in messages.items()}
            lines = [f"{name}: {' '.join(said)}" for name, said in odd.items()]
            raise EnvValidationError(" · ".join(["Settings to mend", *lines]), odd) from None


def read_if_given(reader: Callable[[str], Any], value: str) -> Any:
    return reader(value) if value else value


def words(value: str) -> list[str]:
    """Comma-separated; spaces around the words do not count."""
    return [word.strip() for word in value.split(",") if word.strip()]


def host(name: str) -> str:
    """A host as it stands in a header: IPv6 in brackets, other scripts than Latin in Punycode."""
    name = name.strip("[]").rstrip(".").lower()
    try:
        if ":" in name:
            return f"[{ip_address(name)}]"
        encoded = name if name.isascii() else idna.encode(name, uts46=True).decode()
    except ValueError:
        encoded = ""
    if not re.fullmatch(r"[a-z0-9.-]+", encoded):
        raise EnvError("No browser can ask for this host: write letters, digits, hyphens and dots.")
    return encoded


def hosts(value: str) -> list[str]:
    """Names as ALLOWED_HOSTS has them: with a dot in front for all below, or a star for all there are."""
    if any(re.search(r"/|[^:\]]:\d*$", word) for word in words(value)):
        raise EnvError("Write names alone, without scheme, port and path, as in news.example.org, www.example.org.")
    return [
        word if word == "*" else "." * word.startswith(".") + host(word.removeprefix(".")) for word in words(value)
    ]


def address(value: str) -> SplitResult:
    """The parts of a URL that may hold a password."""
    try:
        parts = urlsplit(value)
        is_clear = parts.port is None or parts.port > 0
    except ValueError:
        is_clear = False
    if not is_clear or parts.fragment or (parts.netloc and "@" in parts.path) or parts.netloc.count("@") > 1:
        raise EnvError(ESCAPE if "@" in value or "#" in value else "Write scheme://host:port, the port a number.")
    if "@" in parts.query and parts.scheme != "anymail":
        raise EnvError(ESCAPE)
    return parts


def site_url(value: str) -> str:
    """The site's address, as browsers send it in Origin and Host."""
    parts = address(value)
    if parts.scheme not in USUAL_PORTS or not parts.hostname:
        raise EnvError("Write http:// or https:// and a host, as in https://news.example.org.")
    if parts.path.strip("/") or parts.query or "@" in parts.netloc:
        raise EnvError(
            "Write scheme and host alone, as in https://news.example.org: no path, query, user or password."
        )
    port = "" if parts.port in {None, USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host(parts.hostname)}{port}"


def listen(value: str) -> str:
    try:
        return "127.0.0.1" if value == "localhost" else str(ip_address(value.strip("[]")))
    except ValueError:
        raise EnvError("Write an address: 127.0.0.1 for this machine alone, 0.0.0.0 or :: for all.") from None


def database(value: str) -> dict[str, Any]:
    parts = address(value)
    if parts.scheme not in {"postgres", "postgresql", "sqlite"} or (parts.scheme == "sqlite" and parts.netloc):
        raise EnvError("Write postgres://user:password@host/name, or sqlite:///folder/file with three slashes.")
    return dict(dj_database_url.parse(value))


def cache(value: str) -> str:
    parts = address(value)
    if parts.scheme not in {"redis", "rediss", "unix"} or not re.fullmatch(
        r"(/\d*)?", parts.path * bool(parts.netloc)
    ):
        raise EnvError("Write redis://host:6379/0, rediss:// for TLS or unix:///path/of/socket.")
    return value


def mailer(value: str) -> dict[str, Any]:
    """Turn `smtp://user:password@host:587` (or `smtps:`; `?tls=` never, offered, required; `?helo=name`),
    `anymail://postmark?server_token=…` (a mail service and the settings that django-anymail wants for it) or
    `file:///folder` into one entry of MAILERS."""
    parts = address(value)
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "file" and not parts.netloc:
        folder = unquote(parts.path)
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": folder}}
    if parts.scheme == "anymail":
        services = {name for _, name, _ in pkgutil.iter_modules(anymail.backends.__path__)} - {"base", "base_requests"}
        if parts.hostname not in services:
            raise EnvError(f"No such mail service; these are known: {', '.join(sorted(services))}.")
        return {"BACKEND": f"anymail.backends.{parts.hostname}.EmailBackend", "OPTIONS": options}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise EnvError("Write smtp://host:587, smtps://host, anymail://service?… or file:///folder.")
    is_smtps = parts.scheme == "smtps"
    tls = options.pop("tls", "required" if parts.username or is_smtps else "offered")
    if set(options) - {"helo"} or tls not in ({"required"} if is_smtps else TLS):
        raise EnvError("After the ? write tls=never, tls=offered or tls=required (smtps always has it), or helo=name.")
    return {
        "BACKEND": "core.mail.smtp.EmailBackend",
        "OPTIONS": {
            **options,
            "host": parts.hostname if parts.hostname.isascii() else host(parts.hostname),
            "port": parts.port or (465 if is_smtps else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": is_smtps,
            "use_tls": tls == "required" and not is_smtps,
            "accept_tls": tls == "offered",
            "timeout": SECONDS_FOR_A_REPLY,
        },
    }


def store(value: str) -> dict[str, Any]:
    """Turn `file:///folder` or `s3://key:secret@host/bucket/prefix` into one entry of STORAGES. After the ? may stand
    region=…, tls=never, and public=true, or public=https://… where the files are read at another address. Without key
    and secret the machine's own role counts."""
    parts = address(value)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return {"BACKEND": FILES, "OPTIONS": {"location": unquote(parts.path)}}
    bucket, _slash, prefix = unquote(parts.path).strip("/").partition("/")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    region, tls, public = (options.pop(name, usual) for name, usual in OF_A_STORE.items())
    if parts.scheme != "s3" or not parts.hostname or not bucket or (parts.username and not parts.password):
        raise EnvError("Write s3://key:secret@host/bucket, with /folder behind it if you like, or file:///folder.")
    if options or not region or tls not in TLS - {"offered"} or not re.fullmatch(r"(true|https?://[^?#]+)?", public):
        raise EnvError("After the ? write region=…, tls=never, public=true or public=https://host, joined by &.")
    endpoint = f"{'https' if tls == 'required' else 'http'}://{parts.netloc.rpartition('@')[2]}"
    readable = "/".join(filter(None, [endpoint, quote(bucket), quote(prefix)])) if public == "true" else public
    return {
        "BACKEND": "core.storage.objects.ObjectStore",
        "OPTIONS": {
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "bucket_name": bucket,
            "location": prefix,
            "endpoint_url": endpoint,
            "region_name": region,
            "public_url": readable.rstrip("/"),
        },
    }


def origins(entry: dict[str, Any]) -> list[str]:
    """Whom browsers may be sent to for a file of this store."""
    options = entry["OPTIONS"]
    urls = [urlsplit(options[name]) for name in ("endpoint_url", "public_url") if options.get(name)]
    return list(dict.fromkeys(f"{url.scheme}://{url.netloc}" for url in urls))


def mailbox(value: str) -> str:
    parts = address(value)
    if not (parts.hostname if parts.scheme in {"imap", "imaps"} else parts.scheme == "maildir" and parts.path):
        raise EnvError("Write imaps://user:password@host/INBOX, imap:// or maildir:///path.")
    return value


def mail_address(value: str) -> str:
    if not re.fullmatch(r"[^\s<>?&,@]+@[^\s<>?&,@]+", value):
        raise EnvError("Write one address, as in ada@example.org.")
    return value


def sender(value: str) -> str:
    """An address, or a name with one."""
    mail_address(found[1] if (found := re.fullmatch(r"[^<>\r\n]+<([^<>]+)>", value)) else value)
    return value


def language(value: str) -> str:
    code = value.lower().replace("_", "-")
    if code not in dict(LANGUAGES):
        raise EnvError("Write the code of a language, as in en, de, zh-hans.")
    return code


def time_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, KeyError):
        raise EnvError("Write a name of the time zone database, as in UTC or Europe/Berlin.") from None


def web_address(value: str) -> str:
    if urlsplit(value).scheme not in USUAL_PORTS or not urlsplit(value).hostname:
        raise EnvError("Write an address that begins with https:// or http://.")
    return value


def level(value: str) -> str:
    if value.upper() not in logging.getLevelNamesMapping():
        raise EnvError("Write DEBUG, INFO, WARNING, ERROR or CRITICAL.")
    return value.upper()


READERS = [words, hosts, site_url, listen, database, cache, mailer, mailbox, mail_address, sender, language, time_zone]
READERS += [level, store, web_address]


def stored_secret_key(folder: Path, database: dict[str, Any]) -> str:
    """Read this site's own key, making it at the first start; only its owner may read the file. What stands below it,
    after an empty line each, are earlier ones."""
    path = folder / "secret.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            refuse_new_key(database)
            with suppress(FileExistsError), open(path, "x", opener=partial(os.open, mode=0o600)) as file:
                file.write(secrets.token_urlsafe(50))
        text = path.read_text()
    except OSError as error:
        raise EnvError(f"DATA_DIR: nothing can be kept there ({error.strerror}).") from None
    if not text.strip():
        raise EnvError(f"SECRET_KEY: it is not set and secret.key in DATA_DIR is empty. {PUT_BACK}")
    # An editor or `echo` ends it with a line break; somebody may have signed with that.
    return "\n\n".join(filter(None, dict.fromkeys([*text.strip().split("\n\n"), *text.split("\n\n")])))


def refuse_new_key(database: dict[str, Any]) -> None:
    """Raise EnvError where somebody has written into the database with a key that is gone, or nobody can say so."""
    try:
        used = is_used(database)
    except (sqlite3.Error, psycopg.Error):
        raise EnvError(f"{KEY_MISSING} and the database does not say whether there was one. {PUT_BACK}") from None
    if used:
        raise EnvError(f"{KEY_MISSING} but the database was written with one. {PUT_BACK} {WITHOUT_IT}")


def is_used(database: dict[str, Any]) -> bool:
    """Whether anybody has written into a database. Asked of its driver, whose errors it raises: there are no settings
    yet."""
    if database["ENGINE"].endswith("sqlite3"):
        if not Path(database["NAME"]).exists():
            return False
        opened, names = sqlite3.connect(database["NAME"]), "SELECT name FROM sqlite_master"
    else:
        given = {name: database[name.upper()] or None for name in ("host", "port", "user", "password")}
        options = {"dbname": database["NAME"], "connect_timeout": 10, **given, **database.get("OPTIONS", {})}
        opened = psycopg.connect(**options)  # type: ignore[assignment]
        names = "SELECT relname FROM pg_class WHERE pg_table_is_visible(oid)"
    with closing(opened):
        there = {name for (name,) in opened.execute(names)}
        return any(opened.execute(f"SELECT 1 FROM {each}").fetchone() for each in WRITTEN if each in there)  # noqa: S608


def mail_service_settings() -> dict[str, Any]:
    """What django-anymail is told beside MAIL_URL: ANYMAIL_X=… is its setting X. An empty one is none: to
    django-anymail it would be a key that everybody knows."""
    truths: dict[str, Any] = {"true": True, "false": False}
    given = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
    return {name: truths.get(value.lower(), value) for name, value in given.items() if value}
