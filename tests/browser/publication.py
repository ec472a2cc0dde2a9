"""What the browser is shown: one page of every kind, with whatever is hard to set."""

from newsletter.models import Article, Contribution, Issue, Newsletter
from newsletter.rendering import render_texts
from tests import cast
from tests.newsletter.crowd import multiply

TEXT = """
The sea does not leave all at once. It draws back in lobes and *fingers*, and **nobody** waits.[^1]

## What it leaves

See [the tables](https://example.org/tables) of a-harbour-office-with-a-name-that-nobody-could-possibly-break-in-two.

- a shoe
- a rope

> A promise that the moon makes.

| Station | 2024 | 2025 | Remarks on what has been measured there |
|:---|---:|---:|---|
| North channel | 12 | 61 | nobody knows why it went up |

```
a_line_of_code_that_is_much_longer_than_any_screen_of_a_phone_could_ever_show_at_once()
```

![](picture:mud "A caption of its own")

https://www.youtube.com/watch?v=aqz-KE-bpKQ

*The film*

Q: Which jar?

A: Any jar.

[^1]: Only on Sundays.
"""
LONG_TITLE = "What forty people found on one beach between the first storm and the last, " * 3
CHINESE = "退潮不是一下子的事。海水先从高处撤走，再从沟里慢慢流尽；渔民读这些水痕，就像别人读*报纸*。"
ARABIC = "البحر لا ينسحب دفعة واحدة. يتراجع في ألسنة وأصابع."

PAGES = {
    "home": "/",
    "newsletter": "/low-tide/",
    "second page": "/low-tide/?page=2",
    "about": "/low-tide/about/",
    "year": "/low-tide/2020/",
    "issue": "/low-tide/march/",
    "bare issue with a long title": "/low-tide/long/",
    "essay": "/low-tide/march/mud/",
    "item": "/low-tide/march/eels/",
    "articles": "/articles/",
    "stand-alone article": "/articles/alone/",
    "tags": "/tags/",
    "tag": "/tags/coast/",
    "contributors": "/contributors/",
    "contributor": "/contributors/ada-moor/",
    "search": "/search/?q=sea",
    "subscribe": "/subscribe/",
    "Chinese issue": "/chaojiandai/ni/",
    "Arabic issue": "/jazr/lawn/",
}
ERRORS = {"/nothing/": 404, "/low-tide/secret-withdrawn/": 410}


def publish() -> None:
    low_tide = cast.low_tide(about=TEXT, cadence="monthly", logo=cast.picture("logo", alt="A wave"))
    render_texts(low_tide)
    picture = cast.picture(file=cast.image_file(size=(480, 320)))
    ada = cast.contributor(headline="Walks the shore", about="Slowly.", website="https://example.org/ada")
    public = {"published_at": cast.PUBLISHED_AT, "summary": "Mud."}
    march = cast.issue(low_tide, 40, title="March", slug="march", body=TEXT, lead_picture=picture, **public)
    essay(low_tide, march, "Mud", [ada], lead_picture=cast.picture("brick", file=cast.image_file(size=(320, 480))))
    items(low_tide, march)
    archive(low_tide)
    cast.issue(low_tide, 41, title=LONG_TITLE[:230], slug="long", **public)
    cast.secret_issue(low_tide, 42, "withdrawn")
    cast.article(low_tide, title="Alone", body=TEXT, tags=["coast"], by=[ada], summary="By itself.")
    abroad("潮间带", "chaojiandai", "zh-hans", "泥", "ni", CHINESE)
    abroad("الجزر", "jazr", "ar", "لون", "lawn", ARABIC)


def essay(newsletter: Newsletter, issue: Issue, title: str, by: list, **fields: object) -> Article:
    written = cast.article(
        newsletter, issue, title=title, kicker="Lead", body=TEXT, by=by, tags=["mud", "coast"], **fields
    )
    Contribution.objects.create(article=written, contributor=by[0], role="photographer")
    return written


def items(newsletter: Newsletter, issue: Issue) -> None:
    news = cast.section(issue, "News", intro="Short.")
    for position, title in enumerate(["Eels", "Terns", LONG_TITLE[:200], "Thing"]):
        cast.article(
            newsletter,
            issue,
            title=title,
            slug=title.lower().replace(" ", "-")[:20],
            section=news,
            position=position,
            kind="item",
            source_url="https://example.org/",
            source_name="De Kust",
            source_language="nl",
            body=TEXT if position == 0 else "Short.",
            tags=["coast"],
        )
    multiply(issue.articles.get(title="Thing"), 9)


def archive(newsletter: Newsletter) -> None:
    """Enough old issues for a second page."""
    Issue.objects.bulk_create(
        Issue(
            newsletter=newsletter,
            number=number,
            title=f"Issue {number}",
            slug=f"no-{number}",
            summary="Nothing much.",
            status="published",
            published_at=cast.PUBLISHED_AT.replace(year=2020),
        )
        for number in range(1, 34)
    )


def abroad(name: str, slug: str, language: str, title: str, issue_slug: str, text: str) -> None:
    newsletter = cast.low_tide(title=name, slug=slug, language=language, tagline=name)
    issue = cast.issue(newsletter, 1, title=title, slug=issue_slug, body=text, closing=text)
    cast.article(newsletter, issue, title=name, slug="essay", kicker=title, body=f"{text}\n\n> {text}\n\n{text}")
    news = cast.section(issue, title)
    cast.article(newsletter, issue, title=title, slug="item", kind="item", section=news, body=text)
