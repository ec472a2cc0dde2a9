"""What all content has in common in the admin: texts to be rendered and looked at, in whatever state they are, as a
page and as mail; and addresses that may change."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from core.admin import DeskAdmin, page_at
from newsletter import revising, sharing
from newsletter.admin.keeping import KeepingAdmin
from newsletter.admin.revisions import RevisedAdmin
from newsletter.contents import contents, in_print, with_texts
from newsletter.forms import MarkdownTextarea
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture
from newsletter.models.publishable import minutes_to_read
from newsletter.models.written import Written
from newsletter.picture_forms import PictureChoiceField
from newsletter.rendering import render_texts, render_unstored
from newsletter.views.pages import show
from newsletter.views.reading import proof_page

type Addressed = Newsletter | Issue | Article | Contributor


#: Sets an issue or article in memory as mail: HTML, weight in kB, whether some of it is cut. Mailing adds to it.
letters: list[Callable[[Any], tuple[str, int, bool]]] = []


FRAMING: Any = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
#: What stands in a frame shows pictures, those of drafts too, and does nothing else. A link in it opens a window. Mail
#: brings its styles along at each element.
FRAMED: Any = {
    "default-src": [CSP.NONE],
    "img-src": [CSP.SELF, settings.SITE_URL, "data:"],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
}


class ShareForm(forms.Form):
    days = forms.IntegerField(
        label=gettext_lazy("Days that it works"), min_value=1, max_value=90, initial=sharing.DAYS
    )
    note = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Only you and other editors read this."),
    )


def framed(view: Any) -> Any:
    """For a view whose page is shown inside another of ours."""
    return xframe_options_sameorigin(csp_override(FRAMED)(view))


def scheme_of(request: HttpRequest) -> str:
    """In which colours an editor wants to see something."""
    return "dark" if request.GET.get("scheme") == "dark" else "light"


class PreviewedAdmin(DeskAdmin):
    @page_at("<int:pk>/preview/page/", "preview_frame")
    @method_decorator(framed)
    def frame_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return proof_page(request, self.fetch(request, pk), scheme=scheme_of(request))

    def tell_of_share(self, request: HttpRequest, thing: Any, said: str) -> HttpResponse:
        self.log_change(request, thing, said)
        messages.success(request, said)
        return redirect(f"{request.path}#shared")

    @page_at("<int:pk>/preview/", "preview")
    @method_decorator(csp_override(FRAMING))
    def proof_view(self, request: SignedInRequest, pk: int) -> HttpResponse:
        """GET shows it; POST opens an address for others, or closes the one that is named."""
        thing, form = self.fetch(request, pk), ShareForm(request.POST or None)
        if request.POST.get("revoke", "").isdecimal():
            thing.shares.filter(pk=request.POST["revoke"]).delete()
            return self.tell_of_share(request, thing, _("A preview address was revoked."))
        if form.is_valid():
            sharing.share(thing, request.user, **form.cleaned_data)
            return self.tell_of_share(request, thing, _("A preview address was made."))
        issue = thing if isinstance(thing, Issue) else thing.issue
        facts = {"thing": thing, "here": _("Preview"), "frame_url": self.address("preview_frame", pk), "issue": issue}
        facts |= {"form": form, "shares": [(each, sharing.address(each)) for each in thing.shares.open()]}
        facts |= {"scheme": scheme_of(request), "copies": revising.copies_shown(issue or thing).exists()}
        with revising.as_it_would_be(issue or thing):
            title = _("“%(title)s” as readers will get it") % {"title": thing}
            return self.show(request, "newsletter/preview", title, **facts).render()


class ChoosingAdmin(BaseModelAdmin):
    """Lets an editor add and open what a field refers to on the spot, and delete it only on its own page. A picture is
    chosen by what it looks like."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> FormField | None:
        if isinstance(db_field, ForeignKey) and db_field.related_model is Picture:
            return db_field.formfield(form_class=PictureChoiceField, to_field_name="name", **kwargs)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
            if db_field.name == "newsletter":
                field.widget.can_add_related = field.widget.can_change_related = False
        return field


class WrittenAdmin(ChoosingAdmin, KeepingAdmin):
    """Writes Markdown with the editor, stores its HTML after each change, and leads old addresses to new ones."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> FormField | None:
        if db_field.name in self.model.markup_fields:
            kwargs["widget"] = MarkdownTextarea
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The text comes first; what else is said of a thing that is there is folded below it."""
        folded = {"classes": ["collapse"]} if obj else {}
        return [(name, options | folded if name else options) for name, options in super().get_fieldsets(request, obj)]

    @method_decorator(csp_override(FRAMING))
    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The mail stands in a frame, as its styles are its own."""
        return super().changeform_view(*args, **kwargs)

    @page_at("beside/")
    @method_decorator([framed, require_POST])
    def beside_view(self, request: HttpRequest) -> HttpResponse:
        """What the form, filled in as it is, would make of the thing `?of=`, or of a new one. Nothing is stored."""
        thing = self.get_object(request, request.GET["of"]) if request.GET.get("of") else None
        if not (self.has_change_permission(request, thing) if thing else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.get_form(request, thing, change=thing is not None)(request.POST, instance=thing)
        form.is_valid()  # a field that is filled in wrongly is seen as it was
        return beside(request, form.instance)

    def view_on_site(self, thing: Addressed) -> str:
        return thing.get_absolute_url()

    def save_related(self, request: Any, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.complete(request, form.instance, is_new=not change)

    def complete(self, request: Any, thing: Any, *, is_new: bool) -> None:
        """What is stored besides what the form says."""
        render_texts(thing)


class RevisedTextsAdmin(WrittenAdmin, RevisedAdmin):
    def complete(self, request: Any, thing: Any, *, is_new: bool) -> None:
        """What was there before is completed by `revising.writing`."""
        if is_new:
            super().complete(request, thing, is_new=is_new)
            revising.record(thing, request.user)


def beside(request: HttpRequest, thing: Written) -> HttpResponse:
    """The page of `thing` as it is in memory, or its mail with `?mail`; with `?live` as JSON, beside words about its
    length or weight."""
    if (
        "mail" in request.GET
        and letters
        and (getattr(thing, "issue_id", None) or (isinstance(thing, Issue) and thing.pk))
    ):
        html, weight, is_cut = letters[0](thing)
        said = render_to_string("admin/newsletter/_weight.html", {"weight": weight, "is_cut": is_cut})
        return JsonResponse({"weight": said}) if "live" in request.GET else HttpResponse(html)
    words = render_unstored(thing)
    issue = thing if isinstance(thing, Issue) else None
    page = show(
        request,
        "newsletter/beside.html",
        thing if isinstance(thing, Newsletter) else newsletter_of(thing),
        thing=thing,
        article=thing if isinstance(thing, Article) else None,
        issue=issue,
        contents=contents(in_print(issue).for_lists(), with_texts(issue=issue.pk)) if issue and issue.pk else [],
    )
    if "live" not in request.GET:
        return page
    facts = {"words": words, "minutes": minutes_to_read(words)}
    length = render_to_string("admin/newsletter/_length.html", facts)
    return JsonResponse({"page": page.content.decode(), "length": length})


def newsletter_of(thing: Any) -> Newsletter | None:
    """That of an issue or article, once it has been chosen."""
    return thing.newsletter if getattr(thing, "newsletter_id", None) else None
