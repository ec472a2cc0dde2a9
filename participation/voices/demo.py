"""Whom the demo publication quotes and answers. The conversations are there by then."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from accounts.models import User
from newsletter.demo import INVENTED
from newsletter.models import Contributor, Issue
from newsletter.rendering import render_texts
from newsletter.sayings import Saying, sources
from participation.models import State, Voice
from participation.voices import answering, quoting
from participation.voices.excerpts import excerpt, fits

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
FILE = Path(__file__).with_suffix(".yaml")


def load() -> None:
    facts = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for of_issue in facts["voices"]:
        quote(**of_issue)
    answer(**facts["questions"])


def quote(newsletter: str, issue: str, quoted: dict[str, str], *, busiest: bool = False) -> None:
    """All of them have said yes in time."""
    found = Issue.objects.select_related("newsletter").get(newsletter__slug=newsletter, slug=issue)
    names, asked_at = [], found.published_at - quoting.TIME_TO_ANSWER  # type: ignore[operator]
    for who, words in quoted.items():
        saying = said_by(found, who, words)
        facts: dict[str, Any] = {
            "reader": saying.user,
            "state": State.AGREED,
            "answered_at": found.published_at,
            "asked_at": asked_at,
        }
        voice = Voice.objects.create(
            issue=found, source=saying.source, key=saying.key, quotation=excerpt(words, saying.text), **facts
        )
        names.append(voice.name)
    pieces = [each for source in sources for each in source.busiest(found.newsletter, quoting.said_since(found))]
    before = [each for each in pieces if each[0].published_at < found.published_at]  # type: ignore[operator]
    quoting.add_to_section(found, "\n\n".join([*names, quoting.list_of(found, before) if busiest else ""]))
    render_texts(found)


def said_by(issue: Issue, who: str, words: str) -> Saying:
    """What this reader said with these words, in all the time."""
    lately = (each for source in sources for each in source.lately(issue.newsletter, LONG_AGO))
    return next(each for each in lately if each.email == who + INVENTED and fits(words, each.text))


def answer(newsletter: str, issue: str, title: str, asked: dict[str, list[str]], by: str, tags: list[str]) -> None:
    """A draft in the next issue, of which one answer is still to be written."""
    found = Issue.objects.select_related("newsletter").get(newsletter__slug=newsletter, slug=issue)
    article = answering.new_article(found.newsletter, found, title)
    article.tags.add(*tags)
    article.contributions.create(contributor=Contributor.objects.get(slug=by))
    editor = User.objects.staff().filter(email__endswith=INVENTED)[0]
    for who, (words, answered) in asked.items():
        answering.ask_in(article, [said_by(found, who, words)], editor)
        article.refresh_from_db()
        article.body = f"{article.body.rstrip()} {answered}".rstrip()
        article.save()
    render_texts(article)
