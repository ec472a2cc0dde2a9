"""What the lists of moderators have in common."""

from collections.abc import Callable, Sized
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from comments.counting import counted
from comments.models import Comment, State
from comments.trusting import BAD
from core.admin import PagedAdmin, ReadOnlyAdmin
from core.grams import SearchedAdmin

MOST_AT_ONCE = 500


class LongList(PagedAdmin):
    class Media:
        css: ClassVar = {"all": ["admin/moderation.css"]}

    def tell(self, request: HttpRequest, what: Any, done: Sized, asked: Sized, why: Any = "") -> None:
        """Say what came of it, and how many stayed as they were."""
        left = len(asked) - len(done)
        words = f"{what}: {len(done)}."
        if left:
            words += " " + _("Left as they were: %(count)d.") % {"count": left} + (f" {why}" if why else "")
        self.message_user(request, words, messages.WARNING if left else messages.SUCCESS)


class ModeratorsList(LongList, ReadOnlyAdmin):
    ordering: ClassVar = ["-pk"]
    list_title: Any

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("comments.moderate_comment")


class DecidingAdmin(SearchedAdmin, ModeratorsList):
    """Each row has a page of its own, on which moderators decide."""

    show: Callable[..., HttpResponse]
    decide: Callable[..., HttpResponse]

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET shows, POST decides; whichever list the row is in by now, as somebody else may have decided."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        if found is None:
            raise Http404
        if request.method != "POST":
            return self.show(request, found)
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        return self.decide(request, found)


def chosen(queryset: QuerySet) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def with_record(people: QuerySet, reader: str = "pk") -> QuerySet:
    """Annotate how many comments of each reader were approved and how many not; `reader` is where their id stands."""
    own = Comment.objects.filter(author=OuterRef(reader)).order_by().values("author")
    return people.annotate(
        good=counted(own.filter(state=State.APPROVED)),
        bad=counted(own.filter(state__in=BAD)),
    )
