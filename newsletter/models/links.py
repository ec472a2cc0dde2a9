"""Addresses elsewhere that texts lead to, or that an editor asks about, and what is known of them."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.fetching import plain
from newsletter.models.articles import Article
from newsletter.models.contributors import Contributor
from newsletter.models.issues import Issue
from newsletter.models.newsletters import Newsletter

LONGEST = 2000
#: Looks on as many days found nothing before an address counts as dead.
LOOKS = 2


def led_to_by(things: models.QuerySet) -> Exists:
    """Whether one of these leads to the link of the outer query."""
    uses = things.model.links.through.objects.filter(link=OuterRef("pk"))
    return Exists(uses.filter(**{f"{things.model._meta.model_name}__in": things}))


class LinkQuerySet(models.QuerySet["Link"]):
    def of(self, addresses: Iterable[str]) -> Self:
        """Those of all addresses elsewhere among these, made where they are missing; odd and long ones have none."""
        wanted = {plain(address) for address in addresses if not address.startswith(f"{settings.SITE_URL}/")}
        wanted = {address for address in wanted if 0 < len(address) <= LONGEST}
        missing = wanted.difference(self.filter(address__in=wanted).values_list("address", flat=True))
        # In one order, as others may write the same at this moment.
        self.bulk_create([self.model(address=address) for address in sorted(missing)], ignore_conflicts=True)
        return self.filter(address__in=wanted)

    def shown_in(self, thing: Issue | Article) -> Self:
        """Those of an issue with its articles, or of an article."""
        if isinstance(thing, Issue):
            return self.filter(led_to_by(Issue.objects.filter(pk=thing.pk)) | led_to_by(thing.articles.all()))
        return self.filter(led_to_by(Article.objects.filter(pk=thing.pk)))

    def ask(self) -> None:
        """Let the worker look at them as soon as it can."""
        self.update(asked_at=timezone.now())

    def asked_for(self) -> Self:
        return self.exclude(asked_at=None).order_by("asked_at")

    def public(self) -> Self:
        """What readers are led to by issues and articles, and by what newsletters say about themselves."""
        issues, articles = Issue.objects.published(), Article.objects.published()
        return self.filter(led_to_by(Newsletter.objects.all()) | led_to_by(issues) | led_to_by(articles))

    def unused(self) -> Self:
        models = (Newsletter, Issue, Article, Contributor)
        return self.filter(*(~led_to_by(model.objects.all()) for model in models))

    def dead(self) -> Self:
        return self.filter(failures__gte=LOOKS)


class Link(models.Model):
    address = models.CharField(_("address"), max_length=LONGEST, unique=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    moved_to = models.CharField(_("moved to"), max_length=LONGEST, blank=True)
    #: Why it did not answer as a page does, in words.
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    #: On how many days in a row nothing was there.
    failures = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(_("looked at"), null=True, db_index=True)
    #: Since when an editor waits for a look.
    asked_at = models.DateTimeField(null=True, db_index=True)
    #: What its page says of itself.
    title = models.CharField(_("title"), max_length=250, blank=True)
    name = models.CharField(_("publication"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering: ClassVar = ["address"]

    def __str__(self) -> str:
        return self.address

    @property
    def host(self) -> str:
        return str(urlsplit(self.address).hostname)

    @property
    def is_dead(self) -> bool:
        """The same rule as `dead()`."""
        return self.failures >= LOOKS

    @property
    def was_looked_at_today(self) -> bool:
        return self.checked_at is not None and localtime(self.checked_at).date() == localtime().date()

    def archived(self, day: date) -> str:
        """Where the Internet Archive has what was there about that day."""
        return f"https://web.archive.org/web/{day:%Y%m%d}/{self.address}"
