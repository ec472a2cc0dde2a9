"""Trust rises with what was approved and falls with what was not."""

import pytest

from comments import moderating
from comments.models import Mode, State, Trust, standing_of, stored_discussion_of
from comments.trusting import trust_after
from tests.comments import talk


@pytest.mark.parametrize(
    ("before", "approved", "good", "bad", "after"),
    [
        (Trust.NEW, 1, 1, 0, Trust.NEW),
        (Trust.NEW, 2, 2, 0, Trust.TRUSTED),
        (Trust.TRUSTED, 50, 1, 1, Trust.TRUSTED),
        (Trust.TRUSTED, 50, 3, 2, Trust.NEW),
        (Trust.TRUSTED, 50, 4, 2, Trust.TRUSTED),
        (Trust.TRUSTED, 50, 2, 3, Trust.RESTRICTED),
        (Trust.RESTRICTED, 50, 2, 0, Trust.RESTRICTED),
        (Trust.RESTRICTED, 50, 3, 0, Trust.NEW),
    ],
)
def test_trust_follows_from_what_was_decided(before, approved, good, bad, after):
    assert trust_after(before, approved, good, bad, needed=2) == after


@pytest.mark.django_db
def test_reader_who_is_often_refused_waits_again(mud, rita, milo):
    talk.policy(mud.newsletter, mode=Mode.FIRST_HELD)
    discussion = stored_discussion_of(mud)
    moderating.transition([talk.say(discussion, rita, "Fine").pk], State.APPROVED, milo)
    assert standing_of(rita).trust == Trust.TRUSTED
    bad = [talk.say(discussion, rita, f"Bad {number}").pk for number in range(2)]
    moderating.reject(bad, milo)
    assert standing_of(rita).trust == Trust.NEW
    assert talk.say(discussion, rita, "And now?").held_by == "First comment"
    moderating.transition(bad, State.SPAM, milo)
    moderating.reject([talk.say(discussion, rita, "Again").pk], milo)
    assert talk.say(discussion, rita, "And now?!").held_by == "Restricted reader"


@pytest.mark.django_db
def test_policy_says_how_many_approvals_make_trust(mud, rita, milo):
    talk.policy(mud.newsletter, mode=Mode.ALL_HELD, approvals_for_trust=2)
    discussion = stored_discussion_of(mud)
    moderating.transition([talk.say(discussion, rita, "One").pk], State.APPROVED, milo)
    assert standing_of(rita).trust == Trust.NEW
    moderating.transition([talk.say(discussion, rita, "Two").pk], State.APPROVED, milo)
    assert standing_of(rita).trust == Trust.TRUSTED
