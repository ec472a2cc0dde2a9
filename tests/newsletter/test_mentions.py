"""“Mentioned in”: the pages whose texts link to this one."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter import publishing
from newsletter.models import Article, Issue, Mention, Newsletter, Redirect
from newsletter.moving import follow
from newsletter.rendering import render_articles, render_texts
from tests import cast
from tests.newsletter.pages import main_of

pytestmark = pytest.mark.django_db

SITE = "https://courant.example"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


def mentioned_in(client, address):
    """The titles in the list on a page."""
    lists = main_of(client, address).partition("Mentioned in</h3>")[2].partition("</ul>")[0]
    return re.findall(r'<li><a href="[^"]+">([^<]+)</a>', lists)


def linking(newsletter, address, title="Later", **fields):
    return cast.article(newsletter, title=title, body=f"As I wrote [in March]({SITE}{address}).", **fields)


@pytest.mark.parametrize(
    "address",
    [
        "/low-tide/march/mud/",
        "/low-tide/march/mud",
        "/low-tide/march/mud/?utm_source=mail",
        "/low-tide/march/mud/#comments",
        "/low-tide//march/mud/",
    ],
)
def test_a_page_names_who_links_to_it(client, published, address):
    linking(published.newsletter, address)
    assert mentioned_in(client, "/low-tide/march/mud/") == ["Later"]
    assert mentioned_in(client, "/low-tide/march/") == []


def test_an_anchor_on_the_page_of_an_issue_means_its_article(client, published):
    mud = Article.objects.get(slug="mud")
    linking(published.newsletter, f"/low-tide/march/#{mud.anchor}")
    assert mentioned_in(client, "/low-tide/march/mud/") == ["Later"]
    assert mentioned_in(client, "/low-tide/march/") == []


def test_newest_stand_first_each_once_with_number_and_date(client, published):
    april = cast.issue(published.newsletter, 2, title="April", body=f"See [March]({SITE}/low-tide/march/).")
    twice = f"[March]({SITE}/low-tide/march/), [again]({SITE}/low-tide/march) and [here]({SITE}/low-tide/march/?x=1)"
    cast.article(published.newsletter, april, title="Sand", body=twice)
    linking(published.newsletter, "/low-tide/march/", published_at=cast.PUBLISHED_AT)
    assert mentioned_in(client, "/low-tide/march/") == ["Sand", "April", "Later"]
    assert 'No. 2 · <time datetime="2026-05-13">' in main_of(client, "/low-tide/march/")


def test_neither_a_page_itself_nor_its_issue_or_its_own_articles_count(client, published):
    published.body = f"[Mud]({SITE}/low-tide/march/mud/), [all]({SITE}/low-tide/march/)"
    published.save()
    render_texts(published)
    for slug, address in {
        "mud": "/low-tide/march/mud/",
        "crabs": "/low-tide/march/mud/",
        "terns": "/low-tide/march/",
    }.items():
        article = Article.objects.get(slug=slug)
        article.body = f"See [this]({SITE}{address})"
        article.save()
        render_texts(article)
    assert mentioned_in(client, "/low-tide/march/mud/") == ["Crabs"]
    assert mentioned_in(client, "/low-tide/march/") == []


def test_what_is_not_public_mentions_nothing(client, published, secrets):
    for number, hidden in enumerate(secrets.values()):
        linking(published.newsletter, "/low-tide/march/", f"SECRET {number}", issue=hidden)
    soon = timezone.now() + timedelta(days=1)
    linking(published.newsletter, "/low-tide/march/", "SECRET alone", published_at=soon)
    assert mentioned_in(client, "/low-tide/march/") == []


def test_who_takes_the_link_out_mentions_it_no_more(client, published):
    later = linking(published.newsletter, "/low-tide/march/")
    assert mentioned_in(client, "/low-tide/march/") == ["Later"]
    later.body = f"No link, but [elsewhere](https://example.org/low-tide/march/), and {SITE}.example/low-tide/march/"
    later.save()
    render_texts(later)
    assert mentioned_in(client, "/low-tide/march/") == []


def test_a_page_that_is_linked_to_before_it_is_there_is_mentioned_from_then_on(client, low_tide):
    linking(low_tide, "/articles/tomorrow/")
    cast.article(low_tide, title="Tomorrow")
    assert mentioned_in(client, "/articles/tomorrow/") == ["Later"]


def test_mentions_follow_each_renaming_and_so_do_links_to_addresses_of_before(client, published):
    linking(published.newsletter, "/low-tide/march/mud/", "First")
    moved("low-tide", "high-tide")
    moved("march", "spring")
    moved("mud", "mire")
    linking(published.newsletter, "/low-tide/march/mud/", "Second", published_at=cast.PUBLISHED_AT - timedelta(1))
    assert mentioned_in(client, "/high-tide/spring/mire/") == ["First", "Second"]


def moved(old, new):
    for model in (Newsletter, Issue, Article):
        for thing in model.objects.filter(slug=old):
            before = model.objects.get(pk=thing.pk)
            thing.slug = new
            thing.save()
            follow(before, model.objects.get(pk=thing.pk))


def test_a_link_to_an_address_of_another_site_of_before_is_followed(client, published):
    linking(published.newsletter, "/2026/03/mud.html?p=1", "First")
    assert mentioned_in(client, "/low-tide/march/mud/") == []
    Redirect.objects.create(old_path="/2026/03/mud.html", new_path="/low-tide/march/mud/")
    linking(published.newsletter, "/2026/03/mud.html", "Second")
    assert mentioned_in(client, "/low-tide/march/mud/") == ["Second"]


def test_what_took_the_address_of_another_page_is_what_is_meant(client, published):
    moved("mud", "mire")
    cast.article(published.newsletter, published, title="New", slug="mud")
    linking(published.newsletter, "/low-tide/march/mud/")
    assert mentioned_in(client, "/low-tide/march/mud/") == ["Later"]
    assert mentioned_in(client, "/low-tide/march/mire/") == []


def test_articles_that_are_stored_in_one_go_mention_too(client, published):
    body = f"See [March]({SITE}/low-tide/march/)."
    facts = {"newsletter": published.newsletter, "status": "published", "published_at": cast.PUBLISHED_AT}
    render_articles(
        [Article.objects.create(title=f"A{n}", slug=f"a{n}", body=body, **facts) for n in range(2)], are_new=True
    )
    assert mentioned_in(client, "/low-tide/march/") == ["A1", "A0"]


def test_odd_links_do_no_harm(client, published):
    long = "x" * 600
    body = f"[a]({SITE}/{long}/) [b]({SITE}/%00/) [c]({SITE}/%ff/) [d]({SITE}/#a1) [e]({SITE}/[/) [f]({SITE}/../../x/)"
    cast.article(published.newsletter, title="Odd", body=body)
    assert all(len(path) <= 500 and "\0" not in path for path in Mention.objects.values_list("path", flat=True))
    assert main_of(client, "/articles/odd/")


def test_a_withdrawn_page_comes_back_with_who_mentions_it(client, published, edda):
    linking(published.newsletter, "/low-tide/march/")
    publishing.withdraw(published, edda)
    publishing.publish(published, edda)
    assert mentioned_in(client, "/low-tide/march/") == ["Later"]


def test_it_can_be_switched_off(client, published):
    linking(published.newsletter, "/low-tide/march/")
    published.newsletter.shows_mentions = False
    published.newsletter.save()
    assert mentioned_in(client, "/low-tide/march/") == []
    assert "Around this issue" not in main_of(client, "/low-tide/march/")
