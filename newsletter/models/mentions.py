"""Links of texts to other pages of this site, so that those can say by whom they are mentioned."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Concat, Substr
from django.utils.translation import gettext_lazy as _

from newsletter.models.articles import Article
from newsletter.models.issues import Issue
from newsletter.models.redirects import LONGEST_OLD_PATH, old_path_of, steps_of

#: What a list shows of who mentions, and reads addresses from.
SHOWN = (
    *("issue__title", "issue__slug", "issue__number", "issue__published_at"),
    *("article__title", "article__slug", "article__published_at", "article__issue__slug", "article__issue__number"),
    *(f"{owner}__newsletter__{name}" for owner in ("issue", "article") for name in ("title", "slug", "language")),
)


def with_slash(path: str) -> str:
    """A path in the one form in which mentions have it."""
    return "".join(f"/{step}" for step in steps_of(old_path_of(path))) + "/"


class MentionQuerySet(models.QuerySet["Mention"]):
    def public(self, at: Any) -> Self:
        """Those in what everybody may see at a moment."""
        article = Article.objects.published(at).filter(pk=OuterRef("article"))
        issue = Issue.objects.published(at).filter(pk=OuterRef("issue"))
        return self.filter(Exists(article) | Exists(issue))

    def for_lists(self) -> Self:
        """Newest first, with what a list shows."""
        written = Coalesce("article__published_at", "issue__published_at")
        owners = self.select_related("issue__newsletter", "article__newsletter", "article__issue").only(*SHOWN)
        return owners.order_by(written.desc(), "-pk")

    def lead_on(self, old_path: str, new_path: str) -> None:
        """Let what leads to an address that was left, or below it, lead to the new one, as its redirect does. Run it
        in the same transaction."""
        old, new = with_slash(old_path), with_slash(new_path)
        if old_path.endswith("/") and new_path.endswith("/"):
            there = Concat(Value(new), Substr("path", len(old) + 1))
            self.filter(path__startswith=old).update(path=Substr(there, 1, LONGEST_OLD_PATH))
        else:
            self.filter(path=old).update(path=new[:LONGEST_OLD_PATH])


class Mention(models.Model):
    """A link in the texts of one issue or article to an address of this site, as it is now.

    The address is kept, not the page that stands there. So pages are matched as they are shown: one that was linked to
    before it was there is mentioned from then on. What redirects lead to is found when texts are rendered, and what is
    renamed later takes its mentions along (`lead_on`).
    """

    issue = models.ForeignKey(Issue, models.CASCADE, verbose_name=_("issue"), null=True, related_name="mentions")
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), null=True, related_name="mentions")
    #: See `with_slash`; behind it the anchor of an article on the page of its issue.
    path = models.CharField(_("address"), max_length=LONGEST_OLD_PATH, db_index=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(issue=None) ^ Q(article=None), name="mention_in_one_thing")
        ]

    def __str__(self) -> str:
        return f"{self.issue or self.article} → {self.path}"
