"""Redirects in the admin."""

from django.contrib import admin

from newsletter.models import Redirect


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    fields = ("old_path", "new_path")
    list_display = ("old_path", "new_path", "created_at")
    date_hierarchy = "created_at"
    search_fields = ("old_path", "new_path")
