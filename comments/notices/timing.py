"""When a notice becomes a mail: a mail at a time, in the transaction in which its notices are marked as told."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from comments.models import Comment, Follow, MailChoices, Notice
from comments.notices import letters
from comments.notices.notifying import next_morning
from core.models import OutgoingMail
from core.worker import tidying

MOST_MAILS_AT_ONCE = 200
#: What would be more on one day waits for the mail of the day.
MOST_MAILS_A_DAY = 30
#: How long a notice rests of which no mail can be made.
REST = timedelta(hours=1)
#: How long it is kept who was told of what, lest a comment that comes back be told of twice.
KEPT = timedelta(days=90)

logger = logging.getLogger(__name__)


def write_due() -> None:
    """Put into the outbox what is due. A notice of which no mail can be made holds up no other."""
    for _mail in range(MOST_MAILS_AT_ONCE):
        first = Notice.objects.due().first()
        if first is None:
            return
        try:
            write_next()
        except Exception:
            logger.exception("No mail can be made of notice %s.", first.pk)
            Notice.objects.filter(pk=first.pk).update(due_at=timezone.now() + REST)


def forget() -> None:
    """Delete what was told a while ago, and what is late."""
    tidying.delete(Notice.objects.filter(sent_at__lt=timezone.now() - KEPT))
    dropped = tidying.delete(Notice.objects.late())
    if dropped:
        logger.warning("%s notices dropped: nobody was there to write them while they were news.", dropped)


@transaction.atomic
def write_next() -> None:
    """Write one mail; two workers never write the same."""
    due = Notice.objects.due().select_for_update(skip_locked=True)
    first = due.first()
    if first is None:
        return
    whole_day = due.filter(reader=first.reader_id, is_daily=True)
    ids = list(whole_day.values_list("pk", flat=True)) if first.is_daily else [first.pk]
    write(list(Notice.objects.filter(pk__in=ids).with_comments()))


def write(notices: list[Notice]) -> None:
    """Write one mail, unless nothing in it is true any more or its person had enough of them for one day."""
    first, told = notices[0], Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    true = still_true(notices)
    told.exclude(pk__in=[notice.pk for notice in true]).delete()
    if not true:
        return
    if not first.is_daily and has_enough(first):
        told.update(is_daily=True, due_at=next_morning())
    else:
        mail = letters.mail_of_the_day(true) if first.is_daily else letters.letter(first)
        told.update(sent_at=timezone.now(), mail=mail)


def change_of(mail: OutgoingMail) -> str:
    """Why a mail that has waited does not go as it is: what is still true of it goes into another one."""
    told = Notice.objects.filter(mail=mail)
    notices = list(told.with_comments())
    if not notices or len(still_true(notices)) == len(notices):
        return ""
    told.update(sent_at=None, mail=None, due_at=timezone.now())
    return "what it tells is no longer so"


def still_true(notices: list[Notice]) -> list[Notice]:
    """What the person may and wants to be told now: of comments that the public sees, of refusals that still hold, of
    discussions that they still hear of."""
    reader = notices[0].reader
    choices = getattr(reader, "mail_choices", None) or MailChoices(reader=reader)
    public = Comment.objects.public().filter(pk__in=[notice.comment_id for notice in notices])
    public_ids = set(public.values_list("pk", flat=True))
    follows = dict(Follow.objects.filter(reader=reader).values_list("discussion", "frequency"))
    heard = [notice for notice in notices if hears(notice, follows)]
    wanted = [notice for notice in heard if reader.is_active and choices.want(notice.kind)]
    return [notice for notice in wanted if is_true(notice, is_public=notice.comment_id in public_ids)]


def hears(notice: Notice, follows: Mapping[int, str]) -> bool:
    """Whether a notice's reader has neither muted its discussion nor stopped to follow it, by discussion."""
    frequency = follows.get(notice.comment.discussion_id)
    return frequency != Follow.Frequency.MUTED and (notice.kind != Notice.Kind.COMMENT or frequency is not None)


def is_true(notice: Notice, *, is_public: bool) -> bool:
    if notice.kind == Notice.Kind.REFUSED:
        return notice.comment.is_refused
    return is_public and (notice.kind != Notice.Kind.FEATURED or notice.comment.is_featured)


def has_enough(notice: Notice) -> bool:
    today = timezone.now() - timedelta(days=1)
    told = Notice.objects.filter(reader=notice.reader_id, is_daily=False, sent_at__gt=today)
    return told.exclude(mail__state=OutgoingMail.State.DROPPED).count() >= MOST_MAILS_A_DAY
