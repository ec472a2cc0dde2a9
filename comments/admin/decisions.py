"""Every decision ever taken: to be read, and one's own to be taken back."""

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.requests import SignedInRequest
from comments import moderating
from comments.admin import columns, filters
from comments.admin.lists import ModeratorsList, chosen
from comments.models import ModerationEvent
from comments.models.moderation import name_of


@admin.register(ModerationEvent)
class DecisionAdmin(ModeratorsList):
    list_display = ("what", "about", "of", "because")
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

    @admin.display(description=_("decision"))
    def what(self, decision: ModerationEvent) -> SafeString:
        """What was decided, by whom and when."""
        who = name_of(decision.actor) if decision.actor else ""
        label, age = decision.get_action_display(), columns.age_cell(decision.created_at)
        return format_html('{}<span class="quiet place"><bdi>{}</bdi> {}</span>', label, who, age)

    @admin.display(description=_("comment"))
    def about(self, decision: ModerationEvent) -> SafeString | str:
        if decision.comment is None:
            return ""
        address = reverse("admin:comments_comment_change", args=[decision.comment_id])
        words = decision.comment.excerpt or decision.comment.get_state_display()
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, words)

    @admin.display(description=_("reader"))
    def of(self, decision: ModerationEvent) -> SafeString | str:
        if decision.reader is None:
            return ""
        address = reverse("admin:comments_reader_change", args=[decision.reader_id])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, name_of(decision.reader))

    @admin.display(description=_("because"))
    def because(self, decision: ModerationEvent) -> str:
        parts = [decision.rule, decision.matched, decision.reason, decision.note]
        return " · ".join(part for part in parts if part)
