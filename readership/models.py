"""What is kept of being read: numbers by page, day and the site that led there, and by two articles that were read
together. Nothing about anybody."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, NamedTuple, Self

from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Least
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from newsletter.models import Article, Issue, Newsletter

type Counted = tuple[date, Issue | Article, str]
#: A day, and the ids of two articles.
type PairOfArticles = tuple[date, int, int]

#: A pair counts no more often on one day: what somebody makes up in an hour leads nobody anywhere for long.
MOST_A_DAY = 25


class Views(NamedTuple):
    people: int = 0
    robots: int = 0

    def with_more(self, other: "Views") -> "Views":
        return Views(self.people + other.people, self.robots + other.robots)


def fields_of(thing: Issue | Article) -> dict[str, Any]:
    return {"issue": thing} if isinstance(thing, Issue) else {"article": thing}


def thing_at(path: str) -> Issue | Article | None:
    """The issue or article whose page stands at a path."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    slugs = match.kwargs
    match match.view_name:
        case "newsletter:issue":
            return Issue.objects.filter(newsletter__slug=slugs["newsletter"], slug=slugs["issue"]).first()
        case "newsletter:article":
            inside = Article.objects.filter(newsletter__slug=slugs["newsletter"], issue__slug=slugs["issue"])
            return inside.filter(slug=slugs["article"]).first()
        case "newsletter:stand-alone":
            return Article.objects.stand_alone().filter(slug=slugs["article"]).first()
    return None


class PageViewsQuerySet(models.QuerySet["PageViews"]):
    def of(self, thing: Issue | Article | Newsletter) -> Self:
        """Those of an article; of an issue and of its articles; of all that a newsletter has published."""
        match thing:
            case Article():
                return self.filter(article=thing)
            case Issue():
                return self.filter(Q(issue=thing) | Q(article__issue=thing))
        return self.filter(Q(issue__newsletter=thing) | Q(article__newsletter=thing))

    def of_page(self, thing: Issue | Article) -> Self:
        """Those of one page alone."""
        return self.filter(**fields_of(thing))

    def between(self, first: date, last: date) -> Self:
        """Both days included."""
        return self.filter(day__gte=first, day__lte=last)

    def total(self) -> Views:
        sums = self.aggregate(people=Sum("people"), robots=Sum("robots"))
        return Views(sums["people"] or 0, sums["robots"] or 0)

    def by_day(self) -> dict[date, int]:
        """Views by people."""
        return dict(self.values_list("day").annotate(number=Sum("people")).order_by("day"))

    def by_host(self) -> models.QuerySet:
        """Where people came from, the busiest first: rows of a host (empty: not known) and a number."""
        return self.filter(people__gt=0).values_list("host").annotate(number=Sum("people")).order_by("-number", "host")

    @transaction.atomic
    def add(self, counted: Mapping[Counted, Views]) -> None:
        """Add to what was counted before, by day, thing and host. Any number of processes may do so at once."""
        for (day, thing, host), views in sorted(counted.items(), key=lambda item: str(item[0])):
            self.update_or_create(
                day=day,
                host=host,
                **fields_of(thing),
                defaults={"people": F("people") + views.people, "robots": F("robots") + views.robots},
                create_defaults={"people": views.people, "robots": views.robots},
            )


class PageViews(models.Model):
    """How often one page was served on one day to those whom one site led there."""

    day = models.DateField(_("day"))
    issue = models.ForeignKey(Issue, models.CASCADE, verbose_name=_("issue"), null=True, related_name="views")
    article = models.ForeignKey(Article, models.CASCADE, verbose_name=_("article"), null=True, related_name="views")
    host = models.CharField(_("came from"), max_length=100, blank=True)
    people = models.PositiveIntegerField(_("views"), default=0)
    robots = models.PositiveIntegerField(_("views by robots"), default=0)

    objects = PageViewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("readership")
        verbose_name_plural = _("readership")
        indexes: ClassVar = [models.Index(fields=["day"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(issue=None, article__isnull=False) | Q(issue__isnull=False, article=None),
                name="views_of_one_page",
            ),
            models.UniqueConstraint(fields=["issue", "day", "host"], name="one_count_an_issue_day_and_host"),
            models.UniqueConstraint(fields=["article", "day", "host"], name="one_count_an_article_day_and_host"),
        ]

    def __str__(self) -> str:
        return f"{self.issue or self.article}, {self.day}"


class PagePairQuerySet(models.QuerySet["PagePair"]):
    @transaction.atomic
    def add(self, counted: Mapping[PairOfArticles, int]) -> None:
        """Add to what was counted before. Any number of processes may do so at once; where two count the first of a
        pair at the same moment, one of them is lost."""
        missing: list[Any] = []
        for (day, article, other), number in sorted(counted.items()):
            pair = {"day": day, "article_id": article, "other_id": other}
            if not self.filter(**pair).update(number=Least(F("number") + number, MOST_A_DAY)):
                missing.append(PagePair(number=min(number, MOST_A_DAY), **pair))
        self.bulk_create(missing, ignore_conflicts=True)


class PagePair(models.Model):
    """How often one article was read by who read another one, on one day. Each pair stands here both ways round."""

    day = models.DateField(_("day"), db_index=True)
    article = models.ForeignKey(
        Article, models.CASCADE, verbose_name=_("article"), related_name="pairs", db_index=False
    )
    other = models.ForeignKey(Article, models.CASCADE, verbose_name=_("read together"), related_name="+")
    number = models.PositiveIntegerField(_("number"), default=0)

    objects = PagePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("articles read together")
        verbose_name_plural = _("articles read together")
        constraints: ClassVar = [models.UniqueConstraint(fields=["article", "other", "day"], name="one_count_a_pair")]

    def __str__(self) -> str:
        return f"{self.article} – {self.other}, {self.day}"


class ReadLog(models.Model):
    """How far the log of a proxy has been counted, so that counting it again adds nothing."""

    #: SHA-256 of its first line: a log that was begun anew is another one.
    beginning = models.CharField(max_length=64, primary_key=True)
    position = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.beginning
