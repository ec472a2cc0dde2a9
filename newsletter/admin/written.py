"""What all content has in common in the admin: texts to be rendered, and addresses that may change."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Field, ForeignKey
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from newsletter.forms import MarkdownTextarea
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture, Redirect
from newsletter.moving import leave_redirect
from newsletter.picture_forms import PictureChoiceField
from newsletter.publishing import Change, announce
from newsletter.rendering import render_texts
from newsletter.views import writing

type Addressed = Newsletter | Issue | Article | Contributor

#: The fields that an address is made of.
ADDRESS_FIELDS = {"slug", "newsletter", "issue"}


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


class WrittenAdmin(ChoosingAdmin, admin.ModelAdmin):
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
        view = self.admin_site.admin_view(self.beside_view)
        return [path("beside/", view, name=f"newsletter_{self.opts.model_name}_beside"), *super().get_urls()]

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
        moves = change and ADDRESS_FIELDS.intersection(form.changed_data)
        old = self.model._base_manager.get(pk=obj.pk) if moves else None
        super().save_model(request, obj, form, change)
        if old:
            self.lead_on(request, old, obj)
        if isinstance(old, Issue | Article) and {"newsletter", "issue"}.intersection(form.changed_data):
            announce(old, Change.MOVED)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        render_texts(form.instance)

    def lead_on(self, request: HttpRequest, old: Addressed, new: Addressed) -> None:
        """Leave a redirect where readers may know the old address, and tell the editor so."""
        leave_redirect(old, new)
        paths = {"old": old.get_absolute_url(), "new": new.get_absolute_url()}
        if Redirect.objects.filter(old_path=paths["old"]).exists():
            messages.info(request, _("Whoever has the old address %(old)s is led to %(new)s.") % paths)
