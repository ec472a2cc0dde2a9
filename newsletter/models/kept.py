"""What somebody has in a form of the desk and has not saved yet, so that no closed tab and no dead server loses it."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from core.worker import tidying


class KeptFormQuerySet(models.QuerySet["KeptForm"]):
    def with_words(self) -> Self:
        return self.exclude(data="").order_by("-saved_at")

    def of_window(self, path: str, window: str) -> "KeptForm | None":
        """Nobody but who opened the form knows the name of its window."""
        return self.filter(path=path, window=window).first() if window else None

    def at_work(self) -> Self:
        """Opened or seen a moment ago, and not done."""
        lately = timezone.now() - KeptForm.AWAY_AFTER
        return self.filter(Q(saved_at=None) | ~Q(data=""), seen_at__gt=lately)


class KeptForm(models.Model):
    """A form as one window of an editor's has it.

    It is made when the form is opened. Once that was saved or given up, its words are gone and `saved_at` says so."""

    KEPT = timedelta(days=30)
    AWAY_AFTER = timedelta(minutes=3)
    #: How many with words an editor has; beyond that the oldest goes.
    MOST = 50

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="kept_forms")
    #: Of the page with the form, e.g. `/admin/newsletter/article/7/change/`.
    path = models.CharField(max_length=200)
    #: Drawn for each page that is opened: two windows of one editor never write over each other's words.
    window = models.CharField(max_length=16, blank=True)
    #: The form as a browser sends it, without files and without its token.
    data = models.TextField(blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(null=True)
    #: The checksum of what was saved last, by which the same is known when it is sent again.
    sent = models.CharField(max_length=64, blank=True)

    objects: ClassVar = KeptFormQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["path", "user", "window"], name="one_kept_form_per_window"),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def words(self) -> QueryDict:
        return QueryDict(self.data, mutable=True)

    @property
    def is_done(self) -> bool:
        return self.saved_at is not None and not self.data

    def keep(self, post: QueryDict | None) -> None:
        """Store what was sent; or, without anything, that it is done."""
        words = post.copy() if post else QueryDict(mutable=True)
        words.pop("csrfmiddlewaretoken", None)
        self.data, self.saved_at, self.seen_at = words.urlencode(), timezone.now(), timezone.now()
        self.save()
        oldest = KeptForm.objects.with_words().filter(user=self.user_id)[self.MOST :]
        KeptForm.objects.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()


def forget() -> None:
    """What nobody came back for; part of the worker's round."""
    long_ago = timezone.now() - KeptForm.KEPT
    tidying.delete(KeptForm.objects.filter(seen_at__lt=long_ago))
