"""What an editor pastes with its formatting becomes Markdown; pictures in it are stored and called by their names."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.rich_text import RichText, convert
from newsletter.composing.blocks import split
from newsletter.composing.illustrating import ELSEWHERE, Illustrator, filename_key
from newsletter.composing.inline import pictures
from newsletter.composing.plan import FrontMatter, Plan, PlannedText
from newsletter.composing.storing import removed_on_failure, store_pictures
from newsletter.imaging import CleanPicture, clean_upload


@dataclass(frozen=True, slots=True)
class Pasted:
    markdown: str
    #: What the editor should know, in sentences.
    remarks: list[str]


def paste(html: str, *, first_note: int = 1, may_store: bool = True) -> Pasted:
    """Markdown of the HTML that a clipboard holds, with footnotes numbered from `first_note`. Pictures that came along
    are stored with the captions below them, unless the same are there already; one that is refused, or that did not
    come along, is named, and the text stays. Raises Unreadable."""
    rich = convert(html, first_note=first_note)
    clean, refused = clean_pictures(rich) if may_store else ({}, [])
    text = illustrated(rich, clean)
    with removed_on_failure() as stored, transaction.atomic():
        store_pictures(Plan(is_issue=False, title="", checksum="", about=FrontMatter(), opening=text), stored)
    missing = [*rich.missing, *([] if may_store else rich.pictures)]
    return Pasted(text.source, [*rich.remarks, *refused, *remarks(text, missing)])


def clean_pictures(rich: RichText) -> tuple[dict[str, CleanPicture], list[str]]:
    """The pictures that came along, made fit to be stored, by their names; and what is wrong with the others."""
    clean, refused = {}, []
    for name, content in rich.pictures.items():
        try:
            clean[name] = clean_upload(ContentFile(content, name=name))
        except ValidationError as error:
            refused.append(f"{name}: {error.messages[0]}")
    return clean, refused


def illustrated(rich: RichText, clean: dict[str, CleanPicture]) -> PlannedText:
    files = {filename_key(name): rich.pictures[name] for name in clean}
    illustrator = Illustrator(files, {}, set())
    illustrator.clean.update({filename_key(name): picture for name, picture in clean.items()})
    return illustrator.text(split(rich.markdown))


def remarks(text: PlannedText, missing: list[str]) -> list[str]:
    """What is left to do for the pictures of a text."""
    addresses = [picture.target.url for picture in pictures(text.source, {})]
    elsewhere = [each for each in addresses if not each.startswith("picture:") and ELSEWHERE.match(each)]
    undescribed = [picture.name for picture in text.pictures if not picture.alt]
    found = {
        _("These pictures did not come along: %s. Drop their files on the text, in place of their lines."): missing,
        _("These pictures are elsewhere, readers get links to them: %s."): elsewhere,
        _("Say what these pictures show, in the brackets before their names: %s."): undescribed,
    }
    return [message % ", ".join(name[:100] for name in names) for message, names in found.items() if names]
