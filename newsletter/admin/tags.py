"""Tags in the admin, instead of taggit's own page: with counts, and without its generic table."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag

from core.admin import number_of
from newsletter.admin.keeping import KeepingAdmin
from newsletter.forms import TagForm
from newsletter.models import Article, TaggedArticle
from newsletter.moving import leave_redirect, page_of
from newsletter.searching.indexing import index, reindex

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
