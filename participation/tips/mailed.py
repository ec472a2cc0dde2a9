"""A mail to the tips address becomes a tip: what its writer says, the first address and the first picture in it."""

import re
from contextlib import suppress
from email.message import EmailMessage

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email

from core.limits import Limit
from core.mail.incoming import Incoming, is_automatic, recipients, sender
from core.mail.messages import one_line
from core.mail.quoting import storable, written
from core.rich_text import Unreadable, failures_in_words
from core.rich_text.mail import FORWARDED
from newsletter.imaging import CleanPicture
from newsletter.models import Newsletter
from participation.models import Tip
from participation.models.tips import LONGEST_TEXT
from participation.tips.links import first_address
from participation.tips.taking import clean_picture, take_in

FROM_ADDRESS = Limit("tips by mail from an address", 20, 86_400)


def take(incoming: Incoming) -> str:
    """See `core.mail.incoming.takers`."""
    message = incoming.message
    newsletter = newsletter_of(message) if message else None
    if message is None or newsletter is None or is_automatic(message):
        return ""
    name, email = sender(message)
    with suppress(ValidationError, Unreadable):
        validate_email(email)
        text = words_of(message)
        if text and not FROM_ADDRESS.hit(email):
            tip = Tip(newsletter=newsletter, language=newsletter.language, text=text, link=first_address(text))
            tip.name, tip.email = storable(name)[:80], email
            take_in(tip, picture_in(message))
    return "tip"


def newsletter_of(message: EmailMessage) -> Newsletter | None:
    """The one that is named behind a plus sign, as in `tips+low-tide@example.org`, or else the first."""
    local, _at, domain = settings.TIPS_ADDRESS.lower().rpartition("@")
    own = re.compile(rf"{re.escape(local)}(?:\+([\w-]+))?@{re.escape(domain)}")
    found = [match for each in recipients(message) if local and (match := own.fullmatch(each))]
    taking = Newsletter.objects.filter(takes_tips=True).order_by("pk")
    named = taking.filter(slug__in=[match[1] for match in found if match[1]]).first()
    return named or (taking.first() if found else None)


def words_of(message: EmailMessage) -> str:
    """Subject and text as its writer wrote them, without what they answer; as long as a tip can be. Raises
    Unreadable."""
    with failures_in_words("no text"):
        subject, own = FORWARDED.sub("", storable(one_line(str(message.get("Subject", ""))))), written(message)
    parts = [own] if own.partition("\n")[0] == subject else [subject, own]
    return "\n\n".join(filter(None, parts))[:LONGEST_TEXT]


def picture_in(message: EmailMessage) -> CleanPicture | None:
    """The first that can be used."""
    for part in message.walk():
        if part.get_content_maintype() == "image":
            content = part.get_payload(decode=True)
            with suppress(ValidationError):
                return clean_picture(ContentFile(content, name=part.get_filename() or ""))
    return None
