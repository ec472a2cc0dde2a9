"""Every decision ever taken: to be read, and one's own to be taken back."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from comments import moderating
from comments.admin import filters
from comments.admin.lists import ModeratorsList, chosen
from comments.models import ModerationEvent
from core.admin import drawn


@admin.register(ModerationEvent)
class DecisionAdmin(ModeratorsList):
    list_display: Any = (
        drawn("comments/columns/_what", _("decision")),
        drawn("comments/columns/_about", _("comment")),
        drawn("comments/columns/_of", _("reader")),
        "because",
    )
    list_display_links = None
    list_filter = (filters.ActorFilter, "action", ("created_at", admin.DateFieldListFilter))
    list_select_related = ("actor", "reader", "comment")
    list_title = _("Decisions, newest first")
    actions = ("undo",)

    @admin.action(description=_("Undo my decisions"), permissions=["moderate"])
    def undo(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        own = ModerationEvent.objects.filter(pk__in=ids, actor=request.user).exclude(
            action__in=filters.AUTHORS_ACTIONS
        )
        undone = moderating.undo(own.values_list("pk", flat=True), request.user)
        self.tell(request, _("Undone"), undone, ids, _("Others have decided since, or it cannot be undone."))

    @admin.display(description=_("because"))
    def because(self, decision: ModerationEvent) -> str:
        parts = [decision.rule, decision.matched, decision.reason, decision.note]
        return " · ".join(part for part in parts if part)
