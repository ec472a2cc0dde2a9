"""Old addresses lead to new ones."""

from importlib import import_module
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection

from newsletter.models import Article, Issue, Newsletter, Redirect
from newsletter.moving import leave_redirect
from tests.newsletter.filling import send

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


@pytest.mark.parametrize(
    "request_path", ["/low-tide/march", "/low-tide/march/", "/Low-Tide/March/", "/low-tide//march/"]
)
def test_the_old_address_of_a_renamed_issue_in_every_spelling(client, published, request_path):
    rename(Issue.objects.get(), "spring")
    assert client.get(request_path)["Location"] == "/low-tide/spring/"


@pytest.mark.parametrize("slug", ["山间来信", "हिन्दी", "été", "Mud"])
def test_an_old_address_in_any_script_answers(client, published, slug):
    rename(Issue.objects.get(), slug)
    rename(Issue.objects.get(), "spring")
    assert client.get(f"/low-tide/{slug}/mud/")["Location"] == "/low-tide/spring/mud/"
    assert client.get(f"/low-tide/{quote(slug)}")["Location"] == "/low-tide/spring/"
    rename(Issue.objects.get(), slug)
    assert client.get("/low-tide/spring/", follow=True).status_code == 200
    assert client.get(f"/low-tide/{slug}/").status_code == 200


@pytest.mark.parametrize(
    ("old_path", "request_path"),
    [
        ("/feed", "/feed"),
        ("/feed", "/feed/"),
        ("/feed/", "/feed"),
        ("/2019/mud.html", "/2019/mud.html"),
        ("/2019/mud.html", "/2019/Mud.HTML"),
        ("/index.php", "/index.php/"),
        ("/Old/Page/", "/old/page"),
        ("/caf%C3%A9/", "/café/"),
        ("/cafe%CC%81/", "/caf%C3%A9"),
        ("/a%20b/", "/a b/"),
        ("/old//page/", "/old/page/"),
        ("/old/page/#part", "/old/page/"),
        ("http://localhost:8000/old/page/", "/old/page/"),
        ("  /old/page/ ", "/old/page/"),
        ("/100%/", "/100%25/"),
    ],
)
def test_every_old_address_that_the_form_takes_leads_on(client, desk, published, settings, old_path, request_path):
    settings.SITE_URL = "http://localhost:8000"
    answer = send(desk, "/admin/newsletter/redirect/add/", old_path=old_path, new_path="/low-tide/march/")
    assert answer.status_code == 302
    assert client.get(request_path)["Location"] == "/low-tide/march/"


@pytest.mark.parametrize(
    ("old_path", "word"),
    [
        ("old/page/", "Begin with one slash"),
        ("//evil.example/", "Begin with one slash"),
        ("https://other.example/old/", "Begin with one slash"),
        ("/index.php?s=12", "question mark"),
        ("/?cat=12", "question mark"),
        ("/a/../b/", "dots"),
        ("/", "a page of its own"),
        ("/tags", "a page of its own"),
        ("/robots.txt", "a page of its own"),
        ("/admin/newsletter", "a page of its own"),
        ("/admin/old/", "a page of its own"),
        ("/a%00b/", "Null characters"),
        ("/old/#part", "taken"),
    ],
)
def test_an_old_address_that_would_never_lead_on_is_refused_in_words(desk, published, old_path, word):
    Redirect.objects.create(old_path="/old/", new_path="/low-tide/")
    answer = send(desk, "/admin/newsletter/redirect/add/", old_path=old_path, new_path="/low-tide/march/")
    assert answer.status_code == 200
    assert word in answer.content.decode() or "already exists" in answer.content.decode()
    assert Redirect.objects.count() == 1


def test_a_page_that_is_there_wins_though_its_slash_is_missing(client, published):
    Redirect.objects.create(old_path="/low-tide/", new_path="/elsewhere/")
    assert client.get("/low-tide/march")["Location"] == "/low-tide/march/"


