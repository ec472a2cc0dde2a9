"""An upload between the form and the preview: kept as a file for a day, and found again by a signed ticket.

It lies in the storage of the site, so that any machine of several can answer the next request. Nobody but the one
who uploaded it can fetch it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from newsletter.composing.plan import Unreadable
from newsletter.models import Newsletter

FOLDER = "composing"
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    content: bytes
    newsletter: Newsletter


def hold(content: bytes, newsletter: Newsletter, user: User) -> str:
    """Keep an upload; returns its ticket. What has been kept for more than a day is deleted."""
    sweep()
    name = default_storage.save(f"{FOLDER}/{token_urlsafe(24)}", ContentFile(content))
    return signing.dumps([name, newsletter.pk, user.pk], salt=__name__)


def fetch(ticket: str, user: User) -> Held:
    """What was kept. Raises Unreadable where it is gone, or somebody else's."""
    try:
        name, newsletter, owner = signing.loads(ticket, salt=__name__, max_age=KEPT)
        if owner == user.pk:
            with default_storage.open(name) as file:
                return Held(file.read(), Newsletter.objects.get(pk=newsletter))
    except (signing.BadSignature, FileNotFoundError, Newsletter.DoesNotExist):
        pass
    raise Unreadable(_("This preview is no longer there: it is kept for a day. Choose the document again."))


def sweep() -> None:
    """Delete what nobody came back for."""
    limit = timezone.now() - KEPT
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(FOLDER)[1]:
            if default_storage.get_modified_time(f"{FOLDER}/{name}") < limit:
                default_storage.delete(f"{FOLDER}/{name}")
