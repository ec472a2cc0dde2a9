"""Lists as files of other programs, and what is understood of them."""

from io import BytesIO

from interchange.lists import meaning, reading
from interchange.lists.meaning import Mapping, Standing


def understood(content, *, rest: str = "", remembered: Mapping | None = None, **said) -> tuple[Mapping, list]:
    """The mapping of a file with nothing but what is known, and its lines. `rest` is said by the editor."""
    file = BytesIO(content if isinstance(content, bytes) else content.encode())
    layout = reading.look(file, **said)
    found = meaning.survey(reading.rows(file, layout), layout)
    mapping = meaning.guess(layout, found, remembered)
    mapping.rest = Standing(rest)
    return mapping, [mapping.line(row) for row in reading.rows(file, layout)]


def standings(content, **options) -> dict[str, str]:
    """By what stands before the @; nothing for who is blocked."""
    _mapping, lines = understood(content, **options)
    return {line.email.partition("@")[0]: line.standing.value for line in lines}


def asked(mapping: Mapping) -> list:
    """The open questions: about what, in which column, which word."""
    headers = mapping.layout.headers
    return [
        (question.about, *([headers[question.column]] if question.column >= 0 else []), *filter(None, [question.word]))
        for question in mapping.open_questions()
    ]
