"""Write first, identify later: what other apps use to learn who somebody is."""

import pytest
from allauth.core.context import request_context
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore

from accounts import identifying
from accounts.models import User
from core.limits import TooMany
from tests.accounts.doors import sent_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(rf):
    request = rf.post("/comments/")
    request.session, request.user = SessionStore(), AnonymousUser()
    with request_context(request):
        yield request


def test_name_and_headline_come_with_the_right_code(request_, mailoutbox):
    identifying.begin(request_, "New@example.org")
    assert identifying.pending_address(request_) == "new@example.org"
    with pytest.raises(identifying.WrongCode) as wrong:
        identifying.finish(request_, "WRONG", name="Mallory")
    assert wrong.value.attempts_left == 4
    assert not User.objects.exists()
    user = identifying.finish(request_, sent_code(mailoutbox), name="Nora", headline="Reads tides")
    assert user == request_.user == User.objects.get(display_name="Nora", headline="Reads tides", is_confirmed=True)


def test_who_has_a_name_keeps_it(request_, rita, mailoutbox):
    identifying.begin(request_, rita.email)
    assert identifying.finish(request_, sent_code(mailoutbox), name="Mallory", headline="Boss") == rita
    rita.refresh_from_db()
    assert (rita.display_name, rita.headline) == ("Rita", "")


def test_without_a_code_on_its_way_there_is_nothing_to_finish(request_, rita):
    with pytest.raises(identifying.CodeExpired):
        identifying.finish(request_, "ABCD-EFGH")


def test_too_many_say_how_long_to_wait(request_, mailoutbox):
    identifying.begin(request_, "new@example.org")
    with pytest.raises(TooMany) as limit:
        identifying.begin(request_, "new@example.org")
    assert 0 < limit.value.retry_after <= 60
    assert len(mailoutbox) == 1
