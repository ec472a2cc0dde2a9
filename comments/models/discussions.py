"""Discussions: the conversation under one issue or one article, and what a newsletter decides about them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.changes import content_changed
from core.mail.replies import Claim
from core.page_cache import shows
from core.prepared import prepared
from newsletter.models import Article, Issue, Newsletter, Publishable
from newsletter.talks import Talk

LONGEST_OPEN_DAYS = 3650
#: Which discussions there are, how they take comments, and what is the same in all of them, as topics of change.
TALKS = "talks"
#: Any comment, wherever it is.
COMMENTS = "comments"
#: The texts of what a discussion belongs to, which nobody needs to show a discussion.
TEXTS = [
    f"{owner}__{name}"
    for owner, model in {
        "article": Article,
        "issue": Issue,
        "article__issue": Issue,
        "article__newsletter": Newsletter,
        "issue__newsletter": Newsletter,
    }.items()
    for pair in model.markup_fields.items()
    for name in pair
]


class Mode(models.TextChoices):
    """How a discussion takes comments."""

    OFF = "off", _("Off: there is no discussion")
    OPEN = "open", _("Open: comments appear at once")
    FIRST_HELD = "first", _("First comment held: a reader's first comment waits for a moderator")
    ALL_HELD = "held", _("All held: each comment waits for a moderator")
    CLOSED = "closed", _("Closed: it can be read, not written to")


class Policy(models.Model):
    """What holds for the discussions of a newsletter. One without a row has the defaults; see `policy_of`."""

    newsletter = models.OneToOneField(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="policy"
    )
    mode = models.CharField(
        _("mode"),
        max_length=6,
        choices=Mode.choices,
        default=Mode.FIRST_HELD,
        help_text=_("For all its discussions; one that has a mode of its own keeps it."),
    )
    days_open = models.PositiveSmallIntegerField(
        _("days open"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_OPEN_DAYS)],
        help_text=_("How many days after publication a discussion closes. Empty: never."),
    )
    approvals_for_trust = models.PositiveSmallIntegerField(
        _("approvals for trust"),
        default=1,
        help_text=_("How many approved comments make a reader trusted; trusted readers no longer wait."),
    )

    class Meta:
        verbose_name = _("rules of the conversation")
        verbose_name_plural = _("rules of the conversation")

    def __str__(self) -> str:
        return str(self.newsletter)


def policy_of(newsletter: Newsletter) -> Policy:
    """The newsletter's policy, or the defaults."""
    return getattr(newsletter, "policy", None) or Policy(newsletter=newsletter)


class PlacesQuerySet(models.QuerySet):
    """Rows that know where `discussion_at` their discussion is."""

    discussion_at: ClassVar = "discussion__"

    def with_places(self) -> Self:
        """Load what titles, addresses and settings are read from. The texts of the pieces stay behind."""
        owners = ("article__newsletter__policy", "article__issue", "issue__newsletter__policy")
        loaded = self.select_related(*(f"{self.discussion_at}{owner}" for owner in owners))
        return loaded.defer(*(f"{self.discussion_at}{name}" for name in TEXTS))


class DiscussionQuerySet(PlacesQuerySet):
    discussion_at = ""

    def with_policy(self) -> Self:
        """Load the policy with them, and nothing of what they belong to; `under` puts that in."""
        ways = ("article__newsletter__policy", "issue__newsletter__policy")
        own = [field.name for field in Discussion._meta.concrete_fields]
        policy = [f"{way}__{field.name}" for way in ways for field in Policy._meta.concrete_fields]
        return self.select_related(*ways).only(*own, *policy)

    def with_pace_of(self, reader: Any) -> Self:
        """Load how much a reader, given by id, hears of them; None is anybody."""
        if reader is None:
            return self
        own = FilteredRelation("follows", condition=Q(follows__reader=reader))
        return self.annotate(own_follow=own, frequency=F("own_follow__frequency"))

    def public(self, at: Any = None) -> Self:
        """Those whose issue or article everybody may see at a moment (now, unless told otherwise), and which are not
        switched off."""
        article, issue = Article.objects.published(at), Issue.objects.published(at)
        switched_off = Q(mode=Mode.OFF) | Q(mode="", article__newsletter__policy__mode=Mode.OFF)
        switched_off |= Q(mode="", issue__newsletter__policy__mode=Mode.OFF)
        return self.filter(Q(article__in=article) | Q(issue__in=issue)).exclude(switched_off)


