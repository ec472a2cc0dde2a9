"""Every decision ever taken: to be read, and one's own to be taken back."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from comments import moderating
from comments.admin import columns, filters
from comments.admin.actions import chosen
from comments.models import ModerationEvent
from comments.models.moderation import name_of
from core.admin import ReadOnlyAdmin


@admin.register(ModerationEvent)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("what", "about", "of", "because")
    list_display_links = None
    list_filter = (filters.ActorFilter, "action", ("created_at", admin.DateFieldListFilter))
    list_select_related = ("actor", "reader", "comment")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering: ClassVar = ["-pk"]
    sortable_by = ()
    actions = ("undo",)

    class Media:
        css: ClassVar = {"all": ["admin/moderation.css"]}

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Decisions, newest first"), **(extra_context or {})})

    @admin.action(description=gettext_lazy("Undo my decisions"), permissions=["undo"])
    def undo(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        own = ModerationEvent.objects.filter(pk__in=ids, actor=request.user).exclude(
            action__in=filters.AUTHORS_ACTIONS
        )
        undone = moderating.undo(own.values_list("pk", flat=True), request.user)
        words = _("Undone: %(count)d.") % {"count": len(undone)}
        if left := len(ids) - len(undone):
            words += " " + _("Left as they were: %(count)d. Others have decided since, or it cannot be undone.") % {
                "count": left
            }
        self.message_user(request, words, messages.WARNING if left else messages.SUCCESS)

    @admin.display(description=gettext_lazy("decision"))
    def what(self, decision: ModerationEvent) -> SafeString:
        """What was decided, by whom and when."""
        who = name_of(decision.actor) if decision.actor else ""
        label, age = decision.get_action_display(), columns.age_cell(decision.created_at)
        return format_html('{}<span class="quiet place"><bdi>{}</bdi> {}</span>', label, who, age)

    @admin.display(description=gettext_lazy("comment"))
    def about(self, decision: ModerationEvent) -> SafeString | str:
        if decision.comment is None:
            return ""
        address = reverse("admin:comments_comment_change", args=[decision.comment_id])
        words = decision.comment.excerpt or decision.comment.get_state_display()
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, words)

    @admin.display(description=gettext_lazy("reader"))
    def of(self, decision: ModerationEvent) -> SafeString | str:
        if decision.reader is None:
            return ""
        address = reverse("admin:comments_reader_change", args=[decision.reader_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, name_of(decision.reader))

    @admin.display(description=gettext_lazy("because"))
    def because(self, decision: ModerationEvent) -> str:
        parts = [decision.rule, decision.matched, decision.reason, decision.note]
        return " · ".join(part for part in parts if part)
