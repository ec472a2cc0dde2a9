"""What editors can do with what readers said, from wherever that is listed."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect

from newsletter.sayings import MOST_AT_ONCE, Use, uses


class SayingsAdmin(admin.ModelAdmin):
    """A list of sayings: adds an action for each use of them."""

    #: What they are called among `newsletter.sayings.sources`.
    said_in: str

    def get_actions(self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST) -> Any:
        offered = {use.name: (partial(lead, use), use.name, use.label) for use in self.uses(request)}
        return super().get_actions(request, action_location) | offered

    def uses(self, request: HttpRequest) -> list[Use]:
        return [use for use in uses if request.user.has_perm(use.permission)]

    def ways(self, request: HttpRequest, key: int) -> list[tuple[Any, str]]:
        """For the page of one of them: each use, and where it begins."""
        return [(use.label, use.address(self.said_in, [key])) for use in self.uses(request)]


def lead(use: Use, model_admin: Any, request: HttpRequest, queryset: QuerySet) -> HttpResponseRedirect:
    keys = queryset.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
    return HttpResponseRedirect(use.address(model_admin.said_in, keys))
