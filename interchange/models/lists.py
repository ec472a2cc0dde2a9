"""Lists of subscribers that are brought in: each a batch, which can be taken back."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailing.models import Subscriber


class ListImportQuerySet(models.QuerySet["ListImport"]):
    def free(self) -> Self:
        """Those on which nobody is at work."""
        now = timezone.now()
        return self.exclude(seen_at__range=(now - ListImport.LEASE, now + ListImport.LEASE))

    def due(self) -> Self:
        """What the worker can go on with."""
        return self.free().filter(state__in=ListImport.AT_WORK)


class ListImport(models.Model):
    """A list that is brought into a newsletter: first looked at, then mapped by an editor, then stored in pieces."""

    class State(models.TextChoices):
        """Being read → waits for the editor → under way → done → taken back; what cannot go on has failed, and can be
        begun again."""

        READING = "reading", _("Is being read")
        WAITING = "waiting", _("Waits for you")
        UNDER_WAY = "under way", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")
        TAKING_BACK = "taking back", _("Is being taken back")
        TAKEN_BACK = "taken back", _("Taken back")

    #: Whoever works on one says more often than this that it goes on.
    LEASE = timedelta(minutes=1)
    AT_WORK = (State.READING, State.UNDER_WAY, State.TAKING_BACK)
    #: How long one can be taken back.
    REGRET = timedelta(days=30)

    newsletter = models.ForeignKey(
        "newsletter.Newsletter", verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("file"), max_length=250)
    #: In storage, until it is done or discarded.
    upload = models.CharField(editable=False, max_length=500, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    evidence = models.CharField(_("how they agreed"), max_length=300, blank=True)
    #: How the file is to be read and what its columns and words mean; see `interchange.lists.meaning.Mapping`.
    mapping = models.JSONField(default=dict)
    #: What was found when it was read: counts of words, samples, rows that are invalid, what would become of whom.
    findings = models.JSONField(default=dict)
    leave_out_invalid = models.BooleanField(_("leave out the rows that are invalid"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.READING)
    problem = models.CharField(_("what went wrong"), max_length=500, blank=True)
    #: Of how many rows; `done` of them are stored (or taken back), from the first on.
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(default=0)
    #: How many rows came to which outcome.
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    seen_at = models.DateTimeField(null=True)
    #: Where it goes on if it was stopped or has failed.
    resumes = models.CharField(max_length=12, blank=True)

    objects: ClassVar = ListImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering: ClassVar = ["-begun_at"]

    def __str__(self) -> str:
        return self.name


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
