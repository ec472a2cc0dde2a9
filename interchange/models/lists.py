"""Lists of subscribers that are brought in: each a batch, which can be taken back."""

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interchange.models.works import Work, WorkQuerySet
from mailing.models import Subscriber


class ListImportQuerySet(WorkQuerySet["ListImport"]):
    def due(self) -> Self:
        """What the worker can go on with. What the command reads, it reads itself."""
        return self.free().filter(Q(state__in=ListImport.AT_WORK), ~Q(upload="") | Q(state=Work.State.TAKING_BACK))


class ListImport(Work):
    """A list that is brought into a newsletter: first looked at, then mapped by an editor, then stored in pieces."""

    #: How long one can be taken back.
    REGRET = timedelta(days=30)

    evidence = models.CharField(_("how they agreed"), max_length=300, blank=True)
    #: How the file is to be read and what its columns and words mean; see `interchange.lists.meaning.Mapping`.
    mapping = models.JSONField(default=dict)
    #: What was found when it was read; see `interchange.lists.storing.look`. Forgotten as soon as it is stored: names
    #: and addresses stand in it.
    findings = models.JSONField(default=dict)
    leaves_out_invalid = models.BooleanField(_("leave out the rows that are invalid"), default=False)
    leaves_out_unknown = models.BooleanField(
        _("leave out the rows with words that nobody has explained"), default=False
    )
    #: How many there are; up to which all is stored, or taken back.
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(default=0)
    #: How many rows came to which outcome.
    counts = models.JSONField(default=dict)

    objects: ClassVar = ListImportQuerySet.as_manager()

    class Meta(Work.Meta):
        verbose_name = _("list of subscribers")
        verbose_name_plural = _("lists of subscribers")

    @property
    def place(self) -> tuple[int, str]:
        return self.done, f"{self.name}, {self.done + 1}"

    @property
    def can_be_taken_back(self) -> bool:
        """Whether anything of it may be stored, and it is not too long ago."""
        is_stored = self.state == self.State.DONE or (self.state == self.State.FAILED and self.resumes != "reading")
        return is_stored and (self.ended_at or self.begun_at) > timezone.now() - self.REGRET


class ListRow(models.Model):
    """What a list made or changed about one subscriber; rows that changed nothing leave none."""

    of = models.ForeignKey(ListImport, on_delete=models.CASCADE, related_name="stored", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL, related_name="list_rows")
    outcome = models.CharField(_("what became of it"), max_length=10)
    #: Whether the subscriber, and the subscription, were made by it; and what was there before, to be put back.
    made = models.JSONField(default=dict)
    is_taken_back = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("row of a list")
        verbose_name_plural = _("rows of lists")
        ordering: ClassVar = ["of", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "number"], name="one_trace_of_a_row")]
        indexes: ClassVar = [
            models.Index(fields=["of", "number"], condition=Q(is_taken_back=False), name="rows_to_take_back")
        ]

    def __str__(self) -> str:
        return f"{self.of_id}, {self.number}"


class ListShape(models.Model):
    """What an editor has said of files with these columns, for the next one."""

    #: See `interchange.lists.reading.Layout.shape`.
    digest = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.digest[:12]
