"""Contributors: the bylines under articles, with or without an account."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.slugs import SlugField
from newsletter.models.written import Written


class Contributor(Written):
    name = models.CharField(_("name"), max_length=120)
    slug = SlugField(_("address"), max_length=120, unique=True)
    headline = models.CharField(
        _("headline"), max_length=120, blank=True, help_text=_("Who they are, in one line below the name.")
    )
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown, for the contributor's page."))
    about_html = models.TextField(editable=False, blank=True)
    website = models.URLField(_("website"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contributor",
        help_text=_("When this contributor also signs in here."),
    )

    markup_fields: ClassVar[dict[str, str]] = {"about": "about_html"}

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("newsletter:contributor", args=[self.slug])
