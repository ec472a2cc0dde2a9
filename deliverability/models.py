"""How mail fares: figures by dispatch and receiving domain, alarms, and checks of a sender."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailing.models import Dispatch
from newsletter.models import Newsletter


class DomainTally(models.Model):
    """What became of the copies of one dispatch at one receiving domain. Counted again while that changes, and kept
    when the people are gone."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="tallies", db_index=False)
    domain = models.CharField(_("domain"), max_length=253)
    handed = models.PositiveIntegerField(_("handed over"), default=0)
    failed = models.PositiveIntegerField(_("failed"), default=0)
    hard = models.PositiveIntegerField(_("came back for good"), default=0)
    soft = models.PositiveIntegerField(_("came back for now"), default=0)
    policy = models.PositiveIntegerField(_("refused as ours"), default=0)
    complaints = models.PositiveIntegerField(_("complaints"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["dispatch", "-handed"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["dispatch", "domain"], name="one_tally_of_a_domain")]
        indexes: ClassVar = [models.Index(fields=["domain", "dispatch"], name="tallies_of_a_domain")]

    def __str__(self) -> str:
        return f"{self.dispatch_id} → {self.domain}"


class DomainAlarm(models.Model):
    """A run of refusals by one domain for something that is ours to mend: one alarm, however many copies it takes."""

    domain = models.CharField(_("domain"), max_length=253)
    began_at = models.DateTimeField(_("since"), default=timezone.now)
    last_at = models.DateTimeField(_("last"), default=timezone.now)
    number = models.PositiveIntegerField(_("copies"), default=0)
    text = models.CharField(_("what the server said"), max_length=300, blank=True)
    dispatch = models.ForeignKey(Dispatch, null=True, on_delete=models.SET_NULL, related_name="+")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    #: When somebody said that it is dealt with; what comes after it is another one.
    over_at = models.DateTimeField(_("dealt with"), null=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        ordering: ClassVar = ["-last_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["domain"], condition=models.Q(over_at=None), name="one_alarm_of_a_domain")
        ]

    def __str__(self) -> str:
        return self.domain


class SenderCheck(models.Model):
    """What was found when a newsletter's sender was looked at: in DNS, and in a test mail as it arrived."""

    class State(models.TextChoices):
        ASKED = "asked", _("Is being looked at")
        SENT = "sent", _("Waits for the test mail")
        DONE = "done", _("Looked at")

    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="sender_checks"
    )
    state = models.CharField(_("state"), max_length=5, choices=State.choices, default=State.ASKED)
    #: To whom the test mail went; its Message-ID, by which it is known when it comes back.
    email = models.EmailField(_("address"), blank=True)
    message_id = models.CharField(max_length=200, blank=True, db_index=True)
    #: See `deliverability.sender.findings`.
    findings = models.JSONField(default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("check of a sender")
        verbose_name_plural = _("checks of senders")
        ordering: ClassVar = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.newsletter} {self.asked_at:%Y-%m-%d}"