class Discussion(models.Model):
    """Made at the first comment, or when an editor gives it a mode of its own; see `discussion_of`."""

    article = models.OneToOneField(
        Article, verbose_name=_("article"), null=True, blank=True, on_delete=models.CASCADE, related_name="discussion"
    )
    issue = models.OneToOneField(
        Issue, verbose_name=_("issue"), null=True, blank=True, on_delete=models.CASCADE, related_name="discussion"
    )
    mode = models.CharField(
        _("mode"),
        max_length=6,
        choices=Mode.choices,
        blank=True,
        help_text=_("Empty: as the newsletter's policy says."),
    )
    closes_at = models.DateTimeField(
        _("closes"), null=True, blank=True, help_text=_("Empty: as many days after publication as the policy says.")
    )
    introduction = models.TextField(
        _("introduction"),
        blank=True,
        help_text=_(
            "Markdown, at the head of the conversation: what you ask your readers. A poll: poll:name on a line."
        ),
    )
    introduction_html = models.TextField(editable=False, blank=True)
    renderer_version = models.PositiveSmallIntegerField(editable=False, default=0)
    comment_count = models.PositiveIntegerField(_("comments"), default=0, editable=False)
    last_comment_at = models.DateTimeField(_("last comment"), null=True, editable=False)

    #: As `newsletter.models.Written` has them; it shows no pictures.
    markup_fields: ClassVar = {"introduction": "introduction_html"}
    #: How much a reader hears of it (a `Follow.Frequency`), where it was loaded with that.
    frequency: str | None = None

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        ordering: ClassVar = ["-last_comment_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["-last_comment_at"], name="discussions_by_activity"),
            models.Index(fields=["closes_at"], condition=Q(closes_at__isnull=False), name="discussions_by_closing"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(article=None) ^ Q(issue=None),
                name="discussion_of_one_thing",
                violation_error_message=_("Choose an issue or an article, not both."),
            )
        ]

    def __str__(self) -> str:
        return str(self.place)

    def get_absolute_url(self) -> str:
        """The address of the whole conversation."""
        if self.article and self.article.issue_id is None:
            return reverse("comments:stand-alone", args=[self.article.slug])
        return f"{self.place.get_absolute_url()}comments/"  # type: ignore[attr-defined]

    def under(self, place: Publishable) -> Self:
        """Put in what it belongs to, which is loaded already, with its newsletter's policy; see `with_policy()`."""
        place.newsletter.policy = self.policy  # type: ignore[attr-defined]
        setattr(self, str(place._meta.model_name), place)
        return self

    @property
    def topic(self) -> str:
        """What it is called as something that pages show (see `core.changes`); one that is not stored begins later."""
        return f"talk:{self.pk}" if self.pk else TALKS

    @property
    def count_topic(self) -> str:
        """The same for how many have commented."""
        return f"count:{self.pk}" if self.pk else TALKS

    @property
    def place(self) -> Publishable:
        """The issue or article that is discussed."""
        return self.article or self.issue  # type: ignore[return-value]

    @property
    def newsletter(self) -> Newsletter:
        return self.place.newsletter  # type: ignore[attr-defined]

    @property
    def policy(self) -> Policy:
        return policy_of(self.newsletter)

    @property
    def current_mode(self) -> Mode:
        """How it takes comments now, with its newsletter's policy and its closing time reckoned in."""
        mode = Mode(self.mode or self.policy.mode)
        closing = self.closing_time
        return Mode.CLOSED if mode != Mode.OFF and closing and closing <= timezone.now() else mode

    @property
    def closing_time(self) -> datetime | None:
        days, published = self.policy.days_open, self.place.published_at
        if self.closes_at or days is None or published is None:
            return self.closes_at
        return published + timedelta(days=days)

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it now; what is made of the answer depends on `TALKS`."""
        shows(TALKS)
        return self.place.is_public and not self.is_off

    @property
    def is_off(self) -> bool:
        return self.current_mode == Mode.OFF

    @property
    def is_open(self) -> bool:
        """Whether readers may write now."""
        return self.place.is_public and self.current_mode not in {Mode.OFF, Mode.CLOSED}

    def answers_of(self, reader_id: int, comment_id: int | None = None) -> str:
        """The address at which a reader answers by mail, all of it or one of its comments; empty where nobody can."""
        if not (self.newsletter.takes_answers and self.is_open):
            return ""
        place = ("a", self.article_id) if self.article_id else ("i", self.issue_id)
        kind, number = ("c", comment_id) if comment_id else place
        return Claim.of("u", reader_id, kind, number).address if number else ""

    @property
    def talk(self) -> Talk | None:
        """What it offers to readers once its issue or article is public."""
        if self.current_mode == Mode.CLOSED:
            return Talk.READABLE if self.comment_count else None
        return None if self.is_off else Talk.OPEN


def discussion_of(place: Publishable, reader: User | AnonymousUser | None = None) -> Discussion:
    """The discussion of an issue or article with all that it needs; an unsaved one where nobody wrote yet.

    `place` must have its newsletter, and an article its issue, loaded.
    """
    owner = str(place._meta.model_name)
    for found in discussion_under(owner, place=place.pk, reader=reader.pk if reader else None):
        return found.under(place)
    return Discussion(**{owner: place})


@prepared
def discussion_under(owner: str, *, place: Any, reader: Any) -> DiscussionQuerySet:
    return Discussion.objects.with_policy().with_pace_of(reader).filter(**{owner: place})


def stored_discussion_of(place: Publishable) -> Discussion:
    """The same, stored if it was not yet."""
    owner: dict[str, Any] = {str(place._meta.model_name): place}
    if Discussion.objects.get_or_create(**owner)[1]:
        content_changed(TALKS)
    return Discussion.objects.with_places().get(**owner)
