"""What the pages of archives and of lists that are brought in have in common."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, PagedAdmin, ReadOnlyAdmin, change_page
from core.desk import Line
from interchange.models.works import Work

LATELY = timedelta(days=2)
MOST_LINES = 5
DONE = gettext_lazy("“%(name)s” is brought in")
TOO_LATE = gettext_lazy("Nothing was done: meanwhile it is no longer as your page showed it.")


class Step(NamedTuple):
    """What can be done with one from its page."""

    act: Callable[[Any], bool]
    done: Promise


class WorkAdmin(PagedAdmin, ReadOnlyAdmin, DeskAdmin):
    list_display: Any = ("name", "newsletter", "state_word", "how_many", "by", "begun_at")
    list_filter = ("state", "newsletter")
    list_select_related = ("newsletter", "by")
    search_fields = ("name",)
    actions = None
    goes_along = True

    def row(self, pk: str | int) -> Any:
        """Raises Http404."""
        found = self.model._default_manager.select_related("newsletter", "by")
        return get_object_or_404(found, pk=pk if str(pk).isdecimal() and len(str(pk)) < 19 else None)

    @admin.display(description=gettext_lazy("state"))
    def state_word(self, brought: Work) -> SafeString:
        name = brought.state.replace(" ", "-")
        return format_html('<span class="state import-{}">{}</span>', name, brought.get_state_display())

    def do(self, request: SignedInRequest, brought: Work, step: Step | None) -> HttpResponse:
        """One step, and say what came of it."""
        if step and step.act(brought):
            self.log_change(request, brought, str(step.done))
            messages.success(request, str(step.done))
        else:
            messages.warning(request, TOO_LATE)
        return redirect(change_page(brought))


def lines(rows: Any, waiting: Mapping[str, Promise]) -> Iterator[Line]:
    """For the admin's front page: what waits for somebody, was stopped, or was done lately."""
    lately = Q(state=Work.State.DONE, ended_at__gt=timezone.now() - LATELY)
    for brought in rows.filter(lately | Q(state__in=waiting)).order_by("-begun_at")[:MOST_LINES]:
        yield Line(waiting.get(brought.state, DONE) % {"name": brought.name}, change_page(brought))
