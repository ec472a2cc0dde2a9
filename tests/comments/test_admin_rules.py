"""Rules in the admin: tried before they are saved."""

import pytest

from comments.models import ModerationEvent, Rule, State
from tests import cast
from tests.comments import talk
from tests.newsletter.filling import fields

pytestmark = pytest.mark.django_db

ADD = "/admin/comments/rule/add/"
CASINO = {"name": "Gambling", "kind": "words", "words": "casino\nfree spins", "most_links": "1", "outcome": "pending"}


def gambling():
    return Rule.objects.filter(name="Gambling")


def test_first_the_hits_are_shown_and_then_it_is_saved(moderation, discussion, rita):
    talk.say(discussion, rita, "My *Casinò* pays")
    talk.say(discussion, rita, "My casinos pay")
    page = moderation.post(ADD, CASINO)
    assert [(hit.comment.body, hit.match) for hit in page.context["hits"]] == [("My *Casinò* pays", "casino")]
    assert "<mark>Casinò</mark>" in page.text
    assert not gambling().exists()
    moderation.post(ADD, {**CASINO, "rehearsed": page.context["rehearsed"]})
    assert gambling().exists()
    decision = ModerationEvent.objects.first()
    assert (decision.action, decision.rule) == ("rule", "Gambling")


def test_what_was_changed_after_it_was_tried_is_tried_again(moderation):
    rehearsed = moderation.post(ADD, CASINO).context["rehearsed"]
    page = moderation.post(ADD, {**CASINO, "words": "the", "rehearsed": rehearsed})
    assert page.context["hit_count"] == 0
    assert not gambling().exists()


def test_changed_rule_is_tried_too_and_kept_as_it_was_meanwhile(moderation):
    rule = Rule.objects.create(name="Gambling", words="casino")
    address = f"/admin/comments/rule/{rule.pk}/change/"
    form = fields(moderation.get(address)) | {"outcome": "spam"}
    page = moderation.post(address, form)
    rule.refresh_from_db()
    assert rule.outcome == State.PENDING
    moderation.post(address, form | {"rehearsed": page.context["rehearsed"]})
    rule.refresh_from_db()
    assert rule.outcome == State.SPAM


def test_mistakes_are_shown_before_anything_is_tried(moderation):
    page = moderation.post(ADD, {**CASINO, "words": " "})
    assert "Write at least one word." in page.text
    assert "rehearsed" not in page.context


def test_deleting_a_rule_is_a_decision_too(moderation):
    rule = Rule.objects.create(name="Gambling", words="casino")
    moderation.post(f"/admin/comments/rule/{rule.pk}/delete/", {"post": "yes"})
    assert not gambling().exists()
    assert ModerationEvent.objects.first().note == "Deleted"


def test_editors_have_no_rules_to_change(desk):
    assert desk.get(ADD).status_code == 403
    assert desk.post(ADD, CASINO).status_code == 403


def test_links_are_rehearsed_as_well(moderation, discussion, rita):
    talk.say(discussion, cast.person("Lynn"), "https://a.example and https://b.example")
    page = moderation.post(ADD, {**CASINO, "kind": "links", "words": "", "most_links": "1"})
    assert [hit.match for hit in page.context["hits"]] == ["2 links"]
