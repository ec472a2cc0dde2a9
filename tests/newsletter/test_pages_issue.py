"""The page of an issue."""

import re

import pytest

from tests import cast
from tests.newsletter.pages import main_of, text_of

pytestmark = pytest.mark.django_db


def test_issue_shows_its_masthead_its_opening_its_articles_and_its_closing(client, published):
    html = main_of(client, "/low-tide/march/")
    shown = ["Low Tide", "What the water leaves behind", "The opening of number 1", "All about Mud", "All about Crabs"]
    places = [html.index(words) for words in [*shown, "Tell us what you found"]]
    assert places == sorted(places)


def test_dateline_has_number_month_and_minutes(client, published):
    text = text_of(main_of(client, "/low-tide/march/"))
    assert "No. 1 · April 2026 · 1 min" in text


def test_title_of_the_issue_is_the_only_first_heading(client, published):
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", main_of(client, "/low-tide/march/")) == ["March"]


def test_contents_lead_to_every_article_on_the_main_of(client, published):
    html = main_of(client, "/low-tide/march/")
    for article in published.articles.all():
        assert f'<a href="#a{article.pk}">{article.title}</a>' in html
        assert html.count(f'id="a{article.pk}"') == 1


def test_items_are_numbered_within_their_section_and_essays_are_not(client, published):
    more = cast.section(published, "More news", 2)
    for position, kind in enumerate(["item", "essay", "item"]):
        title = f"More {position}"
        cast.article(published.newsletter, published, title=title, section=more, position=position, kind=kind)
    headings = re.findall(r'<h\d class="title">(.*?)</h\d>', main_of(client, "/low-tide/march/"))
    assert [text_of(heading) for heading in headings] == [
        "Mud", "1 Crabs", "2 Terns", "1 More 0", "More 1", "2 More 2",
    ]  # fmt: skip


def test_title_of_an_item_links_to_its_source_whose_name_stands_behind(client, published):
    html = main_of(client, "/low-tide/march/")
    assert '<a href="https://example.org/crabs">Crabs</a>' in html
    assert "<cite>The Shore</cite>" in html


def test_title_without_a_source_links_to_the_page_of_the_article(client, published):
    assert re.search(r'<h2 class="title"><a href="/low-tide/march/mud/">Mud</a>', main_of(client, "/low-tide/march/"))


def test_foreign_language_of_a_source_is_told_to_people_and_to_machines(client, published):
    published.articles.filter(slug="crabs").update(source_language="nl")
    html = main_of(client, "/low-tide/march/")
    assert 'hreflang="nl"' in html
    assert "<cite>The Shore</cite> in Dutch" in html


def test_own_language_of_a_source_is_not_told(client, published):
    published.articles.filter(slug="crabs").update(source_language="en")
    assert "in English" not in main_of(client, "/low-tide/march/")


def test_every_article_has_a_permalink_and_its_tags(client, published):
    html = main_of(client, "/low-tide/march/")
    assert 'href="/low-tide/march/crabs/" aria-label="Permalink: Crabs"' in html
    assert html.count('<a rel="tag" href="/tags/coast/">coast</a>') == 3


def test_headings_of_a_text_lie_below_the_title_of_its_article(client, published):
    item = published.articles.get(slug="crabs")
    item.body = "## Claws"
    item.save()
    cast.render_texts(item)
    assert re.search(r"<h4[^>]*>Claws</h4>", main_of(client, "/low-tide/march/"))


def test_lead_picture_comes_with_caption_and_credit_and_does_not_wait(client, published):
    published.lead_picture = cast.picture()
    published.save()
    (figure,) = re.findall(r'<figure class="lead">.*?</figure>', main_of(client, "/low-tide/march/"))
    assert 'alt="Ripples in the mud"' in figure
    assert 'width="640" height="480"' in figure
    assert "Ripples at low water" in figure
    assert "Photo: Ada Moor" in figure
    assert "lazy" not in figure


@pytest.mark.parametrize(
    ("size", "wide"), [((600, 300), True), ((600, 400), True), ((400, 300), False), ((300, 400), False)]
)
def test_lead_picture_runs_wider_than_the_text_unless_it_is_too_high(client, published, size, wide):
    published.lead_picture = cast.picture(file=cast.image_file(size=size))
    published.save()
    assert ('<figure class="lead wide">' in main_of(client, "/low-tide/march/")) is wide


def test_lead_picture_that_the_text_shows_is_not_shown_twice(client, published):
    picture = cast.picture()
    article = published.articles.get(slug="mud")
    article.lead_picture, article.body = picture, "![](picture:mud)"
    article.save()
    cast.render_texts(article)
    assert main_of(client, "/low-tide/march/").count(f'src="{picture.file.url}"') == 1


def test_first_issue_links_to_the_next_and_the_next_back(client, published):
    cast.issue(published.newsletter, 2, title="April", slug="april")
    assert re.search(
        r'<a rel="next" href="/low-tide/april/">.*?Next issue · No. 2.*?April', main_of(client, "/low-tide/march/")
    )
    back = main_of(client, "/low-tide/april/")
    assert re.search(r'<a rel="prev" href="/low-tide/march/">.*?Previous issue · No. 1.*?March', back)
    assert 'rel="next"' not in back


def test_issue_of_one_article_needs_no_contents(client, low_tide):
    cast.article(low_tide, cast.issue(low_tide), title="Alone")
    assert "In this issue" not in main_of(client, "/low-tide/no-1/")


def test_a_section_with_a_text_alone_stands_where_it_is_and_an_empty_one_nowhere(client, published):
    letters = cast.section(published, "Letters", 0, intro="You wrote to us.")
    cast.section(published, "Gone", 2)
    cast.render_texts(published)
    html = main_of(client, "/low-tide/march/")
    assert f'<a href="#s{letters.pk}">Letters</a>' in html
    assert html.index("All about Mud") < html.index("You wrote to us.") < html.index("All about Crabs")
    assert "Gone" not in html
