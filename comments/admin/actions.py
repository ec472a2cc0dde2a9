"""What can be done with the comments that are ticked in a list: at constant cost for one or five hundred."""

from collections.abc import Collection, Sized
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from comments import banning, moderating, steering
from comments.admin.forms import BanForm, RefusalForm
from comments.models import Comment, State, Trust

MOST_AT_ONCE = 500
#: How far back the comments of a spammer go to spam with the ones that were ticked.
SPAM_SINCE = timedelta(days=7)


class CommentActions(admin.ModelAdmin):
    """The verbs of `comments.moderating`, `banning` and `steering` as actions, with their permissions."""

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_feature_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.feature_comment")

    @admin.action(description=gettext_lazy("Approve"), permissions=["moderate"])
    def approve(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        self.tell(request, _("Approved"), moderating.transition(ids, State.APPROVED, request.user), ids)

    @admin.action(description=gettext_lazy("Approve and trust the readers"), permissions=["moderate"])
    def approve_and_trust(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        with transaction.atomic():
            done = moderating.transition(ids, State.APPROVED, request.user)
            banning.set_trust(authors_of(done), request.user, Trust.TRUSTED)
        self.tell(request, _("Approved, and their readers trusted"), done, ids)

    @admin.action(description=gettext_lazy("Reject…"), permissions=["moderate"])
    def reject(self, request: SignedInRequest, queryset: QuerySet) -> TemplateResponse | None:
        form = RefusalForm(answers(request))
        if not form.is_valid():
            return self.ask(request, queryset, "reject", form, title=_("Reject comments"))
        ids = chosen(queryset)
        self.tell(request, _("Rejected"), moderating.reject(ids, request.user, reason=form.told), ids)
        return None

    @admin.action(description=gettext_lazy("Spam"), permissions=["moderate"])
    def spam(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        self.tell(request, _("Marked as spam"), moderating.transition(ids, State.SPAM, request.user), ids)

    @admin.action(description=gettext_lazy("Spam, with all of the reader, and ban…"), permissions=["moderate"])
    def spam_and_ban(self, request: SignedInRequest, queryset: QuerySet) -> TemplateResponse | None:
        form = BanForm(answers(request), initial={"days": 365})
        ids = chosen(queryset)
        authors = bannable(ids)
        rest = list(spam_of(authors).exclude(pk__in=ids).values_list("pk", flat=True))
        if not form.is_valid():
            counts = {"rest": len(rest), "authors": len(authors)}
            return self.ask(request, queryset, "spam_and_ban", form, title=_("Spam and ban"), counts=counts)
        with transaction.atomic():
            done = moderating.transition([*ids, *rest], State.SPAM, request.user)
            banning.ban(authors, request.user, form.until, form.cleaned_data["reason"])
        self.tell(request, _("Marked as spam, and the readers banned"), done, [*ids, *rest])
        return None

    @admin.action(description=gettext_lazy("Keep: settle the reports"), permissions=["moderate"])
    def keep(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        self.tell(request, _("Kept"), moderating.keep(ids, request.user), ids)

    @admin.action(description=gettext_lazy("Accept the edits"), permissions=["moderate"])
    def accept_edits(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        self.tell(request, _("Edits accepted"), moderating.decide_edits(ids, request.user, accept=True), ids)

    @admin.action(description=gettext_lazy("Refuse the edits…"), permissions=["moderate"])
    def refuse_edits(self, request: SignedInRequest, queryset: QuerySet) -> TemplateResponse | None:
        form = RefusalForm(answers(request))
        if not form.is_valid():
            return self.ask(request, queryset, "refuse_edits", form, title=_("Refuse edits"))
        ids = chosen(queryset)
        done = moderating.decide_edits(ids, request.user, accept=False, reason=form.told)
        self.tell(request, _("Edits refused"), done, ids)
        return None

    @admin.action(description=gettext_lazy("Send back to the queue"), permissions=["moderate"])
    def send_back(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        self.tell(request, _("Sent back"), moderating.transition(ids, State.PENDING, request.user), ids)

    @admin.action(description=gettext_lazy("Feature (approved, top level)"), permissions=["feature"])
    def feature(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        done = moderating.feature(ids, request.user)
        self.tell(request, _("Featured"), done, ids, _("Only approved comments that answer none are featured."))

    @admin.action(description=gettext_lazy("No longer feature"), permissions=["feature"])
    def unfeature(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = chosen(queryset)
        self.tell(request, _("No longer featured"), moderating.feature(ids, request.user, featured=False), ids)

    @admin.action(description=gettext_lazy("Close their discussions"), permissions=["feature"])
    def close_discussions(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = discussions_of(queryset)
        self.tell(request, _("Discussions closed"), steering.close(ids, request.user), ids)

    @admin.action(description=gettext_lazy("Open their discussions again"), permissions=["feature"])
    def open_discussions(self, request: SignedInRequest, queryset: QuerySet) -> None:
        ids = discussions_of(queryset)
        self.tell(request, _("Discussions opened"), steering.reopen(ids, request.user), ids)

    def tell(self, request: HttpRequest, what: str, done: Sized, asked: Sized, why: str = "") -> None:
        """Say what came of it, and how many stayed as they were."""
        left = len(asked) - len(done)
        words = f"{what}: {len(done)}."
        if left:
            words += " " + _("Left as they were: %(count)d.") % {"count": left} + (f" {why}" if why else "")
        self.message_user(request, words, messages.WARNING if left else messages.SUCCESS)

    def ask(
        self, request: HttpRequest, queryset: QuerySet, action: str, form: forms.Form, **context: Any
    ) -> TemplateResponse:
        """The page between an action and its doing: what is wanted, and of which comments."""
        comments = list(queryset.order_by("pk")[:MOST_AT_ONCE])
        context |= self.admin_site.each_context(request)
        context |= {"opts": self.opts, "form": form, "action": action, "comments": comments}
        context["checkbox"] = ACTION_CHECKBOX_NAME
        return TemplateResponse(request, "admin/comments/step.html", context)


def answers(request: HttpRequest) -> Any:
    """What was filled in on the page between; nothing as long as that page was not shown."""
    return request.POST if "confirmed" in request.POST else None


def chosen(queryset: QuerySet) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def discussions_of(queryset: QuerySet) -> list[int]:
    comments = Comment.objects.filter(pk__in=chosen(queryset)).order_by()
    return list(comments.values_list("discussion", flat=True).distinct())


def authors_of(comments: Collection[Comment]) -> list[int]:
    return list({comment.author_id for comment in comments if comment.author_id})


def bannable(ids: Collection[int]) -> list[int]:
    """The authors of comments, without those who work here."""
    authors = Comment.objects.filter(pk__in=ids, author__is_staff=False).order_by()
    return list(authors.values_list("author", flat=True).distinct())


def spam_of(authors: Collection[int]) -> QuerySet[Comment]:
    """What would go to spam with their authors: all that they wrote lately."""
    recent = Comment.objects.filter(author__in=authors, created_at__gt=timezone.now() - SPAM_SINCE)
    return recent.exclude(state__in=[State.SPAM, State.DELETED])
