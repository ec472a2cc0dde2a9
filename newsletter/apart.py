"""Pages that are the same for everybody but for a few places: the rest is kept, and those are filled in each time.

Nothing of one reader can be in what is kept, since that is made without the request: what a template shows of who asks
comes out empty there, and has to stand in `{% apart %}`."""

from itertools import chain, zip_longest
from secrets import token_urlsafe
from typing import Any, NamedTuple

from django.template import Context, Node, NodeList, RequestContext, Template
from django.template.base import Parser, Token

#: Stands in what is kept for each such place. Nobody outside sees it, so no text can hold it.
HOLE = token_urlsafe()
PLACES = "places_apart"


class Apart(Node):
    """What is shown of the reader, or changes more often than its page. It sees what the view gave both."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        places = context.get(PLACES)
        if places is None:
            return self.nodelist.render(context)
        places.append(self.nodelist)
        return HOLE


def apart(parser: Parser, token: Token) -> Apart:
    nodelist = parser.parse(("endapart",))
    parser.delete_first_token()
    return Apart(nodelist)


class Shell(NamedTuple):
    """A page without what stands apart."""

    pieces: list[str]
    places: list[NodeList]

    @property
    def size(self) -> int:
        return sum(map(len, self.pieces))

    def filled(self, template: Template, context: RequestContext) -> str:
        with context.bind_template(template), context.render_context.push_state(template):
            own = [place.render(context) for place in self.places]
        return "".join(chain.from_iterable(zip_longest(self.pieces, own, fillvalue="")))


def shell_of(template: Template, facts: dict[str, Any]) -> Shell:
    places: list[NodeList] = []
    return Shell(template.render(Context({**facts, PLACES: places})).split(HOLE), places)
