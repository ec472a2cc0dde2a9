"""The forms of the admin: what editors fill in, and what is said about it."""

import json
from datetime import date
from functools import cache
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from django import forms
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.validators import MaxLengthValidator
from django.db.models import Max, QuerySet
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from taggit.forms import TagWidget
from taggit.utils import parse_tags

from core.addresses import site_of
from core.markup.dialect import LONGEST_TEXT
from core.slugs import welcome_all_letters
from newsletter.colours import PAPER_DARK, PAPER_LIGHT, contrast
from newsletter.models import Article, Issue, Section
from newsletter.models.slugs import free_slug
from newsletter.models.tags import tag_key, tag_name, tags_called

#: The rest of a line says what is in it; a line that says nothing of these is empty.
TELLING = {"source_url", "title", "source_name", "body"}


class PastingTextarea(AdminTextareaWidget):
    """A plain text area; where there is JavaScript, what is pasted with formatting becomes Markdown."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-pasting": "", "rows": 18, **(attrs or {})})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        area = super().render(name, value, attrs, renderer)
        return format_html("{}{}", area, render_to_string("admin/newsletter/_pasting.html"))


class MarkdownTextarea(PastingTextarea):
    """It also has buttons, a preview and dropped pictures."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-writing": "", **(attrs or {})})


class LanguageSelect(forms.Select):
    """All languages of the site, of which the options are made once, not for each item of a page again."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = language_options(get_language() or "").replace(f'value="{value}"', f'value="{value}" selected', 1)
        attributes = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", attributes, mark_safe(options))  # noqa: S308


@cache
def language_options(_language: str) -> str:
    """The options of a choice among languages, in the one that is active."""
    known = (code for code, _name in settings.LANGUAGES if code in LANG_INFO)
    named = sorted((str(get_language_info(code)["name_translated"]).capitalize(), code) for code in known)
    empty = [(_("the newsletter's own"), "")]
    return format_html_join("", '<option value="{1}">{0}</option>', [*empty, *named])


def content_of(upload: Any, largest: int, refusal: str) -> bytes:
    """The bytes of a file that was chosen; none where none was. One of more than `largest` bytes is not read."""
    if upload and upload.size > largest:
        raise forms.ValidationError(refusal)
    return upload.read() if upload else b""


class CopiedOnField(forms.DateField):
    """The day on which a conversation was copied, which has come, if it is known."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Copied on"), "required": False, **kwargs})

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))


class SuggestingTagWidget(TagWidget):
    """Tags between commas; where there is JavaScript, `tags.js` suggests those that exist."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        tags = parse_tags(value) if isinstance(value, str) else [tag.name for tag in value or ()]
        query = {"app_label": "newsletter", "model_name": "taggedarticle", "field_name": "tag"}
        suggestions = reverse("admin:autocomplete", query=query)
        attrs = {"class": "vTextField", "data-tags": json.dumps(tags), "data-suggestions": suggestions} | (attrs or {})
        return super().get_context(name, value, attrs)


def issue_in_words(issue: Issue) -> str:
    """Reads `issue.newsletter`."""
    return _("%(newsletter)s No. %(number)s: %(title)s") % {
        "newsletter": issue.newsletter,
        "number": issue.number,
        "title": issue,
    }


class TextsForm(forms.ModelForm):
    """For what has texts in Markdown: none longer than can be rendered. What is `completed` may be left empty."""

    completed: ClassVar[frozenset[str]] = frozenset({"slug", "number", "position"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = field.required and name not in self.completed
            if isinstance(field.widget, MarkdownTextarea):
                field.validators.append(MaxLengthValidator(LONGEST_TEXT))


class AddressForm(TextsForm):
    """For what has an address: made from its name where left empty, refused beside the field where taken."""

    named_after: ClassVar = "title"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            welcome_all_letters(self.fields["slug"])
            made = _("Left empty, it is made from the %(name)s.") % {"name": self.named_after}
            self.fields["slug"].help_text = f"{self.fields['slug'].help_text} {made}".strip()

    def clean(self) -> None:
        super().clean()
        if "slug" not in self.cleaned_data:
            return
        slug, others = self.cleaned_data["slug"], self.neighbours()
        name = slug or self.cleaned_data.get(self.named_after, "")
        free = free_slug(name, others, otherwise=self.unnamed())
        if not slug or not others.filter(slug=slug).exists():
            self.cleaned_data["slug"] = slug or free
        elif "slug" in self.changed_data:
            message = _("“%(slug)s” is taken already. Choose another address, for example “%(free)s”.")
            self.add_error("slug", message % {"slug": slug, "free": free})
        else:  # it came along to where another has it
            self.cleaned_data["slug"] = free

    def unnamed(self) -> str:
        """The address of what is called nothing that an address can be made of."""
        return str(self._meta.model._meta.model_name)

    def neighbours(self) -> QuerySet:
        """The others, among which an address stands for one thing only."""
        return self._meta.model._default_manager.exclude(pk=self.instance.pk)


class PlacedForm(TextsForm):
    """For what has a place among others: a new one comes last unless it is told its place."""

    placed_in: ClassVar = "issue"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields and self.instance._state.adding:
            self.initial["position"] = None

    def clean(self) -> None:
        super().clean()
        if "position" in self.cleaned_data and self.cleaned_data["position"] is None:
            self.cleaned_data["position"] = self.last_position() + 1

    def last_position(self) -> int:
        whole = self.cleaned_data.get(self.placed_in)
        if whole is None or whole.pk is None:
            return 0
        siblings = self._meta.model._default_manager.filter(**{self.placed_in: whole})
        return siblings.aggregate(last=Max("position"))["last"] or 0


CONTRAST = gettext_lazy("Its contrast: {light} on the light page, {dark} on the dark one; from 4.5 on it can be read.")


class NewsletterForm(AddressForm):
    class Meta:
        help_texts: ClassVar = {
            "title": gettext_lazy("As it stands at the head of every page."),
            "sender_address": gettext_lazy("The address that its mail comes from."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say of the colour how well it can be read; `colour.js` says it again of each that is picked."""
        super().__init__(*args, **kwargs)
        if accent := self.fields.get("accent"):
            light, dark = (f"{contrast(self.instance.accent, paper):.1f}" for paper in (PAPER_LIGHT, PAPER_DARK))
            accent.help_text += " " + str(CONTRAST).format(light=light, dark=dark)
            words = {"data-contrast": CONTRAST, "data-picker": _("Pick a colour")}
            accent.widget.attrs |= words | {"data-papers": f"{PAPER_LIGHT} {PAPER_DARK}"}


