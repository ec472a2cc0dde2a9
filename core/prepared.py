"""Queries that Django turns into SQL once, and runs with other values from then on.

Making the SQL costs several times what the database takes to answer it, and pages ask the same few questions again
and again: those are written as functions with this decorator."""

from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from functools import lru_cache, wraps
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet

#: Of each query, how many forms are kept.
FORMS = 64


class Given(Expression):
    """Stands in the SQL where a value comes later."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


def prepared[**P](build: Callable[P, QuerySet]) -> Callable[P, list[Any]]:
    """What the queryset finds that a function builds. Positional arguments decide its form and are part of the SQL;
    keyword arguments are values for it, which the function gets as a `Given` and may only pass on, or None, which is
    part of the SQL again. Whatever changes between two calls, the time too, has to be one of them."""

    @lru_cache(maxsize=FORMS)
    def form(vendor: str, *args: Any, **known: bool) -> tuple[QuerySet, Any, str, list[Any]]:
        queryset = build(*args, **{name: Given(name) if is_known else None for name, is_known in known.items()})  # type: ignore[arg-type]
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_rest in compiler.select])
        compiler.get_converters = lambda expressions: converters
        return queryset, compiler, sql, list(parameters)

    @wraps(build)
    def found(*args: P.args, **values: P.kwargs) -> list[Any]:
        queryset, compiler, sql, parameters = form(
            connection.vendor, *args, **{name: value is not None for name, value in values.items()}
        )
        filled = [adapted(values[each.name]) if isinstance(each, Given) else each for each in parameters]
        running, now = copy(compiler), queryset.all()
        running.connection, running.as_sql = connection, lambda *args, **kwargs: (sql, filled)
        now.query.get_compiler = lambda *args, **kwargs: running  # type: ignore[method-assign]
        return list(now)

    return found


def adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
