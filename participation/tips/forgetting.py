"""What is kept of who sent a tip: given to them whole, and forgotten when they say so, or after a time."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from accounts.models import User
from accounts.own_data import told
from accounts.profiles import remove_file
from core.changes import content_changed
from newsletter.models import Article, Picture
from newsletter.rendering import render_texts_with
from participation.models import Tip
from participation.models.tips import TOPIC, Credit, State, TipQuerySet
from participation.voices.own_data import forget

WORDS = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))

#: How long it is known who sent one that was declined, and any other.
DECLINED_FOR, KEPT_FOR = timedelta(days=90), timedelta(days=365)
MOST_AT_ONCE = 500
NOBODY: dict[str, Any] = {"name": "", "email": "", "user": None, "credit": Credit.NONE, "credit_name": ""}


class Tips:
    """See `accounts.own_data.Source`."""

    name = "tips"

    def export(self, user: User) -> list[dict[str, Any]]:
        return [told(tip, WORDS) for tip in Tip.objects.sent_by(user, user.email).for_lists()]

    def erase(self, user: User, *, keep_words: bool) -> None:
        erase(Tip.objects.sent_by(user, user.email))


def bear_witness(row: Model, keep_words: bool) -> None:
    """Whoever is erased by their address, as subscribers are, is forgotten here as well."""
    if email := getattr(row, "email", ""):
        erase(Tip.objects.sent_by(None, email))


def erase(tips: TipQuerySet) -> None:
    """Forget who sent tips, also below what was made of them. What the tips say stays: it is the editors' news."""
    thanked = list(tips.exclude(article=None).values_list("article", "name", "credit_name"))
    for article, *names in thanked:
        Article.objects.filter(pk=article, tip_credit__in=[*filter(None, names)]).update(tip_credit="")
    if thanked:
        content_changed()
    for picture in tips.exclude(checksum="").values_list("checksum", "name", "credit_name"):
        unsign(*picture)
    forget(source="tip", key__in=list(tips.values_list("pk", flat=True)))
    forget_senders(tips)


def unsign(checksum: str, *names: str) -> None:
    """Let their picture in the publication say no more whose it is, unless an editor has credited somebody else."""
    for picture in Picture.objects.filter(checksum=checksum):
        if any(name and picture.credit.endswith(name) for name in names):
            picture.credit = ""
            picture.save(update_fields=["credit"])
            render_texts_with(picture)


@transaction.atomic
def forget_senders(tips: TipQuerySet) -> None:
    keys, files = (
        list(tips.values_list("pk", flat=True)),
        set(tips.exclude(picture="").values_list("picture", flat=True)),
    )
    content_changed(TOPIC)
    Tip.objects.filter(pk__in=keys).update(**NOBODY, picture="", checksum="")
    for name in files:
        remove_file.enqueue(name)


def thin() -> None:
    """Forget who sent what was declined a while ago, and after a year who sent anything."""
    now = timezone.now()
    declined = Q(state=State.DECLINED, decided_at__lt=now - DECLINED_FOR)
    old = Tip.objects.in_reach().filter(declined | Q(sent_at__lt=now - KEPT_FOR))
    forget_senders(Tip.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:MOST_AT_ONCE])))
