"""What would be made of a document, before anything is stored."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from io import BytesIO
from typing import Self

from PIL import Image

from core.markup.typography import reading_length
from core.rich_text import Unreadable as Unreadable
from newsletter.imaging import CleanPicture
from newsletter.models import Article
from newsletter.talks import OlderComment

THUMBNAIL = (240, 240)

#: The files of pictures by their addresses in the document, or else by their `filename_key`: what is in them, or what
#: has been made of that already.
type PictureFiles = Mapping[str, bytes | CleanPicture]


class Action(StrEnum):
    """What is done with an article of the plan."""

    KEEP = "keep"
    MERGE = "merge"
    LEAVE_OUT = "leave out"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the editor decided about one article."""

    action: Action = Action.KEEP
    #: None leaves the kind as the document suggests.
    kind: Article.Kind | None = None


class Tail(StrEnum):
    """What is done with the conversation at the end of a document."""

    BRING_IN = "bring in"
    CUT = "cut"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an item's news comes from, as the editor set it."""

    url: str = ""
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the editor decided in the preview. All keys are lines of the document."""

    #: About articles, by the lines in which they begin.
    choices: Mapping[int, Choice] = field(default_factory=dict)
    #: Sources of articles, likewise.
    sources: Mapping[int, Source] = field(default_factory=dict)
    #: Addresses of videos, by the lines of their captions.
    videos: Mapping[int, str] = field(default_factory=dict)
    #: Lines that are not what they were taken for, and stay text.
    refused: frozenset[int] = frozenset()
    tail: Tail = Tail.BRING_IN
    #: One article of the whole, whatever its headings.
    as_article: bool = False
    #: Each entry of a list that begins with a link is an item.
    lists_as_items: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the editor should know, and the line of the document it is about."""

    message: str
    line: int | None = None
    #: What is the same in all remarks of its kind; where nothing is said, all of the message.
    kind: str = ""

    @classmethod
    def of(cls, message: str, line: int | None = None, /, **facts: object) -> Self:
        """A sentence with places for facts, such as `%(name)s`."""
        return cls(message % facts, line, message % dict.fromkeys(facts, "…"))


@dataclass(frozen=True, slots=True)
class Guess:
    """A line that looks like something, and what it is taken for, in an editor's words."""

    line: int
    words: str
    taken_for: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a document does not say but seems to mean: done in the plan, for the editor to take or leave."""

    message: str
    guesses: list[Guess] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where a picture or a video stood that did not come along. `key` is that of the file which fills it, in
    the files of the document; a video is filled by `Answers.videos`."""

    key: str
    line: int
    words: str
    is_video: bool = False


@dataclass(slots=True)
class FrontMatter:
    """What a document says about itself. Empty is what it does not say."""

    title: str = ""
    slug: str = ""
    summary: str = ""
    subject: str = ""
    preheader: str = ""
    number: int | None = None
    date: datetime | None = None
    tags: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    #: "issue" or "article".
    kind: str = ""
    #: Whether it was not meant for readers; None where nobody says.
    is_draft: bool | None = None
    #: Where it was, and where it had been before: complete addresses, or from the first slash on.
    addresses: list[str] = field(default_factory=list)
    #: The address from which its links and pictures are seen.
    base_url: str = ""
    #: The lead picture, in Markdown.
    lead: str = ""
    #: Where it comes from, by field: "number" → "the name of the file"; without an entry, from the front matter.
    origins: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class PlannedPicture:
    """A picture of the upload; texts of the plan refer to it by `name`, which may change when it is stored."""

    name: str
    filename: str
    file: CleanPicture
    alt: str
    caption: str = ""
    credit: str = ""
    credit_url: str = ""

    @property
    def alt_field(self) -> str:
        """The field of the preview that says what it shows."""
        return f"alt-{self.file.checksum}"

    @property
    def thumbnail(self) -> str:
        """The picture, small, as an address that holds all of it: it is stored nowhere yet."""
        self.file.seek(0)
        with Image.open(self.file) as image, BytesIO() as buffer:
            image.thumbnail(THUMBNAIL)
            image.convert("RGB").save(buffer, "JPEG", quality=70)
            return f"data:image/jpeg;base64,{b64encode(buffer.getvalue()).decode()}"


@dataclass(frozen=True, slots=True)
class RemotePicture:
    """A picture that is elsewhere on the web. A file of the document under its whole address is taken for it."""

    url: str
    line: int


@dataclass(slots=True)
class PlannedText:
    """Markdown, with what was found on the way."""

    source: str = ""
    pictures: list[PlannedPicture] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    remote: list[RemotePicture] = field(default_factory=list)

    @property
    def words(self) -> int:
        """About as many as readers will be told."""
        return reading_length(self.source)


@dataclass(slots=True)
class PlannedArticle:
    title: str
    slug: str
    kind: Article.Kind
    #: The line of the document in which it begins: the editor's choices go by it.
    line: int
    text: PlannedText
    #: As the document has it; readers see the place among the items of the section.
    number: int | None = None
    source_url: str = ""
    source_name: str = ""
    source_language: str = ""
    #: Whether there is an article before it with which it could be merged.
    can_merge: bool = False


@dataclass(slots=True)
class PlannedSection:
    """A section; without a title it holds what comes before the first one."""

    title: str
    line: int
    intro: PlannedText
    articles: list[PlannedArticle] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said elsewhere, to be brought in below what is composed."""

    comments: Sequence[OlderComment]
    #: The day from which ages are reckoned, where somebody knows it.
    copied_on: date | None = None


@dataclass(slots=True)
class Plan:
    """An issue, or, where `is_issue` is false, the one article in the one section without a title."""

    is_issue: bool
    title: str
    checksum: str
    about: FrontMatter
    opening: PlannedText = field(default_factory=PlannedText)
    sections: list[PlannedSection] = field(default_factory=list)
    closing: PlannedText = field(default_factory=PlannedText)
    #: What stands at the head of it.
    lead: PlannedPicture | None = None
    remote_lead: list[RemotePicture] = field(default_factory=list)
    #: Titles of articles that the editor does without.
    left_out: list[str] = field(default_factory=list)
    #: About the document as a whole; others stand beside the text they are about.
    remarks: list[Remark] = field(default_factory=list)
    #: What the document does not say itself; empty where it says all.
    proposals: list[Proposal] = field(default_factory=list)
    #: What was said below the document where it was copied, whatever becomes of it.
    conversation: list[OlderComment] = field(default_factory=list)
    tail: Tail = Tail.BRING_IN

    @property
    def conversations(self) -> list[Conversation]:
        """What it brings in by itself."""
        return [Conversation(self.conversation)] if self.conversation and self.tail is Tail.BRING_IN else []

    @property
    def articles(self) -> list[PlannedArticle]:
        return [article for section in self.sections for article in section.articles]

    @property
    def texts(self) -> Iterator[PlannedText]:
        """All texts in reading order."""
        yield self.opening
        for section in self.sections:
            yield section.intro
            yield from (article.text for article in section.articles)
        yield self.closing

    @property
    def pictures(self) -> list[PlannedPicture]:
        shown = [picture for text in self.texts for picture in text.pictures]
        return shown if self.lead is None or self.lead in shown else [self.lead, *shown]

    @property
    def remote(self) -> list[RemotePicture]:
        return [*self.remote_lead, *(picture for text in self.texts for picture in text.remote)]

    @property
    def all_remarks(self) -> list[Remark]:
        return [*self.remarks, *(remark for text in self.texts for remark in text.remarks)]
