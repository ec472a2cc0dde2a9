"""The form in which a document is chosen, with what was said about it where it was published."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter import talks
from newsletter.composing import Unreadable, from_bytes, read
from newsletter.composing.conversing import read_comments
from newsletter.composing.upload import LARGEST_ARCHIVE, LARGEST_TEXT
from newsletter.forms import PastingTextarea, content_of
from newsletter.models import Newsletter


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
