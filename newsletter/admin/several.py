"""Several articles at once: moved, published or taken out. It is asked first where readers would notice."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, change_page, page_at
from newsletter import publishing
from newsletter.arranging import move, take_out
from newsletter.forms import issue_in_words
from newsletter.models import Article, Issue
from newsletter.publishing import Change

LIST = "admin:newsletter_article_changelist"
SECTION, ISSUE, PUBLISH, OUT = "section", "issue", "publish", "out"
CHANGES = {ISSUE: Change.MOVED, PUBLISH: Change.PUBLISHED, OUT: Change.WITHDRAWN}
#: What readers would notice, before the titles of what they see now (or would see at once).
NOTICED = {
    ISSUE: gettext_lazy("Readers see this now. It goes to “%(issue)s”, and its old address leads there: %(titles)s."),
    PUBLISH: gettext_lazy("Readers will see this at once: %(titles)s."),
    OUT: gettext_lazy("Readers see this now. It is withdrawn, and its address says that it is gone: %(titles)s."),
}


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


def noticed(articles: Sequence[Article], do: str, issue: Issue | None) -> list[str]:
    """What readers, and what is planned, would notice, in sentences; none where nobody does."""
    shown = [each for each in articles if each.is_public and (do == OUT or each.issue != issue)]
    if do == PUBLISH:
        shown = [each for each in articles if not each.is_public and (each.issue is None or each.issue.is_public)]
    if do == SECTION or not shown:
        return []
    titles = ", ".join(f"“{each}”" for each in shown)
    told = [NOTICED[do] % {"titles": titles, "issue": issue}]
    if do == ISSUE and issue and not issue.is_public:
        told.append(_("Until “%(issue)s” is published, nobody sees it there.") % {"issue": issue})
    told += [sentence for each in shown for sentence in publishing.consequences(each, CHANGES[do])]
    return list(dict.fromkeys(told))


@transaction.atomic
def carry_out(articles: Sequence[Article], do: str, issue: Issue | None, section: str, by: User) -> None:
    """Do it with all of them, or with none."""
    if do == PUBLISH:
        for article in articles:
            publishing.publish(article, by)
    elif do == OUT:
        take_out(articles, by)
    elif do == ISSUE:
        move(articles, issue, section)
    for to in {each.issue for each in articles if each.issue} if do == SECTION else ():
        move([each for each in articles if each.issue == to], to, section)
    LogEntry.objects.log_actions(by.pk, articles, CHANGE, str(dict(SeveralForm.CHOICES)[do]))


class SeveralAdmin(DeskAdmin):
    """Adds the page that asks, and the action that leads to it, to the admin of articles."""

    actions: Any = ("several",)

    @admin.action(description=gettext_lazy("Move, publish or take out…"), permissions=["change"])
    def several(self, request: HttpRequest, queryset: QuerySet[Article]) -> HttpResponseRedirect:
        return ask_about({"chosen": list(queryset.values_list("pk", flat=True))})

    @page_at("several/")
    def several_view(self, request: SignedInRequest) -> HttpResponse:
        """Ask what to do, and what readers would notice; do it, once that was seen."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = SeveralForm(request.POST or request.GET)
        form.is_valid()
        articles = form.articles()
        told = noticed(articles, form.cleaned_data["do"], form.cleaned_data.get("issue")) if form.is_valid() else []
        if request.method == "POST" and form.is_valid() and request.POST.get("seen", "") == " ".join(told):
            return do_several(request, form)
        facts: dict[str, Any] = {"form": form, "articles": articles, "consequences": told}
        if issue := issue_of(articles):
            facts |= {"thing": issue, "change_url": change_page(issue)}
        return self.show(request, "newsletter/several", _("Several articles"), **facts)


def issue_of(articles: Sequence[Article]) -> Issue | None:
    return next((each.issue for each in articles if each.issue), None)


def ask_about(query: dict[str, Any]) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:newsletter_article_several", query=query))


def do_several(request: SignedInRequest, form: SeveralForm) -> HttpResponse:
    """Back at the issue in which they are, or were."""
    if not request.user.has_perm("newsletter.change_article"):
        raise PermissionDenied
    articles, given = form.articles(), form.cleaned_data
    issue = issue_of(articles)
    try:
        carry_out(articles, given["do"], given["issue"], given["section_name"], request.user)
    except publishing.NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, ngettext("%d article: done.", "%d articles: done.", len(articles)) % len(articles))
    return redirect(change_page(issue) if issue else LIST)


def several_of(request: SignedInRequest) -> HttpResponse:
    """From an issue's page: at once where nobody notices, otherwise asked first."""
    form = SeveralForm(request.POST)
    if form.is_valid() and not noticed(form.articles(), form.cleaned_data["do"], form.cleaned_data["issue"]):
        return do_several(request, form)
    names = {"chosen", "do", "issue", "section_name"}
    return ask_about({name: request.POST.getlist(name) for name in names & request.POST.keys()})
