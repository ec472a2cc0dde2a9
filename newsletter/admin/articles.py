"""Articles in the admin, their contributors and their tags."""

from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from core.admin import counted, number_of
from core.grams import SearchedAdmin
from newsletter.admin.keeping import KeepingAdmin
from newsletter.admin.publishing import PublishableAdmin
from newsletter.admin.revisions import tell_where
from newsletter.admin.several import SeveralAdmin
from newsletter.admin.states import ArticleStateFilter
from newsletter.admin.workspace import groups
from newsletter.admin.writing import WritingAdmin
from newsletter.admin.written import ChoosingAdmin, WrittenAdmin
from newsletter.arranging import LAST, Place, arrange
from newsletter.forms import ArticleForm, ContributionForm, ContributorForm, LanguageSelect, TagForm, TextsForm
from newsletter.models import Article, Contribution, Contributor, TaggedArticle
from newsletter.moving import leave_redirect, page_of
from newsletter.searching.indexing import index, reindex


class ContributionInline(ChoosingAdmin, admin.TabularInline):
    model = Contribution
    form = ContributionForm
    fields = ("contributor", "role", "position")
    autocomplete_fields = ("contributor",)
    verbose_name = _("contributor")
    verbose_name_plural = _("contributors")
    extra = 1
    classes = ("collapse",)


#: What of an article is written in its issue's page.
IN_PLACE = ["title", "source_url", "source_name", "source_language", "kind", "section", "body", "summary"]


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
        self.fields["section"].queryset = self.fields["section"].queryset.filter(issue=self.instance.issue)
        self.fields["section"].empty_label = _("before the first section")


def is_in_place(request: HttpRequest) -> bool:
    """Whether an article is opened in a line of its issue's page."""
    return "_line" in request.GET


@admin.register(Article)
class ArticleAdmin(SearchedAdmin, SeveralAdmin, WritingAdmin, PublishableAdmin):
    form = ArticleForm
    inlines = (ContributionInline,)
    list_display = ("title", "kind", "issue", "state", "published_at")
    list_filter = (ArticleStateFilter, "newsletter", "kind")
    linked_filters = ("tags__id__exact",)
    list_select_related = ("issue",)
    search_fields = ("title", "summary", "body", "source_name", "contributors__name", "tags__name")
    autocomplete_fields = ("issue",)
    fieldsets = (
        (None, {"fields": ["title", "body"]}),
        (
            _("Place and address"),
            {"fields": ["issue", "newsletter", ("section", "position"), ("kind", "kicker"), "slug"]},
        ),
        (_("Source"), {"fields": ["source_url", ("source_name", "source_language"), "tip_credit"]}),
        (_("Summary, lead picture, tags"), {"fields": ["summary", "lead_picture", "tags"]}),
    )

    def keeps(self, request: HttpRequest) -> bool:
        return not is_in_place(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        place = {"form": ArticleInPlaceForm} if is_in_place(request) else {}
        return super().get_form(request, obj, change, **kwargs | place)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": IN_PLACE})] if is_in_place(request) else super().get_fieldsets(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return () if is_in_place(request) else super().get_inlines(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_in_place(request):
            return TemplateResponse(request, "admin/newsletter/article/line.html", context)
        if (article := context["original"]) and article.issue:
            context |= {"groups": groups(article.issue), "current": article}
            context["may_arrange"] = request.user.has_perms(["newsletter.change_issue", "newsletter.add_article"])
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Opened in its issue's page, it stays open; unless the page asked what is to become of it."""
        stays = is_in_place(request) and "_asked" not in request.POST
        return redirect(request.get_full_path()) if stays else super().response_change(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its place is one among those of its issue: 1, 2, 3 …"""
        super().save_related(request, form, formsets, change)
        article, moved = form.instance, {"issue", "section", "position"}.intersection(form.changed_data)
        if article.issue and (moved or not change):
            number = article.position if "position" in moved else LAST
            arrange(article.issue, {article.pk: Place(article.section_id, number)})

    def next_page(self, request: HttpRequest, thing: Any, *, is_new: bool) -> HttpResponseRedirect | None:
        """One is back in the issue, at the article's line."""
        issue = reverse("admin:newsletter_issue_change", args=[thing.issue_id]) if thing.issue_id else ""
        back = HttpResponseRedirect(f"{issue}#{thing.anchor}") if issue else None
        return super().next_page(request, thing, is_new=is_new) or back


@admin.register(Contributor)
class ContributorAdmin(WrittenAdmin):
    form = ContributorForm
    fields = ("name", "about", "headline", "slug", "website", "user")
    autocomplete_fields = ("user",)
    list_display = ("name", "headline", "article_count")
    article_count = counted("article_count", _("articles"))
    search_fields = ("name", "headline")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contributor]:
        theirs = Contribution.objects.filter(contributor=OuterRef("pk"))
        return super().get_queryset(request).annotate(article_count=number_of(theirs, "article"))

    def save_model(self, request: HttpRequest, obj: Contributor, form: ContributorForm, change: bool) -> None:
        old = Contributor.objects.get(pk=obj.pk) if change and "slug" in form.changed_data else None
        super().save_model(request, obj, form, change)
        if old:
            leave_redirect(old, obj)
            tell_where(request, old, obj)

    def get_fields(self, request: HttpRequest, obj: Contributor | None = None) -> tuple[str, ...]:
        """Only those who may see people can name one."""
        return self.fields if request.user.has_perm("accounts.view_user") else self.fields[:-1]


# Tags have a page of their own here instead of taggit's: with counts, and without its generic table.
admin.site.unregister(Tag)
# Editors need not know whose code tags are: they belong to the content.
apps.get_app_config("taggit").verbose_name = apps.get_app_config("newsletter").verbose_name


@admin.register(Tag)
class TagAdmin(KeepingAdmin):
    form = TagForm
    fields = ("name", "slug")
    list_display = ("name", "slug", "article_count")
    ordering = ("name",)
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return (
            super()
            .get_queryset(request)
            .annotate(article_count=number_of(TaggedArticle.objects.filter(tag=OuterRef("pk"))))
        )

    @admin.display(description=_("articles"), ordering="article_count")
    def article_count(self, tag: Any) -> SafeString:
        address = reverse("admin:newsletter_article_changelist", query={"tags__id__exact": tag.pk})
        return format_html('<a href="{}">{}</a>', address, tag.article_count)

    def view_on_site(self, tag: Tag) -> str:
        return page_of(tag)

    def save_model(self, request: HttpRequest, obj: Tag, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            leave_redirect(Tag(slug=form.initial["slug"]), obj)
        index(obj)

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        self.delete_queryset(request, Tag.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        tagged = list(Article.objects.filter(tagged__tag__in=queryset).values_list("pk", flat=True))
        super().delete_queryset(request, queryset)
        reindex(Article.objects.filter(pk__in=tagged))
