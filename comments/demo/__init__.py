"""The conversations under the demo publication, posted as readers would post them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Group

from accounts.models import User
from comments import counting, moderating, posting, reacting
from comments.models import Comment, Discussion, ModerationEvent, Notice, Standing, State, Trust, stored_discussion_of
from newsletter import demo
from newsletter.models import Article, Contributor, Issue, Publishable

FILE = Path(__file__).parent / "conversations.yaml"


def load() -> None:
    """Let the readers of the demo meet under its pieces; the caller has loaded those, in the same transaction."""
    conversations = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    people = {short: add_reader(short, facts) for short, facts in conversations["readers"].items()}
    for facts in conversations["discussions"]:
        discussion = stored_discussion_of(place_of(facts))
        said_in_order = sorted(with_replies(facts["comments"], None), key=lambda said: said["hours"])
        for said in said_in_order:
            say(discussion, said, people)
        for said in said_in_order:
            if "removed" in said:
                moderating.transition([said["comment"].pk], State.REMOVED, people["ada"], reason=said["removed"])
        counting.recount(Discussion.objects.filter(pk=discussion.pk))
    Notice.objects.filter(reader__in=people.values()).delete()  # nobody reads what is sent to them


def remove() -> None:
    """Its readers, and what was decided about them."""
    User.objects.filter(email__endswith=demo.INVENTED, is_let_in=False, is_superuser=False).delete()
    ModerationEvent.objects.all().delete()


def add_reader(short: str, facts: dict[str, Any]) -> User:
    reader = User.objects.create_user(f"{short}@example.org", display_name=facts["name"], headline=facts["headline"])
    reader.groups.set(Group.objects.filter(name__in=facts.get("groups", ())))
    if "contributor" in facts:
        Contributor.objects.filter(slug=facts["contributor"]).update(user=reader)
    if not facts.get("is_new"):
        Standing.objects.create(
            reader=reader, trust=Trust.TRUSTED, known_name=reader.display_name, known_headline=reader.headline
        )
    return reader


def place_of(facts: dict[str, Any]) -> Publishable:
    issues = Issue.objects.filter(newsletter__slug=facts.get("newsletter"), slug=facts.get("issue"))
    if "article" not in facts:
        return issues.get()
    return Article.objects.get(slug=facts["article"], issue=issues.first())


def with_replies(comments: list[dict[str, Any]], parent: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Comments with all replies to them; each of these knows its `parent`."""
    for said in comments:
        said["parent"] = parent
        yield said
        yield from with_replies(said.get("replies", []), said)


def say(discussion: Discussion, said: dict[str, Any], people: dict[str, User]) -> None:
    """Post one comment at its hour, with all that others did with it."""
    parent = said["parent"]["comment"] if said["parent"] else None
    comment = said["comment"] = posting.post(discussion, people[said["by"]], said["text"].strip(), parent=parent)
    moment = discussion.place.published_at + timedelta(hours=said["hours"])  # type: ignore[operator]
    Comment.objects.filter(pk=comment.pk).update(created_at=moment)
    for reader in said.get("likes", ()):
        reacting.like(comment, people[reader])
    if said.get("featured"):
        moderating.feature([comment.pk], people["ada"])
    if "reported" in said:
        reacting.report(comment, people[said["reporter"]], said["reported"])
