"""What all content has in common in the admin: texts to be rendered, and addresses that may change."""

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.csp import csp_override

from newsletter import revising
from newsletter.admin.keeping import KeepingAdmin
from newsletter.admin.previewing import FRAMING, framed
from newsletter.admin.revisions import RevisedAdmin
from newsletter.forms import MarkdownTextarea
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture
from newsletter.moving import leave_redirect
from newsletter.picture_forms import PictureChoiceField
from newsletter.rendering import render_texts
from newsletter.views import writing

type Addressed = Newsletter | Issue | Article | Contributor


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


class WrittenAdmin(ChoosingAdmin, KeepingAdmin, RevisedAdmin):
    """Writes Markdown with the editor, stores its HTML after each change, and leads old addresses to new ones."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> FormField | None:
        if db_field.name in self.model.markup_fields:
            kwargs["widget"] = MarkdownTextarea
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The text comes first; what else is said of a thing that is there is folded below it."""
        folded = {"classes": ["collapse"]} if obj else {}
        return [(name, options | folded if name else options) for name, options in super().get_fieldsets(request, obj)]

    def get_urls(self) -> list[URLPattern]:
        """Also the preview beside the form."""
        view = self.admin_site.admin_view(framed(self.beside_view))
        return [path("beside/", view, name=f"newsletter_{self.opts.model_name}_beside"), *super().get_urls()]

    @method_decorator(csp_override(FRAMING))
    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The mail stands in a frame, as its styles are its own."""
        return super().changeform_view(*args, **kwargs)

    def beside_view(self, request: HttpRequest) -> HttpResponse:
        """What the form, filled in as it is, would make of the thing `?of=`, or of a new one. Nothing is stored."""
        thing = self.get_object(request, request.GET["of"]) if request.GET.get("of") else None
        if not (self.has_change_permission(request, thing) if thing else self.has_add_permission(request)):
            raise PermissionDenied
        form = self.get_form(request, thing, change=thing is not None)(request.POST, instance=thing)
        form.is_valid()  # a field that is filled in wrongly is seen as it was
        return writing.beside(request, form.instance)

    def view_on_site(self, thing: Addressed) -> str:
        return thing.get_absolute_url()

    def save_model(self, request: HttpRequest, obj: Addressed, form: ModelForm, change: bool) -> None:
        renamed = change and isinstance(obj, Contributor) and "slug" in form.changed_data
        old = self.model._base_manager.get(pk=obj.pk) if renamed else None
        super().save_model(request, obj, form, change)
        if old:
            leave_redirect(old, obj)
            self.tell_where(request, old, obj)

    def save_related(self, request: Any, form: ModelForm, formsets: Any, change: bool) -> None:
        """What was there before and has revisions is completed by `revising.writing`."""
        super().save_related(request, form, formsets, change)
        if not change or isinstance(form.instance, Contributor):
            render_texts(form.instance)
        if not change and not isinstance(form.instance, Contributor):
            revising.record(form.instance, request.user)
