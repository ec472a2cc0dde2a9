"""Readers hear that what they sent has appeared. It is asked for again and again what readers can see, so that a plan
that changes (put off, withdrawn, made anew) changes this as well."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.addresses import absolute
from newsletter.models import Article
from participation.models import Tip
from participation.tips.deciding import tell

#: In one go; the next follow half a minute later.
MOST_AT_ONCE = 200


def tell_of_articles() -> None:
    """Tell each sender once, whoever is killed while doing so."""
    for pk in Tip.objects.untold().order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
        tell_of_article(pk)


@transaction.atomic
def tell_of_article(pk: int) -> None:
    if not Tip.objects.untold().filter(pk=pk).update(told_at=timezone.now()):
        return
    tip = Tip.objects.select_related("newsletter").get(pk=pk)
    article = Article.objects.with_addresses().get(tips=tip)
    tip.newsletter = article.newsletter
    address = absolute(article.get_absolute_url())
    tell(tip, gettext_lazy("Your tip is in %(newsletter)s"), "used", article=article, address=address)
