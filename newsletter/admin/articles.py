"""Articles in the admin."""

from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from newsletter.admin.publishing import PublishableAdmin
from newsletter.admin.states import ArticleStateFilter
from newsletter.admin.written import ChoosingAdmin
from newsletter.forms import ArticleForm, ContributionForm
from newsletter.models import Article, Contribution
from newsletter.views import writing


class ContributionInline(ChoosingAdmin, admin.TabularInline):
    model = Contribution
    form = ContributionForm
    fields = ("contributor", "role", "position")
    autocomplete_fields = ("contributor",)
    verbose_name = _("contributor")
    verbose_name_plural = _("contributors")
    extra = 1
    classes = ("collapse",)


@admin.register(Article)
class ArticleAdmin(PublishableAdmin):
    form = ArticleForm
    preview_name = "newsletter_article_preview_page"
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
        (_("Source"), {"fields": ["source_url", ("source_name", "source_language")]}),
        (_("Summary, lead picture, tags"), {"fields": ["summary", "lead_picture", "tags"]}),
    )

    def get_urls(self) -> list[URLPattern]:
        """Also the addresses that the text editor calls."""
        view = self.admin_site.admin_view
        return [
            path("preview/", view(writing.preview), name="newsletter_article_preview"),
            path("paste/", view(writing.paste), name="newsletter_article_paste"),
            path("dialect/", view(writing.dialect), name="newsletter_article_dialect"),
            *super().get_urls(),
        ]
