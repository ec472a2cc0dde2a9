"""The form through which every picture comes in, from an editor's hand or from a document."""

from typing import Any, ClassVar

from django import forms
from django.core.files.base import File
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.imaging import CleanPicture, clean_upload
from newsletter.models import Picture


class PictureUpload(forms.FileField):
    """A file from outside, made into a picture fit to be stored. Its name counts for nothing and may be long."""

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", "image/jpeg,image/png,image/webp,image/avif,image/gif")

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return clean_upload(file) if isinstance(data, File) else file


class PictureForm(forms.ModelForm):
    """A picture and what it shows. Without a name it gets one made of its file's. `duplicate_warning` may stand beside
    a valid form: the same file twice is odd, but the editor decides."""

    class Meta:
        model = Picture
        fields: ClassVar = ["file", "name", "alt", "caption", "credit", "credit_url"]
        field_classes: ClassVar = {"file": PictureUpload}
        widgets: ClassVar[dict[str, forms.Widget | type[forms.Widget]]] = {
            "file": forms.FileInput,
            "alt": forms.Textarea(attrs={"rows": 2, "cols": 80}),
            "caption": forms.Textarea(attrs={"rows": 3, "cols": 80}),
        }
        help_texts: ClassVar = {
            "focus_x": gettext_lazy("Where the middle of what matters lies. 50 is the middle of the picture."),
            "name": gettext_lazy("How texts refer to it: ![…](picture:name). Leave it empty to use the file's name."),
        }
        error_messages: ClassVar = {
            "file": {"required": gettext_lazy("Choose the picture's file.")},
            "alt": {
                "required": gettext_lazy(
                    "Say in a sentence what the picture shows, for readers who cannot see it: "
                    "“Ripples in the mud at low water”, not “Photo”."
                )
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = False

    def clean_name(self) -> str:
        file_name = str(self.files.get(self.add_prefix("file")) or "")
        return self.cleaned_data["name"] or self.instance.name or Picture.objects.free_name(file_name)

    def clean(self) -> dict[str, Any] | None:
        file = self.cleaned_data.get("file")
        if isinstance(file, CleanPicture):
            self.instance.checksum = file.checksum
        return super().clean()

    @cached_property
    def duplicate(self) -> Picture | None:
        """Another picture made of the same file."""
        others = Picture.objects.exclude(pk=self.instance.pk)
        return others.filter(checksum=self.instance.checksum).first() if self.instance.checksum else None

    def duplicate_warning(self) -> SafeString | None:
        """What to tell the editor about a twin, with a link to it, once the form is valid."""
        if self.duplicate is None:
            return None
        address = reverse("admin:newsletter_picture_change", args=[self.duplicate.pk])
        message = _("The same file is here already as {link}. Use that one, or keep both.")
        return format_html(message, link=format_html('<a href="{}">{}</a>', address, self.duplicate.name))


class PictureWidget(forms.TextInput):
    """The name of a picture, beside the picture. Where there is JavaScript, it is chosen in a dialog."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        picture = Picture.objects.filter(name=value).first() if value else None
        context = {"field": super().render(name, value, attrs, renderer), "picture": picture}
        return render_to_string("admin/newsletter/_picture_field.html", context)


class PictureChoiceField(forms.ModelChoiceField):
    """A picture by its name, as texts know it."""

    widget = PictureWidget
    default_error_messages: ClassVar = {
        "invalid_choice": gettext_lazy("No picture is called “%(value)s”. The list of pictures shows their names.")
    }

    def prepare_value(self, value: Any) -> Any:
        """Stored is the key, which tells an editor nothing."""
        return Picture.objects.filter(pk=value).values_list("name", flat=True).first() if type(value) is int else value
