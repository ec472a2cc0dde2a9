"""A tip: something that a reader sent in for a coming issue, and what became of it."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.addresses import site_of
from core.changes import content_changed
from newsletter.models import Article, Issue, Newsletter
from participation.tips.columns import put_back, random_name
from participation.tips.links import same_places

LONGEST_TEXT = 4000
#: What of pages shows tips, where they are quoted.
TOPIC = "tips"


class State(models.TextChoices):
    NEW = "new", _("New")
    KEPT = "kept", _("Kept for later")
    USED = "used", _("Used")
    DECLINED = "declined", _("Declined")


#: From which states each can be reached.
ALLOWED = {
    State.NEW: (),
    State.KEPT: (State.NEW, State.DECLINED),
    State.USED: (State.NEW, State.KEPT, State.DECLINED),
    State.DECLINED: (State.NEW, State.KEPT),
}


class Credit(models.TextChoices):
    NAME = "name", _("By my name")
    OTHER = "other", _("By another name")
    NONE = "none", _("Not at all")


class TipQuerySet(models.QuerySet["Tip"]):
    def new(self) -> Self:
        return self.filter(state=State.NEW)

    def welcome(self) -> Self:
        return self.exclude(state=State.DECLINED)

    def untold(self) -> Self:
        """Those whose article readers can see, and whose senders want to hear of it and have not."""
        public = Article.objects.published().order_by()
        return self.filter(state=State.USED, told_at=None, article__in=public).exclude(email="")

    def leading_to(self, link: str) -> Self:
        """Those with the same address, however it was typed."""
        return self.filter(link__in=same_places(link)) if link else self.none()

    def sent_by(self, user: User | None, email: str) -> Self:
        """Those of an account, and those sent from an address with or without one."""
        by_user = models.Q(user=user) if user else models.Q(pk=None)
        return self.filter(by_user | models.Q(email=email) if email else by_user)

    def in_reach(self) -> Self:
        """Those that still tell who sent them."""
        return self.exclude(name="", email="", credit_name="", picture="", user=None)

    def for_lists(self) -> Self:
        return self.select_related("newsletter", "issue", "article", "user")


class Tip(models.Model):
    newsletter = models.ForeignKey(Newsletter, models.CASCADE, verbose_name=_("newsletter"), related_name="tips")
    issue = models.ForeignKey(
        Issue, models.SET_NULL, verbose_name=_("sent from"), null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    link = models.CharField(_("address"), max_length=1000, blank=True, db_index=True)
    picture = models.FileField(_("picture"), upload_to=random_name, blank=True)
    checksum = models.CharField(max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=10)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("account"), null=True, related_name="+"
    )
    credit = models.CharField(_("credit"), max_length=5, choices=Credit.choices, default=Credit.NAME)
    credit_name = models.CharField(_("credited as"), max_length=80, blank=True)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.NEW)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("decided by"), null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    article = models.ForeignKey(Article, put_back, verbose_name=_("became"), null=True, related_name="tips")
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    told_at = models.DateTimeField(_("told"), null=True)

    objects = TipQuerySet.as_manager()

    class Meta:
        verbose_name = _("tip")
        verbose_name_plural = _("tips")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="tips_in_the_queue"),
            models.Index(fields=["email"], condition=~models.Q(email=""), name="tips_of_an_address"),
        ]

    def __str__(self) -> str:
        return self.excerpt

    @property
    def excerpt(self) -> str:
        return Truncator(" ".join(self.text.split()) or self.link).chars(90)

    @property
    def site(self) -> str:
        return site_of(self.link)

    @property
    def credited_as(self) -> str:
        """What readers see; empty for who wishes to be named nowhere."""
        return {Credit.NAME: self.name, Credit.OTHER: self.credit_name}.get(Credit(self.credit), "")

    @property
    def may_be_told(self) -> bool:
        return bool(self.email) and self.told_at is None

    def can_be(self, state: State) -> bool:
        return self.state in ALLOWED[state]

    def become(self, state: State, by: User, **facts: Any) -> bool:
        """Store a decision, unless somebody else was faster to one that rules it out."""
        facts |= {"state": state, "decided_by": by, "decided_at": timezone.now()}
        content_changed(TOPIC)
        return bool(Tip.objects.filter(pk=self.pk, state__in=ALLOWED[state]).update(**facts))
