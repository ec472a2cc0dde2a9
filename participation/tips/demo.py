"""What readers of the demo have sent in, and what was made of it. All of them are invented."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from accounts.models import User
from newsletter.models import Article, Issue, Link
from participation.models import Tip

OWN = ("text", "link", "name", "email", "credit", "credit_name", "state", "reason")


def load() -> None:
    """The caller has loaded the publication, in the same transaction."""
    editor = User.objects.filter(email="ada@example.org").first()
    for facts in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")):
        tip = tip_of(facts)
        if tip.state != "new":
            tip.decided_by, tip.decided_at = editor, tip.sent_at + timedelta(hours=9)
        if "article" in facts:
            tip.article = thanked(tip, facts["article"])
        if "article" in facts or "reason" in facts:
            tip.told_at = max(tip.sent_at, out_at(tip.issue)) + timedelta(hours=10)
        tip.save()
        if "found" in facts:
            Link.objects.update_or_create(address=tip.link, defaults=facts["found"] | {"checked_at": timezone.now()})


def tip_of(facts: dict[str, Any]) -> Tip:
    issue = Issue.objects.published().filter(newsletter__slug=facts["newsletter"]).latest("published_at")
    sent_at = out_at(issue) + timedelta(days=facts["days"])
    own = {name: facts[name] for name in OWN if name in facts}
    return Tip(newsletter=issue.newsletter, issue=issue, language=issue.newsletter.language, sent_at=sent_at, **own)


def out_at(issue: Any) -> datetime:
    return issue.published_at


def thanked(tip: Tip, title: str) -> Article:
    article = Article.objects.get(newsletter=tip.newsletter, title=title)
    article.tip_credit = tip.credited_as
    article.save()
    return article
