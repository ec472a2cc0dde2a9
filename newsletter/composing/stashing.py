"""An upload between the form and the preview: kept as files for a day, and found again by a signed ticket. They lie in
the storage of the site, so that any machine of several can answer the next request. Nobody but the one who uploaded
them can fetch them. Nothing kept is ever written over: two windows on one preview cannot harm each other."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
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
#: The folder of an upload begins with its time, in UTC.
TIME = "%Y%m%d%H%M%S"
DOCUMENT, COMMENTS = "document", "comments"
CHECKSUM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stashed:
    """What an editor uploaded, and where more can be put beside it."""

    folder: str
    content: bytes
    newsletter: Newsletter
    #: A file with what was said about it elsewhere, if there was one.
    comments: bytes | None = None

    def add(self, content: bytes) -> str:
        """Keep one more file beside the upload, as long as that; returns the checksum by which it is found."""
        checksum = sha256(content).hexdigest()
        if not default_storage.exists(f"{self.folder}/{checksum}"):
            default_storage.save(f"{self.folder}/{checksum}", ContentFile(content))
        return checksum

    def file(self, checksum: str) -> bytes | None:
        """A file that was added; none where there is no such file."""
        return stored(f"{self.folder}/{checksum}") if CHECKSUM.fullmatch(checksum) else None


def stash(content: bytes, newsletter: Newsletter, user: User, *, comments: bytes | None = None) -> str:
    """Keep an upload; returns its ticket. What has been kept for more than a day is deleted."""
    sweep()
    folder = f"{FOLDER}/{timezone.now():{TIME}}-{token_urlsafe(24)}"
    default_storage.save(f"{folder}/{DOCUMENT}", ContentFile(content))
    if comments is not None:
        default_storage.save(f"{folder}/{COMMENTS}", ContentFile(comments))
    return signing.dumps([folder, newsletter.pk, user.pk], salt=__name__)


def fetch(ticket: str, user: User) -> Stashed:
    """What was kept. Raises Unreadable where it is gone, or somebody else's."""
    try:
        folder, newsletter, owner = signing.loads(ticket, salt=__name__, max_age=KEPT)
        content = stored(f"{folder}/{DOCUMENT}") if owner == user.pk else None
        if content is not None:
            return Stashed(folder, content, Newsletter.objects.get(pk=newsletter), stored(f"{folder}/{COMMENTS}"))
    except (signing.BadSignature, Newsletter.DoesNotExist):
        pass
    raise Unreadable(_("This preview is no longer there: it is kept for a day. Choose the document again."))


def stored(name: str) -> bytes | None:
    with suppress(FileNotFoundError), default_storage.open(name) as file:
        return file.read()
    return None


def sweep() -> None:
    """Delete what nobody came back for."""
    limit = f"{timezone.now() - KEPT:{TIME}}"
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(FOLDER)[0]:
            if name < limit:
                remove(f"{FOLDER}/{name}")


def remove(folder: str) -> None:
    for name in default_storage.listdir(folder)[1]:
        default_storage.delete(f"{folder}/{name}")
    with suppress(OSError):  # a file came in just now: the next one takes it away
        default_storage.delete(folder)  # object stores have no folders and let this pass
