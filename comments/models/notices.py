"""What people are told by mail, and what they want to be told."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.comments import Comment
from comments.models.discussions import Discussion, PlacesQuerySet
from core.models import OutgoingMail

#: The kinds of notices that tell authors what moderators decided.
DECISIONS = ("approved", "refused", "edit", "featured")
#: What is due for so long is not sent any more.
LATE = timedelta(days=3)


class NoticeQuerySet(PlacesQuerySet):
    discussion_at = "comment__discussion__"

    def waiting(self) -> Self:
        return self.filter(sent_at=None)

    def due(self) -> Self:
        now = timezone.now()
        return self.waiting().filter(due_at__lte=now, due_at__gt=now - LATE).order_by("due_at", "pk")

    def late(self) -> Self:
        """What nobody was there to send, as in a database that was restored: no news any more."""
        return self.waiting().filter(due_at__lte=timezone.now() - LATE)

    def in_discussion(self, discussion: Discussion) -> Self:
        return self.filter(comment__discussion=discussion)

    def with_comments(self) -> Self:
        """Load what a mail says."""
        return self.select_related("reader__mail_choices", "comment__parent").with_places()


class Notice(models.Model):
    """One thing that one person is told. It is stored with the event it tells of, and becomes a mail soon."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("A reply to me")
        COMMENT = "comment", _("A comment in a discussion I follow")
        APPROVED = "approved", _("My comment was approved")
        REFUSED = "refused", _("My comment was refused")
        EDIT_REFUSED = "edit", _("The new text of my comment was refused")
        FEATURED = "featured", _("My comment was featured")

    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    is_daily = models.BooleanField(default=False, help_text=_("Goes into the one mail of the day."))
    due_at = models.DateTimeField()
    #: When it went into a mail, and which, as long as that is known.
    sent_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(OutgoingMail, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(sent_at=None), name="notices_to_be_sent"),
            models.Index(fields=["reader", "sent_at"], name="notices_of_a_reader"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reader", "comment"], condition=Q(kind__in=["reply", "comment"]), name="told_of_a_comment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.comment_id} → {self.reader_id}"


class MailChoices(models.Model):
    """Which mail a person wants. Without a row: the defaults; see `choices_of`."""

    class Frequency(models.TextChoices):
        AT_ONCE = "once", _("At once")
        DAILY = "daily", _("Once a day, in one mail")
        NEVER = "never", _("Never")

    reader = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices")
    replies = models.CharField(
        _("Replies to my comments"), max_length=5, choices=Frequency.choices, default=Frequency.AT_ONCE
    )
    decisions = models.BooleanField(_("Tell me when my comment was approved, refused or featured"), default=True)
    queue = models.BooleanField(_("Tell me when comments wait for a moderator"), null=True)
    silence = models.BooleanField(_("No mail about conversations at all"), default=False)
    #: When they were last told of what waits; None once nothing waited any more.
    queue_told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("mail choices")
        verbose_name_plural = _("mail choices")

    def __str__(self) -> str:
        return str(self.reader_id)

    def want(self, kind: str) -> bool:
        """Whether they want to be told of this kind of thing; by when is said by `replies` and `Follow.frequency`."""
        if kind == Notice.Kind.REPLY:
            return not self.silence and self.replies != self.Frequency.NEVER
        return not self.silence and (self.decisions or kind not in DECISIONS)


def choices_of(reader: User) -> MailChoices:
    """What a person wants now, or the defaults."""
    return MailChoices.objects.filter(reader=reader).first() or MailChoices(reader=reader)
