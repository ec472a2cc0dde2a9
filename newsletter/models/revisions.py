"""What a newsletter, an issue or an article has said, at each moment at which somebody saved it."""

from typing import Any, ClassVar, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.models.articles import Article
from newsletter.models.issues import Issue
from newsletter.models.newsletters import Newsletter

#: The values of a thing's own fields by their names; of rows that belong to it by `sections/12/title` and the like.
type Texts = dict[str, Any]
type Revised = Newsletter | Issue | Article

OWNERS = ("newsletter", "issue", "article")


def changes(old: Texts, new: Texts) -> Texts:
    """What is another in the new texts; None for what is no longer there."""
    return {key: new.get(key) for key in {**old, **new} if old.get(key) != new.get(key)}


class RevisionQuerySet(models.QuerySet["Revision"]):
    def stored(self) -> Self:
        return self.filter(state=Revision.State.STORED)

    def working_copies(self) -> Self:
        return self.filter(state=Revision.State.COPY)

    def without_texts(self) -> Self:
        return self.defer("texts", "base")


class Revision(models.Model):
    """Stored texts, or a working copy: what readers of something public will get once it is updated. A thing has one
    working copy at most, which all editors share; those that it had before are kept among the revisions."""

    class State(models.TextChoices):
        STORED = "stored", _("saved")
        COPY = "copy", _("working copy")
        PAST_COPY = "past", _("earlier working copy")

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, null=True, related_name="revisions")
    issue = models.ForeignKey(Issue, models.CASCADE, null=True, related_name="revisions")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="revisions")
    state = models.CharField(max_length=6, choices=State.choices, default=State.STORED)
    texts = models.JSONField()
    #: Of a working copy: what was stored when it was begun.
    base = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    note = models.CharField(max_length=200, blank=True)
    words_added = models.PositiveIntegerField(default=0)
    words_removed = models.PositiveIntegerField(default=0)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="revision_of_one_thing",
                condition=Q(
                    *(Q(**{f"{each}__isnull": each != owner for each in OWNERS}) for owner in OWNERS), _connector=Q.OR
                ),
            ),
            *(
                models.UniqueConstraint(fields=[owner], condition=Q(state="copy"), name=f"one_working_copy_of_{owner}")
                for owner in ("issue", "article")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.at}"

    @property
    def thing(self) -> Revised:
        """What it is a revision of."""
        return cast("Revised", self.newsletter or self.issue or self.article)

    @property
    def changes(self) -> Texts:
        """Of a working copy: what it would change."""
        return changes(self.base, self.texts)

    def conflicts(self, stored: Texts) -> Texts:
        """What a working copy would change that was changed otherwise since: the values that are stored now."""
        return {
            key: stored.get(key)
            for key, value in self.changes.items()
            if stored.get(key) not in (self.base.get(key), value)
        }


def with_working_copies(things: QuerySet) -> QuerySet:
    """Tell of each issue or article whether it `has_working_copy`."""
    owner = str(things.model._meta.model_name)
    return things.annotate(
        has_working_copy=Exists(Revision.objects.working_copies().filter(**{owner: OuterRef("pk")}))
    )
