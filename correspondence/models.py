"""What readers and editors write to each other by mail."""

from collections.abc import Collection
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Comment
from mailing.models import Subscriber
from newsletter.models import Article, Issue, Newsletter, Publishable
from participation.models import Tip


class Thread(models.Model):
    """What one person and the editors of one newsletter have written to each other."""

    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="threads", db_index=False
    )
    email = models.EmailField(_("e-mail address"), db_index=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="threads")
    #: Whether the last word is the reader's, and no editor has said that it needs no answer.
    is_open = models.BooleanField(_("waits for an answer"), default=True)
    last_at = models.DateTimeField(_("last letter"), default=timezone.now)
    #: The editor who said last that it needs no answer, and when.
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("thread of letters")
        verbose_name_plural = _("threads of letters")
        ordering: ClassVar = ["-last_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["newsletter", "email"], name="one_thread_of_a_reader")
        ]
        indexes: ClassVar = [models.Index(fields=["-is_open", "-last_at", "-id"], name="threads_at_the_desk")]

    def __str__(self) -> str:
        return self.name or self.email


class LetterQuerySet(models.QuerySet["Letter"]):
    def asked(self) -> Self:
        """Those whose reader has not confirmed yet that they are theirs, or may be shown."""
        return self.filter(state=Letter.State.ASKED)

    def by_issue(self, issues: Collection[int]) -> dict[int, int]:
        """How many readers' letters answer each of these issues, or an article in it, by the keys of issues."""
        answered = self.by_readers().about(Issue.objects.filter(pk__in=issues))
        own = answered.annotate(of=Coalesce("issue", "article__issue")).order_by()
        return dict(own.values_list("of").annotate(Count("pk")))

    def by_readers(self) -> Self:
        return self.exclude(state=Letter.State.SENT)

    def about(self, issues: models.QuerySet[Issue]) -> Self:
        """What answers one of these, or an article in it."""
        return self.filter(Q(issue__in=issues) | Q(article__in=Article.objects.filter(issue__in=issues)))

    def with_places(self) -> Self:
        """With what they answer, ready to be linked to."""
        places = ("issue__newsletter", "article__newsletter", "article__issue__newsletter", "parent", "comment")
        return self.select_related("newsletter", "by", "tip", *places)

    def with_things(self) -> Self:
        """Load what its own page shows."""
        return self.select_related(
            "newsletter", "issue", "article__issue", "user", "subscriber", "comment", "parent", "thread"
        )


class Letter(models.Model):
    """One mail: what a reader answered, or what an editor wrote back."""

    class State(models.TextChoices):
        """Of a reader's: asked → posted, refused or dropped; or at the desk → offered → posted or declined, or a tip.
        Posted can be taken back. An editor's is sent."""

        ASKED = "asked", _("Waits for its reader")
        POSTED = "posted", _("In the discussion")
        REFUSED = "refused", _("Refused")
        DESK = "desk", _("At the desk")
        OFFERED = "offered", _("Asked whether it may be a comment")
        DECLINED = "declined", _("Is not to be a comment")
        TIP = "tip", _("Became a tip")
        SENT = "sent", _("Sent")

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, null=True, on_delete=models.CASCADE, related_name="letters", db_index=False)
    #: Whose it is; of an editor's, to whom it went.
    email = models.EmailField(_("e-mail address"), db_index=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="letters")
    subscriber = models.ForeignKey(Subscriber, null=True, on_delete=models.SET_NULL, related_name="letters")
    #: What it answers.
    issue = models.ForeignKey(Issue, null=True, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, null=True, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("text"), blank=True)
    #: The names of what was attached, which is left out.
    attachments = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    #: The words of which its reader is asked whether they may be a comment.
    offered = models.TextField(blank=True)
    #: By which the same mail is known when it comes again.
    message_id = models.CharField(max_length=250, unique=True)
    comment = models.ForeignKey(Comment, null=True, on_delete=models.SET_NULL, related_name="letters")
    tip = models.ForeignKey(Tip, null=True, on_delete=models.SET_NULL, related_name="letters")
    #: The editor who wrote it, or who decided about it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["thread", "id"], name="letters_of_a_thread"),
            models.Index(fields=["at"], condition=Q(state="asked"), name="letters_to_be_confirmed"),
            models.Index(fields=["decided_at"], condition=Q(state="offered"), name="letters_offered"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.at:%Y-%m-%d}"

    @property
    def place(self) -> Publishable | None:
        """What it answers."""
        return self.article or self.issue

    @property
    def title(self) -> str:
        """Of what it answers."""
        return str((self.place or self.newsletter).title)

    @property
    def words(self) -> str:
        """What of it is meant for a discussion."""
        return self.offered or self.text

    @property
    def language(self) -> str:
        """Of its writer, as far as that is known."""
        own = (person.language for person in (self.user, self.subscriber) if person)
        return next(filter(None, own), self.newsletter.language)

    @property
    def is_question(self) -> bool:
        """Whether its writer is asked about it."""
        return self.state in {self.State.ASKED, self.State.OFFERED}

    @property
    def goes_to_desk(self) -> bool:
        """Whether it goes to the editors once it is known whose it is, and not into a discussion."""
        to_desk = self.thread_id is not None or self.newsletter.answers == Newsletter.Answers.DESK
        return self.state != self.State.OFFERED and (self.place is None or to_desk)

    @property
    def is_sent(self) -> bool:
        """Whether it is an editor's."""
        return self.state == self.State.SENT


class Revocation(models.Model):
    """Reply addresses of one person, or of one person in one place, that are no longer good: those given out until
    then. See `core.mail.replies`."""

    #: `core.mail.replies.Claim.person`, and `.place` or nothing for every place.
    person = models.CharField(max_length=14)
    place = models.CharField(max_length=14, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "place"], name="revoked_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.place}"
