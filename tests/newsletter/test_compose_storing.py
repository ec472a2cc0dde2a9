"""From a plan to the database: what a document makes, once and again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage

from newsletter import publishing
from newsletter.composing import AlreadyComposed, Answers, Choice, Document, Unreadable, compose, from_text, read
from newsletter.models import Article, Contributor, Issue, Picture, Section, Status
from tests import cast

pytestmark = pytest.mark.django_db

MARCH = """---
number: 7
date: 2026-03-31
tags: coast, mud
authors: [Ada Moor, Ben Quay]
summary: What March left behind.
subject: Mud!
preheader: And more
slug: mud-month
---
# March

Hello.

## Essays

### The tide

It came. ![Mud](mud.jpg)

## News

Two things.

### 1. [Crabs](https://example.org/crabs "The Shore") (in Dutch)

They walk.

### 2. Terns

They fly.

---

Write to us.
"""
MUD = cast.image_file(size=(24, 16)).read()


def make(text, newsletter, files=None, **wishes) -> Any:
    return compose(read(Document(text, files or {"mud.jpg": MUD})), newsletter, **wishes)


def stored_files():
    """Every file in the storage, with its folder."""
    found, folders = set(), [""]
    while folders:
        folder = folders.pop()
        below, files = default_storage.listdir(folder)
        found |= {f"{folder}{name}" for name in files}
        folders += [f"{folder}{name}/" for name in below]
    return found


def everything():
    models = (Issue, Section, Article, Picture, Contributor)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_document_becomes_a_draft_with_everything_in_it(low_tide):
    composed = make(MARCH, low_tide)
    issue = composed.thing
    assert composed.is_new
    facts = (issue.number, issue.title, issue.slug, issue.subject, issue.preheader, issue.summary, issue.status)
    assert facts == (7, "March", "mud-month", "Mud!", "And more", "What March left behind.", Status.DRAFT)
    assert (issue.body, issue.closing) == ("Hello.", "Write to us.")
    assert [(section.title, section.intro) for section in issue.sections.all()] == [
        ("Essays", ""),
        ("News", "Two things."),
    ]
    assert [(article.kind, article.title, article.section.title) for article in issue.articles.in_reading_order()] == [
        ("essay", "The tide", "Essays"),
        ("item", "Crabs", "News"),
        ("item", "Terns", "News"),
    ]
    crabs = issue.articles.get(slug="crabs")
    assert (crabs.source_url, crabs.source_name, crabs.source_language) == (
        "https://example.org/crabs",
        "The Shore",
        "nl",
    )
    assert not Article.objects.published().exists()


def test_texts_are_rendered_with_their_pictures(low_tide):
    tide = make(MARCH, low_tide).thing.articles.get(slug="the-tide")
    assert tide.body == "It came. ![Mud](picture:mud)"
    assert Picture.objects.get().file.url in tide.body_html
    assert Issue.objects.get().body_html == "<p>Hello.</p>"


def test_tags_go_to_all_articles_and_authors_sign_the_essays(low_tide):
    articles = {article.slug: article for article in make(MARCH, low_tide).thing.articles.all()}
    assert {tag.name for tag in articles["terns"].tags.all()} == {"coast", "mud"}
    signed = [contribution.contributor.name for contribution in articles["the-tide"].contributions.all()]
    assert signed == ["Ada Moor", "Ben Quay"]
    assert not articles["terns"].contributions.exists()


def test_without_essays_authors_sign_the_items(low_tide):
    article = make("---\nauthors: Ada Moor\n---\n# M\n\n1. **A**\n\n   Text.\n", low_tide).thing.articles.get()
    assert article.contributions.get().contributor.name == "Ada Moor"


def test_a_draft_offers_the_date_of_its_document(low_tide):
    issue = make(MARCH, low_tide).thing
    assert issue.published_at == datetime(2026, 3, 31, tzinfo=UTC)
    assert not Issue.objects.published().exists()


def test_without_a_number_the_next_free_one_is_taken(low_tide, published):
    assert make("# April\n\n## S\n\nText.\n", low_tide).thing.number == 2


@pytest.mark.parametrize(("title", "slug"), [("2026", "no-1"), ("!?", "no-1"), ("About", "about-2"), ("三月", "三月")])
def test_an_issue_never_gets_an_address_that_means_something_else(low_tide, title, slug):
    assert make(f"# {title}\n\n## S\n\nText.\n", low_tide).thing.slug == slug


def test_an_address_that_is_taken_gets_a_number(low_tide, published):
    assert make("---\nnumber: 9\n---\n# March\n\n## S\n\nText.\n", low_tide).thing.slug == "march-2"


def test_a_document_without_sections_becomes_an_article_that_stands_alone(low_tide):
    article = make("---\nslug: q-and-a\ntags: mud\n---\n# Questions\n\nQ: Why?\n\nA: Mud.\n", low_tide).thing
    assert (article.issue, article.slug, article.newsletter) == (None, "q-and-a", low_tide)
    assert len(article.questions) == 1
    assert [tag.name for tag in article.tags.all()] == ["mud"]


def test_the_editors_choice_of_kind_is_stored(low_tide):
    line = MARCH.split("\n").index("### 2. Terns") + 1
    compose(read(Document(MARCH, {"mud.jpg": MUD}), Answers({line: Choice(kind=Article.Kind.ESSAY)})), low_tide)
    assert Article.objects.get(slug="terns").kind == "essay"


def test_a_picture_is_used_again_where_file_caption_and_credit_are_the_same(low_tide):
    text = '# A\n\n![Mud](mud.jpg "Ripples")\n\n![Mud](MUD.jpg "Ripples")\n\n![Mud](mud.jpg "Other")\n'
    assert make(text, low_tide).thing.body.count("picture:mud-2") == 1
    again = make('# B\n\n![Mud](mud.jpg "Ripples")\n', low_tide).thing
    assert again.body == "![Mud](picture:mud)"
    assert Picture.objects.count() == 2


def test_the_same_document_again_changes_nothing(low_tide):
    make(MARCH, low_tide)
    before, files = everything(), stored_files()
    with pytest.raises(AlreadyComposed, match=r"No\.\s7") as refusal:
        make(MARCH, low_tide)
    assert refusal.value.is_same_document
    assert (everything(), stored_files()) == (before, files)


def test_another_document_of_the_same_number_or_address_or_title_and_date_changes_nothing(low_tide):
    make(MARCH, low_tide)
    dated = "---\ndate: 2026-03-31\n---\n# MARCH\n\n## S\n\nText.\n"
    for text in (MARCH.replace("# March", "# April"), dated, dated.replace("date: 2026-03-31", "slug: mud-month")):
        with pytest.raises(AlreadyComposed) as refusal:
            make(text, low_tide)
        assert not refusal.value.is_same_document
    assert Issue.objects.get().title == "March"


def test_a_number_of_its_own_makes_another_issue_of_the_same_title(low_tide):
    make(MARCH, low_tide)
    assert make(MARCH.replace("number: 7", "number: 8").replace("mud-month", "more-mud"), low_tide).is_new


def test_issues_that_are_called_alike_are_several(low_tide):
    for week in ("Ebb", "Flood", "Slack"):
        text = f"# Weekly\n\nHello.\n\n## News\n\n### 1. {week}\n\nOf {week}.\n\n### 2. More {week}\n\nMuch {week}.\n"
        assert make(text, low_tide, replace=True).is_new
    assert [issue.slug for issue in Issue.objects.order_by("number")] == ["weekly", "weekly-2", "weekly-3"]


def test_renamed_items_are_known_by_their_source_or_text_and_keep_their_address(low_tide):
    text = "# A\n\n## News\n\n### 1. [Crabs](https://example.org/c)\n\nWalk.\n\n### 2. Terns\n\nFly.\n"
    before = {
        article.pk: article.slug for article in make(f"---\nnumber: 5\n---\n{text}", low_tide).thing.articles.all()
    }
    renamed = text.replace("[Crabs]", "[Crabs at last]").replace("Terns", "Sea swallows").replace("Walk.", "Run.")
    issue = make(f"---\nnumber: 5\n---\n{renamed}", low_tide, replace=True).thing
    assert {article.pk: article.slug for article in issue.articles.all()} == before
    assert {article.title for article in issue.articles.all()} == {"Crabs at last", "Sea swallows"}


@pytest.mark.parametrize("times", [1, 2])
def test_queries_do_not_grow_with_the_articles(low_tide, django_assert_max_num_queries, times):
    items = "".join(
        f"### {n}. [Item {n}](https://example.org/{n})\n\nSee [{n}](https://example.com/{n}).\n\n"
        for n in range(1, 36 * times + 1)
    )
    text = f"---\nnumber: 5\ntags: a, b\nauthor: Ada Moor\n---\n# A\n\n## News\n\n{items}"
    plan, changed = read(from_text(text)), read(from_text(text.replace("See", "Look at")))
    with django_assert_max_num_queries(100):
        compose(plan, low_tide)
    with django_assert_max_num_queries(100):
        compose(changed, low_tide, replace=True)


def test_each_newsletter_has_its_own_issue_of_a_document(low_tide):
    other = cast.low_tide(title="High Tide", slug="high-tide")
    assert make(MARCH, low_tide).thing != make(MARCH, other).thing


CHANGED = """---
number: 7
slug: another
---
# March, mended

