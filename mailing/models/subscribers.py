"""Subscribers, what they subscribed to, and the record of each time they said yes or no."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.mail.messages import normal
from newsletter.models import Newsletter


class Named(Func):
    """A function of an index, known by its name: the migration that makes the index has one of its own."""

    arity = 1

    @property
    def identity(self) -> Any:
        return type(self).__name__, repr(self.source_expressions)


class ByteOrder(Named):
    """A text compared byte by byte, as the index that finds beginnings needs it. Databases say it differently."""

    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **extra)


class Domain(Named):
    """What stands behind the @ of an address."""

    template = "SUBSTR(%(expressions)s, INSTR(%(expressions)s, '@') + 1)"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="SPLIT_PART(%(expressions)s, '@', 2)", **extra)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def of_reader(self, user: User) -> Self:
        """What belongs to an account: linked to it, or under the address that it has shown to be its own."""
        own_address = Q(email=user.email) if user.is_confirmed else Q(pk=None)
        return self.filter(Q(user=user) | own_address)

    def for_address(self, email: str) -> "Subscriber":
        """The subscriber of an address; a new one, with nothing subscribed, where there is none."""
        self.bulk_create([self.model(email=normal(email))], ignore_conflicts=True)
        return self.get(email=normal(email))


class Subscriber(models.Model):
    """An e-mail address that asked for newsletters."""

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=80, blank=True, help_text=_("As mail greets them."))
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriber",
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(ByteOrder("email"), name="subscribers_by_address"),
            models.Index(Domain("email"), "id", name="subscribers_by_domain"),
            models.Index(fields=["paused_until"], condition=Q(paused_until__isnull=False), name="resting"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_subscriber_per_address")]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = normal(self.email)

    @property
    def is_paused(self) -> bool:
        return self.paused_until is not None and self.paused_until > timezone.now()


#: So begins where something was said that a list has brought, see `Consent.form` and `Suppression.detail`: the person
#: said nothing of it here.
BY_LIST = "list "


class Suppression(models.Model):
    """An address that gets no newsletter any more, whatever list it stands on. It outlives the subscriber: an erased
    person's address is known by its keyed hash alone."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("Mail came back for good")
        COMPLAINED = "complained", _("Complained of spam")
        MANUAL = "manual", _("By hand")
        ERASED = "erased", _("Asked to be erased")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True, help_text=_("Empty for somebody who was erased."))
    subscriber = models.OneToOneField(
        Subscriber, null=True, blank=True, on_delete=models.SET_NULL, related_name="suppression", editable=False
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, default=Reason.MANUAL)
    detail = models.CharField(_("detail"), max_length=300, blank=True, help_text=_("What the server said."))
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("address we must not write to")
        verbose_name_plural = _("addresses we must not write to")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.email or self.digest[:12]


class SubscriptionQuerySet(models.QuerySet):
    def active(self) -> Self:
        """Those who are to get the next issue: confirmed, not paused, not suppressed."""
        resting = Subscriber.objects.filter(pk=OuterRef("subscriber"), paused_until__gt=timezone.now())
        suppressed = Suppression.objects.filter(subscriber=OuterRef("subscriber"))
        return self.confirmed().filter(~Exists(suppressed), ~Exists(resting))

    def confirmed(self) -> Self:
        """What people have said yes to, also while they rest."""
        return self.filter(state=Subscription.State.ACTIVE)

    def to_leave(self) -> Self:
        """What its owner can say no to: also where only a list has said so before."""
        said_last = Consent.objects.filter(subscription=OuterRef("pk")).order_by("-pk").values("form")[:1]
        rows = self.alias(said_last=Subquery(said_last))
        return rows.filter(~Q(state=Subscription.State.LEFT) | Q(said_last__startswith=BY_LIST))

    def asked(self) -> Self:
        """What somebody asked for under an address, and its owner has not confirmed."""
        return self.filter(asked_at__isnull=False)


class Subscription(models.Model):
    class State(models.TextChoices):
        """Asked → active → left; who left can ask again, and nobody else can bring them back. So a request under the
        address of somebody who left changes no state, only `asked_at`."""

        ASKED = "asked", _("To be confirmed")
        ACTIVE = "active", _("Subscribed")
        LEFT = "left", _("Left")

    subscriber = models.ForeignKey(
        Subscriber, verbose_name=_("subscriber"), on_delete=models.CASCADE, related_name="subscriptions"
    )
    newsletter = models.ForeignKey(
        Newsletter,
        verbose_name=_("newsletter"),
        on_delete=models.PROTECT,
        related_name="subscriptions",
        db_index=False,
    )
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.ASKED)
    since = models.DateTimeField(_("since"), default=timezone.now)
    asked_at = models.DateTimeField(_("asked"), null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["newsletter", "state", "subscriber"], name="audience_of_a_newsletter"),
            models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="unconfirmed"),
            models.Index(fields=["since"], condition=Q(state="left"), name="who_left_lately"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscriber", "newsletter"], name="one_subscription_per_newsletter")
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} · {self.newsletter}"


class Consent(models.Model):
    """One yes or no. Never changed; kept as long as the person is."""

    class Event(models.TextChoices):
        """What can happen; `mailing.lists.consenting` says which state each leads to."""

        ASKED = "asked", _("Asked")
        CONFIRMED = "confirmed", _("Confirmed")
        LEFT = "left", _("Left")
        IMPORTED = "imported", _("Imported")
        PAUSED = "paused", _("Paused")
        RESUMED = "resumed", _("Resumed")
        MOVED = "moved", _("Changed address")
        UNDONE = "undone", _("Taken back")

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="consents")
    event = models.CharField(_("what"), max_length=9, choices=Event.choices)
    wording = models.CharField(_("wording"), max_length=500, blank=True, help_text=_("What the person was told."))
    form = models.CharField(_("where"), max_length=100, blank=True, help_text=_("The form, mail or file."))
    network = models.CharField(_("network address"), max_length=45, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.at:%Y-%m-%d}"


class Move(models.Model):
    """A wish to get mail at another address, until somebody there confirms it."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="moves")
    email = models.EmailField(_("new address"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("change of address")
        verbose_name_plural = _("changes of address")

    def __str__(self) -> str:
        return f"{self.subscriber} → {self.email}"
