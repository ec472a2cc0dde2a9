"""What the preview shows: the parts of a plan, each with the fields in which the editor decides about it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from django import forms
from django.utils.translation import gettext as _

from newsletter.admin.composing.forms import Answered, ChoiceForm, ConversationForm, GapForm, SourceForm, common_place
from newsletter.composing import Action, Answers, Plan, Remark, Unreadable, from_bytes, read
from newsletter.composing.plan import Gap, PlannedArticle, PlannedPicture, PlannedSection, PlannedText, Proposal, Tail
from newsletter.models import Article
from newsletter.talks import OlderComment

#: Fields with an answer that the page may have no place for any more, such as about an article that was merged.
LASTING = re.compile(
    r"[0-9]+-(action|kind|url|name|language)|gap-.*-(key|address)|alt-[0-9a-f]{64}|(tail|file)-(fate|said_at|copied_on)"
)


#: Deeper replies stand no further in.
DEEPEST = 3


#: A conversation from elsewhere: its form, each comment with how deep it stands, and what makes the end of the
#: document look like one (nothing for that of a file).
type Talk = tuple[ConversationForm, list[tuple[OlderComment, int]], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A text of the plan, with what fills its gaps."""

    text: PlannedText
    #: Without those that a gap says itself.
    remarks: list[Remark]
    #: Each, where it was dropped here, with the mark that keeps it.
    pictures: list[tuple[PlannedPicture, str]]
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


class Preview:
    """A plan beside what was answered so far. `bare` is the plan without answers: it knows what was proposed, and
    the names of articles that are merged or left out."""

    def __init__(self, plan: Plan, bare: Plan, answered: Answered) -> None:
        self.plan = plan
        self.answered = answered
        self.shown: set[str] = set()
        self.marks = {checksum: f"{checksum} {key}" for key, checksum in answered.kept.items()}
        known = guessed(bare.proposals)
        later = (each for each in plan.proposals if known.isdisjoint(guessed([each])))
        #: What was proposed at first, and what is proposed since something was refused.
        self.proposals = [each for each in (*bare.proposals, *later) if each.guesses]
        self.talks = list(self.listen(bare))
        self.opening = self.part(plan.opening)
        #: Each section with its introduction and its articles.
        self.sections = [(each, self.part(each.intro), list(self.rows(each))) for each in plan.sections]
        self.closing = self.part(plan.closing)
        self.set_aside = list(self.missing(bare))
        self.refused = answered.answers.refused
        #: The lines of all guesses, whether or not the page has a place for them.
        self.guessed = " ".join(map(str, sorted(guessed(self.proposals) | self.refused)))
        self.carried = list(self.carry())

    @property
    def flaws(self) -> list[forms.Form]:
        """Answers that cannot be right, among those that the page shows: what it has no place for hinders nobody."""
        return [form for form in self.answered.flaws if self.shown.intersection(field.html_name for field in form)]

    @property
    def gap_count(self) -> int:
        return sum(len(text.gaps) for text in self.plan.texts)

    @property
    def sourceless_count(self) -> int:
        """How many items lead nowhere."""
        return sum(bool(row.number) and not row.article.source_url for *_around, rows in self.sections for row in rows)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to decide about the whole."""
        return bool(self.proposals or self.talks)

    def listen(self, bare: Plan) -> Iterator[Talk]:
        if self.plan.conversation:
            proposals = (proposal.message for proposal in bare.proposals if not proposal.guesses)
            proposal = next(proposals, _("The end looks like a conversation."))
            yield self.talk(self.answered.tail, self.plan.conversation, proposal)
        if self.answered.comments:
            yield self.talk(self.answered.file, self.answered.comments)

    def talk(self, form: ConversationForm, comments: Sequence[OlderComment], proposal: str = "") -> Talk:
        fate = self.plan.tail if proposal else Tail.BRING_IN
        form.initial = {"fate": fate, "said_at": common_place(comments)}
        return self.show(form), list(nested(comments)), proposal

    def part(self, text: PlannedText) -> Part:
        pictures = [(picture, self.marks.pop(picture.file.checksum, "")) for picture in text.pictures]
        self.shown.update(picture.alt_field for picture, mark in pictures if mark)
        gaps = [(gap, self.gap_form(gap)) for gap in text.gaps]
        videos = [form for form in self.answered.gaps.values() if self.fills(form, text)]
        return Part(text, without_gaps(text), pictures, gaps, [self.show(form) for form in videos])

    def gap_form(self, gap: Gap) -> GapForm:
        prefix = GapForm.prefix_of(gap)
        form = self.answered.gaps.get(prefix) or GapForm(prefix=prefix, initial={"key": gap.key})
        return self.show(form)

    def fills(self, form: GapForm, text: PlannedText) -> bool:
        address = form.cleaned_data["address"] if form.is_valid() else ""
        return bool(address) and address in text.source and form["address"].html_name not in self.shown

    def rows(self, section: PlannedSection) -> Iterator[Row]:
        number = 0
        for article in section.articles:
            is_item = article.kind == Article.Kind.ITEM
            number += is_item
            part, choice = self.part(article.text), self.choice_form(article)
            source = self.source_form(article) if is_item or article.source_url else None
            yield Row(article, number if is_item else None, part, choice, source)

    def choice_form(self, article: PlannedArticle) -> ChoiceForm:
        prefix, initial = str(article.line), {"kind": article.kind}
        data = self.answered.data if prefix in self.answered.choices else None
        return self.show(ChoiceForm(data, initial=initial, prefix=prefix, can_merge=article.can_merge))

    def source_form(self, article: PlannedArticle) -> SourceForm:
        prefix = str(article.line)
        initial = {"url": article.source_url, "name": article.source_name, "language": article.source_language}
        return self.show(self.answered.sources.get(prefix) or SourceForm(initial=initial, prefix=prefix))

    def missing(self, bare: Plan) -> Iterator[tuple[str, ChoiceForm]]:
        """Articles that were merged or left out, so that one can think better of it."""
        there = {article.line for article in self.plan.articles}
        for article in bare.articles:
            choice = self.answered.answers.choices.get(article.line)
            if choice and choice.action is not Action.KEEP and article.line not in there:
                yield article.title, self.show(self.answered.choices[str(article.line)])

    def show[F: forms.Form](self, form: F) -> F:
        self.shown.update(field.html_name for field in form)
        return form

    def carry(self) -> Iterator[tuple[str, str]]:
        """Answers for which the page has no place, as names and values of hidden fields."""
        yield from (("kept", mark) for mark in self.marks.values())
        for name, values in self.answered.data.lists():
            if LASTING.fullmatch(name) and name not in self.shown:
                yield from ((name, str(value)) for value in values)


def plans(answered: Answered) -> tuple[Plan, Plan]:
    """The plan with the answers, as far as the document can be read with them, and the one without."""
    without = Answers(as_article=answered.answers.as_article)
    plain = from_bytes(answered.held.content)
    if answered.answers != without or answered.kept:
        with suppress(Unreadable):
            return answered.read(), read(replace(plain, files={}), without)
    return (bare := read(plain, without)), bare


def guessed(proposals: Iterable[Proposal]) -> set[int]:
    """The lines that were taken for something."""
    return {guess.line for proposal in proposals for guess in proposal.guesses}


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
