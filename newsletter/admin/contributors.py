"""Contributors in the admin."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import counted
from newsletter.admin.written import WrittenAdmin
from newsletter.forms import ContributorForm
from newsletter.models import Contributor


@admin.register(Contributor)
class ContributorAdmin(WrittenAdmin):
    form = ContributorForm
    fields = ("name", "about", "headline", "slug", "website", "user")
    autocomplete_fields = ("user",)
    list_display = ("name", "headline", "article_count")
    article_count = counted("article_count", _("articles"))
    search_fields = ("name", "headline")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contributor]:
        return super().get_queryset(request).annotate(article_count=Count("articles", distinct=True))

    def get_fields(self, request: HttpRequest, obj: Contributor | None = None) -> tuple[str, ...]:
        """Only those who may see people can name one."""
        return self.fields if request.user.has_perm("accounts.view_user") else self.fields[:-1]
