"""Readers in the admin: how they stand, and what is decided about them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments import banning, posting
from comments.models import ModerationEvent, Standing, Trust
from tests.comments import talk

pytestmark = pytest.mark.django_db


def send(browser, reader, decision: str, **fields):
    return browser.post(f"/admin/comments/reader/{reader.pk}/change/", {"decision": decision, **fields}, follow=True)


def test_list_has_those_who_wrote_with_their_record(moderation, discussion, rita, otto):
    talk.say(discussion, rita)
    page = moderation.get("/admin/comments/reader/")
    assert [str(row) for row in page.context["cl"].result_list] == ["Rita"]
    assert "1 ✓ 0 ✗" in page.text


def test_ban_has_an_end_and_a_reason_and_can_be_lifted(moderation, discussion, rita):
    talk.say(discussion, rita)
    assert "Rita is banned." in send(moderation, rita, "ban", days="7", reason="Be kind.").text
    standing = Standing.objects.get(reader=rita)
    assert timedelta(days=6) < standing.banned_until - timezone.now() < timedelta(days=8)
    with pytest.raises(posting.Refused, match="Be kind"):
        talk.say(discussion, rita, "Again")
    send(moderation, rita, "unban")
    assert talk.say(discussion, rita, "Back").is_approved
    assert [event.action for event in ModerationEvent.objects.filter(comment=None)] == ["unbanned", "banned"]


def test_trust_is_set_by_hand(moderation, discussion, rita):
    talk.say(discussion, rita)
    send(moderation, rita, "trust", trust="restricted")
    assert Standing.objects.get(reader=rita).trust == Trust.RESTRICTED
    assert talk.say(discussion, rita, "Again").held_by == "Restricted reader"


def test_trust_set_by_hand_leaves_a_ban_alone(discussion, rita, milo):
    banning.ban([rita.pk], milo, timezone.now() + timedelta(days=1), "Be kind.")
    banning.set_trust([rita.pk], milo, Trust.TRUSTED)
    standing = Standing.objects.get(reader=rita)
    assert (standing.is_banned, standing.trust, standing.ban_reason) == (True, Trust.TRUSTED, "Be kind.")


@pytest.mark.parametrize(("decision", "field"), [("ban", "days"), ("trust", "trust")])
def test_odd_values_change_nothing(moderation, discussion, rita, decision, field):
    talk.say(discussion, rita)
    assert send(moderation, rita, decision, **{field: "for ever"}).status_code == 200
    assert not Standing.objects.exists()


def test_people_who_work_here_are_not_banned(moderation, discussion, edda):
    talk.say(discussion, edda)
    assert send(moderation, edda, "ban", days="7", reason="").status_code == 403


def test_editors_do_not_judge_readers(desk, discussion, rita):
    talk.say(discussion, rita)
    assert desk.get("/admin/comments/reader/").status_code == 403
    assert send(desk, rita, "ban", days="7").status_code == 403
