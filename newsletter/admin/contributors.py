"""Contributors in the admin."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import counted, number_of
from newsletter.admin.revisions import tell_where
from newsletter.admin.written import WrittenAdmin
from newsletter.forms import ContributorForm
from newsletter.models import Contribution, Contributor
from newsletter.moving import leave_redirect


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
