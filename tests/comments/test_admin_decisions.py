"""Decisions in the admin: read by everybody who moderates, changed by nobody, undone by who took them."""

import pytest

from comments import moderating
from comments.models import Comment, ModerationEvent, State
from tests import cast
from tests.comments import talk

pytestmark = pytest.mark.django_db


def undo(browser, *decisions):
    data = {"action": "undo", "_selected_action": [decision.pk for decision in decisions]}
    return browser.post("/admin/comments/moderationevent/", data, follow=True)


def test_own_decisions_are_found_and_those_of_others(moderation, discussion, rita, otto, milo):
    first, second = talk.held(discussion, rita), talk.held(discussion, otto)
    mira = cast.person("Mira", group="Moderators")
    moderating.transition([first.pk], State.APPROVED, milo)
    moderating.transition([second.pk], State.SPAM, mira)

    def about(query: str) -> list[int]:
        page = moderation.get(f"/admin/comments/moderationevent/?{query}")
        return [row.comment_id for row in page.context["cl"].result_list]

    assert about("by=me") == [first.pk]
    assert about("by=others") == [second.pk]
    assert about("by=nobody") == [second.pk, first.pk]
    assert about("action__exact=spam") == [second.pk]


def test_own_decision_is_undone(moderation, discussion, rita, milo):
    comment = talk.held(discussion, rita)
    moderating.transition([comment.pk], State.SPAM, milo)
    assert "Undone: 1." in undo(moderation, ModerationEvent.objects.first()).text
    comment.refresh_from_db()
    assert comment.is_pending
    assert ModerationEvent.objects.first().action == "undone"


def test_decisions_of_others_and_overtaken_ones_stand(moderation, discussion, rita, otto, milo):
    mira = cast.person("Mira", group="Moderators")
    hers, overtaken = talk.held(discussion, rita), talk.held(discussion, otto)
    moderating.transition([hers.pk], State.SPAM, mira)
    moderating.transition([overtaken.pk], State.SPAM, milo)
    decisions = list(ModerationEvent.objects.filter(action="spam"))
    moderating.transition([overtaken.pk], State.APPROVED, mira)
    assert "Undone: 0. Left as they were: 2." in undo(moderation, *decisions).text
    assert list(Comment.objects.order_by("pk").values_list("state", flat=True)) == [State.SPAM, State.APPROVED]


def test_feature_is_undone(moderation, discussion, rita, milo):
    comment = talk.say(discussion, rita)
    moderating.feature([comment.pk], milo)
    undo(moderation, ModerationEvent.objects.first())
    comment.refresh_from_db()
    assert not comment.is_featured


def test_decision_outlives_those_it_was_about(moderation, admin_client, discussion, rita, milo):
    comment = talk.say(discussion, rita)
    moderating.transition([comment.pk], State.REMOVED, milo)
    Comment.objects.filter(pk=comment.pk).delete()
    rita.delete()
    assert "Removed" in moderation.get("/admin/comments/moderationevent/").text
    decision = ModerationEvent.objects.first()
    assert admin_client.get(f"/admin/comments/moderationevent/{decision.pk}/delete/").status_code == 403
