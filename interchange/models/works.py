"""What is brought in and may take hours: the worker goes on with it, and somebody decides about it."""

from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WorkQuerySet[Row: models.Model](models.QuerySet[Row]):
    def free(self) -> Self:
        """Those on which nobody is at work."""
        now = timezone.now()
        return self.exclude(seen_at__range=(now - Work.LEASE, now + Work.LEASE))


class Work(models.Model):
    """See `interchange.working` and `interchange.steering`."""

    class State(models.TextChoices):
        """Reading → planned → under way → done → taken back; what cannot go on has failed, and can be begun again."""

        READING = "reading", _("Is being read")
        PLANNED = "planned", _("Waits for you")
        UNDER_WAY = "under way", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped")
        TAKING_BACK = "taking back", _("Is being taken back")
        TAKEN_BACK = "taken back", _("Taken back")

    #: Whoever works on one says more often than this that it goes on.
    LEASE = timedelta(minutes=1)
    #: In which something is being done.
    AT_WORK = (State.READING, State.UNDER_WAY, State.TAKING_BACK)

    newsletter = models.ForeignKey(
        "newsletter.Newsletter", verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(_("file"), max_length=250)
    #: In storage; empty where it was brought in by a command, from this machine, and where it is no longer kept.
    upload = models.CharField(editable=False, max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.READING)
    problem = models.CharField(_("what went wrong"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    seen_at = models.DateTimeField(null=True)
    #: Where it goes on if it was stopped or has failed: one of the states in which something is done.
    resumes = models.CharField(max_length=12, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["-begun_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> tuple[Any, str]:
        """How far it is, and in words what is next: whoever works on it after somebody died compares."""
        raise NotImplementedError
