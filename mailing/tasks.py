"""What the worker does after somebody has asked for something under an address."""

from collections.abc import Collection

from django.db import transaction
from django.tasks import task

from core.mail.messages import normal
from mailing.lists import invitations, subscribing
from mailing.lists.consenting import Occasion
from mailing.models import Subscriber
from newsletter.models import Newsletter


def ask(email: str, newsletters: Collection[Newsletter], occasion: Occasion) -> None:
    """Ask for newsletters under an address: its owner gets a mail, unless there was one within 15 minutes.

    Whoever asks learns nothing of the address: the request does the same for every one, and the worker does the
    rest. What is asked for without a mail stands on the page that the last mail leads to.
    """
    may_mail = not invitations.MAILS_TO_ADDRESS.hit(normal(email))
    subscriber = Subscriber.objects.for_address(email)
    newsletter_ids = [each.pk for each in newsletters]
    take_in.enqueue(subscriber.pk, newsletter_ids, occasion._asdict(), may_mail=may_mail)


@task
def take_in(subscriber_id: int, newsletter_ids: list[int], occasion: dict[str, str], *, may_mail: bool) -> None:
    """Keep what was asked for, and ask the owner of the address by mail."""
    subscriber = Subscriber.objects.filter(pk=subscriber_id).first()
    if subscriber is None:
        return
    newsletters = Newsletter.objects.filter(pk__in=newsletter_ids)
    with transaction.atomic():
        subscribing.take_in(subscriber, list(newsletters), Occasion(**occasion))
        if may_mail:
            invitations.answer(subscriber)
