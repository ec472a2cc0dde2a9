"""What an editor is asked on the way: where older comments belong, what they are, and what to correct in each."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.admin.older import places
from comments.bringing_in.dating import Calendar
from comments.bringing_in.reading import decode, read_pasted
from comments.bringing_in.storing import LONGEST_FIELDS
from newsletter.composing import Unreadable
from newsletter.composing.upload import LARGEST_TEXT
from newsletter.forms import CopiedOnField, content_of


class ConversationForm(forms.Form):
    """A file or text. Of the cleaned data, `text` holds what was in either, and `place` the issue or article."""

    place = forms.CharField(label=gettext_lazy("Issue or article"))
    upload = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "JSON or CSV. The columns, in any order: text, name, headline, date or age, reply to, where. Only the "
            "text must be there. “Reply to” is the number of an earlier comment, or the name of its author."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.csv,.tsv,.txt"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or text"),
        required=False,
        strip=False,
        help_text=gettext_lazy("The same, or what you copied from below a web page: names, dates and comments."),
        widget=AdminTextareaWidget(attrs={"rows": 12, "class": "compose-text"}),
    )
    said_at = forms.CharField(
        label=gettext_lazy("Where it was said"),
        required=False,
        max_length=LONGEST_FIELDS["said_at"],
        help_text=gettext_lazy("Readers are told, e.g. “from LinkedIn, 2024”. It counts where the file says nothing."),
    )
    copied_on = CopiedOnField(
        help_text=gettext_lazy(
            "Ages such as “7 months” are counted back from this day; without it, from the date of the issue or "
            "article."
        )
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = places.place_of(str(self["place"].value() or ""))
        self.fields["place"].widget = forms.Select(choices=places.choices(chosen))

    def clean_place(self) -> Any:
        place = places.place_of(self.cleaned_data["place"])
        if place is None:
            raise forms.ValidationError(_("Choose an issue or an article."))
        return place

    def clean_upload(self) -> bytes:
        return content_of(self.cleaned_data["upload"], LARGEST_TEXT, _("This file is larger than 5 MB."))

    def clean(self) -> None:
        content, text = self.cleaned_data.get("upload", b""), self.cleaned_data.get("text", "")
        if "upload" in self.errors:
            return
        if bool(content) == bool(text.strip()):
            raise forms.ValidationError(_("Choose a file, or paste the text: one of the two."))
        try:
            text = decode(content) if content else text
            self.show(text)
            read_pasted(text)
        except Unreadable as error:
            self.add_error("text" if text else "upload", str(error))

    def show(self, text: str) -> None:
        """Let what was in a file stand in the field for text, where it can be mended."""
        self.data = {**self.data.dict(), "text": text}  # type: ignore[attr-defined]
        self.cleaned_data["text"] = text


class EntryForm(forms.Form):
    """What can be corrected in one older comment, and whether it is to be brought in. Its words are its author's."""

    take = forms.BooleanField(label=gettext_lazy("Bring in"), required=False, initial=True)
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=LONGEST_FIELDS["name"])
    headline = forms.CharField(label=gettext_lazy("Headline"), required=False, max_length=LONGEST_FIELDS["headline"])
    written = forms.CharField(label=gettext_lazy("Date or age"), required=False, max_length=60)
    said_at = forms.CharField(label=gettext_lazy("Where"), required=False, max_length=LONGEST_FIELDS["said_at"])

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar

    def clean_written(self) -> str:
        written = self.cleaned_data["written"]
        try:
            self.calendar.reckon(written)
        except Unreadable as problem:
            raise forms.ValidationError(str(problem)) from problem
        return written
