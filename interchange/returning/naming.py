"""What texts call by names and numbers that may be others here: pictures, polls and events whose name was taken,
voices, articles on the page of their issue, and the rows that revisions tell of."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import Model

from core.slugs import SLUG
from interchange.returning.counterparts import Counterparts
from newsletter.models import Article, Contribution, Contributor, Correction, Event, Issue, Picture, Revision, Section
from newsletter.models.slugs import free_slug
from newsletter.rendering import render_texts
from participation.models import Poll, Voice

#: The kinds of names, and where each is stored.
NAMED: dict[type[Model], tuple[str, str]] = {
    Picture: ("picture", "name"),
    Poll: ("poll", "name"),
    Event: ("event", "slug"),
}
NAME = re.compile(rf"\b(picture|poll|event):({SLUG.pattern})")
VOICE = re.compile(r"\bvoice:(\d+)\b")
PERMALINK = re.compile(r"/comments/(\d{1,18})/")
ANCHOR = re.compile(r"#a(\d+)\b")
#: What the keys of a revision tell of, `sections/12/title`, and what is stored as the number of a row.
ROWS: dict[str, type[Model]] = {"sections": Section, "contributions": Contribution, "corrections": Correction}
NUMBERS: dict[str, type[Model]] = {
    "lead_picture": Picture,
    "logo": Picture,
    "section": Section,
    "issue": Issue,
    "contributor": Contributor,
}

type Names = Mapping[tuple[str, str], str]


def names_rows(text: str) -> bool:
    """Whether it calls rows by their numbers."""
    return bool(VOICE.search(text) or ANCHOR.search(text))


def take_free_name(row: Any) -> None:
    """Give it another name where something else here has its own."""
    if type(row) in NAMED:
        _kind, field = NAMED[type(row)]
        others = type(row)._base_manager.exclude(pk=row.pk)
        if others.filter(**{field: getattr(row, field)}).exists():
            setattr(row, field, free_slug(getattr(row, field), others, field=field))


def renamed(text: str, names: Names) -> str:
    return NAME.sub(lambda found: f"{found[1]}:{names.get((found[1], found[2]), found[2])}", text) if names else text


def names_here(model: type[Model], there: Mapping[int, str], counterparts: Counterparts) -> dict[tuple[str, str], str]:
    """Of rows with these names, those that are called otherwise here."""
    kind, field = NAMED[model]
    here = counterparts.known(model, there)
    names = dict(model._base_manager.filter(pk__in=here.values()).values_list("pk", field))
    found = {(kind, there[number]): names[pk] for number, pk in here.items() if pk in names}
    return {key: name for key, name in found.items() if key[1] != name}


def numbered(pattern: re.Pattern[str], here: Mapping[int, int]) -> Callable[[str], str]:
    """Puts other numbers into a text, all at once."""

    def number(text: str) -> str:
        return pattern.sub(lambda found: found[0].replace(found[1], str(here.get(int(found[1]), found[1]))), text)

    return number


def rewrite(thing: Issue | Article, change: Callable[[str], str]) -> None:
    """Change the texts of something that is stored, also what is kept of them."""
    for part in [thing, *(thing.sections.all() if isinstance(thing, Issue) else ())]:
        texts = {name: change(getattr(part, name)) for name in part.markup_fields}
        type(part)._base_manager.filter(pk=part.pk).update(**texts)
    for kept in thing.revisions.all():
        texts, base = (
            {key: change(value) if isinstance(value, str) else value for key, value in each.items()}
            for each in (kept.texts, kept.base)
        )
        Revision.objects.filter(pk=kept.pk).update(texts=texts, base=base)
    render_texts(type(thing)._base_manager.get(pk=thing.pk))


def call_voices(voices: Mapping[int, Voice]) -> None:
    """Let issues call the voices of a reader by the numbers that they have here."""
    moved = {there: voice for there, voice in voices.items() if voice.pk != there}
    for issue in Issue.objects.filter(pk__in={voice.issue_id for voice in moved.values()}):
        here = {there: voice.pk for there, voice in moved.items() if voice.issue_id == issue.pk}
        change = numbered(VOICE, here)
        things: list[Issue | Article] = [issue, *issue.articles.all()]
        for thing in things:
            if any(VOICE.search(getattr(thing, name)) for name in thing.markup_fields):
                rewrite(thing, change)


def lead_to_articles(articles: Mapping[int, Article], things: Iterable[Issue | Article]) -> None:
    """Let links to an article on the page of its issue lead to the number that it has here."""
    moved = {there: article.pk for there, article in articles.items() if article.pk != there}
    for thing in things if moved else ():
        if any(ANCHOR.search(getattr(thing, name)) for name in thing.markup_fields):
            rewrite(thing, numbered(ANCHOR, moved))


def told_here(texts: Any, counterparts: Counterparts, names: Names) -> dict[str, Any]:
    """What a revision says, in the numbers and names of here; without rows that are not here."""
    found = dict[str, Any]()
    for key, value in texts.items() if isinstance(texts, dict) else ():
        kind, _slash, rest = key.partition("/")
        number, _slash, field = rest.partition("/")
        if kind in ROWS:
            here = counterparts.known(ROWS[kind], {int(number)}) if number.isdecimal() else {}
            if not here:
                continue
            key = f"{kind}/{here[int(number)]}/{field}"
        model = NUMBERS.get(field or key)
        if model and isinstance(value, int):
            value = counterparts.known(model, {value}).get(value)
        found[key] = renamed(value, names) if isinstance(value, str) else value
    return found
