"""A real thread, with professional headlines, under the issue that it belongs to."""

import json

import pytest

from accounts.models import User
from newsletter.composing import compose, from_path, read
from newsletter.models import Newsletter
from newsletter.publishing import publish
from tests.comments import talk
from tests.newsletter.pages import main_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.real]


@pytest.fixture(autouse=True)
def _sizes_can_wait(settings):
    settings.TASKS = {"default": {**settings.TASKS["default"], "BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


def test_real_comments_are_read_under_their_issue_with_name_and_headline(client, real):
    newsletter = Newsletter.objects.create(title="China", slug="china")
    issue = compose(read(from_path(real / "this-month-in-china-2024-03.md")), newsletter).thing
    publish(issue, None)
    discussion = talk.under(issue)
    said = json.loads((real / "this-month-in-china-2024-03.comments.json").read_text(encoding="utf-8"))
    for number, comment in enumerate(said):
        reader = User.objects.create_user(f"reader{number}@example.org", display_name=comment["name"])
        reader.headline = comment["headline"]
        talk.say(discussion, talk.trusted(reader), comment["text"])
    page = main_of(client, issue.get_absolute_url())
    assert page.count('class="comment ') == len(said) == 4
    for comment in said:
        assert comment["name"] in page
        assert comment["headline"].replace("&", "&amp;") in page
        assert " ".join(comment["text"].split()[-3:]) in text_of(page).replace("\n", " ")
