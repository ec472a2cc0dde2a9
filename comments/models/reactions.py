"""What readers do with the comments of others: like, report, follow."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment
from comments.models.discussions import Discussion, PlacesQuerySet


class Like(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="likes", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="likes")

    class Meta:
        verbose_name = _("like")
        verbose_name_plural = _("likes")
        constraints: ClassVar = [models.UniqueConstraint(fields=["comment", "reader"], name="one_like_per_reader")]

    def __str__(self) -> str:
        return f"{self.reader_id} → {self.comment_id}"


class Report(models.Model):
    class Reason(models.TextChoices):
        SPAM = "spam", _("Advertising or spam")
        ABUSE = "abuse", _("Insult, threat or hate")
        PRIVATE = "private", _("Somebody's private data")
        UNLAWFUL = "unlawful", _("Against the law")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("reported"), auto_now_add=True)
    is_settled = models.BooleanField(_("settled"), default=False)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["comment", "reader"], name="one_report_per_reader")]

    def __str__(self) -> str:
        return self.get_reason_display()


class Follow(models.Model):
    """How much a reader wants to hear of a discussion."""

    class Frequency(models.TextChoices):
        AT_ONCE = "once", _("Each comment, at once")
        DAILY = "daily", _("Once a day")
        MUTED = "muted", _("Nothing, not even replies to me")

    discussion = models.ForeignKey(Discussion, on_delete=models.CASCADE, related_name="follows", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    frequency = models.CharField(_("mail"), max_length=5, choices=Frequency.choices, default=Frequency.AT_ONCE)
    since = models.DateTimeField(auto_now_add=True)

    objects = PlacesQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["discussion", "reader"], name="one_follow_per_reader")
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} → {self.discussion_id}"
