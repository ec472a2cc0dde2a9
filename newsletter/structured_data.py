"""What pages say of themselves in the words of schema.org, as plain dictionaries. No function here queries what it was
given loaded; `article_nodes` says what that is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from taggit.models import Tag

from core.addresses import absolute
from core.markup.tree import parse, text_of
from newsletter.models import (
    Article,
    Contribution,
    Contributor,
    Correction,
    Event,
    Issue,
    Newsletter,
    Picture,
    Publishable,
)
from newsletter.moments import machine_date

type Node = dict[str, Any]
type Step = tuple[str, str]

#: Search engines cut a headline here, and refuse some that are longer.
LONGEST_HEADLINE = 110
#: About as much as search engines and shared links show.
LONGEST_DESCRIPTION = 160


def plain(html: str) -> str:
    """The text of stored HTML in one line, without notes."""
    return text_of(parse(html))


def description(thing: Publishable) -> str:
    """The summary, or else the first words of the text."""
    return thing.summary or Truncator(plain(thing.body_html)).chars(LONGEST_DESCRIPTION)


def authors(article: Article) -> list[Contributor]:
    """Who wrote it, in the byline's order. Reads the contributions with their contributors."""
    return [
        contribution.contributor
        for contribution in article.contributions.all()
        if contribution.role == Contribution.Role.AUTHOR
    ]


def changed_at(thing: Publishable) -> datetime | None:
    """When the public text last changed: what was written before its publication was new at its publication."""
    return max(filter(None, [thing.updated_at, thing.published_at]), default=None)


def article_nodes(article: Article) -> list[Node]:
    """An article's page. Load `newsletter__logo`, `issue`, `lead_picture`, `contributions__contributor`, `tags`,
    `corrections`."""
    if article.issue:
        article.issue.newsletter = article.newsletter  # the same, and loaded already
    steps = [step(thing) for thing in (article.newsletter, article.issue, article) if thing]
    return [article_node(article), *([questions_node(article)] if article.questions else []), breadcrumbs(steps)]


def issue_nodes(issue: Issue, articles: Iterable[Article]) -> list[Node]:
    """An issue's page. Load `newsletter__logo`, `lead_picture` and `corrections`."""
    return [
        issue_node(issue) | published_node(issue),
        numbered("ItemList", ({"url": absolute(article.get_absolute_url())} for article in articles)),
        breadcrumbs([step(issue.newsletter), step(issue)]),
    ]


def newsletter_nodes(newsletter: Newsletter) -> list[Node]:
    facts = {"description": newsletter.tagline, "inLanguage": newsletter.language, "publisher": publisher(newsletter)}
    return [filled(periodical(newsletter) | facts)]


def contributor_nodes(contributor: Contributor) -> list[Node]:
    person = person_node(contributor) | {"description": contributor.headline, "sameAs": contributor.website}
    return [
        {"@type": "ProfilePage", "mainEntity": filled(person)},
        breadcrumbs([(_("Contributors"), reverse("newsletter:contributors")), step(contributor)]),
    ]


def tag_nodes(tag: Tag) -> list[Node]:
    tags = reverse("newsletter:tags")
    return [breadcrumbs([(_("Tags"), tags), (tag.name, reverse("newsletter:tag", args=[tag.slug]))])]


def site_nodes() -> list[Node]:
    return [{"@type": "WebSite", "name": settings.SITE_NAME, "url": absolute("/")}]


def article_node(article: Article) -> Node:
    return filled(
        {
            "@type": "NewsArticle" if article.kind == Article.Kind.ITEM else "Article",
            "headline": Truncator(article.title).chars(LONGEST_HEADLINE),
            "wordCount": article.words,
            "keywords": sorted(tag.name for tag in article.tags.all()),
            "author": [person_node(author) for author in authors(article)] or publisher(article.newsletter),
            "isPartOf": issue_node(article.issue) if article.issue else periodical(article.newsletter),
            "isBasedOn": source_node(article) if article.source_url else None,
        }
        | published_node(article)
    )


def published_node(thing: Issue | Article) -> Node:
    """What an article and an issue have in common."""
    changed = changed_at(thing)
    return filled(
        {
            "url": absolute(thing.get_absolute_url()),
            "description": description(thing),
            "inLanguage": thing.newsletter.language,
            "datePublished": thing.published_at and machine_date(thing.published_at),
            "dateModified": changed and machine_date(changed),
            "image": image_node(thing.lead_picture) if thing.lead_picture else None,
            "publisher": publisher(thing.newsletter),
            "correction": [correction_node(correction) for correction in thing.corrections.all()],
        }
    )


def correction_node(correction: Correction) -> Node:
    return {
        "@type": "CorrectionComment",
        "text": plain(correction.text_html),
        "datePublished": machine_date(correction.published_at),
    }


def issue_node(issue: Issue) -> Node:
    return {
        "@type": "PublicationIssue",
        "name": issue.title,
        "issueNumber": issue.number,
        "url": absolute(issue.get_absolute_url()),
        "isPartOf": periodical(issue.newsletter),
    }


def periodical(newsletter: Newsletter) -> Node:
    return {"@type": "Periodical", "name": newsletter.title, "url": absolute(newsletter.get_absolute_url())}


def publisher(newsletter: Newsletter) -> Node:
    logo = image_node(newsletter.logo) if newsletter.logo else None
    return filled({"@type": "Organization", "name": settings.SITE_NAME, "url": absolute("/"), "logo": logo})


def person_node(contributor: Contributor) -> Node:
    return {"@type": "Person", "name": contributor.name, "url": absolute(contributor.get_absolute_url())}


def source_node(article: Article) -> Node:
    name = article.source_name and {"@type": "Organization", "name": article.source_name}
    return filled(
        {"@type": "CreativeWork", "url": article.source_url, "publisher": name, "inLanguage": article.source_language}
    )


def image_node(picture: Picture) -> Node:
    return filled(
        {
            "@type": "ImageObject",
            "url": absolute(picture.file.url),
            "caption": picture.caption or picture.alt,
            "creditText": picture.credit,
        }
    )


def questions_node(article: Article) -> Node:
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": plain(answer)}}
            for _anchor, question, answer in article.questions
        ],
    }


def event_node(event: Event) -> Node:
    """Reads `event.newsletter`. What has a place has it alone: its address on the web is where more is said."""
    place = {"@type": "Place", "name": event.place, "address": event.place}
    return filled(
        {
            "@type": "Event",
            "name": event.title,
            "description": event.summary,
            "startDate": machine_date(event.begin),
            "endDate": event.end and machine_date(event.end),
            "eventStatus": f"https://schema.org/Event{'Cancelled' if event.is_cancelled else 'Scheduled'}",
            "eventAttendanceMode": f"https://schema.org/{'Offline' if event.place else 'Online'}EventAttendanceMode",
            "location": place if event.place else {"@type": "VirtualLocation", "url": event.url},
            "url": event.url,
            "organizer": periodical(event.newsletter) | {"@type": "Organization"},
        }
    )


def breadcrumbs(steps: Iterable[Step]) -> Node:
    return numbered("BreadcrumbList", ({"name": name, "item": absolute(path)} for name, path in steps))


def numbered(kind: str, items: Iterable[Node]) -> Node:
    elements = [{"@type": "ListItem", "position": place, **item} for place, item in enumerate(items, start=1)]
    return {"@type": kind, "itemListElement": elements}


def step(thing: Newsletter | Issue | Article | Contributor) -> Step:
    return str(thing), thing.get_absolute_url()


def filled(node: Node) -> Node:
    """The node without what is unknown."""
    return {name: value for name, value in node.items() if value not in (None, "", [])}
