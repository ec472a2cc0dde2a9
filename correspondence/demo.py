"""What readers of the demo have written to its editors, who have answered most of it. All of them are invented."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from accounts.models import User
from correspondence.filing import file
from correspondence.models import Letter, Thread
from mailing.models import Subscriber
from newsletter.models import Issue


def load() -> None:
    """The caller has loaded the publication and its readers, in the same transaction."""
    for number, facts in enumerate(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))):
        load_thread(number, **facts)


def load_thread(
    number: int, newsletter: str, letters: list[dict[str, Any]], closed: bool = False, **reader: str
) -> None:
    issue = Issue.objects.published().filter(newsletter__slug=newsletter).latest("published_at")
    editor = User.objects.filter(email="ada@example.org").first()
    about = {"newsletter": issue.newsletter, "issue": issue}
    subscriber = Subscriber.objects.filter(email=reader["email"]).first()
    for place, facts in enumerate(letters):
        letter = Letter(text=facts["text"], attachments=facts.get("attachments", []), **reader, **about)
        letter.at = issue.published_at + timedelta(hours=facts["hours"])  # type: ignore[operator,assignment]
        letter.message_id, letter.subscriber = f"<demo-{number}-{place}@example.org>", subscriber
        thread = file(letter)
        if facts.get("editor"):
            letter.state, letter.by, letter.name = Letter.State.SENT, editor, ""
        letter.save()
    is_open = not (closed or letters[-1].get("editor"))
    Thread.objects.filter(pk=thread.pk).update(is_open=is_open, **reader)
