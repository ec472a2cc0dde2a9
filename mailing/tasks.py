"""What the worker does after somebody has asked for something under an address, or brought a long list."""

import logging
from datetime import timedelta
from io import BytesIO
from smtplib import SMTPRecipientsRefused

from django.tasks import task
from django.utils import timezone

from accounts.models import User
from mailing.lists import importing, invitations, subscribing
from mailing.lists.columns import read
from mailing.lists.consenting import Occasion
from mailing.models import Subscriber
from newsletter.composing.stashing import fetch
from newsletter.models import Newsletter

#: After the first attempt at a mail that fails; each next pause is twice as long.
FIRST_PAUSE = timedelta(minutes=2)
MOST_ATTEMPTS = 8

logger = logging.getLogger(__name__)


@task
def take_in(subscriber_id: int, newsletter_ids: list[int], occasion: dict[str, str], *, may_mail: bool) -> None:
    """Keep what was asked for, and ask the owner of the address by mail."""
    subscriber = Subscriber.objects.filter(pk=subscriber_id).first()
    if subscriber is None:
        return
    newsletters = Newsletter.objects.filter(pk__in=newsletter_ids)
    subscribing.take_in(subscriber, list(newsletters), Occasion(**occasion))
    if may_mail:
        write.enqueue("answer", subscriber_id)


@task
def write(kind: str, pk: int, attempt: int = 1) -> None:
    """Send one of the `invitations`; again later when the mail server has no time for it."""
    try:
        invitations.send(kind, pk)
    except SMTPRecipientsRefused:
        logger.warning("The mail server refuses the mail “%s” for row %s.", kind, pk)
    except OSError:
        if attempt == MOST_ATTEMPTS:
            raise
        later = write.using(run_after=timezone.now() + FIRST_PAUSE * 2 ** (attempt - 1))
        later.enqueue(kind, pk, attempt + 1)


@task
def import_list(ticket: str, editor_id: int, source: list[str]) -> None:
    """Take in a list that was uploaded and looked at. One that is begun again goes on where it ended."""
    held = fetch(ticket, User.objects.get(pk=editor_id))
    importing.take_in(
        read(BytesIO(held.content)), held.newsletter, importing.Source(*source), dry_run=False, leave_out_invalid=True
    )
