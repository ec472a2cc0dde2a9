"""What an editor says of an archive or a list before it is read."""

from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from interchange.bringing.uploads import keep
from interchange.models import Import
from newsletter.models import Newsletter

#: A little less than what a web server takes in at all: see `site_project.server`.
LARGEST = 10**9
#: For which an upload may wait for the rest of its form.
KEPT_SECONDS = 24 * 60 * 60


class WishesForm(forms.ModelForm):
    """What is wanted of an archive."""

    class Meta:
        model = Import
        fields = ("newsletter", "base_url", "publishes", "fetches_pictures", "pages", "lists_as_items")
        labels: ClassVar = {
            "publishes": gettext_lazy("Publish what has a date"),
            "fetches_pictures": gettext_lazy("Fetch pictures from the web"),
            "pages": gettext_lazy("Bring in pages, too"),
            "lists_as_items": gettext_lazy("Make items of lists of links"),
        }
        help_texts: ClassVar = {
            "newsletter": gettext_lazy("It takes in all issues. Articles that belong to none stand alone in it."),
            "publishes": gettext_lazy(
                "What the archive gives a date, and does not call a draft, is public at once under that date. Nobody "
                "is mailed, and no feed calls it new. Without this all of it is drafts."
            ),
            "base_url": gettext_lazy(
                "Such as https://old.example.org/. It makes links whole that begin in the old site, and leads those "
                "between your issues to their new places. Leave it empty where the archive says so itself."
            ),
            "fetches_pictures": gettext_lazy(
                "Pictures that still lie on the old site are fetched in the background once the texts are there."
            ),
            "pages": gettext_lazy("“About” and the like become articles outside any issue."),
            "lists_as_items": gettext_lazy("Each entry of a list that begins with a link becomes an item."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["newsletter"].empty_label = None  # type: ignore[attr-defined]


class UploadForm(forms.Form):
    """A file, streamed into storage: `name` and `place` of the cleaned data. What was uploaded is kept where only the
    rest of the form has to be mended."""

    too_large: Any = gettext_lazy("This file is larger than 1 GB.")
    upload = forms.FileField(label=gettext_lazy("File"), required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, place = self.chosen(self.files.get("upload"))
        if place and self.errors:
            kept = signing.dumps([name, place, self.by.pk], salt=__name__)
            self.data = {**self.data.dict(), "kept": kept}  # type: ignore[attr-defined]
        return cleaned | {"name": name, "place": place}

    def chosen(self, file: UploadedFile | None) -> tuple[str, str]:
        """The name of the file, and where it is kept; nothing where that is wrong."""
        if file and file.size and file.size <= LARGEST:
            return str(file.name)[-250:], keep(file)
        if file:
            self.add_error("upload", self.too_large if file.size else _("This file is empty."))
        elif earlier := self.earlier:
            return earlier
        elif "upload" not in self.errors:
            self.add_error("upload", _("Choose a file."))
        return "", ""

    @property
    def earlier(self) -> tuple[str, str] | None:
        try:
            name, place, owner = signing.loads(self.data.get("kept", ""), salt=__name__, max_age=KEPT_SECONDS)
        except signing.BadSignature:
            return None
        return (name, place) if owner == self.by.pk and default_storage.exists(place) else None


class ArchiveForm(UploadForm, WishesForm):
    """What is wanted of an archive, and the archive."""

    too_large = gettext_lazy(
        "This file is larger than 1 GB. Put it on the server: manage.py bring takes what is there."
    )
    upload = forms.FileField(
        label=gettext_lazy("Archive"),
        required=False,
        help_text=gettext_lazy(
            "A .zip, or one file, of up to 1 GB: a folder of Markdown (Jekyll, Hugo, Pelican, Eleventy, Buttondown), "
            "the export of WordPress, Ghost or Substack, web pages, Word documents, or old mailings (.eml, .mbox)."
        ),
    )
    field_order = ("upload",)


class ListForm(UploadForm):
    """A list of subscribers."""

    newsletter = forms.ModelChoiceField(
        Newsletter.objects.all(),
        label=gettext_lazy("Newsletter"),
        empty_label=None,
        help_text=gettext_lazy("Whose subscribers they are, or were."),
    )
    field_order = ("upload", "newsletter")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upload"].help_text = _(
            "CSV or a text with addresses, as Mailchimp, Substack, Ghost, Buttondown, beehiiv, Kit, listmonk, "
            "MailPoet, Mailman, Sendy, phpList and this site write it. Leave those in who have left: they stay away "
            "here, too."
        )
