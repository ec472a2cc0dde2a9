"""Where a person is signed in, and how that ends."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.adapter import device
from accounts.models import User
from accounts.sessions import end_all_sessions
from core.worker import tidying
from tests.accounts.doors import is_signed_in, with_password

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"


def browser(email, agent):
    client = Client(headers={"User-Agent": agent})
    with_password(client, email=email)
    return client


@pytest.fixture
def laptop(rita):
    return browser(rita.email, FIREFOX)


@pytest.fixture
def phone(rita):
    return browser(rita.email, SAFARI)


def test_they_are_listed_with_device_and_place(laptop, phone):
    page = laptop.get("/account/sessions/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page


def stored():
    """All that is known of sessions."""
    return [str(each) for each in UserSession.objects.values_list()]


def test_where_they_are_is_stored_and_shown_only_if_the_site_keeps_it(laptop, settings):
    assert "127.0.0.1" not in str(stored())
    assert ".0.0.0" not in laptop.get("/account/sessions/").content.decode()
    settings.STORE_NETWORK_ADDRESS = True
    other = browser("rita@example.org", SAFARI)
    assert "127.0.0.1" in other.get("/account/sessions/").content.decode()
    settings.STORE_NETWORK_ADDRESS = False
    tidying.forget_expired_sessions()
    assert "127.0.0.1" not in str(stored())


def sign_out(laptop):
    laptop.post("/account/sign-out/")


def change_password(laptop):
    user = User.objects.get(email="rita@example.org")
    user.set_password("another one")
    user.save()
    laptop.get("/account/")


def wait_until_it_expires(laptop):
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    tidying.forget_expired_sessions()


def close(laptop):
    end_all_sessions(User.objects.get(email="rita@example.org"))


@pytest.mark.parametrize("end", [sign_out, change_password, wait_until_it_expires, close])
def test_however_a_session_ends_nothing_of_its_browser_is_left(laptop, end):
    assert "Firefox" in str(stored())
    end(laptop)
    assert stored() == []


def test_who_comes_again_in_one_browser_leaves_one_row(laptop, rita):
    with_password(laptop, email=rita.email)
    laptop.post("/account/sign-out/")
    with_password(laptop, email=rita.email)
    assert len(stored()) == Session.objects.count() == 1


def test_one_is_ended_and_the_others_go_on(laptop, phone):
    session = UserSession.objects.get(session_key=phone.cookies["session"].value)
    laptop.post(f"/account/sessions/{session.pk}/end/")
    assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)


def test_nobody_ends_somebody_elses(laptop, edda):
    other = browser(edda.email, FIREFOX)
    session = UserSession.objects.get(user=edda)
    assert laptop.post(f"/account/sessions/{session.pk}/end/").status_code == 404
    assert is_signed_in(other)


def test_all_others_are_ended_at_once(laptop, phone):
    laptop.post("/account/sessions/others/end/")
    assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)


def test_last_seen_is_written_once_an_hour(laptop, rita, clock, django_assert_num_queries):
    first = UserSession.objects.get().last_seen_at
    clock.shift(3601)
    laptop.get("/tags/")
    seen = UserSession.objects.get().last_seen_at
    assert seen > first
    clock.shift(60)
    laptop.get("/tags/")
    assert UserSession.objects.get().last_seen_at == seen


def test_closing_an_account_in_the_admin_ends_its_sessions_for_good(client, rita, laptop):
    client.force_login(User.objects.create_superuser("owner@example.org", "correct horse"))
    form = {"email": rita.email, "display_name": "Rita", "headline": "", "language": ""}
    assert client.post(f"/admin/accounts/user/{rita.pk}/change/", form).status_code == 302
    assert Session.objects.count() == 1
    User.objects.update(is_active=True)
    assert not is_signed_in(laptop)


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.9", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_browsers_are_told_by_names_that_people_know(agent, named):
    assert device(agent) == named
