"""Growth: what pages cost on a site that has grown to 1 %, to 10 % and to all of what `manage.py load_scale` makes:
10,000 articles in 500 issues, 1,000,000 comments, 1,000,000 subscribers. What does not grow with it has ratios about
1. `BENCH` says of how much of all this these are percents."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max
from django.test import Client
from taggit.models import Tag

from accounts.models import User
from bench import milliseconds, sized
from bench.search import text
from comments import counting, paths
from comments.models import Comment, Discussion, Standing, State, Trust
from core import changes, page_cache
from mailing.models import Consent, Subscriber, Subscription
from newsletter.models import Article, Contribution, Contributor, Issue, Newsletter, Status, TaggedArticle
from newsletter.searching.indexing import reindex

SLUG = "scale"
ARTICLES = 10_000
#: How many of each belong to an article, and how many articles to an issue.
COMMENTS = SUBSCRIBERS = 100
IN_AN_ISSUE = 20
#: So many are stored at once; comments that answer each other are.
PIECE = 5_000
BEGINNING = datetime(2016, 1, 3, 7, tzinfo=UTC)
#: The states of the last comments of threads, in turn; all others are approved.
STATES = [State.PENDING, *[State.SPAM] * 5, *[State.REJECTED] * 4]

WHOLE = sized(20.0, small=2.0, full=100.0)
TIMES = sized(5, small=1)
PAGES = {
    "home": "/scale/",
    "issue": "/scale/0/",
    "article": "/scale/0/1/",
    "archive": "/scale/2016/",
    "tag": "/tags/topic-1/",
    "search": "/search/?q=topic-1",
    "discussion": "/scale/0/0/comments/",
    "sitemap": "/sitemap.xml",
    "desk": "/admin/?newsletter=scale",
    "articles_list": "/admin/newsletter/article/",
    "articles_search": "/admin/newsletter/article/?q=sjb",
    "comments_list": "/admin/comments/comment/",
    "comments_search": "/admin/comments/comment/?q=sjb",
    "queue": "/admin/comments/queue/",
    "discussions_list": "/admin/comments/discussion/",
    "readers_list": "/admin/comments/reader/",
    "people_search": "/admin/accounts/user/?q=77@readers",
    "subscribers_list": "/admin/mailing/subscriber/",
}


def figures() -> dict[str, float]:
    desk, reader = (Client(headers={"host": "localhost"}) for _ in range(2))
    desk.force_login(User.objects.create_superuser("bench@example.org", "bench", display_name="Bench"))
    measured: dict[str, float] = {"growth_percent": WHOLE}
    for percent in (1, 10, 100):
        list(load(percent * WHOLE / 100))
        for name, path in PAGES.items():
            client = desk if path.startswith("/admin/") else reader
            figure = measured[f"growth_{name}_{percent}_ms"] = milliseconds(partial(visit, client, path), TIMES)
            if percent > 1:
                measured[f"growth_{name}_{percent}_over_1"] = figure / measured[f"growth_{name}_1_ms"]
    return measured


def visit(client: Client, path: str) -> None:
    """A page that is made anew."""
    page_cache.forget()
    assert client.get(path).status_code == 200, path


def load(percent: float) -> Iterator[str]:
    """Make so much of it, the same each time, and go on from what is there; says what has been done."""
    newsletter, _is_new = Newsletter.objects.get_or_create(slug=SLUG, defaults={"title": "Scale"})
    articles = round(ARTICLES * percent / 100)
    comments = Comment.objects.filter(discussion__article__newsletter=newsletter)
    yield from fill("articles", newsletter.articles, articles, add_articles)
    yield from fill("comments", comments, articles * COMMENTS, add_comments)
    yield from fill("subscribers", newsletter.subscriptions, articles * SUBSCRIBERS, add_subscribers)
    counting.recount(Discussion.objects.filter(article__newsletter=newsletter))
    changes.content_changed()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill(name: str, there: Any, wanted: int, add: Callable[[range], None]) -> Iterator[str]:
    for start in range(there.count(), wanted, PIECE):
        numbers = range(start, min(start + PIECE, wanted))
        with transaction.atomic():
            add(numbers)
        yield f"{name}: {numbers.stop:,}"


def day_of(week: int) -> datetime:
    return BEGINNING + timedelta(weeks=week)


def add_articles(numbers: range) -> None:
    """Each with a discussion, a contributor and two tags: one of ten that grow, and one of its issue alone."""
    weeks = range(numbers.start // IN_AN_ISSUE, (numbers.stop - 1) // IN_AN_ISSUE + 1)
    issues = issues_of(weeks)
    articles = Article.objects.bulk_create(article(number, issues[number // IN_AN_ISSUE]) for number in numbers)
    Discussion.objects.bulk_create(Discussion(article=each) for each in articles)
    writers, tags = named(Contributor, "Writer", range(50)), named(Tag, "Topic", range(10)) | named(Tag, "Week", weeks)
    named_articles = list(zip(numbers, articles, strict=True))
    Contribution.objects.bulk_create(
        Contribution(article=each, contributor=writers[f"writer-{number % 50}"]) for number, each in named_articles
    )
    TaggedArticle.objects.bulk_create(
        TaggedArticle(content_object=each, tag=tags[name])
        for number, each in named_articles
        for name in (f"topic-{number % 10}", f"week-{number // IN_AN_ISSUE}")
    )
    for model, made in ((Issue, issues.values()), (Article, articles)):
        reindex(model._default_manager.filter(pk__in=[each.pk for each in made]))


def issues_of(weeks: range) -> dict[int, Issue]:
    newsletter = Newsletter.objects.get(slug=SLUG)
    facts = {"newsletter": newsletter, "status": Status.PUBLISHED}
    issues = (
        Issue(number=week, slug=str(week), title=f"Week {week}", published_at=day_of(week), **facts) for week in weeks
    )
    Issue.objects.bulk_create(issues, ignore_conflicts=True)
    return {issue.number: issue for issue in newsletter.issues.filter(number__in=weeks)}


def named(model: Any, name: str, numbers: range) -> dict[str, Any]:
    """Things of the model by their addresses, made where they are missing."""
    slugs = {f"{name.lower()}-{number}": f"{name} {number}" for number in numbers}
    model.objects.bulk_create((model(slug=slug, name=slugs[slug]) for slug in slugs), ignore_conflicts=True)
    return model.objects.in_bulk(slugs, field_name="slug")


def article(number: int, issue: Issue) -> Article:
    dice, is_chinese = random.Random(number), number % 5 == 4
    words = text(dice, 250, chinese=is_chinese)
    return Article(
        issue=issue,
        newsletter=issue.newsletter,
        slug=str(number),
        position=number % IN_AN_ISSUE + 1,
        title=text(dice, 6, chinese=is_chinese),
        body=words,
        body_html=f"<p>{words}</p>",
        words=250,
        status=Status.PUBLISHED,
        published_at=issue.published_at,
    )


def add_comments(numbers: range) -> None:
    """A tenth of all in the first discussion, the others in those of their articles; a reader for each fifty."""
    readers = add_readers(numbers)
    places = dict(Discussion.objects.filter(article__in=articles_of(numbers)).values_list("article__slug", "pk"))
    first = (Comment.objects.aggregate(last=Max("pk"))["last"] or 0) + 1 - numbers.start
    comments: dict[int, Comment] = {}
    for number in numbers:
        is_first = number % 10 == 0
        root = comments.get(number - number % 50 if is_first else number - number % 10 + 1)
        made = comments[number] = comment(number, root)
        made.pk, made.discussion_id = first + number, places["0" if is_first else str(number // COMMENTS)]
        made.author_id = readers[number * 7919 % (number // 50 + 1)]
        made.path = paths.child("", made.pk) if root else ""
    Comment.objects.bulk_create(comments.values())
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)


def articles_of(comments: range) -> Any:
    slugs = {"0", *(str(number) for number in range(comments.start // COMMENTS, comments.stop // COMMENTS + 1))}
    return Article.objects.filter(newsletter__slug=SLUG, slug__in=slugs)


def add_readers(comments: range) -> list[int]:
    """Those who have joined by then, the first ones first."""
    there = User.objects.filter(email__endswith="@readers.example")
    joining = [
        User(email=f"{number}@readers.example", display_name=f"Reader {number}", password=make_password(None))
        for number in range(comments.start // 50, -(-comments.stop // 50))
    ]
    User.objects.bulk_create(joining, ignore_conflicts=True)
    new = there.filter(standing=None)
    Standing.objects.bulk_create(Standing(reader=each, trust=[Trust.NEW, Trust.TRUSTED][each.pk % 2]) for each in new)
    return list(there.order_by("pk").values_list("pk", flat=True))


def comment(number: int, root: Comment | None) -> Comment:
    words = text(random.Random(number), 25, chinese=number % 5 == 4)
    state = STATES[number // 100 % 10] if number % 100 == 99 else State.APPROVED
    return Comment(
        name=f"Reader {number}",
        root=root,
        parent=root,
        depth=1 if root else 0,
        body=words,
        body_html=f"<p>{words}</p>",
        state=state,
        shown=state == State.APPROVED,
        created_at=day_of(number // COMMENTS // IN_AN_ISSUE) + timedelta(minutes=number % 10_000),
    )


def add_subscribers(numbers: range) -> None:
    """Each fiftieth has left again."""
    newsletter = Newsletter.objects.get(slug=SLUG)
    people = [Subscriber(email=f"{each}@subscribers.example", name=f"Subscriber {each}") for each in numbers]
    subscriptions = [
        Subscription(
            subscriber=each,
            newsletter=newsletter,
            state=Subscription.State.LEFT if number % 50 == 0 else Subscription.State.ACTIVE,
        )
        for number, each in zip(numbers, Subscriber.objects.bulk_create(people), strict=True)
    ]
    Subscription.objects.bulk_create(subscriptions)
    Consent.objects.bulk_create(
        Consent(subscription=each, event=Consent.Event.CONFIRMED, form="load_scale", at=day_of(number // 2_000))
        for number, each in zip(numbers, subscriptions, strict=True)
    )
