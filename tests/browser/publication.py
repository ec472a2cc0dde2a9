"""What the browser is shown: one page of every kind, with whatever is hard to set."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.utils import timezone

from accounts.models import User
from comments import following, moderating, posting, reacting
from comments.models import Comment, Discussion, Follow, State
from comments.notices.muting import Purpose, Token
from mailing import tokens
from mailing.models import Move, Subscriber, Subscription
from newsletter.models import Article, Contribution, Issue, Mention, Newsletter
from newsletter.rendering import render_texts
from newsletter.searching.known import learn
from participation.polls import voting
from readership.models import PagePair
from tests import cast
from tests.comments import talk
from tests.mailing import lists
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

event:walk
event:cancelled
event:past
poll:horn
poll:old

Q: Which jar?

A: Any jar.

[^1]: Only on Sundays.
"""
LONG_TITLE = "What forty people found on one beach between the first storm and the last, " * 3
CHINESE = "退潮不是一下子的事。海水先从高处撤走，再从沟里慢慢流尽；渔民读这些水痕，就像别人读*报纸*。"
ARABIC = "البحر لا ينسحب دفعة واحدة. يتراجع في ألسنة وأصابع."
UNBROKEN = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3
TALK = f"""

> {UNBROKEN}
>
> - a shoe
> - [a rope](https://example.org/{UNBROKEN})

1. `{UNBROKEN}`
2. **nobody** waits

```
{UNBROKEN} {UNBROKEN}
```
"""

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
    "search for a mistyped word": "/search/?q=ternns",
    "subscribe": "/subscribe/",
    "Chinese issue": "/chaojiandai/ni/",
    "Arabic issue": "/jazr/lawn/",
    "conversation": "/low-tide/march/mud/comments/",
    "second page of a conversation": "/low-tide/march/comments/?sort=oldest&after={Number 9.}",
    "comment": "/comments/{It was the eels}/",
    "what a comment said before": "/comments/{It was the eels}/history/",
    "poll": "/polls/horn/",
    "closed poll": "/polls/old/",
    "tips": "/tips/?newsletter=low-tide&issue=march",
    "mute": "/comments/mute/{mute}/",
    "confirmation": "/subscription/{confirm}/confirm/",
    "preferences": "/subscription/{preferences}/",
    "another address": "/subscription/{preferences}/address/",
    "erasure": "/subscription/{preferences}/erasure/",
    "new address": "/subscription/{move}/move/",
    "leaving": "/unsubscribe/{unsubscribe}/",
}
#: Pages of Rita's; she has signed in.
OWN_PAGES = {
    "essay": "/low-tide/march/mud/",
    "answer": "/low-tide/march/mud/comments/?reply_to={It was the eels}&quote=1",
    "pending comment": "/comments/{Does anybody know}/",
    "removed comment": "/comments/{Lamps}/",
    "appeal": "/comments/{Lamps}/appeal/",
    "edit": "/comments/{Does anybody know}/edit/",
    "deletion of a comment": "/comments/{Does anybody know}/deletion/",
    "report": "/comments/{It was the eels}/report/",
    "like": "/comments/{It was the eels}/like/",
    "profile": "/account/",
    "name": "/account/name/",
    "sessions": "/account/sessions/",
    "password": "/account/password/",
    "data": "/account/data/",
    "deletion of an account": "/account/deletion/",
    "notifications": "/account/notifications/",
    "following": "/account/following/",
    "my comments": "/account/comments/",
    "subscriptions": "/account/subscriptions/",
    "second factors": "/account/2fa/",
    "new passkey": "/account/2fa/keys/new/",
    "new app with codes": "/account/2fa/app/",
}
ERRORS = {"/nothing/": 404, "/low-tide/secret-withdrawn/": 410}


def publish() -> None:
    low_tide = cast.low_tide(about=TEXT, cadence="monthly", logo=cast.picture("logo", alt="A wave"))
    render_texts(low_tide)
    events(low_tide)
    poll = cast.poll(low_tide, answers=[LONG_TITLE[:120], UNBROKEN[:120], "Hoot"], several=True)
    voting.vote(poll, voting.Voter(None, "key"), poll.answers.all()[:2])
    cast.poll(low_tide, "old", question=UNBROKEN, closes_at=cast.PUBLISHED_AT)
    picture = cast.picture(file=cast.image_file(size=(480, 320)))
    ada = cast.contributor(headline="Walks the shore", about="Slowly.", website="https://example.org/ada")
    public = {"published_at": cast.PUBLISHED_AT, "summary": "Mud."}
    march = cast.issue(low_tide, 40, title="March", slug="march", body=TEXT, lead_picture=picture, **public)
    mud = essay(
        low_tide, march, "Mud", [ada], lead_picture=cast.picture("brick", file=cast.image_file(size=(320, 480)))
    )
    items(low_tide, march)
    archive(low_tide)
    cast.issue(low_tide, 41, title=LONG_TITLE[:230], slug="long", **public)
    cast.secret_issue(low_tide, 42, "withdrawn")
    alone = cast.article(low_tide, title="Alone", body=TEXT, tags=["coast"], by=[ada], summary="By itself.")
    surround(mud, alone, march)
    converse(talk.under(mud))
    subscribe(low_tide)
    talk.crowd(talk.under(march), cast.person("Many", headline="Writes a lot"), [None] * 12)
    abroad("潮间带", "chaojiandai", "zh-hans", "泥", "ni", CHINESE)
    abroad("الجزر", "jazr", "ar", "لون", "lawn", ARABIC)
    learn()


