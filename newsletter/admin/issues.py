"""Issues and newsletters in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import OuterRef, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import counted, number_of
from newsletter.admin.beginning import BeginAdmin
from newsletter.admin.composing.pages import ComposeAdmin
from newsletter.admin.states import StateFilter, remarks_on
from newsletter.admin.workspace import WorkspaceAdmin
from newsletter.admin.written import RevisedTextsAdmin
from newsletter.forms import IssueForm, NewsletterForm, issue_in_words
from newsletter.models import Article, Issue, Newsletter


@admin.register(Issue)
class IssueAdmin(BeginAdmin, ComposeAdmin, WorkspaceAdmin):
    form = IssueForm
    list_display = ("number", "title", "newsletter", "state", "published_at", "article_count")
    article_count = counted("article_count", _("articles"))
    list_display_links = ("title",)
    list_filter = (StateFilter, "newsletter")
    search_fields = ("title", "summary", "=number")
    fieldsets = (
        (None, {"fields": ["title", "body"]}),
        (None, {"fields": ["closing"]}),
        (_("Number and address"), {"fields": [("newsletter", "number"), "slug"]}),
        (_("Summary, lead picture"), {"fields": ["summary", "lead_picture"]}),
        (_("Mail"), {"fields": ["subject", "preheader"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return (
            super()
            .get_queryset(request)
            .select_related("newsletter")
            .annotate(article_count=number_of(Article.objects.filter(issue=OuterRef("pk"))))
        )

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Each line says besides what became of its issue."""
        found = super().get_changelist_instance(request)
        known = remarks_on(found.result_list)
        for issue in found.result_list:
            issue.remark = known.get(issue.pk, "")
        return found

    def known_with(self, only: Newsletter) -> dict[str, Any]:
        return {"newsletter": only.pk, "number": Issue.objects.next_number(only)}

    def name_as_choice(self, issue: Issue) -> str:
        return issue_in_words(issue)


@admin.register(Newsletter)
class NewsletterAdmin(RevisedTextsAdmin):
    form = NewsletterForm

    class Media:
        js: ClassVar = [Script("admin/colour.js", type="module")]

    list_display = ("title", "tagline", "language", "cadence", "issue_count")
    issue_count = counted("issue_count", _("issues"))
    list_filter = ("language",)
    search_fields = ("title", "tagline")
    fieldsets = (
        (None, {"fields": ["title", "about"]}),
        (_("Address and language"), {"fields": ["slug", "tagline", "language", "cadence"]}),
        (_("Looks"), {"fields": ["logo", "accent"]}),
        (_("Mail"), {"fields": ["sender_name", "sender_address", "reply_to", "answers"]}),
        (
            _("Around an article"),
            {"fields": ["shows_mentions", "shows_archive", "shows_discussed", "shows_also_read"]},
        ),
        (_("Readers"), {"fields": ["takes_tips"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Newsletter]:
        issues = Issue.objects.filter(newsletter=OuterRef("pk"))
        return super().get_queryset(request).annotate(issue_count=number_of(issues))
