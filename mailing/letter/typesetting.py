"""An issue set for mail: each of its texts in both forms, in the order in which it is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from django.conf import settings
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.addresses import absolute
from core.markup import Figure, to_mail, to_text
from newsletter.contents import Entry, Part, contents, in_print, with_texts
from newsletter.imaging import mail_url
from newsletter.models import Article, Contributor, Issue, Picture, Publishable, Section
from newsletter.rendering import names_in
from newsletter.talks import Talk, talks_in
from newsletter.templatetags.newsletter import byline, lead

#: The discussion's place on an article's page.
DISCUSSION = "#discussion"
INVITATIONS = {Talk.OPEN: _("Discuss on the web"), Talk.READABLE: _("Read the discussion")}


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the two forms that a mail carries."""

    html: SafeString
    plain: str

    @classmethod
    def of(cls, markdown: str, figures: Mapping[str, Figure], *, level: int = 3) -> Self:
        """Set a text in the language that is active; its headings begin at `level`."""
        html = to_mail(markdown, figures=figures, base_url=settings.SITE_URL, heading_base=level)
        return cls(mark_safe(html), to_text(markdown, figures=figures))  # noqa: S308 (core.markup sanitises last)


@dataclass(frozen=True, slots=True)
class Story:
    """An article in a mail. `place` counts all of the issue from 0, `number` is an item's within its section."""

    place: int
    number: int | None
    article: Article
    lead: Text
    body: Text
    #: Words such as “By”, and the people that they introduce.
    roles: list[tuple[Promise, list[Contributor]]]
    #: The words of the link to its discussion; none where there is nothing to read or to write.
    invitation: Promise | None

    @property
    def address(self) -> str:
        return absolute(self.article.get_absolute_url())

    @property
    def discussion(self) -> str:
        return self.address + DISCUSSION


@dataclass(frozen=True, slots=True)
class Group:
    """The stories of a section, or those before the first one; `place` is that of the first, or of the next."""

    place: int
    section: Section | None
    intro: Text
    stories: list[Story]


@dataclass(frozen=True, slots=True)
class Galley:
    """All of an issue, set and not yet cut to the length of a mail."""

    issue: Issue
    lead: Text
    opening: Text
    groups: list[Group]
    closing: Text

    @property
    def stories(self) -> list[Story]:
        return [story for group in self.groups for story in group.stories]


def set_issue(issue: Issue, typed: Article | None = None) -> Galley:
    """Set what readers meet in an issue, in the language that is active; one of its articles as it is `typed`."""
    articles = list(in_print(issue).select_related("newsletter", "section", "lead_picture").with_credits())
    articles = [typed if typed == article else article for article in articles]
    parts = contents(articles, with_texts(issue=issue.pk))
    sections = [part.section for part in parts if part.section]
    names = names_in([issue, *sections, *articles])
    figures = {picture.name: mailed(picture) for picture in Picture.objects.filter(name__in=names)}
    return Galley(
        issue=issue,
        lead=set_lead(issue),
        opening=Text.of(issue.body, figures, level=2),
        groups=list(set_groups(issue, parts, figures, talks_in(issue, articles))),
        closing=Text.of(issue.closing, figures, level=2),
    )


def set_groups(
    issue: Issue, parts: list[Part], figures: Mapping[str, Figure], talks: Mapping[Publishable, Talk]
) -> Iterator[Group]:
    place = 0
    for part in parts:
        level = 4 if part.section else 3
        intro = Text.of(part.section.intro if part.section else "", figures, level=level - 1)
        stories = [
            set_story(issue, entry, number, Text.of(entry.article.body, figures, level=level), talks)
            for number, entry in enumerate(part.entries, start=place)
        ]
        yield Group(place, part.section, intro, stories)
        place += len(stories)


def set_story(issue: Issue, entry: Entry, place: int, body: Text, talks: Mapping[Publishable, Talk]) -> Story:
    article = entry.article
    repeats = article.lead_picture_id == issue.lead_picture_id
    return Story(
        place=place,
        number=entry.number,
        article=article,
        lead=Text.of("", {}) if repeats else set_lead(article),
        body=body,
        roles=byline(article)["roles"],
        invitation=INVITATIONS[talks[article]] if article in talks else None,
    )


def set_lead(thing: Publishable) -> Text:
    """The lead picture with caption and credit, unless the text shows the same one."""
    picture = thing.lead_picture if lead(thing)["figure"] else None
    return Text.of(f"![](picture:{picture.name})", {picture.name: mailed(picture)}) if picture else Text.of("", {})


def mailed(picture: Picture) -> Figure:
    """What a mail shows of a picture: a file that every mail program knows, no heavier than it needs."""
    return replace(picture.figure(), url=mail_url(picture.file))
