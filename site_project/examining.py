"""What `manage.py doctor` looks at, as system checks of Django's with a tag of their own. They are registered when it
runs alone, as they take time and ask other machines."""

import platform
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import django
from django.conf import settings
from django.core import checks
from django.core.cache import caches
from django.core.checks import CheckMessage, Error, Info
from django.core.checks import Warning as Doubt
from django.core.mail import mailers
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection

from core import standing
from core.mail.smtp import is_secret
from core.staticfiles import uncollected
from core.unavailable import BUSY
from core.worker import pulse
from deliverability.sender.looking import Look
from deliverability.sender.words import MEND, said
from interchange import alarm
from newsletter.models import Newsletter
from newsletter.models.slugs import FIXED
from site_project import door

SECONDS = 5
#: Of a certificate.
DAYS_LEFT = 14
#: In seconds; leases of workers hold for sixty.
CLOCK_DIFFERENCE = 20
#: For users of the system who are neither the owner nor of its group.
OTHERS, GROUP_AND_OTHERS = 0o007, 0o077
#: In DATA_DIR.
PRIVATE = {"courant.sqlite3", "mail", "backups"}

#: Their order.
EXAMINED: dict[str, int] = {}

type Examination = Callable[[], Iterator[CheckMessage]]


def examination(look: Examination) -> Examination:
    """Register a check of the part that its function is named after. What it cannot look at is an error, too."""

    name = look.__name__.replace("_", " ")
    EXAMINED[name] = len(EXAMINED)

    @checks.register("doctor")
    def examined(**kwargs: object) -> list[CheckMessage]:
        found: list[CheckMessage] = []
        try:
            found.extend(look())
        except BUSY:
            found.append(Doubt("Not looked at, as the database does not answer"))
        except Exception as error:
            found.append(Error(f"This cannot be examined: {type(error).__name__}: {error}"))
        for message in found:
            message.obj = name
        return found

    return look


@examination
def database() -> Iterator[CheckMessage]:
    began = time.perf_counter()
    try:
        connection.ensure_connection()
    except Exception as error:
        yield Error(f"It does not answer: {error}", "Is it running? See DATABASE_URL.")
        return
    version = ".".join(map(str, connection.get_database_version()))
    yield Info(f"{connection.display_name} {version} answers after {1000 * (time.perf_counter() - began):.0f} ms")
    connection.check_database_version_supported()


@examination
def migrations_and_key() -> Iterator[CheckMessage]:
    words = standing.problem()
    yield Error(words) if words else Info("Code, database and key belong together")


@examination
def newsletters() -> Iterator[CheckMessage]:
    """What the site needed itself when they were made was less."""
    for newsletter in Newsletter.objects.filter(slug__in=FIXED):
        words = f"“{newsletter}” stands at /{newsletter.slug}/, which the site needs itself"
        yield Doubt(words, "Give it another address at the desk: the old one leads there.")
    yield Info(f"{Newsletter.objects.count()} are there")


@examination
def worker() -> Iterator[CheckMessage]:
    words = pulse.missing()
    yield Error(words, "See what manage.py serve or manage.py work say.") if words else Info("One is at work")


@examination
def mail() -> Iterator[CheckMessage]:
    if held := standing.is_held():
        yield Doubt(f"Nothing is sent: {held}", "If this is a copy whose original sends no more: manage.py release.")
    backend = mailers["default"]
    if not isinstance(backend, EmailBackend):
        name = type(backend).__module__.rpartition(".")[2]
        yield Info(f"By {name}, which is not asked without a mail: manage.py doctor --mail ADDRESS sends one")
        return
    place = f"{backend.host}:{backend.port}"
    try:
        has_tls = is_secret(backend, SECONDS)
        yield Info(f"{place} answers{', with TLS' * has_tls}{', and lets us in' * bool(backend.username)}")
        if not has_tls:
            yield Doubt(f"What is said to {place} can be read by others", "Add ?tls=required to MAIL_URL.")
    except OSError as error:
        yield Error(f"{place} does not take mail from us: {error}", "See MAIL_URL: host, port, user, password, tls.")


