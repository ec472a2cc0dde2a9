"""Backups that were made and what must not come back with one of them; archives that are brought in and taken out."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interchange.models.works import Work, WorkQuerySet


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


class ImportQuerySet(WorkQuerySet["Import"]):
    def due(self) -> Self:
        """What the worker can go on with. What the command reads, it reads itself."""
        has_upload = Q(state__in=[Import.State.READING, Import.State.UNDER_WAY]) & ~Q(upload="")
        return self.free().filter(has_upload | Q(state=Import.State.TAKING_BACK))

    def wanting_pictures(self) -> Self:
        wanted = WantedPicture.objects.due().filter(document__of=OuterRef("pk"))
        return self.free().filter(Q(looks_for_pictures=True) | Exists(wanted), state=Import.State.DONE)


class Import(Work):
    """An archive that is brought into a newsletter: first a plan, then its documents one by one."""

    format = models.CharField(_("format"), max_length=60, blank=True)
    publishes = models.BooleanField(_("publish what has a date"), default=False)
    base_url = models.URLField(_("address of the old site"), blank=True)
    fetches_pictures = models.BooleanField(_("fetch pictures from the web"), default=False)
    pages = models.BooleanField(_("pages, too"), default=False)
    lists_as_items = models.BooleanField(_("make items of lists of links"), default=False)
    #: What was left aside while it was read, by why: how many, and the first of their names.
    asides = models.JSONField(default=dict)
    #: Whether its texts are still to be looked through for pictures that lie elsewhere.
    looks_for_pictures = models.BooleanField(default=False)

    objects: ClassVar = ImportQuerySet.as_manager()

    class Meta(Work.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    @property
    def place(self) -> tuple[int, str]:
        waiting = self.documents.filter(state=Imported.State.PLANNED)
        return waiting.count(), str(waiting.first() or self)


class Imported(models.Model):
    """A document of an import: what is planned for it, and what became of it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        MADE = "made", _("New")
        CHANGED = "changed", _("Changed")
        SAME = "same", _("As it was")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken back", _("Taken back")

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveIntegerField()
    #: What it is known by within the newsletter when it comes again.
    key = models.CharField(max_length=500)
    name = models.CharField(_("document"), max_length=500)
    checksum = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    #: For the table: see `interchange.bringing.planning`.
    facts = models.JSONField(default=dict)
    #: In sentences, with the line each is about: [[kind, words, line], …].
    remarks = models.JSONField(default=list)
    issue = models.ForeignKey("newsletter.Issue", null=True, on_delete=models.SET_NULL, related_name="+")
    article = models.ForeignKey("newsletter.Article", null=True, on_delete=models.SET_NULL, related_name="+")
    #: What it made beside its texts, and what must be put back, for taking it back.
    made = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("imported document")
        verbose_name_plural = _("imported documents")
        ordering: ClassVar = ["of", "position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "key"], name="once_in_an_import")]
        indexes: ClassVar = [models.Index(fields=["key"], name="imported_by_key")]

    def __str__(self) -> str:
        return self.name


class WantedPictureQuerySet(models.QuerySet["WantedPicture"]):
    def due(self) -> Self:
        return self.filter(picture=None, problem="")

    def failed(self) -> Self:
        return self.filter(picture=None).exclude(problem="")


class WantedPicture(models.Model):
    """A picture that a document shows from elsewhere. It has been fetched, or has not and why, or is still to be."""

    document = models.ForeignKey(Imported, on_delete=models.CASCADE, related_name="wanted")
    address = models.CharField(max_length=2000)
    picture = models.ForeignKey("newsletter.Picture", null=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.CharField(max_length=300, blank=True)

    objects: ClassVar = WantedPictureQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "address"], name="wanted_once")]

    def __str__(self) -> str:
        return self.address


class Export(models.Model):
    """What somebody has taken out of the site. The file goes after some days; who took what stays."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for the worker")
        UNDER_WAY = "under way", _("Under way")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        GONE = "gone", _("No longer kept")

    #: Names of `interchange.taking`.
    parts = models.JSONField(_("parts"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    problem = models.CharField(_("what went wrong"), max_length=500, blank=True)
    progress = models.CharField(max_length=200, blank=True)
    #: In storage.
    file = models.CharField(max_length=500, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    fetched_at = models.DateTimeField(_("downloaded"), null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering: ClassVar = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"


class Counterpart(models.Model):
    """What a row that came with the export of another site is called here. Without a number there: the highest that
    rows of a model had here before the first of them came."""

    #: See `interchange.taking.writing.origin`.
    site = models.CharField(max_length=20)
    model = models.CharField(max_length=40)
    there = models.PositiveBigIntegerField()
    here = models.PositiveBigIntegerField()
    #: Whether it had been here before, and was only recognised.
    was_there = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "model", "there"], name="one_counterpart_of_a_row")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.there} → {self.here}"
