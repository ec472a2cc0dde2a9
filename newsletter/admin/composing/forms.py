"""What an editor chooses, and decides in the preview: there each form is told apart by a prefix with its line."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from zlib import crc32

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter import talks
from newsletter.composing import Answers, Document, from_bytes, read
from newsletter.composing.illustrating import LONGEST_ALT
from newsletter.composing.plan import Action, Choice, Conversation, Gap, Plan, Source, Tail, Unreadable
from newsletter.composing.stashing import Stashed
from newsletter.composing.storing import read_comments
from newsletter.composing.upload import LARGEST_ARCHIVE, LARGEST_TEXT
from newsletter.forms import CopiedOnField, LanguageSelect, PastingTextarea, content_of
from newsletter.models import Article, Newsletter
from newsletter.picture_forms import PictureUpload
from newsletter.talks import OlderComment


class DocumentForm(forms.Form):
    """A file or text, and a file of comments. Of the cleaned data, `content` holds the bytes of the document and
    `comments` those of the comments, or None."""

    newsletter = forms.ModelChoiceField(Newsletter.objects.all(), label=gettext_lazy("Newsletter"), empty_label=None)
    upload = forms.FileField(
        label=gettext_lazy("Document"),
        required=False,
        help_text=gettext_lazy(
            "A text (.md or .txt), a Word document (.docx), a web page (.html), a mail (.eml), "
            "or a .zip of one such file with the pictures that it shows."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.markdown,.txt,.docx,.html,.htm,.eml,.zip"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "Paste it here. Pictures that do not come along can be dropped into their places later."
        ),
        widget=PastingTextarea(attrs={"class": "compose-text"}),
    )
    comments = forms.FileField(
        label=gettext_lazy("Comments from where it was published (optional)"),
        required=False,
        help_text=gettext_lazy("A .json or .csv file: name, headline, text, date or age, reply to, said at."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not talks.archives:
            del self.fields["comments"]

    def clean_upload(self) -> bytes:
        return content_of(self.cleaned_data["upload"], LARGEST_ARCHIVE, _("This file is larger than 100 MB."))

    def clean_comments(self) -> bytes | None:
        content = content_of(self.cleaned_data["comments"], LARGEST_TEXT, _("This file is larger than 5 MB."))
        try:
            return content if content and read_comments(content) else None
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> None:
        content, text = self.cleaned_data.get("upload", b""), self.cleaned_data.get("text", "")
        if "upload" in self.errors:
            return
        if bool(content) == bool(text.strip()):
            raise forms.ValidationError(_("Choose a file, or paste the text: one of the two."))
        self.cleaned_data["content"] = content or text.encode()
        try:
            read(from_bytes(self.cleaned_data["content"]))
        except Unreadable as error:
            self.add_error("upload" if content else "text", str(error))


class WholeForm(forms.Form):
    """What is decided about the document as a whole."""

    as_article = forms.BooleanField(label=gettext_lazy("Make one article of the whole document"), required=False)
    remove_missing = forms.BooleanField(
        label=gettext_lazy(
            "Also take out articles that the document no longer has: public ones are withdrawn, others deleted"
        ),
        required=False,
    )


class ChoiceForm(forms.Form):
    """What becomes of one article."""

    action = forms.ChoiceField(label=gettext_lazy("What to do with it"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Article.Kind.choices)

    def __init__(self, *args: Any, can_merge: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        merge = [(Action.MERGE, _("Merge into the one before"))] if can_merge else []
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            (Action.KEEP, _("Keep")),
            *merge,
            (Action.LEAVE_OUT, _("Leave out")),
        ]

    def choice(self) -> Choice:
        return Choice(Action(self.cleaned_data["action"]), Article.Kind(self.cleaned_data["kind"]))


class SourceForm(forms.Form):
    """Where the news of one item comes from."""

    url = forms.URLField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=1000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    name = forms.CharField(label=gettext_lazy("Publication"), required=False, max_length=120)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", ""), *settings.LANGUAGES], widget=LanguageSelect
    )

    def source(self) -> Source:
        return Source(**self.cleaned_data)


class GapForm(forms.Form):
    """What fills the place of a picture, or of a video, that did not come along."""

    key = forms.CharField(strip=False, widget=forms.HiddenInput)
    file = PictureUpload(required=False)
    address = forms.URLField(required=False, max_length=1000, assume_scheme="https")

    @staticmethod
    def prefix_of(gap: Gap) -> str:
        """The same for the same gap, whatever else changes in the preview."""
        return f"gap-{gap.line}-{crc32(gap.key.encode()):08x}"

    def content(self) -> bytes | None:
        """The file as it was chosen: only what is stored in the end is made fit for the web."""
        upload = self.files.get(self.add_prefix("file"))
        if not upload or self.errors:
            return None
        upload.seek(0)
        return upload.read()


class ConversationForm(forms.Form):
    """What becomes of comments that were written elsewhere."""

    fate = forms.ChoiceField(
        label=gettext_lazy("What to do with it"),
        widget=forms.RadioSelect,
        choices=[
            (Tail.BRING_IN, gettext_lazy("Bring it in as comments")),
            (Tail.CUT, gettext_lazy("Cut it")),
            (Tail.KEEP, gettext_lazy("Keep it as text")),
        ],
    )
    said_at = forms.CharField(
        label=gettext_lazy("Where it was said"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Readers are told, e.g. “LinkedIn”."),
    )
    copied_on = CopiedOnField(
        help_text=gettext_lazy(
            "Ages such as “7 months” are counted back from this day; without it, from the date of the issue."
        )
    )

    def __init__(self, *args: Any, is_text: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_text:
            self.fields["fate"].choices = self.fields["fate"].choices[:2]  # type: ignore[attr-defined]

    def tail(self) -> Tail:
        return Tail(self.cleaned_data["fate"])

    def conversations(self, comments: Sequence[OlderComment]) -> list[Conversation]:
        """What of it is to be brought in. A place that was filled in, or emptied, is that of all comments."""
        if not comments or self.tail() is not Tail.BRING_IN:
            return []
        place = self.cleaned_data["said_at"]
        if place != common_place(comments):
            comments = [replace(comment, said_at=place) for comment in comments]
        return [Conversation(comments, self.cleaned_data["copied_on"])]


def common_place(comments: Sequence[OlderComment]) -> str:
    """Where all of it was said, if that is one place."""
    places = {comment.said_at for comment in comments}
    return places.pop() if len(places) == 1 else ""


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
        return replace(document, files={**document.files, **{key: file for key, file in found.items() if file}})

    def read(self) -> Plan:
        """What would be made now. Raises Unreadable."""
        plan = read(self.document, self.answers)
        for picture in plan.pictures:
            words = self.data.get(picture.alt_field, "").strip()
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
