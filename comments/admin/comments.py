"""The lists of comments: what waits, all of them, spam. Moderators decide; they do not edit readers' words."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from comments import moderating
from comments.admin import columns, filters
from comments.admin.actions import CommentActions
from comments.admin.forms import RefusalForm
from comments.admin.older import places
from comments.admin.review import VERBS, others_waiting, review, undoable
from comments.models import Comment, State
from comments.models.discussions import TEXTS
from comments.models.moderation import Queue, Spam, name_of
from core.admin import ReadOnlyAdmin

FILTERS = [filters.HeldByFilter, filters.TrustFilter, filters.LinksFilter, filters.AgeFilter, filters.NewsletterFilter]


class ListAdmin(CommentActions, ReadOnlyAdmin):
    """A list of comments, and the page on which one of them is decided. What must go is removed and never deleted, so
    that its place and the answers to it stay."""

    list_display: Any = ("text", "reader", "why")
    list_display_links = ("text",)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering: ClassVar = ["pk"]
    sortable_by = ()
    search_help_text = gettext_lazy("Words of the comment, or the name of its reader")
    list_title = gettext_lazy("Comments")

    class Media:
        css: ClassVar = {"all": ["admin/moderation.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        comments: Any = super().get_queryset(request)
        comments = comments.with_people().with_places().select_related("author__standing")
        return columns.with_record(comments.defer(*(f"discussion__{text}" for text in TEXTS)), "author")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Addresses are searched by those alone who may see them."""
        fields = ("body", "name", "author__display_name")
        return (*fields, "author__email") if request.user.has_perm("comments.view_email") else fields

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.list_title, **(extra_context or {})})

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET shows a comment with all that bears on it, POST decides."""
        comment = self.fetch(request, object_id)
        if request.method != "POST":
            return self.show(request, comment, RefusalForm())
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        form = RefusalForm(request.POST)
        return self.decide(request, comment, form) if form.is_valid() else self.show(request, comment, form)

    def fetch(self, request: HttpRequest, object_id: str) -> Any:
        """The comment, whichever list it is in by now: somebody else may have decided."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        comments = self.get_queryset(request)
        found = comments.filter(pk=object_id).first() if object_id.isdecimal() else None
        if found is None:
            raise Http404
        return found

    def show(self, request: HttpRequest, comment: Comment, form: RefusalForm) -> TemplateResponse:
        title = _("Comment by %(name)s") % {"name": comment.shown_name}
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        context |= {"review": review(comment), "form": form, "goes_on": self.goes_on}
        context["may_moderate"] = self.has_moderate_permission(request)
        context["list_url"] = self.list_url()
        context["is_changed"] = "changed" in request.GET
        context["last"] = undoable(request.user) if context["may_moderate"] else None  # type: ignore[arg-type]
        return TemplateResponse(request, "admin/comments/review.html", context)

    def decide(self, request: SignedInRequest, comment: Comment, form: RefusalForm) -> HttpResponse:
        """Do what was asked, unless somebody else has decided since the page was made."""
        decision, seen = request.POST.get("decision", ""), request.POST.get("seen", "")
        if decision == "skip":
            return self.go_on(request, comment)
        if decision == "undo":
            return self.undo(request, comment)
        if decision not in VERBS or not seen.isdecimal():
            raise PermissionDenied
        verb, was_offered = VERBS[decision], others_waiting(comment).exists()
        also = (
            [int(pk) for pk in request.POST.getlist("also") if pk.isdecimal()] if "with_others" in request.POST else []
        )
        try:
            with transaction.atomic():
                moderating.refuse_conflict(comment, int(seen))
                others = others_waiting(comment).filter(pk__in=also).values_list("pk", flat=True)
                done = verb.act([comment.pk, *others], request.user, form.told)
        except moderating.Conflict as conflict:
            self.message_user(request, conflict_in_words(conflict), messages.WARNING)
            address = request.get_full_path()
            return redirect(f"{address}{'&' if '?' in address else '?'}changed=1")
        self.message_user(request, verb.outcome(comment) if done else _("Nothing was changed."))
        waiting = others_waiting(comment)
        return self.offer(request, waiting) if waiting.exists() and not was_offered else self.go_on(request, comment)

    def offer(self, request: HttpRequest, waiting: QuerySet) -> HttpResponse:
        """A reader has just become trusted: to what waits of them."""
        words = _("%(name)s is trusted now, and has more that waits. You can approve all of it at once.")
        self.message_user(request, words % {"name": waiting[0].shown_name})
        return redirect("admin:comments_queue_change", waiting[0].pk)

    def undo(self, request: SignedInRequest, comment: Comment) -> HttpResponse:
        """Take the moderator's last decision back and show its comment, unless there has been another meanwhile."""
        last = undoable(request.user)
        if last is None or str(last.pk) != request.POST.get("last") or not moderating.undo([last.pk], request.user):
            self.message_user(request, _("This can no longer be undone."), messages.WARNING)
            return redirect(request.path)
        self.message_user(request, _("Undone: %(decision)s.") % {"decision": last.get_action_display()})
        return redirect(f"admin:comments_{self.opts.model_name}_change", last.comment_id)

    #: Whether the next comment follows a decision; the buttons say so.
    goes_on = False

    def go_on(self, request: HttpRequest, comment: Comment) -> HttpResponse:
        return redirect(self.list_url())

    def list_url(self) -> str:
        return reverse(f"admin:comments_{self.opts.model_name}_changelist")

    @admin.display(description=gettext_lazy("comment"))
    def text(self, comment: Comment) -> SafeString:
        return columns.text_cell(comment)

    @admin.display(description=gettext_lazy("reader"))
    def reader(self, comment: Comment) -> SafeString:
        return columns.reader_cell(comment)

    @admin.display(description=gettext_lazy("why"))
    def why(self, comment: Comment) -> SafeString:
        return columns.why_cell(comment)

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, comment: Comment) -> SafeString:
        return columns.state_word(comment)


