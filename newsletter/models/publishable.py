"""What an issue and an article share: a title, an address, a text, and a state that decides who sees it."""

from datetime import datetime
from typing import ClassVar, Self, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.slugs import SlugField
from newsletter.models.written import Written

WORDS_A_MINUTE = 230


def minutes_to_read(words: int) -> int:
    """Reading time in minutes, one at the least."""
    return max(1, round(words / WORDS_A_MINUTE))


class Status(models.TextChoices):
    """Draft → published → withdrawn; a published thing with a date in the future is scheduled. A withdrawn thing can
    be published again, a scheduled one can go back to being a draft. `newsletter.publishing` holds the transitions."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PublishableQuerySet(models.QuerySet):
    def published(self, at: datetime | None = None) -> Self:
        """What everybody may see at a moment (now, unless told otherwise)."""
        return self.filter(status=Status.PUBLISHED, published_at__lte=at or timezone.now())

    def news(self) -> Self:
        """What everybody may see, without what was old already when it came."""
        return self.published().filter(is_from_archive=False)

    def scheduled(self) -> Self:
        return self.filter(status=Status.PUBLISHED, published_at__gt=timezone.now())

    def drafts(self) -> Self:
        return self.filter(status=Status.DRAFT)

    def withdrawn(self) -> Self:
        return self.filter(status=Status.WITHDRAWN)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What this person may open: editors everything, so that they see a draft as readers will."""
        return self.all() if may_edit(user, self.model) else self.published()

    def without_texts(self) -> Self:
        """Leave the texts in the database, where a list does not show them."""
        texts = cast("type[Publishable]", self.model).markup_fields
        return self.defer(*texts, *texts.values())


def may_edit(user: User | AnonymousUser, model: type[models.Model]) -> bool:
    return user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")


class Publishable(Written):
    title = models.CharField(_("title"), max_length=250)
    slug = SlugField(
        _("address"),
        max_length=120,
        help_text=_("The last part of the page's address. Changing it later leaves a redirect behind."),
    )
    summary = models.TextField(
        _("summary"),
        blank=True,
        max_length=500,
        help_text=_("One or two sentences for lists, search engines and shared links."),
    )
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown. Pictures: ![what it shows](picture:name)"))
    body_html = models.TextField(editable=False, blank=True)
    lead_picture = models.ForeignKey(
        "newsletter.Picture",
        verbose_name=_("lead picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Opens the page and stands for it in lists and shared links."),
    )
    words = models.PositiveIntegerField(editable=False, default=0)
    document_checksum = models.CharField(
        editable=False, max_length=64, blank=True, help_text=_("SHA-256 of the text that it was composed from.")
    )

    status = models.CharField(
        _("state"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False, db_index=True
    )
    published_at = models.DateTimeField(_("publication date"), null=True, blank=True, editable=False, db_index=True)
    status_changed_at = models.DateTimeField(_("state changed"), null=True, editable=False)
    status_changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("state changed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    is_from_archive = models.BooleanField(
        editable=False, default=False, help_text=_("It was old already when it was published here: no news.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    markup_fields: ClassVar[dict[str, str]] = {"body": "body_html"}

    #: Whether this is not what is stored but what will be: see `newsletter.sharing.proof`.
    is_proof = False

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def is_public(self) -> bool:
        """The same rule as `published()`, for an object in hand."""
        return self.status == Status.PUBLISHED and self.is_due and not self.is_proof

    @property
    def is_scheduled(self) -> bool:
        return self.status == Status.PUBLISHED and not self.is_due

    @property
    def is_due(self) -> bool:
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def reading_minutes(self) -> int:
        return minutes_to_read(self.words)
