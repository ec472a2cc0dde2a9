"""Which last parts of an address are taken by the site itself."""

import re
from collections.abc import Iterator
from itertools import count

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: First parts of addresses that are not newsletters. A test keeps this in step with the URL configuration.
FIXED = frozenset(
    [
        "about",
        "account",
        "admin",
        "articles",
        "comments",
        "contributors",
        "feeds",
        "media",
        "ready",
        "robots",
        "search",
        "sitemap",
        "static",
        "subscribe",
        "subscription",
        "tags",
        "theme",
        "tips",
        "unsubscribe",
        "up",
        "webhooks",
    ]
)
#: What follows `/<newsletter>/` without being an issue; four figures are a year of the archive.
FIXED_IN_NEWSLETTER = frozenset({"about", "feeds"})
#: What follows `/<newsletter>/<issue>/` without being an article.
FIXED_IN_ISSUE = frozenset({"comments"})


def free_newsletter_slug(slug: str) -> None:
    """Raise ValidationError where a newsletter's slug would hide one of the site's own pages."""
    if slug.lower() in FIXED:
        raise ValidationError(_("The site needs the address “/%(slug)s/” itself. Choose another.") % {"slug": slug})


def free_issue_slug(slug: str) -> None:
    """Raise ValidationError where an issue's slug would hide a page of its newsletter."""
    if slug.lower() in FIXED_IN_NEWSLETTER:
        raise ValidationError(
            _("The newsletter needs the address “%(slug)s” itself. Choose another.") % {"slug": slug}
        )
    if re.fullmatch(r"[0-9]{4}", slug):
        raise ValidationError(_("Four figures are the address of a year's archive. Add a word, e.g. “march-2026”."))


def free_article_slug(slug: str) -> None:
    """Raise ValidationError where an article's slug would hide a page of its issue."""
    if slug.lower() in FIXED_IN_ISSUE:
        raise ValidationError(_("Every issue needs the address “%(slug)s” itself. Choose another.") % {"slug": slug})


def numbered(stem: str) -> Iterator[str]:
    """`stem`, `stem-2`, `stem-3` …: what to try until one is free."""
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))
