"""The forms of an issue's page: a new article in one line, one opened in place, the sections."""

from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.forms import LanguageSelect, LineForm, PastingTextarea, TextsForm
from newsletter.models import Article, Issue

#: The rest of a line says what is in it; a line that says nothing of these is empty.
TELLING = {"source_url", "title", "source_name", "body"}


class SectionForm(LineForm):
    """Writes only what was touched: an old page takes nothing back that was changed meanwhile."""

    class Meta:
        help_texts: ClassVar = {
            "title": gettext_lazy("The heading above the articles."),
            "position": gettext_lazy("The order of the sections: 1 is first."),
        }
        widgets: ClassVar = {"intro": PastingTextarea(attrs={"rows": 2, "class": ""})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"title", "intro", "position"} & self.fields.keys():
            self.fields[name].show_hidden_initial = True

    def clean(self) -> None:
        super().clean()
        if self.instance.pk:
            untouched = self.cleaned_data.keys() & {"title", "intro", "position"} - set(self.changed_data)
            self.cleaned_data |= {name: getattr(self.instance, name) for name in untouched}


class NewArticleForm(TextsForm):
    """A new article in one line: an address alone is enough, and so is a title alone."""

    completed = frozenset({"title"})
    section_name = forms.CharField(
        label=gettext_lazy("Section"),
        required=False,
        max_length=250,
        help_text=gettext_lazy("A new name makes a new section; empty is before the first."),
        widget=forms.TextInput(attrs={"list": "issue-sections", "autocomplete": "off"}),
    )

    class Meta:
        widgets: ClassVar = {
            "source_url": forms.URLInput(attrs={"placeholder": "https://"}),
            "title": forms.TextInput,
            "source_name": forms.TextInput,
            "source_language": LanguageSelect,
            "body": PastingTextarea(attrs={"rows": 2, "class": ""}),
        }
        labels: ClassVar = {"source_url": gettext_lazy("Address of the source")}
        help_texts: ClassVar = {"title": gettext_lazy("Left empty, it is made of the address.")}

    def has_changed(self) -> bool:
        return bool(TELLING.intersection(self.changed_data))

    def clean(self) -> None:
        super().clean()
        line = self.cleaned_data
        address = line.get("source_url")
        if address:
            line["source_name"] = line.get("source_name") or host_of(address)
            line["title"] = line.get("title") or title_of(address)
        if not line.get("title") and not self.errors:
            self.add_error("title", _("Give it a title, or the address of its source."))
        self.instance.newsletter_id = line["issue"].newsletter_id


class ArticleInPlaceForm(TextsForm):
    """An article opened in its issue's page. Its fields are told apart from those of the issue by a prefix."""

    prefix = "line"
    fields: dict[str, Any]

    class Meta:
        widgets: ClassVar = {
            "summary": AdminTextareaWidget(attrs={"rows": 2}),
            "source_url": forms.URLInput,
            "source_language": LanguageSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issue: Issue | None = self.instance.issue
        self.fields["section"].queryset = self.fields["section"].queryset.filter(issue=issue)
        self.fields["section"].empty_label = _("before the first section")


def host_of(address: str) -> str:
    """A name of the publication until somebody gives it a better one."""
    return (urlsplit(address).hostname or "").removeprefix("www.")[:120]


def title_of(address: str) -> str:
    """A title until somebody gives it a better one: the words at the end of the address, or else the host."""
    end = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2].partition(".")[0]
    words = " ".join(end.replace("-", " ").replace("_", " ").split())
    has_words = sum(letter.isalpha() for letter in words) > len(words) / 2
    return (words[:1].upper() + words[1:] if has_words else host_of(address))[
        : Article._meta.get_field("title").max_length
    ]
