"""What the worker does after somebody has asked for something under an address."""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.tasks import task
from django.utils import timezone

from mailing.lists import invitations, subscribing
from mailing.lists.consenting import Occasion
from mailing.models import Subscriber
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
