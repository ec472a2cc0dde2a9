"""Following a discussion, and being left alone by it."""

from django.db import transaction

from accounts.models import User
from comments.models import Discussion, Follow, MailChoices, Notice, stored_discussion_of
from comments.models.notices import NoticeQuerySet
from core import locking


@transaction.atomic
def follow(discussion: Discussion, reader: User, frequency: Follow.Frequency) -> None:
    """Hear of a discussion at this frequency from now on; muted, also nothing of what is on its way."""
    locking.lock(User.objects.filter(pk=reader.pk))
    Follow.objects.update_or_create(discussion=discussion, reader=reader, defaults={"frequency": frequency})
    if frequency == Follow.Frequency.MUTED:
        on_their_way(reader).in_discussion(discussion).delete()


@transaction.atomic
def unfollow(discussion: Discussion, reader: User) -> None:
    """Hear of replies to oneself alone, as before following."""
    locking.lock(User.objects.filter(pk=reader.pk))
    Follow.objects.filter(discussion=discussion, reader=reader).delete()
    on_their_way(reader).in_discussion(discussion).filter(kind=Notice.Kind.COMMENT).delete()


def set_frequency(discussion: Discussion, reader: User, frequency: str) -> None:
    """Follow, mute or unfollow as a form says: `frequency` is a `Follow.Frequency`, or nothing for replies alone."""
    if frequency:
        stored = discussion if discussion.pk else stored_discussion_of(discussion.place)
        follow(stored, reader, Follow.Frequency(frequency))
    elif discussion.pk:
        unfollow(discussion, reader)


def silence(reader: User, *, silent: bool = True) -> None:
    """No mail about conversations at all, or again as chosen before."""
    MailChoices.objects.update_or_create(reader=reader, defaults={"silence": silent})


def on_their_way(reader: User) -> NoticeQuerySet:
    return Notice.objects.waiting().filter(reader=reader)
