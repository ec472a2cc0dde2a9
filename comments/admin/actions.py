"""What can be done with the comments that are ticked in a list: at constant cost for one or five hundred."""

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import SignedInRequest
from comments import banning, moderating, steering
from comments.admin.forms import BanForm, RefusalForm
from comments.admin.lists import MOST_AT_ONCE, DecidingAdmin, chosen
from comments.admin.review import VERBS
from comments.models import Comment, Discussion, State, Trust
from core.admin import page

#: How far back the comments of a spammer go to spam with the ones that were ticked.
SPAM_SINCE = timedelta(days=7)


def action(
    label: Any,
    outcome: Any,
    act: Callable[..., Collection[Comment | Discussion]],
    *,
    of: Callable[[QuerySet], list[int]] = chosen,
    permission: str = "moderate",
    asks: Any = "",
    why: Any = "",
) -> Any:
    """Does a verb with `of` what is ticked, and tells what came of it, with `why` some stayed as they were.

    `asks` is the title of a page that wants a reason first.
    """

    @admin.action(description=label, permissions=[permission])
    def do(self: Any, request: SignedInRequest, queryset: QuerySet) -> TemplateResponse | None:
        form = RefusalForm(answers(request))
        if asks and not form.is_valid():
            return self.ask(request, queryset, form, title=asks)
        ids = of(queryset)
        self.tell(request, outcome, act(ids, request.user, *([form.told] if asks else [])), ids, why)
        return None

    return do


def discussions_of(queryset: QuerySet) -> list[int]:
    comments = Comment.objects.filter(pk__in=chosen(queryset)).order_by()
    return list(comments.values_list("discussion", flat=True).distinct())


def approve_and_trust(ids: Collection[int], by: User) -> list[Comment]:
    with transaction.atomic():
        done = moderating.transition(ids, State.APPROVED, by)
        banning.set_trust({comment.author_id for comment in done if comment.author_id}, by, Trust.TRUSTED)
    return done


class CommentActions(DecidingAdmin):
    """The verbs of `comments.moderating`, `banning` and `steering` as actions, with their permissions."""

    def has_feature_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.feature_comment")

    approve = action(_("Approve"), _("Approved"), VERBS["approve"].act)
    approve_and_trust = action(
        _("Approve and trust the readers"), _("Approved, and their readers trusted"), approve_and_trust
    )
    reject = action(_("Reject…"), _("Rejected"), VERBS["reject"].act, asks=_("Reject comments"))
    spam = action(_("Spam"), _("Marked as spam"), VERBS["spam"].act)
    keep = action(_("Keep: settle the reports"), _("Kept"), VERBS["keep"].act)
    accept_edits = action(_("Accept the edits"), _("Edits accepted"), VERBS["accept"].act)
    refuse_edits = action(_("Refuse the edits…"), _("Edits refused"), VERBS["refuse"].act, asks=_("Refuse edits"))
    send_back = action(_("Send back to the queue"), _("Sent back"), VERBS["send_back"].act)
    feature = action(
        _("Feature above the others"),
        _("Featured"),
        moderating.feature,
        permission="feature",
        why=_("Only approved comments that answer none are featured."),
    )
    unfeature = action(
        _("No longer feature"),
        _("No longer featured"),
        partial(moderating.feature, featured=False),
        permission="feature",
    )
    close_discussions = action(
        _("Close their discussions"), _("Discussions closed"), steering.close, of=discussions_of, permission="feature"
    )
    open_discussions = action(
        _("Open their discussions again"),
        _("Discussions opened"),
        steering.reopen,
        of=discussions_of,
        permission="feature",
    )

    @admin.action(description=_("Spam, with all of the reader, and ban…"), permissions=["moderate"])
    def spam_and_ban(self, request: SignedInRequest, queryset: QuerySet) -> TemplateResponse | None:
        form = BanForm(answers(request), initial={"days": 365})
        ids = chosen(queryset)
        authors = bannable(ids)
        rest = list(spam_of(authors).exclude(pk__in=ids).values_list("pk", flat=True))
        if not form.is_valid():
            counts = {"rest": len(rest), "authors": len(authors)}
            return self.ask(request, queryset, form, title=_("Spam and ban"), counts=counts)
        with transaction.atomic():
            done = moderating.transition([*ids, *rest], State.SPAM, request.user)
            banning.ban(authors, request.user, form.until, form.cleaned_data["reason"])
        self.tell(request, _("Marked as spam, and the readers banned"), done, [*ids, *rest])
        return None

    def ask(self, request: HttpRequest, queryset: QuerySet, form: forms.Form, **context: Any) -> TemplateResponse:
        """The page between an action and its doing: what is wanted, and of which comments."""
        comments = list(queryset.order_by("pk")[:MOST_AT_ONCE])
        context |= {"form": form, "action": request.POST["action"], "comments": comments}
        return page(self, request, "comments/step", checkbox=ACTION_CHECKBOX_NAME, **context)


def answers(request: HttpRequest) -> Any:
    """What was filled in on the page between; nothing as long as that page was not shown."""
    return request.POST if "confirmed" in request.POST else None


def bannable(ids: Collection[int]) -> list[int]:
    """The authors of comments, without those who work here."""
    authors = Comment.objects.filter(pk__in=ids, author__isnull=False).exclude(author__in=User.objects.staff())
    return list(authors.order_by().values_list("author", flat=True).distinct())


def spam_of(authors: Collection[int]) -> QuerySet[Comment]:
    """What would go to spam with their authors: all that they wrote lately."""
    recent = Comment.objects.filter(author__in=authors, created_at__gt=timezone.now() - SPAM_SINCE)
    return recent.exclude(state__in=[State.SPAM, State.DELETED])
