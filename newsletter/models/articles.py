"""An article: a titled text with an address of its own, inside an issue or standing alone."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, Tag

from newsletter.models.contributors import Contributor
from newsletter.models.issues import Issue, Section
from newsletter.models.newsletters import Newsletter
from newsletter.models.publishable import Publishable, PublishableQuerySet, Status
from newsletter.models.slugs import free_article_slug
from newsletter.models.tags import TagManager


class ArticleQuerySet(PublishableQuerySet):
    def published(self, at: datetime | None = None) -> Self:
        """What everybody may see: an article inside an issue is public when both are."""
        at = at or timezone.now()
        issue_is_public = Q(issue__status=Status.PUBLISHED, issue__published_at__lte=at)
        return super().published(at).filter(Q(issue=None) | issue_is_public)

    def withdrawn(self) -> Self:
        return self.filter(Q(status=Status.WITHDRAWN) | Q(issue__status=Status.WITHDRAWN))

    def waiting_for_issue(self) -> Self:
        """Published by themselves, but inside an issue that readers cannot see yet."""
        now = timezone.now()
        unseen = Q(issue__status=Status.DRAFT) | Q(issue__status=Status.PUBLISHED, issue__published_at__gt=now)
        return super().published(now).filter(unseen)

    def stand_alone(self) -> Self:
        return self.filter(issue=None)

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "position", "-pk")

    def in_reading_order(self) -> Self:
        """As the issue prints them: those before the first section, then section by section."""
        return self.order_by(models.F("section__position").asc(nulls_first=True), "section", "position", "pk")

    def in_print(self, is_public: bool, at: Any = None) -> Self:
        """Those that readers meet in an issue at a moment, or would meet if it is not public. In reading order."""
        found = self.published(at) if is_public else self.exclude(status=Status.WITHDRAWN)
        return found.in_reading_order()

    def with_addresses(self) -> Self:
        """Load what `get_absolute_url` reads."""
        return self.select_related("newsletter", "issue")

    def for_lists(self) -> Self:
        """Load what a list or a table of contents shows. Texts, those of issue and newsletter too, stay behind."""
        issue, newsletter, section = (model.markup_fields for model in (Issue, Newsletter, Section))
        return (
            self.without_texts()
            .with_addresses()
            .select_related("section")
            .defer(*(f"issue__{name}" for pair in issue.items() for name in pair))
            .defer(*(f"newsletter__{name}" for pair in newsletter.items() for name in pair))
            .defer(*(f"section__{name}" for pair in section.items() for name in pair))
        )

    def for_page(self) -> Self:
        """Load what its own page shows, but for what `newsletter.contents.give_credits` gives."""
        return self.select_related("newsletter__logo", "issue", "section", "lead_picture")

    def with_credits(self) -> Self:
        """Load bylines and tags."""
        bylines = models.Prefetch("contributions", Contribution.objects.select_related("contributor"))
        return self.prefetch_related(bylines, "tags")

    def related_to(self, article: Any) -> Self:
        """Articles that share tags with the one of this id, those that share most first."""
        shared = Q(tagged__tag__in=TaggedArticle.objects.filter(content_object=article).values("tag"))
        return (
            self.exclude(pk=article)
            .filter(shared)
            .annotate(shared_tags=Count("tagged", filter=shared, distinct=True))
            .order_by("-shared_tags", "-published_at", "pk")
        )


class Article(Publishable):
    class Kind(models.TextChoices):
        ESSAY = "essay", _("Essay")
        ITEM = "item", _("Item")

    newsletter = models.ForeignKey(Newsletter, models.PROTECT, verbose_name=_("newsletter"), related_name="articles")
    issue = models.ForeignKey(
        Issue,
        models.CASCADE,
        verbose_name=_("issue"),
        null=True,
        blank=True,
        related_name="articles",
        help_text=_("Empty for an article that stands alone."),
    )
    section = models.ForeignKey(
        Section, models.SET_NULL, verbose_name=_("section"), null=True, blank=True, related_name="articles"
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The order inside the section, smallest first.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=5,
        choices=Kind.choices,
        default=Kind.ESSAY,
        help_text=_("Items are numbered within their section, essays are not."),
    )
    kicker = models.CharField(
        _("kicker"),
        max_length=80,
        blank=True,
        help_text=_("A word or two above the title, e.g. “Lead” or “Interview”."),
    )
    source_url = models.URLField(
        _("source"),
        max_length=1000,
        blank=True,
        help_text=_("Where the news comes from; an item's title links to it."),
    )
    source_name = models.CharField(_("source's name"), max_length=120, blank=True, help_text=_("The publication."))
    source_language = models.CharField(
        _("source's language"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("When it is not the newsletter's own: readers are told."),
    )
    tip_credit = models.CharField(
        _("tip from"), max_length=80, blank=True, help_text=_("Whom readers see thanked below it: “Tip: Ada Moor”.")
    )
    contributors = models.ManyToManyField(
        Contributor, through="Contribution", related_name="articles", verbose_name=_("contributors")
    )
    tags = TaggableManager(through="TaggedArticle", blank=True, manager=TagManager)
    questions = models.JSONField(editable=False, default=list)

    #: See `core.grams`.
    grams = ("title", "summary", "body", "source_name")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering: ClassVar = ["-published_at", "position", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["newsletter", "status", "-published_at"]),
            models.Index(fields=["issue", "section", "position"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issue", "slug"],
                name="one_article_per_address_in_issue",
                violation_error_message=_("This issue has an article with this address already."),
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(issue=None),
                name="one_stand_alone_article_per_address",
                violation_error_message=_("There is a stand-alone article with this address already."),
            ),
        ]

    @property
    def is_public(self) -> bool:
        """The same rule as `published()`. Reads `self.issue`."""
        return super().is_public and (self.issue is None or self.issue.is_public)

    @property
    def anchor(self) -> str:
        """The article's place on its issue's page; also the prefix of the ids inside its text."""
        return f"a{self.pk}"

    def clean(self) -> None:
        super().clean()
        free_article_slug(self.slug)
        if self.issue and self.issue.newsletter_id != self.newsletter_id:
            raise ValidationError({"issue": _("This issue belongs to another newsletter.")})
        if self.section and self.section.issue_id != self.issue_id:
            raise ValidationError({"section": _("This section belongs to another issue.")})

    def get_absolute_url(self) -> str:
        """Reads `self.issue` and `self.newsletter`: see `with_addresses()`."""
        if self.issue is None:
            return reverse("newsletter:stand-alone", args=[self.slug])
        return reverse("newsletter:article", args=[self.newsletter.slug, self.issue.slug, self.slug])


class Contribution(models.Model):
    """What a contributor did for an article."""

    class Role(models.TextChoices):
        AUTHOR = "author", _("Author")
        INTERVIEWEE = "interviewee", _("Interviewee")
        PHOTOGRAPHER = "photographer", _("Photographer")
        ILLUSTRATOR = "illustrator", _("Illustrator")
        TRANSLATOR = "translator", _("Translator")
        EDITOR = "editor", _("Editor")

    article = models.ForeignKey(Article, models.CASCADE, related_name="contributions")
    contributor = models.ForeignKey(
        Contributor, models.PROTECT, verbose_name=_("contributor"), related_name="contributions"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.AUTHOR)
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("The order in the byline."))

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["article", "contributor", "role"],
                name="one_contribution_per_role",
                violation_error_message=_("This contributor has this role already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.contributor} ({self.get_role_display()})"


class TaggedArticle(ItemBase, models.Model):
    """Joins a tag and an article: taggit's table with a real foreign key instead of a generic one."""

    content_object = models.ForeignKey(Article, models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged_articles", verbose_name=_("tag"))

    objects: ClassVar[models.Manager["TaggedArticle"]] = models.Manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints: ClassVar = [models.UniqueConstraint(fields=["content_object", "tag"], name="one_tag_per_article")]

    def __str__(self) -> str:
        return str(self.tag)
