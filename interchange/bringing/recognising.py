"""Which program wrote an archive, told by what is in it; and what to do with what cannot be brought in."""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _g

from core.rich_text import Unreadable
from interchange.bringing.formats import ghost, mailings, markdown, pages, substack, tabled, word, wordpress
from interchange.bringing.found import Files, Format
from interchange.bringing.opening import beginning

#: In the order in which they are asked: the more special before the more general.
formats: list[Format] = [wordpress.WORDPRESS, ghost.GHOST, substack.SUBSTACK, tabled.BUTTONDOWN, tabled.BEEHIIV]
formats += [mailings.MAILINGS, word.WORD, markdown.MARKDOWN, pages.PAGES]


class Foreign(NamedTuple):
    """What is no archive of texts, or none that is known here, and what to do."""

    recognises: Callable[[Files], bool]
    name: Promise | str
    advice: Promise | str


def recognise(files: Files) -> Format:
    """The format of an archive. Raises Unreadable, with the name of what it is instead where that can be told."""
    for foreign in FOREIGN:
        if foreign.recognises(files):
            raise Unreadable(f"{foreign.name}: {foreign.advice}")
    for each in formats:
        if each.recognises(files):
            return each
    if not files.names:
        raise Unreadable(_("There is no file in it that could be brought in."))
    known = ", ".join(each.name for each in formats)
    message = _("Nobody here knows what “%(name)s” is. What can be brought in: %(known)s.")
    raise Unreadable(message % {"name": files.names[0], "known": known})


def begins(*signs: bytes) -> Callable[[Files], bool]:
    """Whether it is one file that begins so."""
    return lambda files: len(files.names) == 1 and beginning(files, files.names[0], 512).lstrip().startswith(signs)


def has(*names: str) -> Callable[[Files], bool]:
    """Whether it holds all these files, wherever they lie."""
    return lambda files: all(any(f"/{name}".endswith(f"/{wanted}") for name in files.names) for wanted in names)


def has_columns(*columns: bytes) -> Callable[[Files], bool]:
    """Whether it is one table whose first line names these columns, in any capitals."""

    def recognises(files: Files) -> bool:
        if len(files.names) != 1 or not files.names[0].lower().endswith((".csv", ".tsv", ".txt")):
            return False
        first = beginning(files, files.names[0]).removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0]
        found = {name.strip(b' \r"').lower() for name in first.replace(b";", b",").replace(b"\t", b",").split(b",")}
        return set(columns) <= found

    return recognises


def holds(*signs: bytes) -> Callable[[Files], bool]:
    """Whether it is one file at the beginning of which all of them stand."""
    return lambda files: len(files.names) == 1 and all(sign in beginning(files, files.names[0]) for sign in signs)


def is_feed(files: Files) -> bool:
    """Exports of WordPress look like one."""
    return holds(b"<rss")(files) and not wordpress.WORDPRESS.recognises(files)


TAKE_LIST = gettext_lazy("Subscribers are no texts. Take them in at the desk, under Subscribers, as a list.")
SAVE_AS = gettext_lazy("It cannot be read here. Open it in the program that wrote it, and save it as .docx or HTML.")
EXPORT = gettext_lazy(
    "It is no archive of texts. Export the posts themselves: as Markdown, HTML, or as WordPress does."
)
UNPACK = gettext_lazy("Unpack it, and bring in the folder, or make a zip file of it.")
RESTORE = gettext_lazy("That is a whole site, and no archive of texts: manage.py restore brings it back.")
TYPESET = gettext_lazy("What it says cannot be told from how it looks. Bring in what it was made of.")
FEED = gettext_lazy(
    "A feed holds the newest texts alone. Export the posts themselves, or bring in their pages as HTML."
)
BY_WORDPRESS = gettext_lazy("It cannot be read here. Import it into WordPress, and bring in what that exports.")

#: What people try, too: what it is called, and what to do.
FOREIGN = [
    Foreign(has_columns(b"email", b"subscribed_to_emails"), _g("Ghost (members)"), TAKE_LIST),
    Foreign(has_columns(b"email", b"active_subscription"), _g("Substack (subscribers)"), TAKE_LIST),
    Foreign(has_columns(b"email address", b"member_rating"), _g("Mailchimp (audience)"), TAKE_LIST),
    Foreign(has_columns(b"email"), _g("A list of subscribers"), TAKE_LIST),
    Foreign(has_columns(b"email address"), _g("A list of subscribers"), TAKE_LIST),
    Foreign(begins(b"%PDF"), "PDF", TYPESET),
    Foreign(begins(b"\xd0\xcf\x11\xe0"), _g("Microsoft Office before 2007"), SAVE_AS),
    Foreign(begins(b"{\\rtf"), "RTF", SAVE_AS),
    Foreign(begins(b"SQLite format 3\0"), "SQLite", EXPORT),
    Foreign(begins(b"PGDMP", b"--\n-- PostgreSQL database dump"), "PostgreSQL", EXPORT),
    Foreign(begins(b"-- MySQL dump", b"-- MariaDB dump", b"/*M!"), "MySQL", EXPORT),
    Foreign(
        begins(b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!"), _g("A packed file other than zip"), UNPACK
    ),
    Foreign(holds(b"<feed", b"http://www.w3.org/2005/Atom", b"blogger"), "Blogger (Atom)", BY_WORDPRESS),
    Foreign(holds(b"<feed", b"http://www.w3.org/2005/Atom"), "Atom", FEED),
    Foreign(is_feed, "RSS", FEED),
    Foreign(has("manifest.json", "secret.key"), _g("A backup of this program"), RESTORE),
    Foreign(has("identity.age", "archive.zip.age"), _g("A backup of this program"), RESTORE),
    Foreign(has("outbox.json", "actor.json"), _g("Mastodon (archive)"), EXPORT),
]
