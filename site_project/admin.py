"""The admin as a desk for editors: named after the site, in the order in which things are needed."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from core.admin import GuardedAdmin
from core.desk import lines_for

#: Content as editors meet it, the conversation as moderators do; what is not named here follows.
ORDER = [
    *("Issue", "Article", "Picture", "Contributor", "Tag", "Newsletter", "Redirect"),
    *("Queue", "Comment", "Spam", "Reader", "Rule", "ModerationEvent", "Discussion", "Policy"),
]


class ChoicesView(AutocompleteJsonView):
    """Suggestions that can be told apart: a model's admin may name them in its own way."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        name = getattr(self.model_admin, "name_as_choice", str)
        return super().serialize_result(obj, to_field_name) | {"text": name(obj)}


class Desk(AdminSite):
    site_header = site_title = settings.SITE_NAME
    index_title = _("Desk")

    def __init__(self, name: str = "admin") -> None:
        """Deleting goes page by page, where it is said what goes along and what forbids it."""
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Guard every list, those of other packages too."""
        guarded: Any = type("Guarded", (GuardedAdmin, admin_class or ModelAdmin), {"__module__": __name__})
        super().register(model_or_iterable, guarded, **options)

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One door for everybody: `/account/sign-in/`, with its limits and second factors."""
        return super().login(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {"waiting": lines_for(request), **(extra_context or {})})

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return ChoicesView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Count tags among the content, and put everything in the order above."""
        apps = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        content, tags = apps.get("newsletter"), apps.get("taggit")
        if content and tags:
            content["models"] += apps.pop("taggit")["models"]
        for app in apps.values():
            app["models"].sort(key=lambda model: place(model["object_name"]))
        if content:
            return [content, *(app for app in apps.values() if app is not content)]
        return list(apps.values())


def place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)