class IssueForm(AddressForm):
    class Meta:
        widgets: ClassVar = {"summary": AdminTextareaWidget(attrs={"rows": 3})}
        labels: ClassVar = {"body": gettext_lazy("Opening")}
        help_texts: ClassVar = {
            "newsletter": gettext_lazy("The newsletter that this issue is an edition of."),
            "title": gettext_lazy("What this issue is called, e.g. “March 2026”. The number is added by itself."),
            "number": gettext_lazy("Leave it empty for the next free one."),
            "body": gettext_lazy(
                "The text before the first article, in Markdown. Pictures: ![what it shows](picture:name)"
            ),
        }

    def clean(self) -> None:
        newsletter, number = self.cleaned_data.get("newsletter"), self.cleaned_data.get("number")
        if newsletter and "number" not in self.errors:
            free = Issue.objects.next_number(newsletter)
            if self.neighbours().filter(number=number).exists():
                message = _("There is a No. %(number)s already. The next free number is %(free)s.")
                self.add_error("number", message % {"number": number, "free": free})
            self.cleaned_data["number"] = number or free
        super().clean()

    def unnamed(self) -> str:
        return f"no-{self.cleaned_data.get('number')}"

    def neighbours(self) -> QuerySet:
        return super().neighbours().filter(newsletter=self.cleaned_data.get("newsletter"))


class LineForm(PlacedForm):
    """One line of a table, where a field is named by the head of its column: say it to screen readers as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            control: Any = getattr(field.widget, "widget", field.widget)  # the admin wraps choices in its buttons
            control.attrs["aria-label"] = field.label


class ArticleForm(AddressForm, PlacedForm):
    fields: dict[str, Any]

    class Meta:
        widgets: ClassVar = {"summary": AdminTextareaWidget(attrs={"rows": 3}), "tags": SuggestingTagWidget}
        help_texts: ClassVar = {
            "title": gettext_lazy("The headline, without a full stop."),
            "newsletter": gettext_lazy("Its issue decides; choose one only for an article that stands alone."),
            "section": gettext_lazy("The heading it stands under. Choose the issue and save to see its sections."),
            "position": gettext_lazy("The order inside the section, smallest first. Leave it empty to come last."),
            "tags": gettext_lazy("What it is about, between commas. New tags are made as you write them."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "issue" in self.fields:
            self.fields["newsletter"].required = False
            issues, sections = self.fields["issue"], self.fields["section"]
            issues.label_from_instance = issue_in_words
            sections.queryset = Section.objects.filter(issue__in=self.issues_in_question())
            sections.empty_label = _("before the first section")

    def issues_in_question(self) -> list[int]:
        """Where the article is and where it is wanted."""
        issues = {str(self.instance.issue_id), str(self["issue"].value())}
        return [int(issue) for issue in issues if issue.isdecimal()]

    def clean(self) -> None:
        super().clean()
        issue, section = self.cleaned_data.get("issue"), self.cleaned_data.get("section")
        if issue:
            self.cleaned_data["newsletter"] = issue.newsletter
        elif "issue" in self.cleaned_data and not self.cleaned_data.get("newsletter"):
            self.add_error("newsletter", _("Choose the issue it belongs to, or a newsletter if it stands alone."))
        if section and section.issue_id != getattr(issue, "pk", None):
            self.cleaned_data["section"] = None

    def neighbours(self) -> QuerySet:
        return super().neighbours().filter(issue=self.cleaned_data.get("issue"))


class ContributionForm(LineForm):
    placed_in = "article"

    class Meta:
        help_texts: ClassVar = {
            "contributor": gettext_lazy("Type a part of the name; the plus sign adds somebody new."),
            "role": gettext_lazy("What they did for this article."),
            "position": gettext_lazy("The order in the byline: drag the lines, or number them."),
        }


class ContributorForm(AddressForm):
    named_after = "name"

    class Meta:
        help_texts: ClassVar = {
            "name": gettext_lazy("As it stands in bylines."),
            "slug": gettext_lazy(
                "The last part of the address of their page. Changing it later leaves a redirect behind."
            ),
            "website": gettext_lazy("Their own pages, with https://"),
        }


class TagForm(AddressForm):
    named_after = "name"

    class Meta:
        help_texts: ClassVar = {
            "name": gettext_lazy("One or two words, as readers see them. Renaming it renames it everywhere."),
            "slug": gettext_lazy(
                "The last part of the address of its page. Changing it later leaves a redirect behind."
            ),
        }

    def clean_name(self) -> str:
        name = tag_name(self.cleaned_data["name"])
        twin = tags_called([name]).get(tag_key(name))
        if twin and twin != self.instance:
            raise forms.ValidationError(_("There is a tag “%(tag)s” already: use that one.") % {"tag": twin})
        return name


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
