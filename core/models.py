"""What all processes share: whether pages may have changed, what was done how often, mail to be sent, who works."""

import re
import time
from collections.abc import Mapping
from datetime import timedelta
from email import policy
from email.utils import parseaddr
from typing import ClassVar, Self

from django.db import connection, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.changes import UNNUMBERED
from core.mail.messages import Message, address

#: Lines that end in CRLF, ASCII throughout, whatever a mail server takes beyond that.
WIRE = policy.SMTP.clone(cte_type="7bit")

# One statement, so that no two processes read the same count. A window that is over begins anew.
# A window that ends well after one that begins now was begun by a clock that was ahead.
COUNT_HIT = """
    INSERT INTO core_hits (digest, number, ends_at) VALUES (%(digest)s, 1, %(end)s)
    ON CONFLICT (digest) DO UPDATE SET
        number = CASE WHEN core_hits.ends_at > %(now)s AND core_hits.ends_at <= excluded.ends_at + 60
            THEN core_hits.number + 1 ELSE 1 END,
        ends_at = CASE WHEN core_hits.ends_at > %(now)s AND core_hits.ends_at <= excluded.ends_at + 60
            THEN core_hits.ends_at ELSE excluded.ends_at END
    RETURNING number, ends_at
"""


class ContentVersion(models.Model):
    """A single row, counted up after each change of what the public can see."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The number now."""
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def advance(cls) -> int:
        """Count up. Nobody else does until the transaction ends."""
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})
        return cls.current()


class Change(models.Model):
    """The last change of a topic that the public sees; see `core.changes`."""

    topic = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField(default=UNNUMBERED, db_index=True)

    def __str__(self) -> str:
        return f"{self.topic} at {self.number}"

    @classmethod
    def number_all(cls) -> None:
        """Give the next number to all that have none and are committed; of a topic the newest stays."""
        with transaction.atomic():
            number = ContentVersion.advance()
            cls.objects.filter(number=UNNUMBERED).update(number=number)
            topics = list(cls.objects.filter(number=number).values_list("topic", flat=True))
            cls.objects.filter(number__lt=number, topic__in=topics).delete()


class HitsQuerySet(models.QuerySet["Hits"]):
    def over(self) -> "HitsQuerySet":
        """Those whose window has ended: they count for nothing any more."""
        return self.filter(ends_at__lte=int(time.time()))


class Hits(models.Model):
    """How often one thing that has a limit was done in its current window; see `core.limits`."""

    digest = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveBigIntegerField()
    #: In seconds since 1970, as databases differ in how they compare times.
    ends_at = models.PositiveBigIntegerField(db_index=True)

    objects: ClassVar = HitsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "hits"

    def __str__(self) -> str:
        return f"{self.number} until {self.ends_at}"

    @classmethod
    def count(cls, digest: str, seconds: int) -> tuple[int, int]:
        """Add one. Returns the number with it, and the seconds until the window ends."""
        now = int(time.time())
        with transaction.atomic(durable=True, savepoint=False), connection.cursor() as cursor:
            cursor.execute(COUNT_HIT, {"digest": digest, "now": now, "end": now + seconds})
            number, ends_at = cursor.fetchone()
        return number, ends_at - now


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> Self:
        return self.filter(state=OutgoingMail.State.WAITING)

    def unclaimed(self) -> Self:
        """What nobody has in hand."""
        now = timezone.now()
        is_wrong = Q(claimed_until__gt=now + OutgoingMail.LONGEST_CLAIM)  # by a clock that was ahead
        return self.waiting().filter(Q(claimed_until=None) | Q(claimed_until__lte=now) | is_wrong)

    def due(self) -> Self:
        """What is to be sent now, first what is pointless first."""
        return self.unclaimed().filter(due_at__lte=timezone.now()).order_by("expires_at", "pk")

    def stuck(self) -> Self:
        """What has waited for longer than it takes to send it."""
        return self.waiting().filter(created_at__lt=timezone.now() - OutgoingMail.USUAL_WAIT)


