"""An address at which somebody without an account sees an issue or article before its readers do."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.http import base36_to_int, int_to_base36

from newsletter.models.articles import Article
from newsletter.models.issues import Issue


class ShareQuerySet(models.QuerySet["Share"]):
    def open(self) -> Self:
        return self.filter(expires_at__gt=timezone.now())

    def claimed(self, claim: str) -> "Share | None":
        """The open one that a claim, which we wrote, speaks of."""
        number = base36_to_int(claim.partition(".")[0])
        found = self.open().select_related("issue", "article").filter(pk=number).first()
        return found if found and found.claim == claim else None


class Share(models.Model):
    """Deleted when it is revoked, with its thing, and some time after it has ended."""

    issue = models.ForeignKey(Issue, models.CASCADE, null=True, related_name="shares")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="shares")
    note = models.CharField(max_length=120, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(issue=None) ^ Q(article=None), name="share_of_one_thing")
        ]

    def __str__(self) -> str:
        return self.note or str(self.thing)

    @property
    def thing(self) -> Issue | Article:
        return self.issue or self.article  # type: ignore[return-value]

    @property
    def claim(self) -> str:
        """What tokens say of it: also when it ends, so that a number that comes again opens nothing else."""
        return f"{int_to_base36(self.pk)}.{int_to_base36(int(self.expires_at.timestamp()))}"