@pytest.mark.parametrize(
    ("old_path", "new_path", "request_path", "location"),
    [
        ("/old/", "/new", "/old/page/", "/new"),
        ("/old/", "/new/?from=old", "/old/page/?page=2", "/new/page/?from=old&page=2"),
        ("/old/", "/new/#part", "/old/", "/new/#part"),
        ("/old/", "https://other.example", "/old/page/", "https://other.example"),
        ("/old/", "https://other.example/", "/old/page", "https://other.example/page"),
        ("/old/", "/new/", "/old/a%3Fb%23c/", "/new/a%3Fb%23c/"),
        ("/old/", "/new/", "/old/Page/", "/new/Page/"),
        ("/old", "/neu/ü/", "/old", "/neu/%C3%BC/"),
        ("/old/", "/low-tide/", "/old/%E5%B1%B1", "/low-tide/%E5%B1%B1"),
    ],
)
def test_what_follows_the_old_address_follows_the_new_one(
    client, published, old_path, new_path, request_path, location
):
    Redirect.objects.create(old_path=old_path, new_path=new_path)
    assert client.get(request_path)["Location"] == location


def test_an_exact_redirect_wins_over_one_for_all_below(client, published):
    Redirect.objects.create(old_path="/old/page/", new_path="/low-tide/")
    Redirect.objects.create(old_path="/old/page", new_path="/low-tide/march/")
    assert client.get("/old/page/")["Location"] == "/low-tide/march/"
    assert client.get("/old/page/x/")["Location"] == "/low-tide/x/"


@pytest.mark.parametrize("new_path", ["/a/", "/A/", "/a", "/a/x/", "/b/"])
def test_redirects_in_a_circle_are_refused(published, new_path):
    Redirect.objects.create(old_path="/a/", new_path="/b/")
    with pytest.raises(ValidationError, match=r"back|led on from there"):
        Redirect(old_path="/b/", new_path=new_path).full_clean()


def test_a_redirect_to_where_readers_are_led_on_names_the_end(published):
    Redirect.objects.create(old_path="/b/", new_path="/low-tide/")
    with pytest.raises(ValidationError, match="/low-tide/march/"):
        Redirect(old_path="/a/", new_path="/b/march/").full_clean()


def test_a_new_redirect_shortens_those_that_led_to_its_old_address(client, desk, published):
    Redirect.objects.create(old_path="/a/", new_path="/b/")
    send(desk, "/admin/newsletter/redirect/add/", old_path="/b/", new_path="/low-tide/")
    assert client.get("/a/march/")["Location"] == "/low-tide/march/"


def test_a_long_address_costs_no_more_than_a_short_one(client, published, django_assert_num_queries):
    with django_assert_num_queries(1) as captured:
        assert Redirect.objects.covering("/" + "a/" * 2000) is None
    assert len(captured[0]["sql"]) < 100_000
    assert client.get("/" + "a/" * 2000).status_code == 404


def test_stored_addresses_that_never_led_on_are_rewritten(client, published):
    rows = [Redirect(old_path="x", new_path="/low-tide/"), Redirect(old_path="y", new_path="/low-tide/march/")]
    Redirect.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE newsletter_redirect SET old_path = %s WHERE old_path = 'x'", ["/caf%C3%A9/"])
        cursor.execute("UPDATE newsletter_redirect SET old_path = %s WHERE old_path = 'y'", ["/CAFÉ/"])
    import_module("newsletter.migrations.0006_redirects_in_one_form").rewrite(apps, connection.schema_editor())
    assert client.get("/café/")["Location"] == "/low-tide/march/"
    assert Redirect.objects.count() == 1


@pytest.mark.parametrize("request_path", ["/a%00b/", "/a%2500b/", "/low-tide/%2500/"])
def test_an_address_with_a_null_character_however_often_encoded_is_not_found(client, published, request_path):
    assert client.get(request_path).status_code == 404


@pytest.mark.parametrize("address", ["/?p=12", "/?utm_source=x&p=12", "/?p=12&preview=1"])
def test_a_number_of_wordpress_leads_on_from_a_page_that_is_there(client, published, address):
    Redirect.objects.create(old_path="/?p=12", new_path="/low-tide/march/")
    client.get("/")
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (301, "/low-tide/march/")
    assert client.get("/?p=13").status_code == client.get("/").status_code
    assert client.get("/?up=12").status_code == client.get("/").status_code


def test_other_addresses_are_not_looked_up_for_that(client, published, django_assert_num_queries):
    client.get("/low-tide/march/?page=1")
    with django_assert_num_queries(1):  # the look for changes
        client.get("/low-tide/march/?page=1")
