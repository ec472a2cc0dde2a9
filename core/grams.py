"""Parts of words found in any script, among any number of rows. The database keeps an index of all three characters
that follow each other in what a model names as `grams`; see `core.operations.add_grams`. Rows that lack any three of
what is looked for are left out by it, the others are looked at."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

#: No character stands behind this one.
LAST = "\U0010ffff"
#: So many keys are known before their rows are asked for.
FEW = 1000


def that_may_hold(rows: QuerySet, part: str) -> QuerySet:
    """Without those in which the index lacks something of `part`. A single letter is in nearly all."""
    index = f"{rows.model._meta.db_table}_grams"
    grams = {part[start : start + 3] for start in range(max(1, len(part) - 2))}
    if len(part) == 1 and part.isascii():
        return rows
    if connections[rows.db].vendor == "postgresql":
        where = f"courant_grams({" || '\n' || ".join(rows.model.grams)}) @@ UPPER(%s)::tsquery"
        quoted = (f"'{gram.replace('\\', r'\\').replace("'", "''")}'{':*' * (len(gram) < 3)}" for gram in grams)
        wanted = [" & ".join(quoted)]
    elif len(part) < 3:
        where = f"id IN (SELECT doc FROM {index}_terms WHERE term >= %s AND term < %s)"  # noqa: S608
        wanted = [part.lower(), part.lower() + LAST]
    else:
        where = f"id IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)"  # noqa: S608
        wanted = [" AND ".join(f'"{gram.replace('"', '""')}"' for gram in grams)]
    return rows.extra(where=[where], params=wanted)  # noqa: S610 nothing that was typed


def holding(model: type[Model], fields: Iterable[str], part: str) -> QuerySet:
    """The keys of rows that have `part` in any of the fields, or in those of what a relation leads to; some twice."""
    found = []
    for name, group in by_relation(fields).items():
        rows = model._default_manager.order_by().filter(condition(model, name, group, part))
        indexed = not name and hasattr(model, "grams")
        found.append((that_may_hold(rows, part) if indexed else rows).values("pk"))
    return found[0].union(*found[1:], all=True).order_by()


def by_relation(fields: Iterable[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for field in fields:
        name, _, last = field.rpartition("__")
        groups.setdefault(name, []).append(last)
    return groups


def condition(model: type[Model], name: str, fields: list[str], part: str) -> Q:
    if not name:
        return reduce(or_, (Q(**{f"{field}__icontains": part}) for field in fields))
    relation: Any = model._meta.get_field(name)
    related = Q(**{f"{name}__in": holding(relation.related_model, fields, part)})
    return Q(pk__in=model._default_manager.filter(related).values("pk")) if relation.many_to_many else related


class SearchedAdmin(admin.ModelAdmin):
    """Finds what has each word that is typed, or each "phrase", somewhere in its `search_fields`."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        fields = self.get_search_fields(request)
        for word in smart_split(search_term):
            part = unescape_string_literal(word) if word[0] == word[-1] in "\"'" and len(word) > 1 else word
            if part:
                queryset = queryset.filter(self.that_holds(fields, part))
        return queryset, False

    def that_holds(self, fields: Iterable[str], part: str) -> Q:
        """By keys as long as they are few. What many rows have is soon met in them, in any order."""
        keys = [row["pk"] for row in holding(self.model, fields, part)[: FEW + 1]]
        if len(keys) <= FEW:
            return Q(pk__in=keys)
        groups = by_relation(fields).items()
        return reduce(or_, (condition(self.model, name, group, part) for name, group in groups))
