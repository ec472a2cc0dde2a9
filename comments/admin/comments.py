"""The lists of comments: what waits, all of them, spam. Moderators decide; they do not edit readers' words."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from comments import moderating
from comments.admin import filters
from comments.admin.actions import CommentActions
from comments.admin.forms import RefusalForm
from comments.admin.lists import with_record
from comments.admin.older import places
from comments.admin.review import VERBS, others_waiting, review, undoable
from comments.models import Comment, State
from comments.models.comments import CommentQuerySet
from comments.models.moderation import Queue, Spam, name_of
from core.admin import drawn, page
from core.zones import ago
from newsletter.admin.sayings import SayingsAdmin

text = drawn("comments/columns/_text", gettext_lazy("comment"))
reader = drawn("comments/columns/_reader", gettext_lazy("reader"))
why = drawn("comments/columns/_why", gettext_lazy("why"))
state = drawn("comments/_state", gettext_lazy("state"))
FILTERS: Any = [filters.HeldByFilter, filters.TrustFilter, filters.LinksFilter, filters.AgeFilter]
FILTERS += [filters.NewsletterFilter]


class ListAdmin(CommentActions):
    """A list of comments, and the page on which one of them is decided. What must go is removed and never deleted, so
    that its place and the answers to it stay."""

    list_display: Any = (text, reader, why)
    list_display_links: Any = (text,)
    search_help_text = gettext_lazy("Words of the comment, or the name of its reader")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """On the page of one comment it may have left the list."""
        is_list = request.resolver_match and request.resolver_match.view_name == self.list_name
        comments: Any = super().get_queryset(request)
        comments = (self.listed(comments) if is_list else comments).with_places()
        return with_record(comments.select_related("author__standing", "parent"), "author")

    def listed(self, comments: CommentQuerySet) -> CommentQuerySet:
        return comments

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Addresses are searched by those alone who may see them."""
        fields = ("body", "name", "author__display_name")
        return (*fields, "author__email") if request.user.has_perm("comments.view_email") else fields

    def show(self, request: HttpRequest, comment: Comment, form: RefusalForm | None = None) -> TemplateResponse:
        title = _("Comment by %(name)s") % {"name": comment.shown_name}
        may_moderate = self.has_moderate_permission(request)
        context = {"title": title, "review": review(comment), "form": form or RefusalForm(), "goes_on": self.goes_on}
        context |= {"may_moderate": may_moderate, "is_changed": "changed" in request.GET}
        context["ways"] = self.ways(request, comment.pk) if comment.is_approved else []
        context["last"] = undoable(request.user) if may_moderate else None  # type: ignore[arg-type]
        return page(self, request, "comments/review", list_url=reverse(self.list_name), **context)

    def ways(self, request: HttpRequest, key: int) -> list[tuple[Any, str]]:
        """What else can be done with the comment."""
        return []

    def decide(self, request: SignedInRequest, comment: Comment) -> HttpResponse:
        """Do what was asked, unless somebody else has decided since the page was made."""
        form = RefusalForm(request.POST)
        if not form.is_valid():
            return self.show(request, comment, form)
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
        return redirect(self.list_name)

    @property
    def list_name(self) -> str:
        return f"admin:comments_{self.opts.model_name}_changelist"


@admin.register(Queue)
class QueueAdmin(ListAdmin):
    actions = (
        *("approve", "approve_and_trust", "reject", "spam", "spam_and_ban", "keep"),
        *("accept_edits", "refuse_edits", "close_discussions"),
    )
    list_filter = (filters.WaitsFilter, *FILTERS)
    list_title = gettext_lazy("What waits, oldest first")
    ordering: ClassVar = ["pk"]
    goes_on = True

    def listed(self, comments: CommentQuerySet) -> CommentQuerySet:
        return comments.awaiting_review()

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
            return redirect(self.list_name)
        return redirect("admin:comments_queue_change", following)


@admin.register(Comment)
class CommentAdmin(SayingsAdmin, ListAdmin):
    said_in = "comment"
    list_display = (text, reader, state, why)
    list_filter = ("state", filters.ReportedFilter, *FILTERS, filters.EditedFilter)
    list_title = gettext_lazy("All comments, newest first")
    linked_filters = ("author__id__exact", "discussion__id__exact")
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
    actions = ("approve", "send_back", "spam_and_ban")

    def listed(self, comments: CommentQuerySet) -> CommentQuerySet:
        return comments.filter(state=State.SPAM)


def conflict_in_words(conflict: moderating.Conflict) -> str:
    decision = conflict.decision
    who = name_of(decision.actor) if decision.actor_id else _("The author or a rule")
    facts = {"who": who, "what": decision.get_action_display(), "ago": ago(decision.created_at)}
    return _("%(who)s was faster: “%(what)s”, %(ago)s. Nothing was changed.") % facts
