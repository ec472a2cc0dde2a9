"""What was wrong after readers had seen it, and what is right: a dated note beside the text."""

from typing import ClassVar, cast

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.models.articles import Article
from newsletter.models.issues import Issue


class Correction(models.Model):
    """Stands on the page of its article, also inside the issue; or, where the whole issue is meant, on the issue's."""

    issue = models.ForeignKey(
        Issue, verbose_name=_("issue"), null=True, blank=True, on_delete=models.CASCADE, related_name="corrections"
    )
    article = models.ForeignKey(
        Article, verbose_name=_("article"), null=True, blank=True, on_delete=models.CASCADE, related_name="corrections"
    )
    text = models.TextField(
        _("what was wrong, and what is right"),
        max_length=1000,
        help_text=_("Markdown. Correct the text itself as well: this note says that you did."),
    )
    text_html = models.TextField(editable=False, blank=True)
    published_at = models.DateTimeField(_("date"), default=timezone.now, editable=False)

    markup_fields: ClassVar[dict[str, str]] = {"text": "text_html"}

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(article=None) ^ Q(issue=None), name="correction_of_one_thing")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def thing(self) -> Issue | Article:
        """What is corrected."""
        return cast("Issue | Article", self.issue or self.article)
