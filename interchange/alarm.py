"""What is wrong with backups, for those who look at the desk, at `/ready/`, at the log, and into their mail."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.addresses import absolute
from core.desk import Line
from core.languages import spoken
from core.limits import Limit
from core.mail import outbox
from core.models import OutgoingMail
from interchange.keeping import GRACE
from interchange.models import Backup

ONCE_A_DAY = Limit("interchange.alarm", 1, 24 * 60 * 60)

logger = logging.getLogger(__name__)


def trouble() -> str:
    """What is wrong, as a sentence; empty where nothing is, or where the worker is to make no backups."""
    if not settings.BACKUP_HOURS:
        return ""
    good = Backup.objects.good().first()
    failed = Backup.objects.failed().first()
    if failed and (not good or failed.begun_at > good.begun_at):
        words = _("The last backup, of %(when)s, failed: %(why)s")
        return words % {"when": told(failed.begun_at), "why": failed.problem or _("its process was killed.")}
    since = good.begun_at if good else installed_at()
    if timezone.now() - since < timedelta(hours=settings.BACKUP_HOURS) + GRACE:
        return ""
    return ngettext(
        "There has been no backup since %(when)s, though one is to be made each hour.",
        "There has been no backup since %(when)s, though one is to be made every %(hours)d hours.",
        settings.BACKUP_HOURS,
    ) % {"when": told(since), "hours": settings.BACKUP_HOURS}


def installed_at() -> datetime:
    applied = MigrationRecorder.Migration.objects.filter(app="interchange").aggregate(first=Min("applied"))["first"]
    return applied or timezone.now()


def told(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def sound() -> None:
    """Tell the log and the owners, once a day for as long as it lasts."""
    words = trouble()
    if not words or ONCE_A_DAY.hit(""):
        return
    logger.error("%s See manage.py doctor.", words)
    for owner in User.objects.filter(is_superuser=True, is_active=True):
        with translation.override(spoken(owner.language or settings.LANGUAGE_CODE)):
            subject = _("%(site)s has no fresh backup") % {"site": settings.SITE_NAME}
            text = f"{trouble()}\n\n{absolute(reverse('admin:interchange_backup_changelist'))}\n"
            outbox.put(owner.email, subject, text, kind=OutgoingMail.Kind.ACCOUNT, about="backups")


def desk_line(request: HttpRequest) -> Iterator[Line]:
    """For the admin's front page."""
    if words := trouble():
        page = "interchange_backup_changelist" if request.user.is_superuser else "index"
        yield Line(words, reverse(f"admin:{page}"))
