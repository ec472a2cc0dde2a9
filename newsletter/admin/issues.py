"""Issues in the admin, with their sections and the order of their articles."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import counted
from newsletter.admin.composing.pages import ComposeMixin
from newsletter.admin.publishing import PublishableAdmin
from newsletter.admin.states import StateFilter, state_word
from newsletter.forms import ArticleLineForm, IssueForm, SectionForm, issue_in_words
from newsletter.models import Article, Issue, Newsletter, Section
from newsletter.rendering import render_texts


class SectionInline(admin.TabularInline):
    model = Section
    form = SectionForm
    fields = ("title", "intro", "position")
    extra = 1


class ArticleInline(admin.TabularInline):
    """The articles in reading order. Their texts are written on pages of their own."""

    model = Article
    form = ArticleLineForm
    fields = ("title", "kind", "section", "position", "state", "page")
    readonly_fields = ("state", "page")
    can_delete = False
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        articles: Any = super().get_queryset(request)
        return articles.without_texts().select_related("issue").in_reading_order()

    def get_formset(self, request: HttpRequest, obj: Issue | None = None, **kwargs: Any) -> Any:
        """Offer the sections of this issue alone. They are read once, not again for every line."""
        formset = super().get_formset(request, obj, **kwargs)
        fields: dict[str, Any] = formset.form.base_fields
        if "section" in fields:
            sections = Section.objects.filter(issue=obj.pk if obj else None)
            fields["section"].queryset = sections
            fields["section"].choices = [
                ("", _("before the first section")),
                *((section.pk, section) for section in sections),
            ]
        return formset

    @admin.display(description=_("state"))
    def state(self, article: Article) -> str:
        return state_word(article) if article.pk else ""

    @admin.display(description=_("text"))
    def page(self, article: Article) -> str:
        if not article.pk:
            return ""
        address = reverse("admin:newsletter_article_change", args=[article.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open"))


@admin.register(Issue)
class IssueAdmin(ComposeMixin, PublishableAdmin):
    form = IssueForm
    preview_name = "newsletter_issue_preview"
    inlines = (SectionInline, ArticleInline)
    list_display = ("number", "title", "newsletter", "state", "published_at", "article_count")
    article_count = counted("article_count", _("articles"))
    list_display_links = ("title",)
    list_filter = (StateFilter, "newsletter")
    search_fields = ("title", "summary", "=number")
    fieldsets = (
        (None, {"fields": ["title", "body", "closing"]}),
        (_("Number and address"), {"fields": [("newsletter", "number"), "slug"]}),
        (_("Summary, lead picture"), {"fields": ["summary", "lead_picture"]}),
        (_("Mail"), {"fields": ["subject", "preheader"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        return super().get_queryset(request).select_related("newsletter").annotate(article_count=Count("articles"))

    def known_with(self, only: Newsletter) -> dict[str, Any]:
        return {"newsletter": only.pk, "number": Issue.objects.next_number(only)}

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "newsletter" in form.changed_data:
            obj.articles.update(newsletter=obj.newsletter)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for article in form.instance.articles.filter(renderer_version=0):
            render_texts(article)

    def name_as_choice(self, issue: Issue) -> str:
        return issue_in_words(issue)
