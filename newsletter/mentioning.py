"""Who mentions whom: stored as texts are rendered, asked as pages are shown."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from django.utils import timezone

from core.prepared import prepared
from newsletter.models import Article, Issue, Mention, Newsletter, Redirect
from newsletter.models.mentions import MentionQuerySet, with_slash
from newsletter.models.redirects import LONGEST_OLD_PATH, without_site

type Piece = Issue | Article
#: An address of this site, and an article's place on an issue's page.
type Way = tuple[str, str]

ARTICLE = re.compile(r"a\d+\Z")
#: A newsletter, its issue and the article may each have been renamed after the others.
MOST_RENAMED = 3
#: So many links are read for a list, as one text may link to several old addresses of a page.
FEW = 12


def note(led_to: Mapping[Any, Iterable[str]], *, are_new: bool = False) -> None:
    """Store to which pages of this site issues, or articles, lead, by all addresses in their texts."""
    ways = {thing: {*map(way_of, addresses)} - {("", "")} for thing, addresses in led_to.items()}
    now = current({path for found in ways.values() for path, _anchor in found})
    owner = next((str(thing._meta.model_name) for thing in ways), "")
    wanted = {
        (thing.pk, f"{now[path]}{anchor}")
        for thing, found in ways.items()
        for path, anchor in found
        if now[path].startswith("/")
    }
    theirs = Mention.objects.none() if are_new else Mention.objects.filter(**{f"{owner}__in": [*ways]})
    stored = {*theirs.values_list(owner, "path")}
    for thing in ways:
        gone = [path for pk, path in stored - wanted if pk == thing.pk]
        Mention.objects.filter(**{owner: thing}, path__in=gone).delete()
    new = sorted(wanted - stored)
    Mention.objects.bulk_create(Mention(**{f"{owner}_id": pk}, path=path) for pk, path in new)


def way_of(address: str) -> Way:
    """Empty for other sites, and for what no page of this one can have as its address."""
    path, _hash, anchor = without_site(address).partition("#")
    whole = with_slash(path.partition("?")[0])
    if not path.startswith("/") or "\0" in whole or len(whole) + len(anchor) >= LONGEST_OLD_PATH:
        return "", ""
    return whole, f"#{anchor}" if ARTICLE.match(anchor) else ""


def current(paths: Collection[str]) -> dict[str, str]:
    """Where each leads today: to itself where a page stands or nothing does, else as far as redirects lead on."""
    led = {path: path for path in paths}
    for _step in range(MOST_RENAMED if led else 0):
        pages = {with_slash(path) for path in pages_among({*led.values()})[0]}
        redirects = Redirect.objects.covering_all({*led.values()} - pages)
        moved = {path: with_slash(found.target(path)) for path, found in redirects.items() if found}
        if not moved:
            break
        led = {path: moved.get(now, now) for path, now in led.items()}
    return led


def pages_among(paths: Collection[str]) -> tuple[dict[str, Piece], set[str]]:
    """The issues and articles at these addresses, and the newsletters that some begin with."""
    first, last = ({path.strip("/").split("/")[place] for path in paths if "\0" not in path} for place in (0, -1))
    issues: list[Piece] = list(Issue.objects.filter(slug__in=last).for_lists())
    articles: list[Piece] = list(Article.objects.filter(slug__in=last).for_lists())
    newsletters = Newsletter.objects.filter(slug__in=first).values_list("slug", flat=True)
    return {unquote(page.get_absolute_url()): page for page in (*issues, *articles)}, {*newsletters}


def mentioned_in(thing: Piece) -> list[Piece]:
    """The public issues and articles that link to this page, newest first, without its own issue or articles."""
    whole = thing.issue if isinstance(thing, Article) else None
    place = f"{with_slash(whole.get_absolute_url())}#{thing.anchor}" if whole else None  # type: ignore[union-attr]
    own = {"own": thing.pk, "whole": whole.pk if whole else 0}
    path = with_slash(thing.get_absolute_url())
    found = mentions(str(thing._meta.model_name), path=path, place=place, now=timezone.now(), **own)
    return [*dict.fromkeys(each.article or each.issue for each in found)]


@prepared
def mentions(owner: str, *, path: Any, place: Any, own: Any, whole: Any, now: Any) -> MentionQuerySet:
    others = Mention.objects.filter(path__in=[path, place]).exclude(**{owner: own})
    others = others.exclude(article__issue=own) if owner == "issue" else others.exclude(issue=whole)
    return others.public(now).for_lists()[:FEW]