Hello again.

## News

Three things.

### 1. Terns

They fly far.

### 2. [Crabs walk](https://example.org/crabs)

Sideways.

### 3. Gulls

They shout.
"""


@pytest.fixture
def march(low_tide, edda):
    issue = make(MARCH, low_tide).thing
    publishing.publish(issue, edda)
    issue.articles.filter(slug="crabs").update(title="Crabs walk")
    return issue


def test_replacing_keeps_what_readers_know(march, low_tide):
    before = {article.slug: article.pk for article in march.articles.all()}
    composed = make(CHANGED, low_tide, replace=True)
    issue = Issue.objects.get()
    assert composed.thing == issue
    assert not composed.is_new
    assert (issue.slug, issue.number, issue.status, issue.published_at) == (
        "mud-month",
        7,
        "published",
        march.published_at,
    )
    assert (issue.title, issue.body, issue.closing) == ("March, mended", "Hello again.", "")
    assert (issue.subject, issue.summary) == ("Mud!", "What March left behind.")
    terns, crabs, gulls = issue.articles.filter(section__title="News").order_by("position")
    assert (terns.pk, terns.slug, terns.body, terns.is_public) == (before["terns"], "terns", "They fly far.", True)
    assert (crabs.pk, crabs.slug, crabs.body) == (before["crabs"], "crabs", "Sideways.")
    assert "They fly far." in terns.body_html
    assert gulls.status == Status.DRAFT


def test_replacing_keeps_and_reports_what_the_document_no_longer_has(march, low_tide):
    composed = make(CHANGED, low_tide, replace=True)
    tide = march.articles.get(slug="the-tide")
    assert tide.is_public
    assert [section.title for section in march.sections.all()] == ["News", "Essays"]
    assert composed.remarks == [
        "New, and a draft: “Gulls”.",
        "No longer in the document, and kept at the end: “The tide”.",
    ]


def test_replacing_takes_out_what_the_document_no_longer_has_when_told_to(march, low_tide, edda):
    cast.article(low_tide, march, title="Never seen", status=Status.DRAFT, published_at=None)
    for _ in range(2):
        make(CHANGED, low_tide, by=edda, replace=True, remove_missing=True)
        assert march.articles.get(slug="the-tide").status == Status.WITHDRAWN
        assert not march.articles.filter(title="Never seen").exists()


def test_replacing_with_the_same_document_changes_no_text(march, low_tide):
    before = list(march.articles.order_by("pk").values_list("slug", "body", "status", "position"))
    make(MARCH, low_tide, replace=True)
    assert list(march.articles.order_by("pk").values_list("slug", "body", "status", "position")) == before
    assert Picture.objects.count() == 1


def test_a_section_that_is_gone_goes_with_its_articles(march, low_tide):
    make(CHANGED, low_tide, replace=True, remove_missing=True)
    march.articles.withdrawn().delete()
    make(CHANGED, low_tide, replace=True)
    assert [section.title for section in march.sections.all()] == ["News"]


def test_a_section_that_was_an_article_before_stays_one_and_is_met_once(client, low_tide, edda):
    make("---\nnumber: 5\n---\n# May\n\n## Essays\n\n### Terns\n\nThey fly.\n", low_tide)
    issue = Issue.objects.get()
    Section.objects.update(title="Terns")
    publishing.publish(issue, edda)
    make("---\nnumber: 5\n---\n# May\n\n## Terns\n\nThey fly far.\n", low_tide, replace=True)
    assert issue.articles.get().body == "They fly far."
    page = client.get("/low-tide/may/").text
    assert page.count(">Terns<") == 1


def test_the_picture_that_the_front_matter_names_stands_at_the_head(low_tide):
    issue = make("---\ncover: {image: /img/mud.jpg, alt: Mud}\n---\n# May\n\n## S\n\nText.\n", low_tide).thing
    assert (issue.lead_picture.name, issue.lead_picture.alt) == ("mud", "Mud")


def test_an_article_that_stands_alone_is_replaced_in_place(low_tide, edda):
    article = make("---\nslug: questions\n---\n# Questions\n\nOne.\n", low_tide).thing
    publishing.publish(article, edda)
    make("---\nslug: questions\n---\n# Questions\n\nTwo.\n", low_tide, replace=True)
    article.refresh_from_db()
    assert (article.body, article.slug, article.is_public) == ("Two.", "questions", True)


def test_a_refused_picture_in_the_middle_stores_nothing(low_tide):
    text = MARCH.replace("They fly.", "They fly. ![Sand](sand.jpg)")
    before, files = everything(), stored_files()
    with pytest.raises(Unreadable, match=r"sand\.jpg"):
        make(text, low_tide, {"mud.jpg": MUD, "sand.jpg": b"no picture"})
    assert (everything(), stored_files()) == (before, files)


def test_a_value_that_the_database_refuses_leaves_no_file_behind(low_tide):
    before, files = everything(), stored_files()
    for slug in ("about", "2026"):
        with pytest.raises(Unreadable):
            make(MARCH.replace("mud-month", slug), low_tide)
    assert (everything(), stored_files()) == (before, files)


@pytest.mark.parametrize(
    "line",
    [
        "number: many",
        "number: -1",
        "date: soon",
        "tags: {a: b}",
        "slug: a b",
        "kind: book",
        "title: [",
        "summary: " + "x " * 251,
    ],
)
def test_a_document_with_odd_front_matter_is_composed_and_the_editor_is_told(low_tide, line):
    plan = read(from_text(f"---\n{line}\nissue: 7\n---\n# A\n\nText.\n"))
    assert plan.all_remarks or line.startswith("tags")
    assert compose(plan, low_tide).thing.number == 7


def test_front_matter_that_has_no_place_is_reported():
    plan = read(from_text("---\nlayout: post\ncolour: red\nweight: [1, b]\n---\n# A\n\nText.\n"))
    assert [remark.message for remark in plan.remarks] == [
        "The front matter's “colour: red” has no place here.",
        "The front matter's “weight: 1, b” has no place here.",
    ]


def test_a_thematic_break_at_the_start_is_no_front_matter():
    assert (
        read(from_text("---\n\nHello.\n\n---\n\n# A\n\nText.\n")).articles[0].text.source == "Hello.\n\n---\n\nText."
    )
