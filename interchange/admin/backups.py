"""The list of backups, for the site's owner."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin
from interchange.models import Backup


@admin.register(Backup)
class BackupAdmin(ReadOnlyAdmin):
    """What was made, when and where; nothing is done with it here."""

    list_display = ("begun_at", "outcome", "how_large", "took", "place")
    list_filter = ("begun_at",)
    fields = ("begun_at", "took", "how_large", "place", "outcome")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    has_module_permission = has_view_permission

    @admin.display(description=_("size"))
    def how_large(self, backup: Backup) -> str:
        return filesizeformat(backup.size) if backup.size else ""

    @admin.display(description=_("took"))
    def took(self, backup: Backup) -> timedelta:
        return timedelta(seconds=round((backup.seen_at - backup.begun_at).total_seconds()))

    @admin.display(description=_("outcome"))
    def outcome(self, backup: Backup) -> str:
        return backup.problem or str(_("under way") if backup.is_under_way else _("whole"))
