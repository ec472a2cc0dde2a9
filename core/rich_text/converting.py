"""HTML of any origin, step by step, to Markdown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.rich_text import pictures, tables, unseen
from core.rich_text.links import mend_links
from core.rich_text.lists import nest_lists, number_word_paragraphs
from core.rich_text.notes import find_notes
from core.rich_text.page import Page, page_of, refuse_nothing
from core.rich_text.structure import build
from core.rich_text.styles import find_titles, give_meaning
from core.rich_text.writing import is_in, letters, refuse_loss, write

NOTHING: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True)
class RichText:
    """What became of a document."""

    markdown: str
    #: Pictures that came along, by the names that the text calls them: `![…](picture-1.png)`.
    pictures: dict[str, bytes] = field(default_factory=dict)
    #: Names of pictures that the text calls and that did not come along.
    missing: list[str] = field(default_factory=list)
    #: What the editor should know, in sentences.
    remarks: list[str] = field(default_factory=list)


def convert(
    html: str,
    *,
    files: Mapping[str, bytes] = NOTHING,
    first_note: int = 1,
    is_mail: bool = False,
    is_archived: bool = False,
    prepare: Callable[[Page], None] | None = None,
) -> RichText:
    """Markdown that reads as the HTML is read: headings, lists, quotations, tables, emphasis, links, footnotes.
    `files` holds what came beside it, by the addresses in the HTML; footnotes are numbered from `first_note`. Links
    within its site lead nowhere and are only words, unless it `is_archived`: then they stay as they are, for whoever
    knows where the site was. Who knows the program that wrote it can `prepare` the page. Nothing hidden comes along.
    Raises Unreadable, with a sentence for an editor, rather than lose a letter of what is shown. A clipboard takes
    milliseconds, 5 MB of anything a few seconds."""
    page = page_of(html)
    page.files.update(files)
    if prepare:
        prepare(page)
    choose(page, first_note, is_mail=is_mail)
    text = letters(page.root)
    arrange(page, keeps_paths=is_archived)
    if not is_in(text, letters(page.root)):
        refuse_loss()
    markdown = write(page.root)
    if not markdown:
        refuse_nothing()
    return RichText(markdown, page.pictures, page.missing, page.remarks)


def choose(page: Page, first_note: int, *, is_mail: bool) -> None:
    """Take out what does not belong to the text."""
    is_mail = is_mail or unseen.is_mailing(page)
    number_word_paragraphs(page)
    unseen.drop_unseen(page)
    pictures.show_videos(page)
    unseen.leave_out_menus(page)
    if is_mail:
        unseen.leave_out_service(page)
        unseen.unwrap_forwarded(page)
    find_notes(page, first_note)


def arrange(page: Page, *, keeps_paths: bool) -> None:
    """Let the tree say what it looks like, in the few elements that Markdown has."""
    find_titles(page)
    give_meaning(page)
    tables.sort_tables(page)
    nest_lists(page)
    pictures.take_pictures(page)
    pictures.set_captions(page)
    mend_links(page, keeps_paths=keeps_paths)
    build(page.root)
