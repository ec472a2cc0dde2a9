"""Which parts of an address are free: not taken by the site itself, nor by another page."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from core.slugs import LONGEST, first_free, slug_of

#: First parts of addresses that are not newsletters. A test keeps this in step with the URL configuration.
FIXED = frozenset(
    {
        *("about", "account", "admin", "articles", "comments", "contributors", "events", "feeds", "media"),
        *(
            "polls",
            "preview",
            "ready",
            "robots",
            "search",
            "sitemap",
            "static",
            "subscribe",
            "subscription",
            "tags",
            "theme",
        ),
        *("tips", "unsubscribe", "up", "voices", "webhooks"),
    }
)
#: Four figures are a year of the archive.
YEARS = frozenset(f"{year:04}" for year in range(10_000))
#: What follows `/<newsletter>/` without being an issue.
FIXED_IN_NEWSLETTER = frozenset({"about", "feeds"}) | YEARS
#: What follows `/<newsletter>/<issue>/` without being an article.
FIXED_IN_ISSUE = frozenset({"comments"})
#: For each kind of thing what its address must not be.
FIXED_FOR = {"newsletter": FIXED, "issue": FIXED_IN_NEWSLETTER, "article": FIXED_IN_ISSUE}
ROOM_FOR_A_NUMBER = 5


def free_newsletter_slug(slug: str) -> None:
    """Raise ValidationError where a newsletter's slug would hide one of the site's own pages."""
    if slug.lower() in FIXED:
        raise ValidationError(_("The site needs the address “/%(slug)s/” itself. Choose another.") % {"slug": slug})


def free_issue_slug(slug: str) -> None:
    """Raise ValidationError where an issue's slug would hide a page of its newsletter."""
    if slug in YEARS:
        raise ValidationError(_("Four figures are the address of a year's archive. Add a word, e.g. “march-2026”."))
    if slug.lower() in FIXED_IN_NEWSLETTER:
        raise ValidationError(
            _("The newsletter needs the address “%(slug)s” itself. Choose another.") % {"slug": slug}
        )


def free_article_slug(slug: str) -> None:
    """Raise ValidationError where an article's slug would hide a page of its issue."""
    if slug.lower() in FIXED_IN_ISSUE:
        raise ValidationError(_("Every issue needs the address “%(slug)s” itself. Choose another.") % {"slug": slug})


def free_slug(text: str, among: QuerySet, *, otherwise: str = "", field: str = "slug") -> str:
    """Make the last part of an address from a title, one that nothing `among` those given has yet. `otherwise` stands
    for a title without a single letter or figure, or that is a year, of an issue."""
    slug = slug_for(text, among.model, otherwise, field)
    taken = set(among.filter(**{f"{field}__startswith": slug}).values_list(field, flat=True))
    return next_slug(slug, taken, among.model, otherwise=otherwise, field=field)


def next_slug(text: str, taken: set[str], model: type[Model], *, otherwise: str = "", field: str = "slug") -> str:
    """The same, where it is known what is taken; what comes of it is taken from then on."""
    fixed = FIXED_FOR.get(str(model._meta.model_name), frozenset())
    slug = first_free(slug_for(text, model, otherwise, field), fixed | taken)
    taken.add(slug)
    return slug


def slug_for(text: str, model: type[Model], otherwise: str, field: str) -> str:
    name = str(model._meta.model_name)
    column: Any = model._meta.get_field(field)
    longest = min(LONGEST, column.max_length - ROOM_FOR_A_NUMBER)
    slug = slug_of(text, longest, otherwise or name)
    return otherwise or name if name == "issue" and slug in YEARS else slug


def slug_of_tag(tag: object, name: str, attempt: int | None = None) -> str:
    """In place of taggit's own, which loses letters and leaves nothing of an emoji: what every new tag is called in
    addresses, and after that, attempt by attempt, if others have that already."""
    slug = slug_of(name, otherwise="tag")
    return f"{slug}-{attempt + 1}" if attempt else slug
