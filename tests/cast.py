"""The people and papers of all tests. Edda edits, Milo moderates, Rita and Otto read.

*Low Tide* is a monthly with a published issue (No. 1), a scheduled one (No. 2), a draft (No. 3) and a withdrawn
one (No. 4). What the public must not see has the word SECRET in its title and text.
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.groups import EDITORS, MODERATORS
from accounts.models import User
from newsletter.models import Article, Contribution, Contributor, Event, Issue, Newsletter, Picture, Section, Status
from newsletter.rendering import render_texts
from participation.models import Poll, PollAnswer

PUBLISHED_AT = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
HORN = ("Hoot", "No hoot", "On Sundays")


def person(name: str, *, group: str | None = None, **fields: Any) -> User:
    user = User.objects.create_user(f"{name.lower()}@example.org", "correct horse", display_name=name, **fields)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def edda() -> User:
    return person("Edda", group=EDITORS)


def milo() -> User:
    return person("Milo", group=MODERATORS)


def rita() -> User:
    return person("Rita")


def low_tide(**fields: Any) -> Newsletter:
    return Newsletter.objects.create(
        **{"title": "Low Tide", "slug": "low-tide", "tagline": "What the water leaves behind", **fields}
    )


def issue(newsletter: Newsletter, number: int = 1, *, status: str = Status.PUBLISHED, **fields: Any) -> Issue:
    """An issue with an opening, a closing and no article; published in March 2026 unless told otherwise."""
    fields = {
        "title": f"Issue {number}",
        "slug": f"no-{number}",
        "body": f"The opening of number {number}.",
        "closing": "Tell us what you found.",
        "published_at": PUBLISHED_AT + timedelta(days=30 * number) if status != Status.DRAFT else None,
        **fields,
    }
    made = Issue.objects.create(newsletter=newsletter, number=number, status=status, **fields)
    render_texts(made)
    return made


def article(newsletter: Newsletter, issue: Issue | None = None, **fields: Any) -> Article:
    """A published essay; `tags` and `by` (contributors) are added to it."""
    tags, by = fields.pop("tags", ()), fields.pop("by", ())
    title = fields.setdefault("title", "Mud")
    fields.setdefault("slug", title.lower().replace(" ", "-"))
    fields.setdefault("body", f"All about {title}.")
    fields.setdefault("status", Status.PUBLISHED)
    fields.setdefault("published_at", issue.published_at if issue else PUBLISHED_AT)
    made = Article.objects.create(newsletter=newsletter, issue=issue, **fields)
    made.tags.add(*tags)
    for contributor in by:
        Contribution.objects.create(article=made, contributor=contributor)
    render_texts(made)
    return made


def section(issue: Issue, title: str = "News", position: int = 1, **fields: Any) -> Section:
    return Section.objects.create(issue=issue, title=title, position=position, **fields)


def contributor(name: str = "Ada Moor", **fields: Any) -> Contributor:
    return Contributor.objects.create(name=name, slug=name.lower().replace(" ", "-"), **fields)


def image_file(name: str = "mud.jpg", size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> SimpleUploadedFile:
    """A small real picture as a browser would upload it."""
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type=f"image/{kind.lower()}")


def base64_of(file: SimpleUploadedFile) -> str:
    """A file as an address holds it: `data:image/png;base64,…`."""
    return b64encode(file.read()).decode()


def picture(name: str = "mud", **fields: Any) -> Picture:
    fields = {"alt": "Ripples in the mud", "caption": "Ripples at low water", "credit": "Photo: Ada Moor", **fields}
    return Picture.objects.create(name=name, file=fields.pop("file", None) or image_file(), **fields)


def event(newsletter: Newsletter, slug: str = "mud-walk", **fields: Any) -> Event:
    """An announced walk across the mud, on a morning in 2094."""
    facts: dict[str, Any] = {
        "title": "Mud Walk",
        "place": "Pier 4, Tholemouth",
        "zone": "Europe/London",
        "state": "announced",
    }
    facts |= {"starts_at": datetime(2094, 6, 5, 9, 30, tzinfo=UTC), "ends_at": datetime(2094, 6, 5, 12, tzinfo=UTC)}
    return Event.objects.create(newsletter=newsletter, slug=slug, **facts | fields)


def poll(newsletter: Newsletter, name: str = "horn", answers: Iterable[str] = HORN, **fields: Any) -> Poll:
    """What becomes of the horn, with numbers for everybody; open unless told otherwise."""
    facts = {"name": name, "question": "What becomes of the horn?", "results": "always", **fields}
    made = Poll.objects.create(newsletter=newsletter, **facts)
    made.answers.bulk_create(
        PollAnswer(poll=made, text=text, position=position) for position, text in enumerate(answers)
    )
    return made


def march(newsletter: Newsletter) -> Issue:
    """No. 1 of *Low Tide*: an essay before the first section, and two items in the section News."""
    number_one = issue(newsletter, 1, title="March", slug="march")
    news = section(number_one, "News")
    article(newsletter, number_one, title="Mud", tags=["mud", "coast"], by=[contributor()])
    for position, title in enumerate(["Crabs", "Terns"], start=1):
        article(
            newsletter,
            number_one,
            title=title,
            section=news,
            position=position,
            kind="item",
            source_url=f"https://example.org/{title.lower()}",
            source_name="The Shore",
            tags=["coast"],
        )
    return number_one


def secret_issues(newsletter: Newsletter) -> dict[str, Issue]:
    """A draft, a scheduled and a withdrawn issue, each with an article, all marked SECRET."""
    states = enumerate(["draft", "scheduled", "withdrawn"], start=101)
    return {state: secret_issue(newsletter, number, state) for number, state in states}


def secret_issue(newsletter: Newsletter, number: int, status: str) -> Issue:
    """An issue with one article that the public must not see; `status` may also be `scheduled`."""
    date = timezone.now() + timedelta(days=7) if status == "scheduled" else PUBLISHED_AT
    state = Status.PUBLISHED if status == "scheduled" else Status(status)
    hidden = issue(
        newsletter,
        number,
        status=state,
        title=f"SECRET {status}",
        slug=f"secret-{status}",
        body="SECRET opening",
        published_at=None if status == "draft" else date,
    )
    article(
        newsletter,
        hidden,
        title=f"SECRET {status} article",
        slug=f"secret-{status}-article",
        body="SECRET text about mud",
        status=state,
        published_at=hidden.published_at,
        tags=["mud", f"secret-{status}"],
    )
    return hidden


def may(newsletter: Newsletter) -> Issue:
    """No. 5, a draft: Mud before the first section, Crabs and Terns in News."""
    number_five = issue(newsletter, 5, status=Status.DRAFT, title="May", slug="may")
    news = section(number_five, "News")
    unseen = {"status": Status.DRAFT, "published_at": None}
    article(newsletter, number_five, title="Mud", **unseen)
    for position, title in enumerate(["Crabs", "Terns"], start=1):
        article(newsletter, number_five, title=title, section=news, position=position, kind="item", **unseen)
    return number_five
