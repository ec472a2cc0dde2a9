"""A newsletter: a periodical with a name, a voice and a language."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.slugs import SlugField
from newsletter.models.slugs import free_newsletter_slug
from newsletter.models.written import Written

#: Who sends the demo's newsletters; nobody else can have these addresses (RFC 2606).
DEMO_SENDERS = {"ada@example.org", "shanjian@example.org"}


class Newsletter(Written):
    class Answers(models.TextChoices):
        OFF = "off", _("To the sender's address, as other mail")
        DESK = "desk", _("To the editors' desk")
        DISCUSSION = "discussion", _("Into the discussion")

    title = models.CharField(_("name"), max_length=120)
    slug = SlugField(
        _("address"),
        max_length=60,
        unique=True,
        validators=[free_newsletter_slug],
        help_text=_("The first part of every address. Changing it later leaves a redirect behind."),
    )
    tagline = models.CharField(
        _("tagline"), max_length=200, blank=True, help_text=_("One line below the name: what it is and for whom.")
    )
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown, for the page “About”."))
    about_html = models.TextField(editable=False, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text=_("The language of its texts; its pages speak it too."),
    )
    cadence = models.CharField(
        _("cadence"),
        max_length=60,
        blank=True,
        help_text=_("How often it comes, as readers should see it: “monthly”."),
    )
    logo = models.ForeignKey(
        "newsletter.Picture",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A square picture of at least 192 × 192 pixels."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#8a2b1d",
        validators=[
            RegexValidator(r"^#[0-9a-f]{6}\Z", _("Write the colour as # and six of 0–9 and a–f, e.g. #8a2b1d."))
        ],
        help_text=_("As # and six of 0–9, a–f. Pages darken or lighten it until it can be read."),
    )
    sender_name = models.CharField(
        _("sender"), max_length=120, blank=True, help_text=_("Whom its mail comes from, e.g. “Ada at Low Water”.")
    )
    sender_address = models.EmailField(_("sender's address"), blank=True)
    reply_to = models.EmailField(_("replies go to"), blank=True, help_text=_("When it is not the sender's address."))
    shows_mentions = models.BooleanField(
        _("mentioned in"), default=True, help_text=_("Below an issue or article: which others link to it.")
    )
    shows_archive = models.BooleanField(
        _("from the archive"), default=True, help_text=_("What came out about this day, or in this month, years ago.")
    )
    shows_discussed = models.BooleanField(
        _("most discussed"), default=True, help_text=_("What has most comments of the last three months.")
    )
    shows_also_read = models.BooleanField(
        _("others also read"),
        default=True,
        help_text=_("Below an article: what was often read together with it, counted without knowing by whom."),
    )
    takes_tips = models.BooleanField(
        _("takes tips"),
        default=True,
        help_text=_("Whether issues end with a box, and their mail with a link, for what readers have seen."),
    )
    answers = models.CharField(
        _("answers by mail"),
        max_length=10,
        choices=Answers.choices,
        default=Answers.OFF,
        help_text=_("Where it goes when a reader answers an issue or a notice in their mail program."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    markup_fields: ClassVar[dict[str, str]] = {"about": "about_html"}

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_demo(self) -> bool:
        return self.sender_address in DEMO_SENDERS

    @property
    def takes_answers(self) -> bool:
        """Whether its mail is answered at an address of the person's own; see `core.mail.replies`."""
        return self.answers != self.Answers.OFF and bool(settings.REPLY_ADDRESS)

    def get_absolute_url(self) -> str:
        return reverse("newsletter:newsletter", args=[self.slug])
