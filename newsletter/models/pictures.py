"""Pictures: an image with what it shows, its caption and its credit, usable in many places."""

import re
from pathlib import PurePosixPath
from typing import Any, ClassVar, Self

from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from pictures.models import PictureField

from core.markup import Figure
from core.slugs import SlugField
from newsletter.imaging import possible_originals, random_name, renditions
from newsletter.models.articles import Article
from newsletter.models.contributors import Contributor
from newsletter.models.issues import Issue
from newsletter.models.newsletters import Newsletter
from newsletter.models.slugs import free_slug

CENTRE = 50


def shown_in_text(things: models.QuerySet) -> Exists:
    """Whether a text of one of these shows the picture of the outer query. It starts from the picture, which few
    things show, not from the things, of which there may be thousands."""
    shows = things.model.pictures.through.objects.filter(picture=OuterRef(OuterRef("pk")))
    return Exists(things.filter(pk__in=shows.values(things.model._meta.model_name)))


class PictureQuerySet(models.QuerySet):
    def public(self) -> Self:
        """Pictures that something public shows: an issue, an article, a newsletter or a contributor."""
        picture = OuterRef("pk")
        issues, articles = Issue.objects.published(), Article.objects.published()
        return self.filter(
            Exists(issues.filter(lead_picture=picture))
            | Exists(articles.filter(lead_picture=picture))
            | Exists(Newsletter.objects.filter(logo=picture))
            | shown_in_text(issues)
            | shown_in_text(articles)
            | shown_in_text(Newsletter.objects.all())
            | shown_in_text(Contributor.objects.filter(articles__in=articles))
        )

    def stored_as(self, name: str) -> Self:
        """The picture whose file, or one of whose sizes (`<file>/400w.avif`), is stored under this name."""
        return self.filter(file__in=possible_originals(name))

    def free_name(self, file_name: str) -> str:
        """A name, made of a file's, that no picture has yet."""
        return free_slug(PurePosixPath(file_name).stem, self, field="name")


class Picture(models.Model):
    name = SlugField(_("name"), max_length=100, unique=True, help_text=_("How texts refer to it: ![…](picture:name)"))
    file = PictureField(
        _("file"),
        upload_to=random_name,
        db_index=True,
        width_field="width",
        height_field="height",
        help_text=_("JPEG, PNG, WebP, AVIF or GIF, up to 20 MB. Camera and position data are removed."),
    )
    alt = models.CharField(
        _("alternative text"),
        max_length=500,
        help_text=_("What the picture shows, for those who cannot see it. Make the effort: it makes a difference."),
    )
    caption = models.TextField(_("caption"), blank=True, max_length=1000, help_text=_("Stands below the picture."))
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who made it, e.g. “Photo: Ada Moor”.")
    )
    credit_url = models.URLField(_("credit link"), blank=True, help_text=_("Where the maker or licence is found."))
    focus_x = models.PositiveSmallIntegerField(
        _("focus from the left, in percent"), default=CENTRE, validators=[MaxValueValidator(100)]
    )
    focus_y = models.PositiveSmallIntegerField(
        _("focus from above, in percent"),
        default=CENTRE,
        validators=[MaxValueValidator(100)],
        help_text=_("What stays in view where it is cropped: in lists and in shared links. 50 is the middle."),
    )
    width = models.PositiveIntegerField(_("width"), editable=False, null=True)
    height = models.PositiveIntegerField(_("height"), editable=False, null=True)
    checksum = models.CharField(
        editable=False, max_length=64, db_index=True, blank=True, help_text=_("SHA-256 of the file as uploaded.")
    )
    is_processed = models.BooleanField(
        _("sizes are ready"), editable=False, default=False, help_text=_("Until then pages show the original alone.")
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    #: The stored file that a new one has taken the place of, until it is removed.
    replaced_file = ""

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the picture together with the background work that it needs: see `newsletter.tasks`. A new file has no
        sizes yet."""
        if not self._state.adding and not self.file._committed:
            self.is_processed = False
            self.replaced_file = Picture.objects.values_list("file", flat=True).get(pk=self.pk)
        super().save(*args, **kwargs)

    @property
    def thumbnail_url(self) -> str:
        """The address of the smallest file."""
        sizes = self.file.aspect_ratios[None]["WEBP"] if self.is_processed else {}
        return sizes[min(sizes)].url if sizes else self.file.url

    @property
    def focus(self) -> tuple[int, int]:
        """In tenths from the left and from above, as style sheets know it."""
        return (self.focus_x + 5) // 10, (self.focus_y + 5) // 10

    @property
    def card(self) -> str:
        """The name of the crop for shared links; none for a focus in the middle, where everybody crops anyway."""
        folder, is_centred = self.file.name.rpartition(".")[0], self.focus_x == self.focus_y == CENTRE
        return "" if is_centred else f"{folder}/card-{self.focus_x}-{self.focus_y}.jpg"

    @property
    def shared_url(self) -> str:
        """The address of what shared links show: cropped to the focus once that is made."""
        return self.file.storage.url(self.card) if self.is_processed and self.card else self.file.url

    @property
    def markdown(self) -> str:
        """How a text shows it."""
        return f"![{re.sub(r'[][\\\s]+', ' ', self.alt).strip()}](picture:{self.name})"

    def figure(self) -> Figure:
        """What texts show of this picture. The other sizes are offered once they exist: a browser that is
        promised a file which is not there shows nothing at all."""
        return Figure(
            name=self.name,
            url=self.file.url,
            alt=self.alt,
            width=self.width or 0,
            height=self.height or 0,
            caption=self.caption,
            credit=self.credit,
            credit_url=self.credit_url,
            sources=renditions(self.file) if self.is_processed else (),
            sizes="(min-width: 48rem) 44rem, 100vw",
        )
