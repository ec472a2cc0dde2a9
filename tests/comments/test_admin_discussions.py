"""Discussions and policies in the admin, where editors steer them."""

from datetime import timedelta

import pytest
import time_machine

from comments import steering
from comments.models import Discussion, Mode, ModerationEvent, Policy
from tests.comments import talk

pytestmark = pytest.mark.django_db


def act(browser, action: str, discussion):
    browser.post("/admin/comments/discussion/", {"action": action, "_selected_action": [discussion.pk]})
    return Discussion.objects.with_places().get(pk=discussion.pk)


def test_editors_close_and_open_discussions(desk, discussion):
    assert act(desk, "close", discussion).current_mode == Mode.CLOSED
    assert act(desk, "open_again", discussion).current_mode == Mode.FIRST_HELD
    assert [event.action for event in ModerationEvent.objects.all()] == ["opened", "closed"]


def test_discussion_whose_time_is_over_is_open_again_for_two_weeks(discussion, edda):
    talk.policy(discussion.newsletter, mode=Mode.OPEN, days_open=1)
    Discussion.objects.update(mode="")
    discussion = Discussion.objects.with_places().get()
    assert discussion.current_mode == Mode.CLOSED
    steering.reopen([discussion.pk], edda)
    discussion = Discussion.objects.with_places().get()
    assert discussion.is_open
    with time_machine.travel(discussion.closes_at + timedelta(seconds=1)):
        assert not Discussion.objects.with_places().get().is_open


def test_editor_gives_an_article_a_discussion_with_a_mode_of_its_own(desk, published):
    article = published.articles.get(slug="crabs")
    data = {"issue": "", "article": article.pk, "mode": "off", "closes_at_0": "", "closes_at_1": ""}
    assert desk.post("/admin/comments/discussion/add/", data).status_code == 302
    assert article.discussion.current_mode == Mode.OFF


def test_discussion_is_of_an_issue_or_an_article_not_of_both(desk, published):
    data = {
        "issue": published.pk,
        "article": published.articles.first().pk,
        "mode": "",
        "closes_at_0": "",
        "closes_at_1": "",
    }
    assert "Choose an issue or an article, not both." in desk.post("/admin/comments/discussion/add/", data).text


def test_closing_on_its_page_is_recorded(desk, discussion, edda):
    data = {"mode": "closed", "closes_at_0": "", "closes_at_1": ""}
    desk.post(f"/admin/comments/discussion/{discussion.pk}/change/", data)
    event = ModerationEvent.objects.get()
    assert (event.action, event.actor, event.note) == ("closed", edda, "Mud")


def test_policy_is_set_for_a_newsletter(desk, low_tide):
    data = {"newsletter": low_tide.pk, "mode": "held", "days_open": "30", "approvals_for_trust": "2"}
    assert desk.post("/admin/comments/policy/add/", data).status_code == 302
    assert Policy.objects.get().days_open == 30


def test_moderators_change_a_mode_and_look_nothing_else_up(moderation, discussion):
    assert moderation.get(f"/admin/comments/discussion/{discussion.pk}/change/").status_code == 200
    assert moderation.get("/admin/comments/discussion/add/").status_code == 403
    assert moderation.get("/admin/comments/policy/add/").status_code == 403
