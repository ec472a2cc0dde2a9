"""What somebody has in a form of the desk and has not saved yet, so that no closed tab and no dead server loses it."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.worker import tidying


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    def with_words(self) -> Self:
        return self.exclude(saved_at=None)

    def over(self) -> Self:
        """What nobody came back for, and pages that were opened and left again."""
        now = timezone.now()
        forgotten = Q(saved_at__lt=now - KeptForm.DAYS_KEPT)
        left = Q(saved_at=None, seen_at__lt=now - KeptForm.AWAY_AFTER)
        return self.filter(forgotten | left, user__isnull=False)


class KeptForm(models.Model):
    """A form as one window of an editor's has it; or, of nobody (`user` is null), a working copy that all share."""

    DAYS_KEPT = timedelta(days=30)
    #: A page without scripts is only seen when it is opened.
    AWAY_AFTER = timedelta(minutes=15)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="kept_forms")
    #: Of the page with the form, e.g. `/admin/newsletter/article/7/change/`.
    path = models.CharField(max_length=200)
    #: Drawn for each page that is opened: two windows of one editor never write over each other's words.
    window = models.CharField(max_length=16, blank=True)
    #: The form as a browser sends it, without files and without its token.
    data = models.TextField(blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(null=True)

    objects: ClassVar = KeptFormQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["path", "user", "window"], name="one_kept_form_per_window"),
            models.UniqueConstraint(fields=["path"], condition=Q(user=None), name="one_working_copy_per_form"),
        ]

    def __str__(self) -> str:
        return self.path


def forget() -> None:
    """Part of the worker's round."""
    tidying.delete(KeptForm.objects.over())
