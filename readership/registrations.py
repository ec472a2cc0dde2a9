"""What readership adds to the apps below it."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.groups import EDITORS, Grant, grants
from core import page_cache
from core.worker.ticks import sweeps
from newsletter import demo, further
from newsletter.models import Article, Issue, Newsletter
from readership import counting, together
from readership.models import MOST_A_DAY, PagePair, PageViews, PairOfArticles, fields_of

#: Where the demo's readers come from, and how many of a hundred.
HOSTS = {"": 62, "duckduckgo.com": 14, "mastodon.social": 9, "lobste.rs": 6, "news.ycombinator.com": 5, "zhihu.com": 4}
DAYS = 60


def load_demo() -> None:
    """Readers of the demo publication: many on the first days, then fewer. The same each time."""
    chance, today = Random(27), localdate()  # noqa: S311
    rows: list[PageViews] = []
    things: list[Any] = [*Issue.objects.published(), *Article.objects.published()]
    for thing in things:
        born = max(localdate(thing.published_at), today - timedelta(DAYS))
        for age in range((today - born).days + 1):
            rows += day_of(thing, born + timedelta(age), age, chance)
    PageViews.objects.bulk_create(rows, batch_size=500)
    for newsletter in Newsletter.objects.all():
        PagePair.objects.add(dict(pairs_of(newsletter, chance)))


def pairs_of(newsletter: Newsletter, chance: Random) -> Iterator[tuple[PairOfArticles, int]]:
    """Each article with some of other issues, as readers would have it yesterday."""
    articles, day = list(newsletter.articles.published()), localdate() - timedelta(1)
    for article in articles:
        for other in chance.sample(articles, min(3, len(articles))):
            if other != article and (other.issue_id or 0) != article.issue_id:
                number = chance.randint(together.FEWEST, MOST_A_DAY)
                yield from (((day, *pair), number) for pair in ((article.pk, other.pk), (other.pk, article.pk)))


def day_of(thing: Issue | Article, day: date, age: int, chance: Random) -> list[PageViews]:
    people = chance.randint(4, 9) + chance.randint(60, 120) // (age + 1)
    counts = {host: people * share // 100 for host, share in HOSTS.items()}
    robots = chance.randint(0, 6)
    return [
        PageViews(day=day, host=host, people=number, robots=0 if host else robots, **fields_of(thing))
        for host, number in counts.items()
        if number
    ]


grants.append(Grant(EDITORS, ["readership.pageviews"], ["view"]))
further.lists.append(further.Further(_("Others also read"), "shows_also_read", together.also_read))
sweeps.append(together.forget)
page_cache.served.append(counting.note)
demo.continuations.append(load_demo)
