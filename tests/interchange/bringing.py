"""Archives as tests write them, and how they are brought in."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from interchange.bringing import unattended
from tests import cast

MUD = cast.image_file(size=(24, 16)).read()


def issue(number, *, title="Tide", date="2019-03-0{number}", head="", body="Text of {number}."):
    """A document in Markdown, numbered and dated unless told otherwise."""
    date = date.format(number=number)
    lines = [f"title: {title} {number}", f"number: {number}", f"date: {date}" if date else "", head]
    lines = "\n".join(filter(None, lines))
    item = f"## News\n\n### 1. [Item {number}](https://example.org/{number})\n\nOf {number}.\n"
    return f"---\n{lines}\n---\n\n{body.format(number=number)}\n\n{item}"


def folder(path, files):
    for name, content in files.items():
        place = path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(files):
    with BytesIO() as buffer:
        with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return buffer.getvalue()


def bring(path, newsletter, **wishes):
    """What the command prints."""
    return list(unattended.bring(path, newsletter.slug, **wishes))
