"""Compose from a document, in the admin: choose it, look at what would be made of it, make it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from newsletter.composing import (
    Action,
    AlreadyComposed,
    Answers,
    Choice,
    Composed,
    Plan,
    Unreadable,
    compose,
    find_composed,
    from_bytes,
    name_of,
    read,
)
from newsletter.composing.holding import Held, fetch, hold
from newsletter.composing.plan import PlannedArticle, PlannedSection
from newsletter.composing.upload import LARGEST_ARCHIVE
from newsletter.models import Article, Issue, Newsletter

CHOICE = re.compile(r"([0-9]{1,7})-action")


class DocumentForm(forms.Form):
    """The document to compose from: a file or text. `content` of the cleaned data holds its bytes."""

    newsletter = forms.ModelChoiceField(Newsletter.objects.all(), label=gettext_lazy("Newsletter"), empty_label=None)
    upload = forms.FileField(
        label=gettext_lazy("Document"),
        required=False,
        help_text=gettext_lazy("A Markdown file (.md), or a .zip of one such file with the pictures that it shows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".md,.markdown,.txt,.zip"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Paste it here if it has no pictures of its own."),
        widget=AdminTextareaWidget(attrs={"rows": 18, "class": "compose-text"}),
    )

    def clean_upload(self) -> bytes:
        upload = self.cleaned_data["upload"]
        if upload and upload.size > LARGEST_ARCHIVE:
            raise forms.ValidationError(_("This file is larger than 100 MB."))
        return upload.read() if upload else b""

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


class ChoiceForm(forms.Form):
    """What the editor decides about one article of the preview."""

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


@dataclass(frozen=True, slots=True)
class Row:
    """An article of the preview; `number` is what readers would see."""

    article: PlannedArticle
    number: int | None
    form: ChoiceForm


class ComposeMixin(admin.ModelAdmin):
    """Adds the two pages to the admin of issues, and a button to their list."""

    change_list_template = "admin/newsletter/compose_change_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("compose/", view(self.compose_view), name="newsletter_compose"),
            path("compose/<str:ticket>/", view(self.preview_view), name="newsletter_compose_preview"),
            *super().get_urls(),
        ]

    def compose_view(self, request: SignedInRequest) -> HttpResponse:
        """Choose a document; `?again=` brings back the text of a preview."""
        require(request, "newsletter.add_issue", "newsletter.add_article")
        form = DocumentForm(request.POST or None, request.FILES or None, initial=self.initial_document(request))
        if form.is_valid():
            ticket = hold(form.cleaned_data["content"], form.cleaned_data["newsletter"], request.user)
            return redirect("admin:newsletter_compose_preview", ticket)
        return self.page(request, "compose", title=_("Compose from a document"), form=form)

    def initial_document(self, request: SignedInRequest) -> dict[str, Any]:
        try:
            held = fetch(request.GET["again"], request.user)
            return {"newsletter": held.newsletter, "text": held.content.decode()}
        except (KeyError, Unreadable, UnicodeDecodeError):
            return {"newsletter": request.GET.get("newsletter")}

    def preview_view(self, request: SignedInRequest, ticket: str) -> HttpResponse:
        """Show what would be made; a POST makes it. A second one finds it made, and changes nothing."""
        require(request, "newsletter.add_issue", "newsletter.add_article")
        try:
            held = fetch(ticket, request.user)
            return self.make(request, held) if request.method == "POST" else self.preview(request, held, ticket)
        except Unreadable as error:
            messages.error(request, str(error))
            return redirect("admin:newsletter_compose")
        except AlreadyComposed as error:
            messages.info(request, _("%s Nothing was changed.") % error)
            return redirect(change_address(error.thing))

    def make(self, request: SignedInRequest, held: Held) -> HttpResponse:
        replace, remove = "replace" in request.POST, "remove_missing" in request.POST
        require(request, *(["newsletter.change_issue", "newsletter.change_article"] if replace else []))
        require(request, *(["newsletter.delete_article"] if remove else []))
        plan = read(
            from_bytes(held.content), Answers(choices_in(request.POST), as_article="as_article" in request.POST)
        )
        composed = compose(plan, held.newsletter, request.user, replace=replace, remove_missing=remove)
        self.report(request, plan, composed)
        return redirect(change_address(composed.thing))

    def report(self, request: SignedInRequest, plan: Plan, composed: Composed) -> None:
        thing = composed.thing
        if composed.is_new:
            self.log_addition(request, thing, [{"added": {}}])
            message = _("%(name)s is a draft now. Look it over, then publish it.")
        else:
            self.log_change(request, thing, _("Replaced from a document."))
            message = _("%(name)s has the texts of the document now.")
        messages.success(request, message % {"name": name_of(thing)})
        for remark in [*(_("Left out: “%s”.") % title for title in plan.left_out), *composed.remarks]:
            messages.warning(request, remark)

    def preview(self, request: SignedInRequest, held: Held, ticket: str) -> HttpResponse:
        as_article = request.GET.get("as") == "article"
        document = from_bytes(held.content)
        plan = read(document, Answers(as_article=as_article))
        existing = find_composed(plan, held.newsletter)
        number = plan.about.number or Issue.objects.next_number(held.newsletter)
        return self.page(
            request,
            "compose_preview",
            title=_("What would be made of it"),
            newsletter=held.newsletter,
            number=existing.number if isinstance(existing, Issue) else number,
            plan=plan,
            as_article=as_article,
            parts=[(section, list(rows(section))) for section in plan.sections],
            existing=existing,
            ticket=ticket,
        )

    def page(self, request: SignedInRequest, name: str, **context: Any) -> TemplateResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, f"admin/newsletter/{name}.html", context)


def require(request: HttpRequest, *permissions: str) -> None:
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def change_address(thing: Issue | Article) -> str:
    return reverse(f"admin:newsletter_{thing._meta.model_name}_change", args=[thing.pk])


def choices_in(data: QueryDict) -> dict[int, Choice]:
    """What was chosen for each article, by the line in which it begins."""
    lines = [int(found[1]) for name in data if (found := CHOICE.fullmatch(name))]
    forms_by_line = {line: ChoiceForm(data, prefix=str(line)) for line in lines}
    return {line: form.choice() for line, form in forms_by_line.items() if form.is_valid()}


def rows(section: PlannedSection) -> Iterator[Row]:
    number = 0
    for article in section.articles:
        number += article.kind == Article.Kind.ITEM
        form = ChoiceForm(initial={"kind": article.kind}, prefix=str(article.line), can_merge=article.can_merge)
        yield Row(article, number if article.kind == Article.Kind.ITEM else None, form)
