"""Dispatches, deliveries and bounces: who is to get an issue, and what became of each copy."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mailing.models.subscribers import Subscriber
from newsletter.models import Article, Correction, Issue


class DispatchQuerySet(models.QuerySet):
    def due(self) -> Self:
        """Those that there may be something to do for: their time has come, and nothing holds them."""
        return self.working().filter(start_at__lte=timezone.now())

    def working(self) -> Self:
        """Those that go out, now or at their time, unless something holds them."""
        return self.filter(state__in=Dispatch.WORKING)

    def with_things(self) -> Self:
        """Load what decides whether readers can see what it brings."""
        return self.select_related("issue__newsletter", "correction__article__issue")


class Dispatch(models.Model):
    """One mailing of one issue to an audience that is frozen at its start."""

    class State(models.TextChoices):
        """Planned → freezing → sending → done; each but done ⇄ paused; cancelled from anywhere before done.

        What stops itself is paused, with a reason. A dispatch that is done sends again when failed or uncertain copies
        are to go out once more. `mailing.delivery.dispatching` holds the transitions.
        """

        PLANNED = "planned", _("Planned")
        FREEZING = "freezing", _("Listing the audience")
        SENDING = "sending", _("Sending")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Done")

    WORKING: ClassVar = [State.PLANNED, State.FREEZING, State.SENDING]

    issue = models.ForeignKey(Issue, verbose_name=_("issue"), on_delete=models.PROTECT, related_name="dispatches")
    subject = models.CharField(_("subject"), max_length=200)
    preheader = models.CharField(_("preheader"), max_length=200, blank=True)
    correction = models.ForeignKey(
        Correction,
        verbose_name=_("correction"),
        null=True,
        on_delete=models.PROTECT,
        related_name="dispatches",
        help_text=_("With one, those who received the issue get this instead of it."),
    )
    audience = models.JSONField(_("audience"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    size = models.PositiveIntegerField(_("people"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.PLANNED, db_index=True)
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    start_at = models.DateTimeField(_("starts"), default=timezone.now)
    rate = models.PositiveIntegerField(
        _("messages a second"), default=0, help_text=_("0: as fast as the server takes")
    )
    #: The subscriber at whom freezing goes on.
    frozen_up_to = models.PositiveBigIntegerField(default=0, editable=False)
    #: How many failures an editor knew of when resuming: only those after them stop it again.
    failures_known = models.PositiveIntegerField(default=0, editable=False)
    #: The same of mail that came back for good, and of complaints.
    hard_known = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    complaints_known = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    #: When a worker or an editor last cared for it, to within some minutes.
    attended_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [("send_dispatch", _("Can send issues and steer mailings"))]

    def __str__(self) -> str:
        return self.subject

    @property
    def has_begun(self) -> bool:
        return self.started_at is not None or self.frozen_up_to > 0

    @property
    def hidden(self) -> Issue | Article | None:
        """What it brings, or leads to, that readers cannot see now."""
        things = [self.issue, *([self.correction.thing] if self.correction else [])]
        return next((thing for thing in things if not thing.is_public), None)

    def counts(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        rows = self.deliveries.order_by().values_list("state").annotate(number=Count("pk"))
        return dict.fromkeys(Delivery.State.values, 0) | dict(rows)


class StoredLetter(models.Model):
    """What a dispatch says, as it was when its first copy was made: the same for every worker and every later copy.
    Some 160 kB at most; a row of its own, so that lists of dispatches do not read it."""

    dispatch = models.OneToOneField(Dispatch, primary_key=True, on_delete=models.CASCADE, related_name="stored_letter")
    #: The fields of `mailing.letter.letters.Letter`.
    content = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.content["subject"])


class DeliveryQuerySet(models.QuerySet):
    def due(self, before: datetime | None = None) -> Self:
        """What can be claimed now, or could be at an earlier moment: queued and not put off."""
        return self.filter(state=Delivery.State.QUEUED, next_attempt_at__lte=before or timezone.now())

    def open(self) -> Self:
        """What is still to be sent or in hand."""
        return self.filter(state__in=[Delivery.State.QUEUED, *Delivery.IN_HAND])

    def held(self) -> Self:
        """What workers have in hand."""
        return self.filter(state__in=Delivery.IN_HAND)

    def abandoned(self) -> Self:
        """What a worker had in hand and did not come back for."""
        now = timezone.now()
        is_wrong = Q(lease_until__gt=now + Delivery.LONGEST_LEASE)  # by a clock that was ahead
        return self.held().filter(Q(lease_until__lt=now) | is_wrong)

    def of_issue(self, issue: Issue, correction: Correction | None = None) -> Self:
        """Copies of the issue itself, or of one correction to it."""
        return self.filter(dispatch__issue=issue, dispatch__correction=correction)

    def received(self) -> Self:
        return self.filter(state=Delivery.State.HANDED_OVER)

    def failed(self) -> Self:
        return self.filter(state=Delivery.State.FAILED)

    def uncertain(self) -> Self:
        return self.filter(state=Delivery.State.UNCERTAIN)

    def had_or_coming(self) -> Self:
        """Copies whose people must not be sent another one: they have it, may have it, or are about to get it."""
        had = Q(state__in=[Delivery.State.HANDED_OVER, Delivery.State.IN_FLIGHT, Delivery.State.UNCERTAIN])
        coming = Q(state__in=[Delivery.State.QUEUED, Delivery.State.CLAIMED])
        return self.filter(had | coming & ~Q(dispatch__state=Dispatch.State.CANCELLED))


class Delivery(models.Model):
    """One copy for one subscriber. The rows of this table are the queue."""

    class State(models.TextChoices):
        """Queued → claimed → in flight → handed over, failed or uncertain; skipped when consent is gone.

        *Claimed* is a lease and goes back to the queue when its worker dies. *In flight* is committed before the SMTP
        transaction begins: what a crash leaves there may or may not have arrived, and becomes *uncertain*.
        """

        QUEUED = "queued", _("Queued")
        CLAIMED = "claimed", _("About to go")
        IN_FLIGHT = "in_flight", _("On its way")
        HANDED_OVER = "handed", _("Handed over")
        FAILED = "failed", _("Failed")
        UNCERTAIN = "uncertain", _("Uncertain")
        SKIPPED = "skipped", _("Skipped")

    LONGEST_LEASE = timedelta(minutes=10)
    IN_HAND: ClassVar = [State.CLAIMED, State.IN_FLIGHT]

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL, related_name="deliveries")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    answer = models.CharField(_("the server's answer"), max_length=500, blank=True)
    worker = models.CharField(max_length=64, blank=True)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    handed_over_at = models.DateTimeField(_("handed over"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailed copy")
        verbose_name_plural = _("mailed copies")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["dispatch", "state", "id"], name="deliveries_by_state"),
            models.Index(fields=["dispatch", "next_attempt_at", "id"], condition=Q(state="queued"), name="queue"),
            models.Index(
                fields=["state", "id"], condition=Q(state__in=["failed", "uncertain", "skipped"]), name="troubles"
            ),
            models.Index(fields=["lease_until"], condition=Q(state__in=["claimed", "in_flight"]), name="leases"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dispatch", "subscriber"], name="one_delivery_per_subscriber")
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id} → {self.subscriber_id}: {self.state}"


class Throttle(models.Model):
    """When a sender or a dispatch with a limit may send its next message; see `mailing.delivery.claiming`."""

    name = models.CharField(max_length=40, primary_key=True)
    #: In seconds since 1970.
    free_at = models.FloatField()

    def __str__(self) -> str:
        return f"{self.name} from {self.free_at}"


class Bounce(models.Model):
    """One report of one copy. A copy is told of each kind once, however often its report arrives."""

    class Kind(models.TextChoices):
        """What each leads to stands in `deliverability.bouncing`."""

        HARD = "hard", _("Came back for good")
        SOFT = "soft", _("Came back for now")
        POLICY = "policy", _("Refused for something of ours")
        COMPLAINT = "complaint", _("Complaint")
        UNPROVEN = "unproven", _("Said to have come back, without proof")

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="bounces", db_index=False)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="bounces")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    status = models.CharField(_("status"), max_length=9, blank=True, help_text=_("As in RFC 3463: 5.1.1."))
    text = models.CharField(_("what the server said"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("bounce")
        verbose_name_plural = _("bounces")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "kind"], name="one_bounce_of_a_kind_per_delivery")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.status}".rstrip()
