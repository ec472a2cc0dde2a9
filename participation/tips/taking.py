"""A tip comes in: it is stored, and the worker looks at what it leads to."""

from contextlib import suppress

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from core import locking
from core.imaging import check_limits, opened
from core.patience import Counter
from newsletter.imaging import CleanPicture, clean_upload
from newsletter.models import Link, Newsletter
from participation.models import Tip

#: Strangers send these: less than what editors may use, see `newsletter.imaging`.
MEGAPIXELS, MEGAPIXELS_OF_JPEG = 12, 25
#: What makes two tips one: a form that was sent twice, a mail that was read twice.
SAME = ("newsletter", "text", "link", "email", "name")

at_work = Counter()


def clean_picture(file: File) -> CleanPicture:
    """A new file, fit for the web, without position and camera. Raises ValidationError with a sentence for the person,
    and TooMany where others wait for theirs."""
    with opened(file, file.name or "") as image:
        check_limits(image, MEGAPIXELS_OF_JPEG if image.format in {"JPEG", "MPO"} else MEGAPIXELS)
    return at_work.serve(clean_upload, file)


@transaction.atomic
def take_in(tip: Tip, picture: CleanPicture | None = None) -> Tip:
    """Store a tip, unless it is there already, and let the worker look at what it leads to."""
    locking.lock(Newsletter.objects.filter(pk=tip.newsletter_id))
    if there := Tip.objects.filter(**{name: getattr(tip, name) for name in SAME}).first():
        return there
    if picture:
        tip.checksum = picture.checksum
        tip.picture.save(picture.name or "", picture, save=False)
    tip.save()
    ask(tip)
    return tip


def ask(tip: Tip) -> Link | None:
    """What is known of where a tip leads, which is forgotten after a week; then the worker is to look once more."""
    links = Link.objects.of([tip.link])
    links.filter(title="", problem="", asked_at=None).ask()
    return links.first()


def picture_of(tip: Tip) -> ContentFile | None:
    """The file of its picture; none where it has none, or the file is gone."""
    name = tip.picture.name or ""
    with suppress(FileNotFoundError), default_storage.open(name) as file:
        return ContentFile(file.read(), name=name.rpartition("/")[2])
    return None
