"""How mail fares: figures by dispatch and receiving domain, alarms, and checks of a sender."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import RegexValidator
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
        verbose_name = _("mail by receiving domain")
        verbose_name_plural = _("how mail arrives")
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
        verbose_name = _("receiver that refuses our mail")
        verbose_name_plural = _("receivers that refuse our mail")
        ordering: ClassVar = ["-last_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["domain"], condition=models.Q(over_at=None), name="one_alarm_of_a_domain")
        ]

    def __str__(self) -> str:
        return self.domain


class SenderCheckQuerySet(models.QuerySet["SenderCheck"]):
    def asked_for(self) -> Self:
        return self.filter(state=SenderCheck.State.ASKED)


class SenderCheck(models.Model):
    """What was found when a newsletter's sender was looked at: in DNS, and in a test mail as it arrived."""

    class State(models.TextChoices):
        ASKED = "asked", _("Is being looked at")
        DONE = "done", _("Looked at")

    newsletter = models.OneToOneField(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="sender_check"
    )
    state = models.CharField(_("state"), max_length=5, choices=State.choices, default=State.ASKED)
    #: The sender's address that all this is about.
    email = models.CharField(_("sender's address"), max_length=320, blank=True)
    selector = models.CharField(
        _("name of the DKIM key"),
        max_length=63,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z", _("Letters, numbers, - and _ alone."))
        ],
        help_text=_("Its selector, as your mail server or mail service calls it. A signed test mail names it, too."),
    )
    #: What the test mail told of its way, see `deliverability.sender.arrived`.
    arrived = models.JSONField(default=dict)
    arrived_at = models.DateTimeField(_("test mail arrived"), null=True)
    answer_arrived_at = models.DateTimeField(_("mail to REPLY_ADDRESS arrived"), null=True)
    report_arrived_at = models.DateTimeField(_("mail to BOUNCE_ADDRESS arrived"), null=True)
    #: See `deliverability.sender.looking.Finding`.
    findings = models.JSONField(default=list)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects: ClassVar = SenderCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("sender check")
        verbose_name_plural = _("sender check")
        ordering: ClassVar = ["newsletter"]

    def __str__(self) -> str:
        return str(self.newsletter)
