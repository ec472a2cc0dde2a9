"""What `tables.yaml` says of each table."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.db.models import Field, FileField, ForeignKey, Model, Q, QuerySet

from newsletter.models import Article, Issue, Picture

#: Why a column or a table does not go along.
REASONS = ("derived", "rights", "secret", "passing")


class Part:
    """What an export can be made of."""

    TEXTS, PICTURES, TALK, PEOPLE, FIGURES, HISTORY = "texts", "pictures", "talk", "people", "figures", "history"
    ALL = (TEXTS, PICTURES, TALK, PEOPLE, FIGURES, HISTORY)


@dataclass(frozen=True)
class Declared:
    """A table that goes along."""

    model: type[Model]
    part: str
    ways: list[str]
    known_by: list[list[str]]
    with_: str
    together: str
    taken: list[str]
    many: list[str]
    left: list[str]
    as_: dict[str, dict[str, str]]

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def file(self) -> str:
        return f"rows/{self.label.lower()}.jsonl"

    @cached_property
    def fields(self) -> list[Field]:
        return [self.model._meta.get_field(name) for name in self.taken]  # type: ignore[misc]

    @cached_property
    def references(self) -> list[ForeignKey]:
        return [field for field in self.fields if isinstance(field, ForeignKey)]

    @cached_property
    def files(self) -> list[FileField]:
        return [field for field in self.fields if isinstance(field, FileField)]

    def rows(self, newsletter: str = "") -> QuerySet[Model]:
        """All, or those of one newsletter, in the order of their keys."""
        rows = self.model._base_manager.order_by("pk")
        if not newsletter:
            return rows
        if self.label == "newsletter.Picture":
            return rows.filter(pictures_of(newsletters(newsletter)))
        if self.label == "newsletter.Redirect":
            return rows.filter(new_path__startswith=f"/{newsletter}/")
        if not self.ways:
            return rows
        ways = Q(*((f"{way}__in", newsletters(newsletter)) for way in self.ways), _connector=Q.OR)
        return rows.filter(pk__in=self.model._base_manager.filter(ways).values("pk"))

    def taken_as(self, name: str, value: Any) -> Any:
        """What a database says in an order of its own is put into one."""
        if isinstance(value, dict):
            return {key: self.taken_as("", value[key]) for key in sorted(value)}
        return self.as_[name].get(value, value) if name in self.as_ else value


def newsletters(slug: str) -> QuerySet[Model]:
    return apps.get_model("newsletter.Newsletter")._base_manager.filter(slug=slug)


def pictures_of(owners: QuerySet[Model]) -> Q:
    """Those that texts show, open issues and articles, and logos."""
    issues, articles = (each._base_manager.filter(newsletter__in=owners) for each in (Issue, Article))
    leading = Q(pk__in=issues.values("lead_picture")) | Q(pk__in=articles.values("lead_picture"))
    shown = Q(used_in_issues__in=issues) | Q(used_in_articles__in=articles) | Q(used_in_newsletters__in=owners)
    shown |= Q(used_in_contributors__articles__in=articles)
    return leading | Q(pk__in=owners.values("logo")) | Q(pk__in=Picture._base_manager.filter(shown).values("pk"))


def read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("tables.yaml").read_text(encoding="utf-8"))
    return found


@cache
def tables() -> dict[str, Declared]:
    """By their labels, in the order in which their rows come back."""
    return {label: declared(label, facts) for label, facts in read().items() if label != "none of it"}


def declared(label: str, facts: dict[str, Any]) -> Declared:
    def names(key: str) -> list[str]:
        return str(facts.get(key, "")).split()

    return Declared(
        model=apps.get_model(label),
        part=facts.get("part", ""),
        ways=names("newsletter"),
        known_by=[each.split() for each in facts.get("known by", [])],
        with_=facts.get("with", ""),
        together=facts.get("together", ""),
        taken=names("taken"),
        many=names("many"),
        left=[name for reason in REASONS for name in names(reason)],
        as_=facts.get("as", {}),
    )
