"""Parts of words found in any script, among any number of rows. The database keeps an index of all three characters
that follow each other in what a model names as `grams`; see `core.operations.AddGrams`. Rows that lack any three of
what is looked for are left out by it, the others are looked at."""

from collections.abc import Iterable
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.contrib import admin
from django.db import connections
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

#: No character stands behind this one.
LAST = "\U0010ffff"


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
    """The keys of the rows that have `part` in any of the fields, or in those of what a relation leads to."""
    by_relation = groupby(sorted(fields, key=relation), relation)
    found = [related(model, name, [field.rpartition("__")[2] for field in group], part) for name, group in by_relation]
    return found[0].union(*found[1:])


def relation(field: str) -> str:
    return field.rpartition("__")[0]


def related(model: type[Model], name: str, fields: list[str], part: str) -> QuerySet:
    rows = model._default_manager.order_by()
    if name:
        other: Any = model._meta.get_field(name).related_model
        return rows.filter(**{f"{name}__in": holding(other, fields, part)}).values("pk")
    if hasattr(model, "grams"):
        rows = that_may_hold(rows, part)
    return rows.filter(reduce(or_, (Q(**{f"{field}__icontains": part}) for field in fields))).values("pk")


class SearchedAdmin(admin.ModelAdmin):
    """Finds what has each word that is typed, or each "phrase", somewhere in its `search_fields`."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        for word in smart_split(search_term):
            part = unescape_string_literal(word) if word[0] == word[-1] in "\"'" and len(word) > 1 else word
            if part:
                queryset = queryset.filter(pk__in=holding(self.model, self.get_search_fields(request), part))
        return queryset, False
