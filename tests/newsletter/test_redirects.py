"""Old addresses lead to new ones."""

import pytest
from django.core.exceptions import ValidationError

from newsletter.models import Article, Issue, Newsletter, Redirect
from newsletter.moving import leave_redirect

pytestmark = pytest.mark.django_db


def rename(thing, slug):
    old = type(thing).objects.get(pk=thing.pk)
    thing.slug = slug
    thing.save()
    leave_redirect(old, thing)


def test_an_old_address_answers_301(client, published):
    rename(Article.objects.get(title="Mud"), "silt")
    response = client.get("/low-tide/march/mud/")
    assert response.status_code == 301
    assert response["Location"] == "/low-tide/march/silt/"


def test_everything_below_a_renamed_newsletter_moves_along(client, published):
    rename(Newsletter.objects.get(), "ebb")
    assert client.get("/low-tide/")["Location"] == "/ebb/"
    assert client.get("/low-tide/march/mud/")["Location"] == "/ebb/march/mud/"
    assert client.get("/feeds/low-tide/rss.xml")["Location"] == "/feeds/ebb/rss.xml"


def test_the_query_string_moves_along(client, published):
    rename(Newsletter.objects.get(), "ebb")
    assert client.get("/low-tide/?page=2")["Location"] == "/ebb/?page=2"


def test_two_renamings_make_one_step(client, published):
    rename(Issue.objects.get(), "spring")
    rename(Issue.objects.get(), "equinox")
    assert client.get("/low-tide/march/mud/")["Location"] == "/low-tide/equinox/mud/"
    assert client.get("/low-tide/spring/mud/")["Location"] == "/low-tide/equinox/mud/"


def test_a_name_that_comes_back_makes_no_loop(client, published):
    rename(Issue.objects.get(), "spring")
    rename(Issue.objects.get(), "march")
    assert client.get("/low-tide/march/").status_code == 200
    assert client.get("/low-tide/spring/")["Location"] == "/low-tide/march/"


def test_the_nearest_redirect_wins(client, published):
    Redirect.objects.create(old_path="/old/", new_path="/low-tide/")
    Redirect.objects.create(old_path="/old/page/", new_path="/low-tide/march/")
    assert client.get("/old/page/")["Location"] == "/low-tide/march/"
    assert client.get("/old/other/")["Location"] == "/low-tide/other/"


def test_an_exact_address_without_a_slash_can_be_redirected(client, published):
    Redirect.objects.create(old_path="/2019/mud.html", new_path="/low-tide/march/mud/")
    assert client.get("/2019/mud.html")["Location"] == "/low-tide/march/mud/"


def test_an_address_that_exists_is_never_redirected(client, published):
    Redirect.objects.create(old_path="/low-tide/", new_path="/elsewhere/")
    assert client.get("/low-tide/march/").status_code == 200


def test_a_draft_leaves_nothing_behind(secrets):
    rename(secrets["draft"], "renamed")
    assert not Redirect.objects.exists()


def test_a_missing_page_stays_missing(client, published):
    assert client.get("/nothing/here/").status_code == 404


@pytest.mark.parametrize(
    ("old_path", "new_path"),
    [("old/", "/new/"), ("//evil.example/", "/new/"), ("/old/", "//evil.example/"), ("/old/", "javascript:x")],
)
def test_odd_addresses_are_refused(old_path, new_path):
    with pytest.raises(ValidationError):
        Redirect(old_path=old_path, new_path=new_path).full_clean()


def test_a_redirect_to_itself_is_refused():
    with pytest.raises(ValidationError, match="back to the old address"):
        Redirect(old_path="/old/", new_path="/old/page/").full_clean()


def test_no_redirect_leads_to_another_host(client, db):
    Redirect.objects.create(old_path="/old/", new_path="/")
    assert client.get("/old//evil.example/")["Location"] == "/evil.example/"
