"""Polls: a question in a text, and what readers answered. Of each ballot it is known whose it is, of readers who have
signed in, or of which browser: never from where it came."""

from hashlib import sha256
from typing import ClassVar, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.admin import number_of
from core.slugs import LONGEST, SlugField
from newsletter.models import Newsletter

FEWEST_ANSWERS, MOST_ANSWERS = 2, 10


class PollQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.exclude(closes_at__lte=timezone.now())

    def closed(self) -> Self:
        return self.filter(closes_at__lte=timezone.now())

    def closing(self) -> Self:
        """Those that close at a time to come, the first of them first."""
        return self.filter(closes_at__gt=timezone.now()).order_by("closes_at")

    def counted(self) -> Self:
        """Count who has voted, as `voters`."""
        return self.annotate(voters=number_of(Ballot.objects.filter(poll=OuterRef("pk"))))

    def unheard(self) -> Self:
        """Those with votes that no page knows of."""
        newer = Ballot.objects.filter(poll=OuterRef("pk"), voted_at__gt=OuterRef("numbers_at"))
        return self.filter(Exists(newer), results=Poll.Results.ALWAYS)


class Poll(models.Model):
    """Everybody may see it as long as something that is public names it, see `participation.polls.places`."""

    class Results(models.TextChoices):
        ALWAYS = "always", _("Always")
        VOTED = "voted", _("To who has voted")
        CLOSED = "closed", _("When it is closed")

    newsletter = models.ForeignKey(Newsletter, models.CASCADE, verbose_name=_("newsletter"), related_name="polls")
    question = models.CharField(_("question"), max_length=200, help_text=_("As it stands above the answers."))
    name = SlugField(
        _("name"),
        max_length=LONGEST,
        unique=True,
        blank=True,
        help_text=_("What texts call it, and the last part of its address. Empty: made of the question."),
    )
    several = models.BooleanField(
        _("several answers"),
        default=False,
        help_text=_("Readers may choose more than one. Stays when there are votes."),
    )
    results = models.CharField(
        _("results are shown"),
        max_length=6,
        choices=Results.choices,
        default=Results.VOTED,
        help_text=_("To everybody once it is closed, in any case."),
    )
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("Until then readers may vote, and change their vote. Empty: until you close it."),
    )
    numbers_at = models.DateTimeField(editable=False, default=timezone.now)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PollQuerySet.as_manager()

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["closes_at"], name="polls_by_closing")]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return reverse("participation:poll", args=[self.name])

    @property
    def topic(self) -> str:
        """What its numbers are called as something that pages show (see `core.changes`)."""
        return f"poll-{self.pk}"

    @property
    def anchor(self) -> str:
        """Its place in a text."""
        return f"poll-{self.name}"

    @property
    def is_closed(self) -> bool:
        return self.closes_at is not None and self.closes_at <= timezone.now()

    @property
    def shows_numbers(self) -> bool:
        """Whether everybody may see them now."""
        return self.is_closed or self.results == self.Results.ALWAYS


class PollAnswerQuerySet(models.QuerySet):
    def counted(self) -> Self:
        """Count who has chosen each, as `votes`."""
        return self.annotate(votes=Count("ballots"))


class PollAnswer(models.Model):
    poll = models.ForeignKey(Poll, models.CASCADE, verbose_name=_("poll"), related_name="answers")
    text = models.CharField(_("answer"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smallest first."))

    objects = PollAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class BallotQuerySet(models.QuerySet):
    def of_browser(self, poll: Poll, key: str) -> Self:
        return self.filter(poll=poll, browser=browser_of(poll, key)) if key else self.none()


class Ballot(models.Model):
    """What one reader, or one browser, answered; both of them where the browser voted before its reader signed in."""

    poll = models.ForeignKey(Poll, models.CASCADE, verbose_name=_("poll"), related_name="ballots")
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("reader"), null=True, related_name="ballots")
    browser = models.CharField(_("browser"), max_length=64, null=True)  # noqa: DJ001 - many have none
    voted_at = models.DateTimeField(_("voted"))
    answers = models.ManyToManyField(PollAnswer, verbose_name=_("answers"), related_name="ballots")

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["poll", "voted_at"], name="ballots_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "user"], name="one_ballot_per_reader"),
            models.UniqueConstraint(fields=["poll", "browser"], name="one_ballot_per_browser"),
            models.CheckConstraint(condition=~Q(user=None, browser=None), name="ballot_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.voted_at}"


def browser_of(poll: Poll, key: str) -> str:
    """What is stored of the key in a browser's cookie: another one for each poll, so that ballots do not tell which
    polls a browser has voted in."""
    return sha256(f"{poll.pk} {key}".encode()).hexdigest()
