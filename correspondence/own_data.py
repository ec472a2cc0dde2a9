"""What is kept of who wrote to us: given to them whole, and forgotten when they say so, or after a time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Model, Q
from django.utils import timezone

from accounts.models import User
from accounts.own_data import told
from core.models import OutgoingMail
from correspondence.models import Letter, Revocation, Thread
from correspondence.revoking import person_of
from mailing.models import Subscriber

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
#: How long a letter waits for its writer, and how long the words are kept of one that was given back.
KEPT = timedelta(days=30)
NOTHING: dict[str, Any] = {"text": "", "name": "", "attachments": []}


class Letters:
    """See `accounts.own_data.Source`."""

    name = "letters"

    def export(self, user: User) -> list[dict[str, Any]]:
        return export(Q(user=user) | Q(email=user.email))

    def erase(self, user: User, *, keep_words: bool) -> None:
        erase(Q(user=user) | Q(email=user.email))
        Revocation.objects.filter(person=person_of(user)).delete()


def of_subscriber(subscriber: Subscriber) -> dict[str, Any]:
    """See `mailing.own_data.others`."""
    return {Letters.name: export(Q(subscriber=subscriber) | Q(email=subscriber.email))}


def bear_witness(row: Model, keep_words: bool) -> None:
    """Whoever is erased by their address, as subscribers are, is forgotten here as well."""
    if isinstance(row, Subscriber):
        erase(Q(email=row.email))
        Letter.objects.filter(subscriber=row).delete()
        Revocation.objects.filter(person=person_of(row)).delete()


def export(whose: Q) -> list[dict[str, Any]]:
    """What they wrote, and what editors wrote to them."""
    return [told(each, WORDS) for each in Letter.objects.filter(whose).select_related("newsletter").order_by("pk")]


def erase(whose: Q) -> None:
    """What stands in a discussion goes with the rest that they wrote there, or stays; mail to them that waits goes."""
    letters, threads = Letter.objects.filter(whose), Thread.objects.filter(whose)
    about = [f"letter-{pk}" for pk in letters.values_list("pk", flat=True)]
    about += [f"thread-{pk}" for pk in threads.values_list("pk", flat=True)]
    OutgoingMail.objects.filter(about__in=about).delete()
    letters.delete()
    threads.delete()


def forget() -> None:
    """Part of the worker's hourly round."""
    old = Letter.objects.filter(at__lt=timezone.now() - KEPT)
    old.asked().update(**NOTHING, state=Letter.State.DECLINED, decided_at=timezone.now())
    old.filter(state=Letter.State.REFUSED, thread=None).exclude(text="").update(**NOTHING)
