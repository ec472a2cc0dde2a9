"""The admin as a desk for editors: named after the site, in the order in which things are needed."""

from functools import wraps
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
from core.desk import front_page
from newsletter.keeping import come_back
from newsletter.models import Newsletter

#: The menu: groups as editors think of them, and what is in each, in order. What is not named here is the owner's.
GROUPS = [
    (
        _("Publication"),
        [
            *("Issue", "Article", "Event", "Poll", "Picture", "Link"),
            *("Contributor", "Tag", "Newsletter", "Redirect", "Import", "Export"),
        ],
    ),
    (
        _("Conversation"),
        [
            *("Thread", "Tip", "Queue", "Comment", "Spam", "Voice", "Question", "Reader"),
            *("Rule", "ModerationEvent", "Discussion", "Policy"),
        ],
    ),
    (
        _("Readers and mail"),
        [
            *("PageViews", "Dispatch", "Delivery", "DomainTally", "Subscriber", "ListImport"),
            *("Subscription", "Suppression", "SenderCheck"),
        ],
    ),
]
HOUSE = _("House")


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

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Who is signed out by now loses nothing of a form."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def kept_first(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_out = request.method == "POST" and not self.has_permission(request)
            return (is_out and come_back(request)) or guarded(request, *args, **kwargs)

        return kept_first

    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One door for everybody: `/account/sign-in/`, with its limits and second factors."""
        return super().login(request, extra_context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The front page, about the newsletter in the address, or the first."""
        newsletters = list(Newsletter.objects.all()) if request.user.has_perm("newsletter.view_newsletter") else []
        asked = [each for each in newsletters if each.slug == request.GET.get("newsletter")]
        chosen = next(iter(asked or newsletters), None)
        context = {"newsletters": newsletters, "chosen": chosen, **front_page(request, chosen)}
        return super().index(request, context | (extra_context or {}))

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return ChoicesView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The pages that somebody may see, in the groups above, and in one of their own what only the owner needs."""
        apps = super().get_app_list(request, app_label)
        pages = {page["object_name"]: page for app in apps for page in app["models"]}
        groups = [(name, [pages.pop(each) for each in names if each in pages]) for name, names in GROUPS]
        if request.user.is_superuser:
            groups.append((HOUSE, list(pages.values())))
        return [{"name": name, "models": models} for name, models in groups if models]
