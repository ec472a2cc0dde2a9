"""Choosing what to hear of a discussion, below it and in the account."""

import pytest

from comments.models import Follow, stored_discussion_of
from tests.comments import talk

pytestmark = pytest.mark.django_db

ADDRESS = "/low-tide/march/mud/comments/following/"


@pytest.fixture
def reader(client, rita):
    client.force_login(rita)
    return client


def frequencies():
    return list(Follow.objects.order_by("pk").values_list("frequency", flat=True))


def test_following_and_leaving_lead_back_to_where_one_was(reader, mud):
    response = reader.post(ADDRESS, {"frequency": "daily", "next": "/low-tide/march/mud/#following"})
    assert response["Location"] == "/low-tide/march/mud/#following"
    assert frequencies() == ["daily"]
    assert reader.post(ADDRESS, {"frequency": "muted"})["Location"] == "/low-tide/march/mud/comments/"
    assert frequencies() == ["muted"]
    reader.post(ADDRESS, {"frequency": ""})
    assert frequencies() == []


def test_nonsense_and_looking_change_nothing(reader, discussion):
    reader.post(ADDRESS, {"frequency": "hourly"})
    assert reader.get(ADDRESS)["Location"] == "/low-tide/march/mud/comments/"
    assert frequencies() == []


def test_no_other_site_is_led_to(reader, discussion):
    response = reader.post(ADDRESS, {"frequency": "once", "next": "https://spam.example/"})
    assert "spam.example" not in response["Location"]


def test_who_is_not_signed_in_is_asked_to(client, discussion):
    assert client.post(ADDRESS, {"frequency": "once"})["Location"].startswith("/account/sign-in/")
    assert frequencies() == []


def test_what_nobody_may_see_cannot_be_followed(reader, secrets):
    for state in ("draft", "scheduled"):
        address = f"/low-tide/secret-{state}/comments/following/"
        assert reader.post(address, {"frequency": "once"}).status_code == 404
    assert frequencies() == []


def test_the_account_lists_what_is_followed_and_changes_it(reader, discussion, rita, otto):
    follow = Follow.objects.create(discussion=discussion, reader=rita)
    of_another = Follow.objects.create(discussion=discussion, reader=otto)
    page = reader.get("/account/following/").text
    assert 'href="/low-tide/march/mud/comments/"' in page
    reader.post("/account/following/", {"follow": follow.pk, "frequency": "daily"})
    reader.post("/account/following/", {"follow": of_another.pk, "frequency": "muted"})
    assert frequencies() == ["daily", "once"]
    reader.post("/account/following/", {"follow": follow.pk, "frequency": ""})
    assert frequencies() == ["once"]


def test_discussion_that_nobody_may_see_any_more_can_be_left(reader, secrets, rita):
    discussion = stored_discussion_of(secrets["withdrawn"])
    follow = Follow.objects.create(discussion=discussion, reader=rita)
    assert "/low-tide/secret-withdrawn/" not in reader.get("/account/following/").text
    reader.post("/account/following/", {"follow": follow.pk, "frequency": ""})
    assert frequencies() == []


def test_lists_cost_the_same_whatever_their_length(reader, published, rita, django_assert_num_queries):
    for place in (published, *published.articles.all()):
        Follow.objects.create(discussion=talk.under(place), reader=rita)
    reader.get("/account/following/")
    with django_assert_num_queries(3):
        reader.get("/account/following/")
