"""Redirects in the admin."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from newsletter.admin.keeping import KeepingAdmin
from newsletter.models import Redirect


@admin.register(Redirect)
class RedirectAdmin(KeepingAdmin):
    fields = ("old_path", "new_path")
    list_display = ("old_path", "new_path", "created_at")
    date_hierarchy = "created_at"
    search_fields = ("old_path", "new_path")

    def save_model(self, request: HttpRequest, obj: Redirect, form: ModelForm, change: bool) -> None:
        """Also shorten the way of those that led to the old address."""
        super().save_model(request, obj, form, change)
        Redirect.objects.shorten(obj.old_path, obj.new_path)
