"""The page on which the next issue begins from an earlier one."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from newsletter.beginning import begin
from newsletter.line_forms import BeginForm
from newsletter.models import Issue


class BeginMixin(admin.ModelAdmin):
    """Adds the page to the admin of issues. GET asks, with `?earlier=` about that one, with
    `?newsletter=` about its last; POST makes it, once."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.begin_view)
        return [path("begin/", view, name="newsletter_issue_begin"), *super().get_urls()]

    def begin_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perms(["newsletter.add_issue", "newsletter.add_article"]):
            raise PermissionDenied
        issues = Issue.objects.select_related("newsletter").order_by("-created_at", "-number")
        chosen, newsletter = request.GET.get("earlier", ""), request.GET.get("newsletter", "")
        last = issues.filter(newsletter=int(newsletter)) if newsletter.isdecimal() else issues
        earlier = get_object_or_404(issues, pk=chosen) if chosen.isdecimal() else last.first()
        if earlier is None:
            return redirect("admin:newsletter_issue_add")
        form = BeginForm(request.POST if request.method == "POST" else None, earlier=earlier)
        if form.is_valid():
            return self.begin(request, earlier, form)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": _("Begin the next issue")}
        context |= {"form": form, "earlier": earlier, "issues": issues.defer("body", "body_html")}
        context["list_url"] = reverse("admin:newsletter_issue_changelist")
        return TemplateResponse(request, "admin/newsletter/begin.html", context)

    def begin(self, request: HttpRequest, earlier: Issue, form: BeginForm) -> HttpResponse:
        issue, is_new = begin(earlier, **form.cleaned_data)
        if is_new:
            self.log_addition(request, issue, _("Begun from “%(title)s”.") % {"title": earlier})
            messages.success(request, _("“%(title)s” is a draft now.") % {"title": issue})
        else:
            there = _("There is a No. %(number)s already: this one. Nothing was changed.")
            messages.warning(request, there % {"number": issue.number})
        return redirect("admin:newsletter_issue_change", issue.pk)