def surround(essay: Article, alone: Article, issue: Issue) -> None:
    """Something in each list at the foot of a page."""
    yesterday, last_year = (timezone.now() - timedelta(days) for days in (1, 365))
    cast.issue(issue.newsletter, 39, title=LONG_TITLE[:200], slug="last-year", published_at=last_year)
    facts: dict[str, object] = {"published_at": yesterday}
    mentions, read, discussed = (
        cast.article(issue.newsletter, title=f"{word} {UNBROKEN}", slug=word, **facts)
        for word in ("one", "two", "six")
    )
    for thing in (essay, issue, alone):
        Mention.objects.create(article=mentions, path=thing.get_absolute_url())
    Mention.objects.create(article=alone, path=essay.get_absolute_url())
    PagePair.objects.add({(yesterday.date(), each.pk, read.pk): 9 for each in (essay, alone)})
    talk.crowd(talk.under(discussed), cast.person("Busy"), [None])


def events(newsletter: Newsletter) -> None:
    """One to come, one that is cancelled, and one that is over."""
    cast.event(newsletter, "walk", title=UNBROKEN, who=UNBROKEN, url=f"https://example.org/{UNBROKEN}", summary="Mud.")
    cast.event(
        newsletter, "cancelled", title=LONG_TITLE[:200], state="cancelled", place="", url="https://example.org/"
    )
    cast.event(newsletter, "past", starts_at=cast.PUBLISHED_AT, ends_at=None, summary="Mud.")


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
    discussion = talk.under(issue)
    first = talk.say(discussion, cast.person(f"{slug}-1", headline=text), text)
    talk.say(discussion, cast.person(f"{slug}-2"), f"> {text}\n\nIn English.", first)


def converse(discussion: Discussion) -> None:
    """Threads as deep as they are shown and deeper, with comments in every state, and all of Markdown in them."""
    otto = talk.trusted(cast.person("Otto", headline="Keeper of the lighthouse, " * 4))
    rita, edda = cast.rita(), cast.edda()
    eels = talk.say(discussion, otto, "It was *the* crabs.")
    age(eels)
    posting.revise(eels, otto, f"It was the eels. {TALK}")
    parent = eels
    for number in range(5):
        parent = talk.say(discussion, (edda, otto)[number % 2], f"Answer {number}: {UNBROKEN}", parent)
    talk.say(discussion, otto, ARABIC)
    gone = talk.say(discussion, otto, "Never mind.")
    talk.say(discussion, edda, "I do mind.", gone)
    posting.take_back(gone, otto)
    talk.held(discussion, rita, "Does anybody know?")
    lamps = talk.say(discussion, rita, "Lamps, the best lamps.")
    moderating.transition([lamps.pk], State.REMOVED, edda, reason="Advertising.")
    liked = talk.say(discussion, edda, "Thank you all. #mud")
    reacting.like(liked, rita, liked=True)
    moderating.feature([eels.pk], edda)
    following.follow(discussion, rita, Follow.Frequency.DAILY)


def subscribe(newsletter: Newsletter) -> None:
    """Somebody who gets one newsletter, has asked for another, and wants both at another address."""
    [sumi] = lists.subscribe(newsletter, f"sumi.{UNBROKEN[:40]}")
    other = cast.low_tide(title=LONG_TITLE, slug="other")
    Subscription.objects.create(subscriber=sumi, newsletter=other, asked_at=timezone.now())
    Move.objects.create(subscriber=sumi, email=f"sumi@{UNBROKEN[:60]}.example")


def age(comment: Comment) -> None:
    """Let a comment be so old that what it said is kept when it changes."""
    comment.created_at -= timedelta(days=1)
    comment.save()


def address(path: str) -> str:
    """A path in which `{words}` stands for the number of the comment that begins so, or for a token."""
    return re.sub(r"\{(.+?)\}", lambda found: TOKENS[found[1]]() if found[1] in TOKENS else number(found[1]), path)


def number(words: str) -> str:
    return str(Comment.objects.get(body__startswith=words).pk)


def token_to_mute() -> str:
    rita = User.objects.get(email="rita@example.org")
    return str(Token(Purpose.CONVERSATION, rita.pk, Discussion.objects.get(article__slug="mud").pk))


def token_of_subscriber(purpose: tokens.Purpose) -> str:
    subscriber = Subscriber.objects.get(email__startswith="sumi.")
    about = {
        tokens.Purpose.UNSUBSCRIBE: Newsletter.objects.get(slug="low-tide").pk,
        tokens.Purpose.MOVE: subscriber.moves.get().pk,
    }
    return str(tokens.Token(purpose, subscriber.pk, about.get(purpose, 0)))


TOKENS: dict[str, Callable[[], str]] = {
    "mute": token_to_mute,
    **{purpose.name.lower(): partial(token_of_subscriber, purpose) for purpose in tokens.Purpose},
}
