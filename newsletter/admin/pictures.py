"""Pictures in the admin: found by what they show, and replaced or deleted knowing where they are shown."""

import re
from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from unicodedata import normalize

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Func, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.admin import by_choice, change_page, page_at
from newsletter.admin.keeping import KeepingAdmin
from newsletter.imaging import make_card
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture
from newsletter.picture_forms import PictureForm
from newsletter.rendering import render_texts, render_texts_naming, render_texts_with

#: How many pictures the dialog shows at once.
CHOICES = 48


#: What shows pictures, by which field, and what an editor calls that.
WAYS: list[tuple[type[Model], str, Promise]] = [
    (Newsletter, "logo", _("its logo")),
    (Newsletter, "pictures", _("in its text")),
    (Issue, "lead_picture", _("its lead picture")),
    (Issue, "pictures", _("in its text")),
    (Article, "lead_picture", _("its lead picture")),
    (Article, "pictures", _("in its text")),
    (Contributor, "pictures", _("in its text")),
]


class Place(NamedTuple):
    """One place where a picture is shown, and the page that changes it."""

    thing: Any
    kind: str
    way: Promise
    url: str


#: Of the issues with these keys what people have got by mail: addresses at the desk, and names. Apps above add theirs.
mails: list[Callable[[set[int | None]], list[tuple[str, str]]]] = []


def places_of(picture: Picture) -> list[Place]:
    """Everything that shows a picture; what shows it twice is there twice."""
    return [
        Place(thing, str(thing._meta.verbose_name), way, change_page(thing))
        for model, field, way in WAYS
        for thing in model._default_manager.filter(**{field: picture})
    ]


def mails_with(places: list[Place]) -> list[tuple[str, str]]:
    """The mails that brought what shows it; those that have no more of it than a logo are not told."""
    shown = [place.thing for place in places]
    issues = {thing.issue_id if isinstance(thing, Article) else thing.pk for thing in shown if hasattr(thing, "body")}
    return [mail for known in mails for mail in known(issues)]


def with_uses(pictures: QuerySet[Picture]) -> QuerySet[Picture]:
    """Count the places of each as `use_count`."""
    shown = (model._default_manager.filter(**{field: OuterRef("pk")}).order_by() for model, field, _way in WAYS)
    counts = (Subquery(things.values(uses=Func("pk", function="COUNT"))) for things in shown)
    return pictures.annotate(use_count=sum(counts, start=Value(0)))


WantingFilter = by_choice(
    "missing",
    _("what is missing"),
    caption=(_("a caption"), lambda rows: rows.filter(caption="")),
    credit=(_("a credit"), lambda rows: rows.filter(credit="")),
    use=(_("any use: unused"), lambda rows: rows.filter(use_count=0)),
)


@admin.register(Picture)
class PictureAdmin(KeepingAdmin):
    form = PictureForm
    list_display = ("thumbnail", "name", "alt", "credit", "uses", "created_at")
    list_display_links = ("thumbnail", "name")
    list_filter = (WantingFilter,)
    date_hierarchy = "created_at"
    search_fields = ("name", "alt", "caption", "credit")
    fields = ("preview", ("focus_x", "focus_y"), "alt", "caption", "credit", "credit_url", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        return with_uses(super().get_queryset(request))

    def get_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[Any, ...] | list[Any]:
        return self.fields if obj else PictureForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        """Texts know a picture by its name, so that stays."""
        return ("preview", "name") if obj else ()

    def save_model(self, request: HttpRequest, obj: Picture, form: PictureForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            if obj.is_processed and {"focus_x", "focus_y"}.intersection(form.changed_data):
                make_card(obj.file, obj.card, obj.focus_x, obj.focus_y)
            render_texts_with(obj)
        else:
            render_texts_naming(obj)
        if "file" in form.changed_data and (warning := form.duplicate_warning()):
            messages.warning(request, warning)

    @page_at("upload/")
    @method_decorator([require_POST, permission_required("newsletter.add_picture", raise_exception=True)])
    def upload_view(self, request: HttpRequest) -> JsonResponse:
        """Store a picture for a text. Answers with what is known of it (status 201), with what is wrong by field
        (400), or with its `twin`, made of the same file, unless both are to be kept (409)."""
        form = PictureForm(request.POST, request.FILES)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        if form.duplicate and "keep" not in request.POST:
            return JsonResponse({"twin": known(form.duplicate)}, status=409)
        return JsonResponse(known(form.save()), status=201)

    @page_at("<int:pk>/replace/")
    @transaction.atomic
    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put another file in a picture's place, everywhere at once."""
        picture = self.fetch(request, pk)
        sent: Any = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
        form: Any = self.get_form(request, picture, fields=["file"])(instance=picture, initial={"file": None}, **sent)
        if form.is_valid():
            self.save_model(request, form.save(commit=False), form, change=True)
            self.log_change(request, picture, gettext("Its file was replaced."))
            messages.success(request, _("The new file is shown everywhere. Look whether the crop focus still fits."))
            return redirect(self.address("change", pk))
        title = gettext("Replace “%s”?") % picture
        return self.show(request, "newsletter/picture/replace", title, form=form, **shown(picture))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What shows the picture stays, without it."""
        return [str(picture) for picture in objs], {}, set(), []

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        picture = context["object"]
        context |= shown(picture) | {"change_url": self.address("change", picture.pk)}
        context["title"] = gettext("Delete “%s”?") % picture
        return super().render_delete_form(request, context)

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        places = places_of(obj)
        super().delete_model(request, obj)
        for thing in {place.thing for place in places}:
            render_texts(thing)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Picture], search_term: str
    ) -> tuple[QuerySet[Picture], bool]:
        """Each word somewhere, in any script; small and capital letters count as one, on SQLite too. A checksum finds
        what was made of that file."""
        for word in normalize("NFC", search_term.replace("\0", "")).split():
            how, wanted = ("icontains", word) if word.isascii() else ("iregex", re.escape(word))
            found = (Q(**{f"{field}__{how}": wanted}) for field in self.search_fields)
            queryset = queryset.filter(reduce(or_, found, Q(checksum=word)))
        return queryset, False

    @page_at("choose/")
    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """A part of the dialog: pictures to choose from, the newest first, found by `q`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        pictures = self.get_search_results(request, Picture.objects.all(), request.GET.get("q", ""))[0]
        context = {"page": Paginator(pictures, CHOICES).get_page(request.GET.get("page"))}
        return TemplateResponse(request, "admin/newsletter/_picture_choices.html", context)

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString:
        return render_to_string("admin/newsletter/_picture_thumbnail.html", {"picture": picture})

    @admin.display(description=_("uses"), ordering="use_count")
    def uses(self, picture: Any) -> str:
        return ngettext("%d use", "%d uses", picture.use_count) % picture.use_count

    @admin.display(description=_("picture"))
    def preview(self, picture: Picture) -> SafeString:
        return render_to_string("admin/newsletter/_picture_preview.html", shown(picture))


def shown(picture: Picture) -> dict[str, Any]:
    """A picture, with all that shows it."""
    places = places_of(picture)
    return {"thing": picture, "places": places, "mails": mails_with(places)}


def known(picture: Picture) -> dict[str, str]:
    """What scripts are told of a picture."""
    return {name: getattr(picture, name) for name in ("name", "alt", "markdown", "thumbnail_url")}
