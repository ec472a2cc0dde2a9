"""A real thread, with professional headlines, under the issue that it belongs to."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils.html import escape

from accounts.models import User
from comments import bringing_in
from comments.bringing_in.reading import read_pasted
from comments.models import Comment, Discussion
from newsletter.composing import compose, from_path, read
from newsletter.models import Issue, Newsletter
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


def test_real_comments_are_brought_in_with_names_headlines_and_hashtags(client, real, edda):
    newsletter = Newsletter.objects.create(title="China", slug="china")
    issue = compose(read(from_path(real / "this-month-in-china-2024-03.md")), newsletter).thing
    publish(issue, None)
    Issue.objects.filter(pk=issue.pk).update(published_at=datetime(2024, 3, 31, 12, tzinfo=UTC))
    issue.refresh_from_db()
    content = (real / "this-month-in-china-2024-03.comments.json").read_bytes()
    comments = [replace(comment, said_at="LinkedIn") for comment in bringing_in.read_comments(content)]
    assert bringing_in.bring_in(issue, comments, edda) == ["4 comments were brought in."]
    page = main_of(client, issue.get_absolute_url())
    for said in json.loads(content):
        assert escape(said["name"]) in page
        assert escape(said["headline"]) in page
        assert " ".join(said["text"].split()[-3:]) in text_of(page).replace("\n", " ")
    assert page.count("<bdi>A reader</bdi>") == 1
    assert page.count('<time class="dt-published" datetime="2024-03">March 2024</time>') == 2
    assert page.count("from LinkedIn, 2024") == 2
    assert page.count("from LinkedIn</a>") == 2
    assert len(re.findall(r'href="/search/\?q=\w+"', page.partition('class="threads"')[2])) >= 2
    assert len(bringing_in.bring_in(issue, comments, edda)) == 1
    assert Comment.objects.count() == Discussion.objects.get().comment_count == 4


def test_real_page_as_it_is_copied_ends_in_four_comments(real, edda):
    newsletter = Newsletter.objects.create(title="China", slug="china")
    issue = compose(read(from_path(real / "this-month-in-china-2024-03.md")), newsletter).thing
    copied = (real / "this-month-in-china-2024-03.pasted.txt").read_text(encoding="utf-8")
    first = json.loads((real / "this-month-in-china-2024-03.comments.json").read_bytes())[0]["text"]
    comments = read_pasted(copied[copied.index(first[:40]) :])
    assert [bool(comment.headline) for comment in comments] == [False, False, True, True]
    assert [comment.written for comment in comments[2:]] == ["7 个月", "7 个月"]
    bringing_in.bring_in(issue, comments, edda, copied_on=date(2024, 10, 20))
    assert Comment.objects.filter(exactness="month").count() == 2
