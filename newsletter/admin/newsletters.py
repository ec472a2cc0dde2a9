"""Newsletters in the admin."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import counted, number_of
from newsletter.admin.written import RevisedTextsAdmin
from newsletter.forms import NewsletterForm
from newsletter.models import Issue, Newsletter


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
        (_("Mail"), {"fields": ["sender_name", "sender_address", "reply_to"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Newsletter]:
        return (
            super()
            .get_queryset(request)
            .annotate(issue_count=number_of(Issue.objects.filter(newsletter=OuterRef("pk"))))
        )
