"""The map of the site for search engines: every public page with its date and its pictures."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import Func, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.functional import cached_property
from taggit.models import Tag

from core.addresses import absolute
from newsletter.models import Article, Contributor, Issue, Newsletter
from newsletter.models.publishable import PublishableQuerySet
from newsletter.structured_data import changed_at

COLUMNS = ["slug", "updated_at", "published_at", "newsletter__slug"]
COLUMNS += ["lead_picture__file", "lead_picture__width", "lead_picture__height"]

type Page = tuple[str, datetime | None]


def with_newest(owners: QuerySet, things: PublishableQuerySet, owner: str) -> QuerySet:
    """The owners, each with the date of the newest of `things` whose field `owner` it is; None where there are none.
    Asked row by row on purpose: joining all rows with all that is public can take PostgreSQL minutes while its
    statistics are old, as they are right after an import."""
    theirs = things.filter(**{owner: OuterRef("pk")}).order_by()
    newest = Subquery(theirs.values(newest=Func("published_at", function="MAX")))
    return owners.order_by("pk").alias(any=Subquery(theirs.values("pk")[:1])).annotate(newest=newest)


def mapped(things: PublishableQuerySet) -> PublishableQuerySet:
    """What a map says of issues or articles; their texts stay in the database."""
    shown = things.select_related("newsletter", "lead_picture").prefetch_related("pictures")
    return shown.order_by("pk").only(*COLUMNS)


class Section(Sitemap):
    """A part of the map, always on the site's own host, whatever host was asked."""

    #: Pages in one file. The protocol allows 50,000, but this file is made while somebody waits.
    limit = 1000

    @cached_property
    def paginator(self) -> Paginator:
        """Django's, but counting once."""
        return super().paginator

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def get_urls(self, page: int | str = 1, site: Any = None, protocol: str | None = None) -> list[dict[str, Any]]:
        urls = super().get_urls(page)
        return [url | {"pictures": self.pictures(url["item"])} for url in urls]

    def pictures(self, item: Any) -> Iterable[str]:
        return ()


class PublishedSection(Section):
    """Issues or articles, with all pictures they show."""

    def lastmod(self, thing: Issue | Article) -> datetime | None:
        return changed_at(thing)

    def pictures(self, thing: Issue | Article) -> Iterable[str]:
        lead = [thing.lead_picture] if thing.lead_picture else []
        return sorted({absolute(picture.file.url) for picture in [*lead, *thing.pictures.all()]})


class Issues(PublishedSection):
    def items(self) -> PublishableQuerySet:
        return mapped(Issue.objects.published())


class Articles(PublishedSection):
    def items(self) -> PublishableQuerySet:
        return mapped(Article.objects.published().select_related("issue")).only(*COLUMNS, "issue__slug")


class Pages(Section):
    """The front page, unless it is the only newsletter's, and of each newsletter its home and "About"."""

    def items(self) -> list[Page]:
        newsletters = with_newest(Newsletter.objects.all(), Issue.objects.published(), "newsletter")
        pages: list[Page] = [("/", None)] if len(newsletters) != 1 else []
        for newsletter in newsletters:
            about = reverse("newsletter:about", args=[newsletter.slug])
            pages += [(newsletter.get_absolute_url(), newsletter.newest), (about, newsletter.updated_at)]
        return pages

    def location(self, page: Page) -> str:
        return page[0]

    def lastmod(self, page: Page) -> datetime | None:
        return page[1]


class Tags(Section):
    """Tags of public articles, with the date of the newest."""

    def items(self) -> QuerySet[Tag]:
        return with_newest(Tag.objects.all(), Article.objects.published(), "tagged__tag").exclude(any=None)

    def location(self, tag: Tag) -> str:
        return reverse("newsletter:tag", args=[tag.slug])

    def lastmod(self, tag: Any) -> datetime:
        return tag.newest


class Contributors(Section):
    """Contributors to public articles, with the date of the newest."""

    def items(self) -> QuerySet[Contributor]:
        articles = Article.objects.published()
        return with_newest(Contributor.objects.all(), articles, "contributions__contributor").exclude(any=None)

    def lastmod(self, contributor: Any) -> datetime:
        return contributor.newest


SECTIONS = {section.__name__.lower(): section for section in (Pages, Issues, Articles, Tags, Contributors)}
