"""Where pictures are shown: by which texts, lead pictures and logos, and in which mails that have gone out."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Func, Model, OuterRef, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.models import Article, Contributor, Issue, Newsletter, Picture

#: What shows pictures, by which field, and what an editor calls that.
WAYS: list[tuple[type[Model], str, Promise]] = [
    (Newsletter, "logo", _("its logo")),
    (Newsletter, "pictures", _("in its text")),
    (Issue, "lead_picture", _("its lead picture")),
    (Issue, "pictures", _("in its text")),
    (Article, "lead_picture", _("its lead picture")),
    (Article, "pictures", _("in its text")),
    (Contributor, "pictures", _("in its text")),
]


class Place(NamedTuple):
    """One place where a picture is shown, and the page that changes it."""

    thing: Any
    kind: str
    way: Promise
    url: str


#: Of the issues with these keys what people have got by mail: addresses at the desk, and names. Apps above add theirs.
mails: list[Callable[[set[int | None]], list[tuple[str, str]]]] = []


def places_of(picture: Picture) -> list[Place]:
    """Everything that shows a picture; what shows it twice is there twice."""
    found = ((model._meta, way, model._default_manager.filter(**{field: picture})) for model, field, way in WAYS)
    return [
        Place(
            thing, str(meta.verbose_name), way, reverse(f"admin:newsletter_{meta.model_name}_change", args=[thing.pk])
        )
        for meta, way, things in found
        for thing in things
    ]


def mails_with(places: list[Place]) -> list[tuple[str, str]]:
    """The mails that brought what shows it; those that have no more of it than a logo are not told."""
    shown = [place.thing for place in places]
    issues = {thing.issue_id if isinstance(thing, Article) else thing.pk for thing in shown if hasattr(thing, "body")}
    return [mail for known in mails for mail in known(issues)]


def with_uses(pictures: QuerySet[Picture]) -> QuerySet[Picture]:
    """Count the places of each as `use_count`."""
    shown = (model._default_manager.filter(**{field: OuterRef("pk")}).order_by() for model, field, _way in WAYS)
    counts = (Subquery(things.values(uses=Func("pk", function="COUNT"))) for things in shown)
    return pictures.annotate(use_count=sum(counts, start=Value(0)))