@examination
def sender_domain() -> Iterator[CheckMessage]:
    """What DNS says of each newsletter's sender. The desk says more of it: see `deliverability.sender`."""
    for newsletter in Newsletter.objects.all() or [Newsletter()]:
        for found in Look(newsletter).findings(["address", "mx", "spf", "dmarc"]):
            state, words = said(found.code, found.facts)
            if found.code.endswith(".silent"):
                yield Doubt("DNS does not answer: is this machine offline?")
                return
            record = " ".join(next(iter(found.records), ()))
            yield Doubt(words, f"Add to the zone: {record}" if record else None) if state == MEND else Info(words)


@examination
def disk() -> Iterator[CheckMessage]:
    words = door.full_disk()
    yield Error(words, "Make room, or move DATA_DIR.") if words else Info("There is room where DATA_DIR lies")


@examination
def static_files() -> Iterator[CheckMessage]:
    words = uncollected()
    yield Doubt(words) if words else Info("As this code has them")


@examination
def cache() -> Iterator[CheckMessage]:
    redis: Any = caches["default"]
    if not settings.CACHE_URL:
        yield Info("Each process counts for itself: CACHE_URL is not set")
    elif redis.answers():
        yield Info(f"Redis {redis._cache.get_client().info('server')['redis_version']} answers")
    else:
        yield Doubt("It does not answer; counts are made without it", "Is it running? See CACHE_URL.")


@examination
def backups() -> Iterator[CheckMessage]:
    if not settings.BACKUP_HOURS:
        yield Doubt("The worker makes none", "Set BACKUP_HOURS, unless you make them otherwise.")
    elif words := alarm.trouble():
        yield Error(words, "See docs/backups.md, and BACKUP_URL.")
    else:
        yield Info("Nothing is wrong with them")
    if "bucket_name" in settings.BACKUP_STORE["OPTIONS"] and not settings.BACKUP_PASSPHRASE:
        yield Doubt("They lie elsewhere as they are, with the key", "Set BACKUP_PASSPHRASE, and keep it elsewhere.")


@examination
def permissions() -> Iterator[CheckMessage]:
    folder = settings.DATA_DIR
    for path in filter(Path.exists, [folder / "secret.key", settings.BASE_DIR / ".env"]):
        if path.stat().st_mode & GROUP_AND_OTHERS:
            yield Error(f"{path} holds secrets, and others can read it", f"chmod 600 {path}")
    read = [path.name for path in folder.iterdir() if path.name in PRIVATE and path.stat().st_mode & OTHERS]
    if read and folder.stat().st_mode & OTHERS:
        yield Doubt(f"Every user of this machine can read {', '.join(sorted(read))}", f"chmod o-rwx {folder}")
    yield Info("Looked at what only the site may read")


@examination
def versions() -> Iterator[CheckMessage]:
    yield Info(f"Python {platform.python_version()}, Django {django.__version__}, {platform.platform(terse=True)}")


@examination
def clock() -> Iterator[CheckMessage]:
    if connection.vendor != "postgresql":
        yield Info("The database is a file here, and has none of its own")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        difference = abs(time.time() - float(cursor.fetchone()[0]))
    words = f"The clocks of this machine and the database differ by {difference:.1f} s"
    yield Error(words, "Run chrony or another NTP client on both.") if difference > CLOCK_DIFFERENCE else Info(words)


@examination
def address() -> Iterator[CheckMessage]:
    """Whether SITE_URL leads here, and how long its certificate holds."""
    request = Request(f"{settings.SITE_URL}/up/")  # noqa: S310
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            site = answer.headers.get(door.SITE, "")
    except OSError as error:
        yield Error(
            f"{settings.SITE_URL} does not answer: {error}", "Do web servers and proxy run? Does DNS lead to them?"
        )
        return
    if site != door.site():
        yield Error(f"{settings.SITE_URL} leads to something else", "See DNS, the proxy, and SITE_URL.")
        return
    yield Info(f"{settings.SITE_URL} leads here")
    if settings.SECURE_SITE:
        days = days_left()
        words = f"Its certificate holds for {days} days"
        yield Info(words) if days > DAYS_LEFT else Doubt(words, "See why it was not renewed.")


def days_left() -> int:
    target = urlsplit(settings.SITE_URL)
    place, context = (str(target.hostname), target.port or 443), ssl.create_default_context()
    with (
        socket.create_connection(place, timeout=SECONDS) as line,
        context.wrap_socket(line, server_hostname=place[0]) as secret,
    ):
        ends = ssl.cert_time_to_seconds(str((secret.getpeercert() or {})["notAfter"]))
    return (datetime.fromtimestamp(ends, UTC) - datetime.now(UTC)).days
