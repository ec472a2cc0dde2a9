"""The forms of an issue's page: a new article in one line, one opened in place, the sections."""

from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.addresses import site_of
from newsletter.beginning import renumbered
from newsletter.forms import LanguageSelect, LineForm, PastingTextarea, TextsForm, issue_in_words
from newsletter.models import Article, Issue

#: The rest of a line says what is in it; a line that says nothing of these is empty.
TELLING = {"source_url", "title", "source_name", "body"}


class SectionForm(LineForm):
    class Meta:
        help_texts: ClassVar = {
            "title": gettext_lazy("The heading above the articles."),
            "position": gettext_lazy("The order of the sections: 1 is first."),
        }
        widgets: ClassVar = {"intro": PastingTextarea(attrs={"rows": 2, "class": ""})}


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


class SeveralForm(forms.Form):
    """What to do with the articles that were chosen, and where they go."""

    CHOICES: ClassVar = [
        ("section", gettext_lazy("Move to a section")),
        ("issue", gettext_lazy("Move to another issue")),
        ("publish", gettext_lazy("Publish")),
        ("out", gettext_lazy("Take out of the issue")),
    ]
    chosen = forms.ModelMultipleChoiceField(
        Article.objects.with_addresses().in_reading_order(),
        widget=forms.MultipleHiddenInput,
        error_messages={"required": gettext_lazy("Tick the articles first.")},
    )
    do = forms.ChoiceField(label=gettext_lazy("With those that are ticked"), choices=[("", "…"), *CHOICES])
    issue = forms.ModelChoiceField(
        Issue.objects.for_lists(), label=gettext_lazy("Issue"), required=False, empty_label=gettext_lazy("which issue")
    )
    section_name = forms.CharField(
        label=gettext_lazy("Section"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"list": "issue-sections", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issue"].label_from_instance = issue_in_words  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("do") == "issue" and not self.cleaned_data.get("issue"):
            self.add_error("issue", _("Choose the issue that they go to."))

    def articles(self) -> list[Article]:
        return list(self.cleaned_data.get("chosen", ()))


class BeginForm(forms.Form):
    """An issue that begins as an earlier one was."""

    fields: dict[str, Any]
    number = forms.IntegerField(label=gettext_lazy("Number"), min_value=0)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=250)
    recurring = forms.ModelMultipleChoiceField(
        Article.objects.none(),
        label=gettext_lazy("Articles that come again"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("As drafts, with addresses of their own."),
    )

    def __init__(self, *args: Any, earlier: Issue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        articles = earlier.articles.in_reading_order()
        self.fields["recurring"].queryset = articles
        self.fields["number"].initial = number = Issue.objects.next_number(earlier.newsletter)
        named = renumbered(earlier.title, earlier.number, number)
        self.fields["title"].initial = named if named != earlier.title else _("No. %d") % number
        before = Article.objects.filter(issue__in=Issue.objects.before(earlier)[:1]).values("title")
        self.fields["recurring"].initial = articles.filter(title__in=before)


def host_of(address: str) -> str:
    """A name of the publication until somebody gives it a better one."""
    return site_of(address)[:120]


def title_of(address: str) -> str:
    """A title until somebody gives it a better one: the words at the end of the address, or else the host."""
    end = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2].partition(".")[0]
    words = " ".join(end.replace("-", " ").replace("_", " ").split())
    has_words = sum(letter.isalpha() for letter in words) > len(words) / 2
    return (words[:1].upper() + words[1:] if has_words else host_of(address))[
        : Article._meta.get_field("title").max_length
    ]
