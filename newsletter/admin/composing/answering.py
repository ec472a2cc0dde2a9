"""What the form of a preview brought back: answers for the reader, files for gaps, and errors beside their fields."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from newsletter.admin.composing.forms import ChoiceForm, ConversationForm, GapForm, SourceForm, WholeForm
from newsletter.composing import Answers, Document, from_bytes, read
from newsletter.composing.illustrating import LONGEST_ALT
from newsletter.composing.plan import Conversation, Plan, Tail
from newsletter.composing.stashing import Stashed
from newsletter.composing.storing import read_comments
from newsletter.talks import OlderComment

LINE = r"[0-9]{1,7}"
CHOICE = re.compile(rf"(?P<prefix>{LINE})-action")
SOURCE = re.compile(rf"(?P<prefix>{LINE})-url")
GAP = re.compile(rf"(?P<prefix>gap-{LINE}-[0-9a-f]{{8}})-key")


class Answered:
    """The forms of a preview as they came back; nothing was asked yet where the data are empty. A file that was
    dropped into a gap is named in the form from then on, as `kept`: its checksum and its key."""

    def __init__(self, held: Stashed, data: QueryDict, files: MultiValueDict[str, UploadedFile]) -> None:
        self.held = held
        self.data = data
        self.whole = WholeForm(data)
        self.choices = each(CHOICE, data, lambda prefix: ChoiceForm(data, prefix=prefix))
        self.sources = each(SOURCE, data, lambda prefix: SourceForm(data, prefix=prefix))
        self.gaps = each(GAP, data, lambda prefix: GapForm(data, files, prefix=prefix))
        self.tail = ConversationForm(data if "tail-fate" in data else None, prefix="tail")
        self.file = ConversationForm(data if "file-fate" in data else None, prefix="file", is_text=False)
        marks = (value.partition(" ") for value in data.getlist("kept"))
        self.kept = {key: checksum for checksum, _space, key in marks if key}
        self.guessed = frozenset(numbers(data.get("guessed", "").split()))
        for form in self.gaps.values():
            if form.is_valid() and (content := form.content()):
                self.kept[form.cleaned_data["key"]] = self.held.add(content)

    @property
    def bound(self) -> Iterator[forms.Form]:
        yield from (form for kind in (self.choices, self.sources, self.gaps) for form in kind.values())
        yield from (form for form in (self.tail, self.file) if form.is_bound)

    @property
    def flaws(self) -> list[forms.Form]:
        return [form for form in self.bound if not form.is_valid()]

    @cached_property
    def document(self) -> Document:
        """The upload, with what was dropped into its gaps. Raises Unreadable."""
        document = from_bytes(self.held.content)
        found = {key: self.held.file(checksum) for key, checksum in self.kept.items()}
        return replace(document, files=document.files | {key: file for key, file in found.items() if file})

    def read(self) -> Plan:
        """What would be made now. Raises Unreadable."""
        plan = read(self.document, self.answers)
        for picture in plan.pictures:
            words = self.data.get(f"alt-{picture.file.checksum}", "").strip()
            picture.alt = words[:LONGEST_ALT] or picture.alt
        return plan

    @cached_property
    def comments(self) -> list[OlderComment]:
        """What was chosen together with the document. Raises Unreadable."""
        return [] if self.held.comments is None else read_comments(self.held.comments)

    @cached_property
    def answers(self) -> Answers:
        """What is valid of it."""
        addresses = {int(prefix.split("-")[1]): form.cleaned_data["address"] for prefix, form in valid(self.gaps)}
        tail = Tail.CUT if self.comments else Tail.BRING_IN
        return Answers(
            choices={int(line): form.choice() for line, form in valid(self.choices)},
            sources={int(line): form.source() for line, form in valid(self.sources)},
            videos={line: address for line, address in addresses.items() if address},
            refused=self.guessed.difference(numbers(self.data.getlist("taken"))),
            tail=self.tail.tail() if self.tail.is_valid() else tail,
            as_article="as_article" in self.data,
        )

    def conversations(self, plan: Plan) -> list[Conversation]:
        """What is to be brought in: from the end of the document and from the file beside it."""
        tail = self.tail.conversations(plan.conversation) if self.tail.is_bound else plan.conversations
        if not self.file.is_bound:
            return [*tail, *([Conversation(self.comments)] if self.comments else [])]
        return [*tail, *self.file.conversations(self.comments)]


def each[F: forms.Form](pattern: re.Pattern[str], data: QueryDict, make: Callable[[str], F]) -> dict[str, F]:
    """A form for each field whose name matches, by the prefix in it."""
    return {found["prefix"]: make(found["prefix"]) for name in data if (found := pattern.fullmatch(name))}


def valid[F: forms.Form](forms: Mapping[str, F]) -> Iterator[tuple[str, F]]:
    return ((prefix, form) for prefix, form in forms.items() if form.is_valid())


def numbers(words: list[str]) -> Iterator[int]:
    return (int(word) for word in words if re.fullmatch(LINE, word))
