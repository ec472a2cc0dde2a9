"""What waits for somebody, said at the top of the admin's front page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and where it leads."""

    text: str
    url: str


#: Each gives its lines, in few queries, to those who may follow them; none where nothing waits. Apps add theirs in
#: `ready()`.
lines: list[Callable[[HttpRequest], Iterable[Line]]] = []


def lines_for(request: HttpRequest) -> list[Line]:
    return [line for source in lines for line in source(request)]
