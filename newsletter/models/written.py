"""What every model with Markdown texts has: the HTML stored beside them, and the pictures and links they show."""

from typing import ClassVar

from django.db import models


class Written(models.Model):
    """A model with texts. `newsletter.rendering` makes the stored HTML; nothing else writes it."""

    renderer_version = models.PositiveSmallIntegerField(editable=False, default=0)
    links = models.ManyToManyField("newsletter.Link", editable=False, related_name="used_in_%(class)ss")
    pictures = models.ManyToManyField("newsletter.Picture", editable=False, related_name="used_in_%(class)ss")

    #: The Markdown fields, and the fields in which their HTML is stored.
    markup_fields: ClassVar[dict[str, str]] = {}

    class Meta:
        abstract = True
