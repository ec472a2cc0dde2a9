"""Discussions and what newsletters decide about them: steered by editors and moderators."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from comments import steering
from comments.admin import filters
from comments.admin.actions import action
from comments.admin.lists import LongList
from comments.admin.older import places
from comments.admin.older.pages import BringInMixin
from comments.models import TALKS, Comment, Discussion, Mode, ModerationEvent, Policy, State
from comments.rendering import render_introductions
from core.admin import counted, drawn, number_of
from core.changes import content_changed
from newsletter.admin.keeping import KeepingAdmin

Action = ModerationEvent.Action


@admin.register(Discussion)
class DiscussionAdmin(BringInMixin, LongList):
    list_display: Any = (
        drawn("comments/columns/_place", _("under")),
        "now",
        drawn("comments/columns/_counts", _("comments")),
        "waiting",
        drawn("comments/columns/_last_comment", _("last comment")),
    )
    list_filter = (filters.OfNewsletterFilter, "mode")
    search_fields = ("article__title", "issue__title")
    search_help_text = _("Title of the issue or article")
    autocomplete_fields = ("issue", "article")
    fields = ("issue", "article", "introduction", "mode", "closes_at")
    actions = ("close", "open_again")
    close = action(_("Close"), _("Discussions closed"), steering.close, permission="steer")
    open_again = action(_("Open again"), _("Discussions opened"), steering.reopen, permission="steer")
    waiting = counted("waiting", _("waiting"))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        discussions: Any = super().get_queryset(request)
        waiting = Comment.objects.filter(discussion=OuterRef("pk"), state=State.PENDING)
        return discussions.with_places().annotate(waiting=number_of(waiting))

    def get_readonly_fields(self, request: HttpRequest, obj: Discussion | None = None) -> tuple[str, ...]:
        """A discussion stays where it is."""
        return ("issue", "article") if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One is made at the first comment; before that, by those who may look issues and articles up."""
        return super().has_add_permission(request) and request.user.has_perm("newsletter.view_article")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One goes with its issue or article, unless readers have written in it."""
        return obj is not None and places.is_deleting(request) and not obj.comments.written_here().exists()

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.feature_comment")

    def view_on_site(self, discussion: Discussion) -> str:
        return discussion.get_absolute_url()

    def delete_model(self, request: HttpRequest, obj: Discussion) -> None:
        super().delete_model(request, obj)
        content_changed(TALKS)

    def save_model(self, request: Any, obj: Discussion, form: ModelForm, change: bool) -> None:
        """A discussion closed or opened here is a decision like any other."""
        super().save_model(request, obj, form, change)
        if "introduction" in form.changed_data:
            render_introductions([obj])
            content_changed()  # what is named in it is public now
        content_changed(TALKS)
        before, after = form.initial.get("mode"), obj.mode
        if before != after and Mode.CLOSED in {before, after}:
            action = Action.DISCUSSION_CLOSED if after == Mode.CLOSED else Action.DISCUSSION_OPENED
            steering.record([obj], request.user, action)

    @admin.display(description=_("now"))
    def now(self, discussion: Discussion) -> SafeString:
        """How it takes comments, and until when."""
        mode, closing = str(discussion.current_mode.label).partition(":")[0], discussion.closing_time
        until = date_format(localtime(closing), "SHORT_DATE_FORMAT") if closing else ""
        return format_html('{}<span class="quiet place">{}</span>', mode, until)


@admin.register(Policy)
class PolicyAdmin(KeepingAdmin):
    list_display = ("newsletter", "mode", "days_open", "approvals_for_trust")
    list_select_related = ("newsletter",)
    fields = ("newsletter", "mode", "days_open", "approvals_for_trust")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        return ("newsletter",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One goes with its newsletter."""
        return obj is not None and places.is_deleting(request)

    def save_model(self, request: HttpRequest, obj: Policy, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        content_changed(TALKS)
