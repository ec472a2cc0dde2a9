"""Backups that were made, and what must not come back with one of them."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BackupQuerySet(models.QuerySet["Backup"]):
    def good(self) -> Self:
        return self.filter(is_under_way=False, problem="")

    def killed(self) -> Self:
        """Those whose process ended without a word."""
        return self.filter(is_under_way=True, seen_at__lt=timezone.now() - Backup.LEASE)

    def failed(self) -> Self:
        return self.exclude(problem="") | self.killed()


class Backup(models.Model):
    """One backup that was begun, and what became of it."""

    #: Whoever makes one says more often than this that it goes on.
    LEASE = timedelta(minutes=1)

    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen at work"), default=timezone.now)
    is_under_way = models.BooleanField(_("under way"), default=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    place = models.CharField(_("where"), max_length=500)
    problem = models.CharField(_("what went wrong"), max_length=500, blank=True)

    objects: ClassVar = BackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering: ClassVar = ["-begun_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_under_way"], condition=Q(is_under_way=True), name="one_backup_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return self.place


class Erasure(models.Model):
    """Something that was a person's was erased. It is known by number and keyed hash alone, so that it can be erased
    again after a restore."""

    model = models.CharField(max_length=40)
    number = models.BigIntegerField()
    mark = models.CharField(max_length=64)
    keep_words = models.BooleanField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.model} {self.number} at {self.at:%Y-%m-%d}"
