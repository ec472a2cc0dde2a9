"""An issue: one numbered edition of a newsletter, with its sections."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Max, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsletter.models.newsletters import Newsletter
from newsletter.models.publishable import Publishable, PublishableQuerySet
from newsletter.models.slugs import free_issue_slug


class IssueQuerySet(PublishableQuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-number")

    def in_year(self, year: int) -> Self:
        return self.filter(published_at__year=year)

    def for_lists(self) -> Self:
        """Load what a list shows. The texts stay behind."""
        return self.without_texts().select_related("newsletter", "lead_picture")

    def for_page(self) -> Self:
        """Load what its own page shows."""
        return self.select_related("newsletter__logo", "lead_picture")

    def before(self, issue: "Issue") -> Self:
        """The issues of the same newsletter that came before, newest first."""
        return self.filter(newsletter=issue.newsletter_id, number__lt=issue.number).order_by("-number")

    def around(self, newsletter: Any, number: Any) -> Self:
        """The one before and the one after this number of a newsletter, where there are such, in this order."""
        issues = self.filter(newsletter=newsletter)
        before, after = issues.filter(number__lt=number).order_by("-number"), issues.filter(number__gt=number)
        nearest = (Subquery(each.values("pk")[:1]) for each in (before, after.order_by("number")))
        return issues.filter(pk__in=nearest).order_by("number")

    def next_number(self, newsletter: Newsletter) -> int:
        """The next free number of a newsletter."""
        return (self.filter(newsletter=newsletter).aggregate(last=Max("number"))["last"] or 0) + 1


class Issue(Publishable):
    newsletter = models.ForeignKey(Newsletter, models.PROTECT, verbose_name=_("newsletter"), related_name="issues")
    number = models.PositiveIntegerField(_("number"), help_text=_("The next free one is offered."))
    subject = models.CharField(
        _("subject of the mail"), max_length=200, blank=True, help_text=_("The title is used when this is empty.")
    )
    preheader = models.CharField(
        _("preheader"), max_length=200, blank=True, help_text=_("What mail programs show behind the subject.")
    )
    closing = models.TextField(
        _("closing"), blank=True, help_text=_("Markdown, below the last article: thanks, a call for tips.")
    )
    closing_html = models.TextField(editable=False, blank=True)

    markup_fields: ClassVar[dict[str, str]] = {"body": "body_html", "closing": "closing_html"}

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering: ClassVar = ["-number"]
        indexes: ClassVar = [models.Index(fields=["newsletter", "status", "-published_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["newsletter", "number"],
                name="one_issue_per_number",
                violation_error_message=_("This newsletter has an issue with this number already."),
            ),
            models.UniqueConstraint(
                fields=["newsletter", "slug"],
                name="one_issue_per_address",
                violation_error_message=_("This newsletter has an issue with this address already."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        free_issue_slug(self.slug)

    def get_absolute_url(self) -> str:
        """Reads `self.newsletter`."""
        return reverse("newsletter:issue", args=[self.newsletter.slug, self.slug])


class Section(models.Model):
    """A heading inside an issue that groups the articles below it."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="sections")
    title = models.CharField(_("title"), max_length=250)
    intro = models.TextField(
        _("introduction"), blank=True, help_text=_("Markdown, between the heading and the articles.")
    )
    intro_html = models.TextField(editable=False, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    markup_fields: ClassVar[dict[str, str]] = {"intro": "intro_html"}

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title
