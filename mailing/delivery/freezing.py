"""The audience of a dispatch, written down once: one delivery for each subscriber, in pieces that can be repeated."""

from collections import Counter
from datetime import datetime
from secrets import token_hex
from threading import Event
from typing import Literal, TypedDict
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import CharField, Count, DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import MD5, Cast, Concat, Substr
from django.utils import timezone

from core import locking
from mailing.models import Delivery, Dispatch, Subscription
from newsletter.models import Correction, Issue

PIECE = 5000


class Audience(TypedDict, total=False):
    """Who among the active subscribers of an issue's newsletter: `not_had`, unless told otherwise, are those who have
    no copy and are not about to get one; `failed` those of them to whom one could not be delivered."""

    only: Literal["not_had", "failed"]
    language: str
    subscribed_before: datetime | str


def freeze(dispatch: Dispatch, until: Event | None = None) -> None:
    """Make the deliveries of a dispatch that is `freezing`, and let it send; leave off soon after `until` is set.

    By keyset in pieces of 5,000, each committed with the place where the next begins: constant memory, and whoever
    comes after a worker that ended goes on there. Who subscribes meanwhile is in it or not, never twice.
    """
    while freeze_piece(dispatch):
        if until and until.is_set():
            return
    Dispatch.objects.filter(pk=dispatch.pk, state=Dispatch.State.FREEZING).update(
        state=Dispatch.State.SENDING, started_at=timezone.now(), size=dispatch.deliveries.count()
    )


@locking.turn()
def freeze_piece(dispatch: Dispatch) -> bool:
    """The next piece; False if there was none. Two dispatches of one issue freeze in turns: so each sees whom the
    other has, and nobody gets two copies."""
    locking.lock(Issue.objects.filter(pk=dispatch.issue_id), Dispatch.objects.filter(pk=dispatch.pk))
    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    if dispatch.state != Dispatch.State.FREEZING:
        return False
    after = {"subscriber__gt": dispatch.frozen_up_to}
    confirmed = Subscription.objects.confirmed().filter(newsletter=dispatch.issue.newsletter_id, **after)
    last = confirmed.order_by("subscriber_id")[:PIECE].aggregate(last=Max("subscriber_id"))["last"]
    if not last:
        return False
    piece = chosen(dispatch.issue, dispatch.audience, dispatch.correction, **after, subscriber__lte=last)
    write_down(dispatch, piece.order_by("subscriber_id"))
    Dispatch.objects.filter(pk=dispatch.pk).update(frozen_up_to=last)
    return True


def chosen(
    issue: Issue, audience: Audience, correction: Correction | None = None, **piece: int
) -> QuerySet[Subscription]:
    """The subscriptions that an audience is made of. A correction is for those who received the issue. The bounds of a
    piece are those of its copies, too: or PostgreSQL may read all copies for each piece, more and more of them."""
    found = Subscription.objects.active().filter(newsletter=issue.newsletter_id, **piece)
    if language := audience.get("language"):
        own = Q(subscriber__language=language)
        found = found.filter(own | Q(subscriber__language="") if language == issue.newsletter.language else own)
    if before := audience.get("subscribed_before"):
        found = found.filter(since__lt=before)
    theirs = Delivery.objects.filter(subscriber=OuterRef("subscriber"), **piece)
    if correction:
        found = found.filter(Exists(theirs.of_issue(issue).received()))
    is_stored = correction is None or correction.pk
    copies = theirs.of_issue(issue, correction) if is_stored else theirs.none()
    if audience.get("only") == "failed":
        found = found.filter(Exists(copies.failed()))
    return found.filter(~Exists(copies.had_or_coming()))


def by_language(people: QuerySet[Subscription], issue: Issue) -> dict[str, int]:
    """How many there are by the language that they chose, or else the newsletter's."""
    counted: Counter[str] = Counter()
    for language, number in people.order_by().values_list("subscriber__language").annotate(Count("pk")):
        counted[language or issue.newsletter.language] += number
    return dict(counted.most_common())


def write_down(dispatch: Dispatch, subscriptions: QuerySet[Subscription]) -> None:
    """One delivery for each subscription, made inside the database: ten times as fast as bulk_create.

    A Message-ID is unique for ever and the same at each attempt, so that receivers and logs can be matched. Nobody can
    guess another's: reports of what came back are believed because they name one.
    """
    host = urlsplit(settings.SITE_URL).hostname
    subscriber = Cast("subscriber", CharField())
    values: dict[str, Combinable] = {
        "dispatch_id": Value(dispatch.pk),
        "subscriber_id": F("subscriber"),
        "state": Value(Delivery.State.QUEUED.value),
        "attempts": Value(0),
        "message_id": Concat(
            Value(f"<{dispatch.pk}."),
            subscriber,
            Value("."),
            Substr(MD5(Concat(Value(token_hex(16)), subscriber)), 1, 12),
            Value(f"@{host}>"),
        ),
        "answer": Value(""),
        "worker": Value(""),
        "next_attempt_at": Value(timezone.now(), DateTimeField()),
    }
    rows = subscriptions.values_list(*values.values())
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Delivery._meta.db_table} ({', '.join(values)}) {sql}", params)
