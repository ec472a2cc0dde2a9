"""What pages show of pictures, people and dates."""

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.languages import is_right_to_left
from core.markup import Figure, render, shift_headings
from core.zones import ago
from newsletter.apart import apart
from newsletter.further import lists_around, newsletter_of
from newsletter.models import Article, Contribution, Issue, Newsletter, Picture, Publishable
from newsletter.moments import machine_date
from newsletter.templatetags.machine_readable import feed_links

register = template.Library()
register.tag(apart)

#: How high a picture may be, seen from its width, to run wider than the text.
HIGHEST_WIDE = 0.7

Role = Contribution.Role
#: What stands before the names, in the order of the byline.
BYLINES = {
    Role.AUTHOR: _("By"),
    Role.INTERVIEWEE: _("Interview with"),
    Role.PHOTOGRAPHER: _("Photographs by"),
    Role.ILLUSTRATOR: _("Illustrations by"),
    Role.TRANSLATOR: _("Translated by"),
    Role.EDITOR: _("Edited by"),
}


@register.simple_tag
def number(issue: Issue) -> str:
    return gettext("No. %(number)s") % {"number": issue.number}


@register.simple_tag
def place_of(article: Article) -> str:
    """Where to read it: as long as its issue is a proof, which is one page, its place there."""
    return f"#{article.anchor}" if article.issue and article.issue.is_proof else article.get_absolute_url()


@register.simple_tag
def marked_language(newsletter: Newsletter) -> str:
    """The attributes of an element with a newsletter's own words, between words of the program in another language."""
    return "" if newsletter.language == get_language() else attributes(newsletter.language)


@register.simple_tag(takes_context=True)
def interface(context: Context, newsletter: Newsletter | None = None) -> str:
    """The attributes of an element with words of the program, in a page, or in an element of `newsletter`, that is in
    a language which the program does not speak."""
    around = newsletter.language if newsletter else context.get("text_language") or get_language()
    return "" if around == get_language() else attributes(get_language() or "en")


def attributes(language: str) -> str:
    return format_html(' lang="{}" dir="{}"', language, "rtl" if is_right_to_left(language) else "ltr")


@register.simple_tag
def when(moment: datetime | None, form: str = "DATE_FORMAT") -> str:
    """A moment as a machine-readable date, in one of the forms of the page's language; nothing without a moment."""
    if moment is None:
        return ""
    day = timezone.localtime(moment, timezone.get_default_timezone()).date()  # readers see it, whoever looks
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), formats.date_format(day, form))


register.filter("runs_right_to_left", is_right_to_left)
register.filter("machine_date", machine_date)
register.filter("ago", ago)


@register.inclusion_tag("newsletter/_follow.html", takes_context=True)
def follow(context: Context) -> dict[str, Any]:
    """Links to the feeds of what the page shows."""
    return {"feeds": feed_links(context)}


@register.inclusion_tag("newsletter/_further.html")
def further(thing: Issue | Article | Newsletter) -> dict[str, Any]:
    """The foot of a page with the small lists of what it leads on to; nothing where they are empty."""
    return {"lists": lists_around(thing), "kind": thing._meta.model_name, "newsletter": newsletter_of(thing)}


@register.filter
def below(html: str, level: int) -> SafeString:
    """A stored text, which has its headings from level 2 on, to stand below a heading of `level`."""
    return mark_safe(shift_headings(html, level - 1))  # noqa: S308 (made by core.markup, which sanitises last)


@register.filter
def at_once(html: str) -> SafeString:
    """A stored text that opens its page: its first picture does not wait until it scrolls into view."""
    return mark_safe(html.replace(' loading="lazy"', "", 1))  # noqa: S308


@register.inclusion_tag("newsletter/_byline.html")
def byline(article: Article) -> dict[str, Any]:
    """Who did what. Reads the contributions with their contributors; see `with_credits()`."""
    contributions = article.contributions.all()
    people = {role: [each.contributor for each in contributions if each.role == role] for role in BYLINES}
    return {
        "newsletter": article.newsletter,
        "roles": [(words, people[role]) for role, words in BYLINES.items() if people[role]],
    }


@register.inclusion_tag("newsletter/_lead.html")
def lead(thing: Publishable, *, lazy: bool = False) -> dict[str, Any]:
    """The lead picture with caption and credit, unless the text shows the same picture. It runs wider than the text
    unless it is too high for that."""
    picture = thing.lead_picture
    if picture is None or picture.file.url in thing.body_html:
        return {"figure": None}
    figure = picture.figure()
    wide = figure.height < HIGHEST_WIDE * figure.width
    return {"figure": figure, "wide": wide, "lazy": lazy, "sizes": "(min-width: 75rem) 67.5rem, 100vw"}


@register.inclusion_tag("newsletter/_picture.html")
def picture(picture: Picture, sizes: str, *, lazy: bool = False) -> dict[str, Any]:
    """A picture alone, as wide as `sizes` says (see the attribute of that name in HTML)."""
    return {"figure": picture.figure(), "lazy": lazy, "sizes": sizes}


@register.simple_block_tag
def example(content: str, name: str) -> SafeString:
    """What can be written in a text, beside what comes of it; a picture in it is called `terns`."""
    caption = gettext("Terns in May")
    figures = {"terns": Figure(name="terns", url=static("icon.svg"), alt="", width=96, height=96, caption=caption)}
    source, html = content.strip(), render(content.strip(), figures=figures, prefix="e-").html
    words = '<h2>{}</h2><div class="example"><pre>{}</pre><div class="reading">{}</div></div>'
    return format_html(words, name, str(source), mark_safe(html))  # noqa: S308
