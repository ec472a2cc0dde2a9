"""The page of an article, inside an issue or outside of any."""

import re

import pytest

from newsletter.models import Contribution
from tests import cast
from tests.newsletter.pages import main_of, text_of

pytestmark = pytest.mark.django_db


def test_article_says_where_it_appeared_and_when(client, published):
    html = main_of(client, "/low-tide/march/mud/")
    anchor = published.articles.get(slug="mud").anchor
    assert f'<a href="/low-tide/march/#{anchor}"><span class="number">No. 1</span></a>' in html
    assert '<time datetime="2026-04-13">April 13, 2026</time>' in html


def test_item_says_its_section_and_its_number(client, published):
    assert '<p class="kicker">News ·&nbsp;2</p>' in main_of(client, "/low-tide/march/terns/")


def test_title_of_an_item_is_the_first_heading_and_links_to_its_source(client, published):
    published.articles.filter(slug="crabs").update(source_language="nl")
    html = main_of(client, "/low-tide/march/crabs/")
    assert re.search(r'<h1[^>]*><a href="https://example.org/crabs" hreflang="nl">Crabs</a></h1>', html)
    assert "<cite>The Shore</cite> in Dutch" in html


def test_byline_names_each_contributor_with_their_part(client, published):
    article = published.articles.get(slug="mud")
    for name, role in [("Bo Lind", "author"), ("Cy Reed", "photographer")]:
        Contribution.objects.create(article=article, contributor=cast.contributor(name), role=role, position=1)
    (byline,) = re.findall(r'<p class="byline">(.*?)</p>', main_of(client, "/low-tide/march/mud/"))
    assert text_of(byline) == "By Ada Moor, Bo Lind · Photographs by Cy Reed"
    assert '<a href="/contributors/ada-moor/">Ada Moor</a>' in byline


def test_article_links_to_those_before_and_after_it_in_the_issue(client, published):
    html = main_of(client, "/low-tide/march/crabs/")
    assert re.search(r'<a rel="prev" href="/low-tide/march/mud/">.*?Mud</strong>', html)
    assert re.search(r'<a rel="next" href="/low-tide/march/terns/">.*?Terns</strong>', html)


def test_related_are_those_that_share_most_tags(client, published, low_tide):
    cast.article(low_tide, title="Both", tags=["mud", "coast"])
    cast.article(low_tide, title="Neither", tags=["hills"])
    related = main_of(client, "/low-tide/march/mud/").partition("Related</h3>")[2]
    titles = re.findall(r'<li><a href="[^"]+">(\w+)</a>', related)
    assert titles[0] == "Both"
    assert set(titles) == {"Both", "Crabs", "Terns"}


def test_article_without_tags_has_no_related(client, low_tide):
    cast.article(low_tide, title="Alone")
    assert "Related" not in main_of(client, "/articles/alone/")


def test_article_outside_any_issue_has_its_own_address_and_list(client, low_tide):
    cast.article(low_tide, title="Alone", summary="By itself.")
    html = main_of(client, "/articles/alone/")
    assert "All about Alone" in html
    assert "No. " not in html
    assert '<a href="/articles/alone/">Alone</a>' in main_of(client, "/articles/")
    assert "By itself." in main_of(client, "/articles/")


def test_article_in_an_issue_is_not_among_those_that_stand_alone(client, published):
    assert "Mud" not in main_of(client, "/articles/")
    assert client.get("/articles/mud/").status_code == 404


def test_headings_of_the_text_follow_the_title(client, low_tide):
    cast.article(low_tide, title="Alone", body="#### Deep\n\nText.")
    assert re.search(r"<h2[^>]*>Deep</h2>", main_of(client, "/articles/alone/"))


def test_first_picture_of_a_text_without_lead_picture_does_not_wait(client, low_tide):
    cast.picture("one")
    cast.picture("two", file=cast.image_file("two.jpg", (320, 240)))
    cast.article(low_tide, title="Alone", body="![](picture:one)\n\nText.\n\n![](picture:two)")
    first, second = re.findall(r"<img[^>]+>", main_of(client, "/articles/alone/"))
    assert "lazy" not in first
    assert 'loading="lazy"' in second


def test_video_asks_nothing_of_its_host(client, low_tide):
    cast.article(low_tide, title="Alone", body="https://www.youtube.com/watch?v=aqz-KE-bpKQ")
    html = main_of(client, "/articles/alone/")
    assert 'data-embed="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"' in html
    assert "<iframe" not in html
