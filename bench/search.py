"""Search: what questions cost among 10,000 articles in English and Chinese, and what keeping the index costs."""

import random
import time
from datetime import timedelta
from functools import partial

from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from bench import data_of, milliseconds, seconds, sized
from newsletter.models import Article, Newsletter, Status
from newsletter.searching.indexing import index, reindex

ARTICLES = sized(10_000, small=100)
PLANTED, QUESTIONS = (data_of(__file__)[name] for name in ("planted", "questions"))


def figures() -> dict[str, float]:
    client = Client(headers={"host": "localhost"})
    up = milliseconds(lambda: client.get("/up/"))
    few = milliseconds(partial(ask, client, "harbour"))
    articles = fill(Newsletter.objects.all()[0])
    measured = {"reindex_per_second": ARTICLES / seconds(lambda: reindex(articles), clock=time.perf_counter)}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    measured["index_one_ms"] = milliseconds(partial(index, articles[0]))
    for name, typed in QUESTIONS.items():
        measured[f"search_{name}_ms"] = milliseconds(partial(ask, client, typed), rounds=10)
    measured["search_rare_over_up"] = measured["search_rare_ms"] / up
    measured["search_rare_10000_over_demo"] = measured["search_rare_ms"] / few
    return measured


def ask(client: Client, typed: str) -> None:
    assert client.get("/search/", {"q": typed}).status_code == 200


def fill(newsletter: Newsletter) -> QuerySet[Article]:
    """Add 10,000 articles of 400 English words or 800 Chinese characters, from ten years."""
    dice = random.Random(10_000)
    now = timezone.now()
    Article.objects.bulk_create(
        (
            Article(
                newsletter=newsletter,
                slug=f"found-{number}",
                title=text(dice, 6, chinese=number % 2 == 1),
                body_html=f"<p>{text(dice, 400, chinese=number % 2 == 1)}</p>\n<p>{planted(number)}</p>",
                status=Status.PUBLISHED,
                published_at=now - timedelta(hours=9 * number),
            )
            for number in range(ARTICLES)
        ),
        batch_size=500,
    )
    return Article.objects.filter(slug__startswith="found-")


def text(dice: random.Random, words: int, *, chinese: bool) -> str:
    """Made-up words, a few of them often and many of them rarely, as in every language."""
    ranks = (int(dice.paretovariate(0.8)) % 5000 for _ in range(words))
    if chinese:
        return "".join(chr(0x4E00 + rank) + chr(0x4E00 + rank * 7 % 5000) for rank in ranks)
    return " ".join(f"{rank:x}".translate(str.maketrans("0123456789", "ghijklmnop")) for rank in ranks)


def planted(number: int) -> str:
    return ". ".join(words for every, words in PLANTED.items() if number % every == 0)