@admin.register(Queue)
class QueueAdmin(ListAdmin):
    actions = (
        *("approve", "approve_and_trust", "reject", "spam", "spam_and_ban", "keep"),
        *("accept_edits", "refuse_edits", "close_discussions"),
    )
    list_filter = (filters.WaitsFilter, *FILTERS)
    list_title = gettext_lazy("What waits, oldest first")
    goes_on = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """On the page of one comment it may have left the queue."""
        comments: Any = super().get_queryset(request)
        is_list = request.resolver_match and request.resolver_match.url_name == "comments_queue_changelist"
        return comments.awaiting_review() if is_list else comments

    def go_on(self, request: HttpRequest, comment: Comment) -> HttpResponse:
        """To the next that waits, and from the last on to the first that was passed over."""
        waiting = Comment.objects.awaiting_review().exclude(pk=comment.pk).order_by("pk").values_list("pk", flat=True)
        following = waiting.filter(pk__gt=comment.pk).first() or waiting.first()
        if following is None:
            address = reverse("admin:comments_queue_change", args=[comment.pk])
            words = '{} <a href="{}">{}</a>'
            self.message_user(
                request, format_html(words, _("The queue is empty."), address, _("Back to the last one"))
            )
            return redirect(self.list_url())
        return redirect("admin:comments_queue_change", following)


@admin.register(Comment)
class CommentAdmin(ListAdmin):
    list_display = ("text", "reader", "state_word", "why")
    list_filter = ("state", filters.ReportedFilter, *FILTERS, filters.EditedFilter)
    list_title = gettext_lazy("All comments, newest first")
    linked_filters = ("author__id__exact", "discussion__id__exact")
    ordering: ClassVar = ["-pk"]
    actions = (
        *("approve", "approve_and_trust", "reject", "spam", "spam_and_ban", "keep", "accept_edits", "refuse_edits"),
        *("send_back", "feature", "unfeature", "close_discussions", "open_discussions"),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was brought in goes with its issue or article."""
        return obj is not None and places.is_deleting(request) and obj.is_brought_in


@admin.register(Spam)
class SpamAdmin(ListAdmin):
    list_filter = tuple(FILTERS)
    list_title = gettext_lazy("Spam, newest first")
    ordering: ClassVar = ["-pk"]
    actions = ("approve", "send_back", "spam_and_ban")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        comments = super().get_queryset(request)
        is_list = request.resolver_match and request.resolver_match.url_name == "comments_spam_changelist"
        return comments.filter(state=State.SPAM) if is_list else comments


def conflict_in_words(conflict: moderating.Conflict) -> str:
    decision = conflict.decision
    who = name_of(decision.actor) if decision.actor_id else _("The author or a rule")
    facts = {"who": who, "what": decision.get_action_display(), "ago": timesince(decision.created_at, depth=1)}
    return _("%(who)s was faster: “%(what)s”, %(ago)s ago. Nothing was changed.") % facts