class OutgoingMail(models.Model):
    """One mail to one person, ready to be sent; see `core.mail.outbox`. Its words are deleted when it has gone."""

    class Kind(models.TextChoices):
        """What somebody may get who complained, say, depends on it."""

        CODE = "code", _("Code to sign in")
        ACCOUNT = "account", _("About one's own account")
        SUBSCRIPTION = "subscription", _("About a subscription")
        CONVERSATION = "conversation", _("From conversations")
        PROOF = "proof", _("Test of an issue")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Dropped")
        RETURNED = "returned", _("Came back")

    USUAL_WAIT = timedelta(minutes=5)
    LONGEST_CLAIM = timedelta(minutes=10)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    email = models.CharField(_("to"), max_length=320, db_index=True)
    #: Nobody can guess it: a report that names it has seen the mail.
    message_id = models.CharField("Message-ID", max_length=320, unique=True)
    subject = models.TextField(_("subject"), blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("the same as HTML"), blank=True)
    from_email = models.CharField(_("from"), max_length=500)
    reply_to = models.CharField(_("replies go to"), max_length=500, blank=True)
    headers = models.JSONField(_("further headers"), default=dict)
    #: By which limits it was counted, as digests of `core.limits`: a mail that could not go is not counted.
    spent = models.JSONField(default=list)
    about = models.CharField(_("about"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    due_at = models.DateTimeField(_("tried next"), default=timezone.now)
    #: Whoever sends it has it for so long; if they do not come to the end, somebody else claims it then.
    claimed_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("good until"))
    ended_at = models.DateTimeField(_("sent or dropped"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    answer = models.CharField(_("the mail server said, or why it was dropped"), max_length=500, blank=True)

    objects: ClassVar = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to one person")
        verbose_name_plural = _("mail to one person")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["expires_at", "id"], condition=Q(state="waiting"), name="mail_that_waits"),
            models.Index(fields=["about", "id"], condition=~Q(about=""), name="mail_about_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.email}"

    @property
    def sender(self) -> str:
        return address(parseaddr(self.from_email)[1])

    @property
    def recipient(self) -> str:
        """Raises `core.mail.messages.Unusable`."""
        return address(self.email)

    def as_bytes(self) -> bytes:
        """See `core.mail.transport.Outgoing`."""
        return re.sub(rb"^\.", b"..", self.for_backend().message(policy=WIRE).as_bytes(), flags=re.MULTILINE)

    def for_backend(self) -> Message:
        headers = {"Message-ID": self.message_id, **self.headers}
        answers = [self.reply_to] if self.reply_to else None
        message = Message(
            self.subject, self.text, self.from_email, [self.recipient], reply_to=answers, headers=headers
        )
        if self.html:
            message.attach_alternative(self.html, "text/html")
        return message


class Heartbeat(models.Model):
    """When a worker was last seen at work; see `core.worker.pulse`."""

    worker = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker} at {self.at}"


class Standing(models.Model):
    """A single row: how this database stands to its place and its key; see `core.standing`."""

    place = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=64, blank=True)
    #: Why nothing may be sent.
    held = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.held or self.place


class Tally(models.Model):
    """How often something was, in all processes together; see `site_project.metrics`."""

    #: One statement, so that nothing is lost where two add to the same.
    ADD: ClassVar = (
        "INSERT INTO core_tally (name, number) VALUES (%s, %s) "
        "ON CONFLICT (name) DO UPDATE SET number = core_tally.number + excluded.number"
    )

    name = models.CharField(max_length=200, primary_key=True)
    number = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"

    @classmethod
    def add(cls, numbers: Mapping[str, int]) -> None:
        """In one transaction, all in the same order."""
        if numbers:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(cls.ADD, sorted(numbers.items()))
