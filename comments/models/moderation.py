"""What moderation knows: rules, the standing of readers, and every decision ever taken."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.comments import Comment, State


class Trust(models.TextChoices):
    NEW = "new", _("New")
    TRUSTED = "trusted", _("Trusted")
    RESTRICTED = "restricted", _("Restricted: always waits")


class Standing(models.Model):
    """How a reader stands here. Without a row: new, and free to write."""

    reader = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="standing")
    trust = models.CharField(_("trust"), max_length=10, choices=Trust.choices, default=Trust.NEW)
    banned_until = models.DateTimeField(
        _("banned until"),
        null=True,
        blank=True,
        help_text=_("Until then they can read, not write. A ban always ends."),
    )
    ban_reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("The reader sees it when they try to write.")
    )
    known_name = models.CharField(_("name last approved"), max_length=80, blank=True, editable=False)
    known_headline = models.CharField(_("headline last approved"), max_length=160, blank=True, editable=False)

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")

    def __str__(self) -> str:
        return str(self.reader)

    @property
    def is_banned(self) -> bool:
        return self.banned_until is not None and self.banned_until > timezone.now()


def standing_of(reader: User) -> Standing:
    """A reader's standing as it is now, or the one of somebody new."""
    return Standing.objects.filter(reader=reader).first() or Standing(reader=reader)


class Rule(models.Model):
    """What makes a comment wait, or sends it to spam. Words are compared as words, never as patterns."""

    class Kind(models.TextChoices):
        WORDS = "words", _("Words or phrases")
        LINKS = "links", _("Number of links")

    class Outcome(models.TextChoices):
        HOLD = State.PENDING.value, _("Wait for a moderator")
        SPAM = State.SPAM.value, _("Go to spam")

    name = models.CharField(
        _("name"), max_length=60, unique=True, help_text=_("Moderators see it beside the comment.")
    )
    kind = models.CharField(_("looks at"), max_length=5, choices=Kind.choices, default=Kind.WORDS)
    words = models.TextField(
        _("words"), blank=True, help_text=_("One word or phrase a line. Capitals, accents and width do not matter.")
    )
    most_links = models.PositiveSmallIntegerField(
        _("links allowed"), default=1, help_text=_("A comment with more links than this is caught.")
    )
    outcome = models.CharField(_("then it has to"), max_length=7, choices=Outcome.choices, default=Outcome.HOLD)
    spares_trusted = models.BooleanField(_("spares trusted readers"), default=True)
    is_on = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("automatic rule")
        verbose_name_plural = _("automatic rules")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.kind == self.Kind.WORDS and not self.words.split():
            raise ValidationError({"words": _("Write at least one word.")})


class DecisionQuerySet(models.QuerySet):
    def last_about_their_comments(self) -> Self:
        """Those after which nobody has decided anything about the same comment."""
        later = ModerationEvent.objects.filter(comment=OuterRef("comment"), pk__gt=OuterRef("pk"))
        return self.filter(comment__isnull=False).exclude(Exists(later))


class ModerationEvent(models.Model):
    """One decision, by a person or a rule. Never changed and never deleted; it knows people and comments by id
    alone, so that it survives them."""

    class Action(models.TextChoices):
        POSTED = "posted", _("Posted")
        BROUGHT_IN = "brought_in", _("Brought in")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        SPAM = "spam", _("Marked as spam")
        REMOVED = "removed", _("Removed")
        DELETED = "deleted", _("Deleted by its author")
        ERASED = "erased", _("Erased")
        HELD = "held", _("Sent back to wait")
        EDITED = "edited", _("Edited by its author")
        EDIT_HELD = "edit_held", _("Edit held")
        EDIT_APPROVED = "edit_approved", _("Edit approved")
        EDIT_REJECTED = "edit_rejected", _("Edit rejected")
        APPEALED = "appealed", _("Appealed against")
        FEATURED = "featured", _("Featured")
        UNFEATURED = "unfeatured", _("No longer featured")
        REPORTS_SETTLED = "settled", _("Reports settled")
        BANNED = "banned", _("Banned")
        UNBANNED = "unbanned", _("Ban lifted")
        TRUST_CHANGED = "trust", _("Trust changed")
        DISCUSSION_CLOSED = "closed", _("Discussion closed")
        DISCUSSION_OPENED = "opened", _("Discussion opened")
        RULE_CHANGED = "rule", _("Rule changed")
        UNDONE = "undone", _("Decision undone")

    action = models.CharField(_("decision"), max_length=13, choices=Action.choices)
    comment = models.ForeignKey(
        Comment, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="decisions"
    )
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="decisions_about",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="decisions",
    )
    from_state = models.CharField(_("from"), max_length=8, choices=State.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=8, choices=State.choices, blank=True)
    rule = models.CharField(_("rule"), max_length=80, blank=True)
    matched = models.CharField(_("matched"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    text_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.get_action_display()


class Queue(Comment):
    """The list of comments that a moderator has to look at, oldest first."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        ordering: ClassVar = ["pk"]
        verbose_name = _("waiting comment")
        verbose_name_plural = _("waiting comments")


class Spam(Comment):
    """The list of comments that were taken for spam, newest first."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        ordering: ClassVar = ["-pk"]
        verbose_name = _("spam comment")
        verbose_name_plural = _("spam comments")


class Reader(User):
    """A person as moderators meet them: by name, never by address."""

    class Meta:
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("reader")
        verbose_name_plural = _("readers")

    def __str__(self) -> str:
        return name_of(self)


def name_of(person: User | None) -> str:
    """What moderators call a person. `str()` of somebody without a name is their address, which is private."""
    if person is None:
        return str(_("Nobody"))
    return person.display_name or str(_("Reader %(number)d") % {"number": person.pk})
