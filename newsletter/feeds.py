"""What the feeds say: every public article in full, newest first, for the site, a newsletter or a tag. An entry is an
article, since that is what has an address of its own; an issue reaches feed readers as its articles."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import SyndicationFeed
from django.utils.html import escape
from django.utils.translation import gettext as _
from taggit.models import Tag

from core.addresses import absolute
from core.markup.cleaning import WRITERS_ATTRIBUTES, WRITERS_TAGS
from newsletter.feed_formats import Facts
from newsletter.models import Article, Newsletter
from newsletter.models.articles import ArticleQuerySet
from newsletter.structured_data import authors, description

#: Articles in a feed; whoever looks in once a month misses nothing.
LENGTH = 30

#: Feed readers bring their own look and scripts: of a text they get the words, the links and the plain pictures.
ATTRIBUTES = WRITERS_ATTRIBUTES | {"*": {"dir", "lang"}, "img": {"alt", "height", "src", "title", "width"}}


class SpokenFeed(Feed):
    """A feed in one language, of what has a permanent id and a page of its own here."""

    item_guid_is_permalink = False

    def get_feed(self, scope: Any, request: HttpRequest) -> SyndicationFeed:
        with translation.override(self.language_of(scope)):
            return super().get_feed(scope, request)

    def language_of(self, scope: Any) -> str:
        return settings.LANGUAGE_CODE

    def link(self, scope: Any) -> str:
        return absolute("/")

    def feed_extra_kwargs(self, scope: Any) -> Facts:
        return {"icon": ""}

    def item_link(self, item: Any) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Any) -> str:
        return permanent_id(item)


class SiteFeed(SpokenFeed):
    """Articles of all newsletters."""

    def __init__(self, feed_type: type[SyndicationFeed], path: str) -> None:
        self.feed_type = feed_type
        self.feed_url = absolute(path)

    def title(self, scope: Any) -> str:
        return settings.SITE_NAME

    def description(self, scope: Any) -> str:
        return _("Every article of %(site)s") % {"site": settings.SITE_NAME}

    def author_name(self, scope: Any) -> str:
        return self.title(scope)

    def articles(self, scope: Any) -> ArticleQuerySet:
        return Article.objects.published()

    def items(self, scope: Any) -> ArticleQuerySet:
        return (
            self.articles(scope)
            .newest_first()
            .select_related("newsletter", "issue", "lead_picture")
            .with_credits()
            .prefetch_related("corrections")[:LENGTH]
        )

    def item_title(self, article: Article) -> str:
        return article.title

    def item_description(self, article: Article) -> str:
        return escape(description(article))

    def item_pubdate(self, article: Article) -> datetime | None:
        return article.published_at

    def item_updateddate(self, article: Article) -> datetime:
        """The writer's last change, also when that was before the publication. Taking the later of the two would give
        all articles of a scheduled issue the same date, which readers that sort by it cannot order."""
        return article.updated_at

    def item_categories(self, article: Article) -> list[str]:
        return [tag.name for tag in article.tags.all()]

    def item_extra_kwargs(self, article: Article) -> Facts:
        picture = article.lead_picture
        shown = picture and {"url": absolute(picture.file.url), "width": picture.width, "height": picture.height}
        return {
            "content": full_text(article),
            "summary": description(article),
            "authors": [{"name": who.name, "url": absolute(who.get_absolute_url())} for who in authors(article)],
            "language": article.newsletter.language,
            "source": article.source_url,
            "picture": shown,
        }


class NewsletterFeed(SiteFeed):
    """Articles of one newsletter, in its language."""

    def get_object(self, request: HttpRequest, newsletter: str) -> Newsletter:
        return get_object_or_404(Newsletter.objects.select_related("logo"), slug=newsletter)

    def language_of(self, newsletter: Newsletter) -> str:
        return newsletter.language

    def title(self, newsletter: Newsletter) -> str:
        return newsletter.title

    def description(self, newsletter: Newsletter) -> str:
        return newsletter.tagline or newsletter.title

    def link(self, newsletter: Newsletter) -> str:
        return absolute(newsletter.get_absolute_url())

    def feed_guid(self, newsletter: Newsletter) -> str:
        return permanent_id(newsletter)

    def feed_extra_kwargs(self, newsletter: Newsletter) -> Facts:
        return {"icon": absolute(newsletter.logo.file.url) if newsletter.logo else ""}

    def articles(self, newsletter: Newsletter) -> ArticleQuerySet:
        return super().articles(newsletter).filter(newsletter=newsletter)


class TagFeed(SiteFeed):
    """Articles with one tag; a tag that nothing public carries is not found."""

    def get_object(self, request: HttpRequest, tag: str) -> Tag:
        found = get_object_or_404(Tag, slug=tag)
        if not self.articles(found).exists():
            raise Http404
        return found

    def title(self, tag: Tag) -> str:
        return _("%(tag)s – %(site)s") % {"tag": tag.name, "site": settings.SITE_NAME}

    def description(self, tag: Tag) -> str:
        return _("Articles about %(tag)s") % {"tag": tag.name}

    def link(self, tag: Tag) -> str:
        return absolute(reverse("newsletter:tag", args=[tag.slug]))

    def author_name(self, tag: Tag) -> str:
        return settings.SITE_NAME

    def articles(self, tag: Tag) -> ArticleQuerySet:
        return super().articles(tag).filter(tagged__tag=tag)


def permanent_id(thing: Any) -> str:
    """A tag URI (RFC 4151): what never changes about a thing, so that a new address does not make it unread again. The
    thing is a row that knows when it was made."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{thing.created_at:%Y-%m-%d}:{thing._meta.model_name}-{thing.pk}"


def full_text(article: Article) -> str:
    """The article's HTML with its corrections, lead picture and source, free of what only our own pages understand.
    Addresses are complete; those of places in the text lead to the article's page."""
    lead_picture = article.lead_picture
    if lead_picture and lead_picture.file.url in article.body_html:
        lead_picture = None
    cleaner = nh3.Cleaner(
        tags=WRITERS_TAGS,
        attributes=ATTRIBUTES,
        link_rel=None,
        url_relative=("rewrite_with_base", absolute(article.get_absolute_url())),
    )
    with translation.override(article.newsletter.language):
        facts = {"article": article, "lead_picture": lead_picture}
        return cleaner.clean(render_to_string("newsletter/feeds/entry.html", facts)).strip()
