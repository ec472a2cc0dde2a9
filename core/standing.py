"""Whether this process may work with this database, and whether anything may be sent from here.

A process whose code, database and key do not belong together ends with one line. A database that lies elsewhere than
it did, or came from a backup, sends nothing until somebody says that its original is gone: else both would mail.
"""

import ctypes
import logging
import os
import struct
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.desk import Line
from core.models import Standing
from core.unavailable import BUSY

#: How a refused process ends (EX_CONFIG of sysexits.h): to begin it again changes nothing.
REFUSED = 78
#: pg_restore makes the table anew, also within the same database.
POSTGRESQL_PLACE = """
    SELECT concat_ws(':', (SELECT system_identifier FROM pg_control_system()), oid, to_regclass('core_standing')::oid)
    FROM pg_database WHERE datname = current_database()
"""
#: Of statx(2).
RELATIVE_TO_HERE, BIRTH, PLACE_OF_BIRTH = -100, 0x800, 80

logger = logging.getLogger(__name__)

#: Why nothing may be sent though no copy is; empty if it may. Apps above add theirs in `ready()`.
reasons: list[Callable[[], str]] = []


class Refused(CommandError):
    """One line that says what does not belong together, and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words, returncode=REFUSED)


def refuse() -> None:
    """To be called where a process begins that serves or works. Raises Refused, and what the database raises.

    Takes down, where it is not known yet, which key the database is written with, and where it lies.
    """
    if words := problem():
        raise Refused(words)
    row, _made = Standing.objects.get_or_create(pk=1)
    own = fingerprint(settings.SECRET_KEY)
    if row.key != own or not row.place:
        Standing.objects.filter(pk=1).update(key=own, place=row.place or place())


def end_if_refused() -> None:
    """The same for a process that a web server begins: it ends with the line alone. Where the database does not answer
    it goes on, as pages say so."""
    try:
        refuse()
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        sys.exit(REFUSED)
    except BUSY:
        logger.warning("The database does not answer; pages say so until it does.")
    finally:
        connection.close()


def problem() -> str:
    """Why this process must not work with its database, in one line; empty if it may. Three short queries; raises what
    the database raises."""
    applied, known = set(MigrationRecorder(connection).applied_migrations()), known_migrations()
    if beyond := applied - known:
        return f"The database is newer than this code ({named(beyond)} is unknown here): bring the code up to date."
    if waiting := known - applied:
        return f"The database is older than this code ({named(waiting)} is not applied): run manage.py migrate."
    key = Standing.objects.values_list("key", flat=True).first()
    if key and key not in map(fingerprint, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]):
        return (
            "The database was written with another SECRET_KEY. Put that one back, as SECRET_KEY or in "
            f"{settings.DATA_DIR / 'secret.key'}, or name it in SECRET_KEY_FALLBACKS. If it is lost for good, so are "
            "links in mail and knowledge of whom not to write to; manage.py release --new-key goes on without."
        )
    return ""


@cache
def known_migrations() -> set[tuple[str, str]]:
    """Of the code as it was when this process began."""
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def named(migrations: set[tuple[str, str]]) -> str:
    return ".".join(max(migrations))


def fingerprint(key: str) -> str:
    """What may be shown of a key."""
    return salted_hmac("core.standing", "key", secret=key, algorithm="sha256").hexdigest()


def is_held() -> str:
    """Why nothing may be sent; empty if it may. Two short queries."""
    held, known = Standing.objects.filter(pk=1).values_list("held", "place").first() or ("", "")
    if held or not known or known == place():
        return held or next(filter(None, (reason() for reason in reasons)), "")
    return _("this database was copied, moved or restored; its original may be sending, too")


def hold(reason: str) -> None:
    """Let nothing be sent any more, to anybody, until `release`."""
    Standing.objects.update_or_create(pk=1, defaults={"held": reason})


@transaction.atomic
def release(*, new_key: bool = False) -> None:
    """Let sending go on from here, where the original is gone or sends no more. With `new_key`, go on without the key
    that the database was written with. Raises CommandError for a staging site."""
    if settings.STAGING:
        raise CommandError("STAGING is set: this site sends nothing to anybody.")
    Standing.objects.update_or_create(pk=1, defaults={"held": "", "place": place()})
    if new_key:
        Standing.objects.update(key=fingerprint(settings.SECRET_KEY))


def place() -> str:
    """Where the database lies, as no copy of it does; empty in memory.

    PostgreSQL: the cluster, the database in it, and the table that says so. SQLite: the machine, the file, and when it
    was made: not its path, as one file has several in containers and beside them. A container says nothing of a
    machine, so the next one that is given the file is the same place.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(POSTGRESQL_PLACE)
            return str(cursor.fetchone()[0])
    path, machine = Path(connection.settings_dict["NAME"]), Path("/etc/machine-id")
    if not path.exists():
        return ""
    name = machine.read_text().strip() if machine.exists() else ""
    return f"{name}:{path.stat().st_ino}:{born(path)}"


def born(path: Path) -> str:
    """When a file was made: what is put in its place may get its number. Empty where the system does not say."""
    if sys.platform != "linux":
        return str(getattr(path.stat(), "st_birthtime", ""))
    facts = ctypes.create_string_buffer(256)
    if ctypes.CDLL(None).statx(RELATIVE_TO_HERE, os.fsencode(path), 0, BIRTH, facts):
        return ""
    return "{}.{}".format(*struct.unpack_from("=qI", facts, PLACE_OF_BIRTH))


def held_line(request: HttpRequest) -> list[Line]:
    """For the admin's front page."""
    held = is_held()
    words = _("Nothing is mailed from here: %(reason)s. Whoever runs the site lets it go on with manage.py release.")
    return [Line(words % {"reason": held}, reverse("admin:index"))] if held else []
