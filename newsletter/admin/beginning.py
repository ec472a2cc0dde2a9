"""The page on which the next issue begins from an earlier one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import DeskAdmin, page_at
from newsletter.beginning import begin, renumbered
from newsletter.models import Article, Issue


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


class BeginAdmin(DeskAdmin):
    """Adds a page to the admin of issues. GET asks, with `?earlier=` about that one, with
    `?newsletter=` about its last; POST makes it, once."""

    @page_at("begin/")
    def begin_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perms(["newsletter.add_issue", "newsletter.add_article"]):
            raise PermissionDenied
        issues = Issue.objects.select_related("newsletter").order_by("-created_at", "-number")
        chosen, newsletter = request.GET.get("earlier", ""), request.GET.get("newsletter", "")
        last = issues.filter(newsletter=int(newsletter)) if newsletter.isdecimal() else issues
        earlier = get_object_or_404(issues, pk=chosen) if chosen.isdecimal() else last.first()
        if earlier is None:
            return redirect(self.address("add"))
        form = BeginForm(request.POST if request.method == "POST" else None, earlier=earlier)
        if form.is_valid():
            return self.begin(request, earlier, form)
        facts = {"form": form, "earlier": earlier, "issues": issues.defer("body", "body_html")}
        return self.show(request, "newsletter/begin", _("Begin the next issue"), **facts)

    def begin(self, request: HttpRequest, earlier: Issue, form: BeginForm) -> HttpResponse:
        issue, is_new = begin(earlier, **form.cleaned_data)
        if is_new:
            self.log_addition(request, issue, _("Begun from “%(title)s”.") % {"title": earlier})
            messages.success(request, _("“%(title)s” is a draft now.") % {"title": issue})
        else:
            there = _("There is a No. %(number)s already: this one. Nothing was changed.")
            messages.warning(request, there % {"number": issue.number})
        return redirect(self.address("change", issue.pk))
