"""What editors are told before they publish."""

import pytest

from newsletter import publishing
from newsletter.models import Issue, Status
from newsletter.preflight import findings
from newsletter.rendering import render_texts
from tests import cast

pytestmark = pytest.mark.django_db


def said(thing) -> set[tuple[str, str]]:
    return {(str(finding.thing), finding.field) for finding in findings(thing)}


def complete(thing, **fields):
    """Give a thing everything that is asked for, but for some fields."""
    picture = thing.lead_picture or cast.picture(f"picture-of-{thing.slug}")
    for name, value in {"summary": "In short.", "lead_picture": picture, **fields}.items():
        setattr(thing, name, value)
    thing.save()
    render_texts(thing)
    return thing


@pytest.fixture
def essay(low_tide):
    return complete(cast.article(low_tide, status=Status.DRAFT))


def test_a_complete_article_passes(essay):
    assert findings(essay) == []


def test_a_complete_issue_passes(published):
    complete(published, preheader="In the mud")
    complete(published.articles.get(title="Mud"))
    assert findings(published) == []


@pytest.mark.parametrize("field", ["summary", "lead_picture", "preheader"])
def test_an_issue_lacks_something(published, field):
    complete(published, **{"preheader": "In the mud", field: None if field == "lead_picture" else ""})
    assert ("March", field) in said(published)


def test_an_issue_without_articles_and_a_section_without_any(low_tide):
    issue = complete(cast.issue(low_tide, 5), preheader="x")
    cast.section(issue, "News")
    assert said(issue) == {("Issue 5", "articles"), ("Issue 5", "sections")}


def test_a_section_that_has_an_introduction_is_not_empty(low_tide):
    issue = cast.issue(low_tide, 5)
    cast.section(issue, "News", intro="Nothing this month.")
    assert ("Issue 5", "sections") not in said(issue)


@pytest.mark.parametrize("field", ["summary", "lead_picture", "body"])
def test_an_essay_lacks_something(essay, field):
    complete(essay, **{field: None if field == "lead_picture" else ""})
    assert said(essay) == {("Mud", field)}


def test_an_item_needs_a_source_but_neither_summary_nor_picture(low_tide):
    item = cast.article(low_tide, kind="item")
    assert said(item) == {("Mud", "source_url")}


def test_an_item_may_be_a_mere_link(low_tide):
    item = cast.article(low_tide, kind="item", body="", source_url="https://example.org/")
    (finding,) = findings(item)
    assert (finding.field, finding.is_serious) == ("body", False)


def test_a_picture_that_is_not_there_is_serious(essay):
    complete(essay, body="![Nothing](picture:nothing)")
    (finding,) = findings(essay)
    assert finding.is_serious
    assert "“nothing”" in finding.message


def test_links_that_are_not_https_are_named_once(essay):
    complete(essay, body="[a](http://example.org/a) and http://example.org/a", source_url="http://example.org/b")
    assert [(finding.field, finding.message.split(": ")[1]) for finding in findings(essay)] == [
        ("source_url", "http://example.org/b"),
        ("body", "http://example.org/a"),
    ]


def test_pictures_want_a_caption_and_a_credit(essay):
    cast.picture("bare", caption="", credit="")
    complete(essay, body="![Bare](picture:bare)")
    assert said(essay) == {("bare", "caption"), ("bare", "credit")}


def test_the_texts_of_closing_and_sections_are_read_as_well(published):
    section = published.sections.get()
    section.intro = "See http://example.org/intro"
    section.save()
    complete(published, preheader="x", closing="![Nothing](picture:nothing)")
    assert {("March", "sections"), ("March", "closing")} <= said(published)


def test_the_serious_ones_come_first(published):
    mud = published.articles.get(title="Mud")
    mud.body = ""
    mud.save()
    first, *others = findings(published)
    assert (first.thing, first.field, first.is_serious) == (mud, "body", True)
    assert not any(finding.is_serious for finding in others)


def test_withdrawn_articles_are_left_in_peace(published, edda):
    publishing.withdraw(published.articles.get(title="Mud"), edda)
    assert not any(title == "Mud" for title, _field in said(published))


@pytest.mark.parametrize("articles", [2, 30])
def test_an_issue_is_looked_at_with_6_queries(low_tide, django_assert_num_queries, articles):
    issue = complete(cast.issue(low_tide, 5))
    section = cast.section(issue)
    cast.picture("mud")
    for number in range(articles):
        made = cast.article(low_tide, issue, title=f"A {number}", section=section, body="![Mud](picture:mud)")
        made.lead_picture = issue.lead_picture
        made.save()
    issue = Issue.objects.get(pk=issue.pk)
    with django_assert_num_queries(6):
        findings(issue)
