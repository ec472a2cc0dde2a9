"""The worker sends notices: each once, as far as that can be promised.

A notice is taken for a while before it is sent and marked when it was. A worker that is killed in between loses
nothing: its notices come up again when that while is over. Only if it is killed in the moment between the mail
server's thanks and the mark, a mail is sent twice. Two workers never take the same notice.
"""

import logging
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from comments.models import Comment, MailChoices, Notice, State
from comments.notices import letters
from comments.notices.notifying import next_morning

MOST_MAILS_AT_ONCE = 200
#: What would be more on one day waits for the mail of the day.
MOST_MAILS_A_DAY = 30
#: How long one attempt may take; each next one comes after twice as long.
ATTEMPT = timedelta(minutes=10)
MOST_ATTEMPTS = 8
#: How long it is kept who was told of what, lest a comment that comes back be told of twice.
KEPT = timedelta(days=90)

logger = logging.getLogger(__name__)


def send_due() -> None:
    """Send what is due. A mail server that does not answer ends the run, a recipient that it refuses does not."""
    for _mail in range(MOST_MAILS_AT_ONCE):
        notices = take()
        if not notices:
            return
        try:
            send(notices)
        except SMTPRecipientsRefused:
            logger.warning("The mail server refuses mail to person %s.", notices[0].reader_id)


def forget() -> None:
    """Delete what was sent a while ago, what could not be sent for two days, and what is late. Three queries."""
    Notice.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()
    given_up, _ = Notice.objects.waiting().filter(attempts__gte=MOST_ATTEMPTS).delete()
    if given_up:
        logger.error("%s notices given up: the mail server took them at none of %s attempts.", given_up, MOST_ATTEMPTS)
    dropped, _ = Notice.objects.late().delete()
    if dropped:
        logger.warning("%s notices dropped: nobody was there to send them while they were news.", dropped)


@transaction.atomic
def take() -> list[Notice]:
    """What one mail tells, kept from all other workers for a while. Three queries."""
    due = Notice.objects.due().select_for_update(skip_locked=True)
    first = due.first()
    if first is None:
        return []
    whole_day = due.filter(reader=first.reader_id, is_daily=True)
    ids = list(whole_day.values_list("pk", flat=True)) if first.is_daily else [first.pk]
    taken = Notice.objects.filter(pk__in=ids)
    taken.update(due_at=timezone.now() + ATTEMPT * 2**first.attempts, attempts=F("attempts") + 1)
    return list(taken.with_comments())


def send(notices: list[Notice]) -> None:
    """Send one mail, unless nothing in it is true any more or its person had enough of them for one day."""
    first, taken = notices[0], Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    true = still_true(notices)
    if not true:
        taken.delete()
    elif first.is_daily:
        letters.send_mail_of_the_day(true)
        taken.update(sent_at=timezone.now())
    elif has_enough(first):
        taken.update(is_daily=True, due_at=next_morning(), attempts=0)
    else:
        letters.send_letter(first)
        taken.update(sent_at=timezone.now())


def still_true(notices: list[Notice]) -> list[Notice]:
    """What the person may and wants to be told now: of comments that the public sees, of refusals that still hold.

    One query.
    """
    reader = notices[0].reader
    choices = getattr(reader, "mail_choices", None) or MailChoices(reader=reader)
    public = Comment.objects.public().filter(pk__in=[notice.comment_id for notice in notices])
    public_ids = set(public.values_list("pk", flat=True))
    wanted = [notice for notice in notices if reader.is_active and choices.want(notice.kind)]
    return [notice for notice in wanted if is_true(notice, is_public=notice.comment_id in public_ids)]


def is_true(notice: Notice, *, is_public: bool) -> bool:
    if notice.kind == Notice.Kind.REFUSED:
        return notice.comment.state in {State.REJECTED, State.REMOVED}
    return is_public and (notice.kind != Notice.Kind.FEATURED or notice.comment.is_featured)


def has_enough(notice: Notice) -> bool:
    today = timezone.now() - timedelta(days=1)
    sent = Notice.objects.filter(reader=notice.reader_id, is_daily=False, sent_at__gt=today)
    return sent.count() >= MOST_MAILS_A_DAY
