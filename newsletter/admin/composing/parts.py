"""The parts of the preview, as its templates show them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newsletter.admin.composing.forms import ChoiceForm, ConversationForm, GapForm, SourceForm
from newsletter.composing.plan import Gap, Guess, PlannedArticle, PlannedPicture, PlannedSection, PlannedText, Remark
from newsletter.talks import OlderComment

DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposal; each guess with whether it is taken."""

    message: str
    guesses: list[tuple[Guess, bool]]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation from elsewhere; each comment with how deep it stands."""

    form: ConversationForm
    comments: list[tuple[OlderComment, int]]
    #: What makes the end of the document look like one; empty for that of a file.
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture; where it was dropped, with the mark that keeps it."""

    picture: PlannedPicture
    mark: str

    @property
    def alt_field(self) -> str:
        """The name of the field that says what it shows."""
        return f"alt-{self.picture.file.checksum}"


@dataclass(frozen=True, slots=True)
class Part:
    """A text of the plan, with what fills its gaps."""

    text: PlannedText
    #: Without those that a gap says itself.
    remarks: list[Remark]
    pictures: list[Shown]
    gaps: list[tuple[Gap, GapForm]]
    #: The addresses of videos that were given for it.
    videos: list[GapForm]


@dataclass(frozen=True, slots=True)
class Row:
    """An article of the preview; `number` is what readers would see."""

    article: PlannedArticle
    number: int | None
    part: Part
    choice: ChoiceForm
    source: SourceForm | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A section of the preview."""

    section: PlannedSection
    intro: Part
    rows: list[Row] = field(default_factory=list)


def without_gaps(text: PlannedText) -> list[Remark]:
    """What was found in a text, but for what its gaps say themselves."""
    return [remark for remark in text.remarks if not any(says(gap, remark) for gap in text.gaps)]


def says(gap: Gap, remark: Remark) -> bool:
    return gap.line == remark.line and (gap.words in remark.message or gap.key in remark.message.casefold())


def nested(comments: Sequence[OlderComment]) -> Iterator[tuple[OlderComment, int]]:
    """Comments with their depths: 0 for those that answer none."""
    depths: list[int] = []
    for comment in comments:
        is_answer = comment.answers is not None and comment.answers < len(depths)
        depths.append(min(DEEPEST, depths[comment.answers or 0] + 1) if is_answer else 0)
        yield comment, depths[-1]
