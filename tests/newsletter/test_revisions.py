"""What was saved when and by whom: listed, compared, restored, and thinned after a while."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.own_data import erase_account
from newsletter import revising
from newsletter.composing import Document, read
from newsletter.composing.storing import compose
from newsletter.models import Article, Issue, Revision, Section
from tests import cast
from tests.newsletter.crowd import queries_for
from tests.newsletter.filling import fields, send
from tests.newsletter.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(low_tide):
    """No. 9, which has been there since before revisions were kept."""
    return cast.issue(low_tide, 9, status="draft", title="May", body="It was the moon.")


def change(desk, thing, **values):
    answer = send(desk, f"/admin/newsletter/{thing._meta.model_name}/{thing.pk}/change/", **values)
    assert answer.status_code == 302
    thing.refresh_from_db()


def saved(thing, field="body"):
    """What each revision says, oldest first."""
    return [revision.texts[field] for revision in thing.revisions.order_by("pk")]


def test_the_first_save_keeps_what_was_there_before(desk, draft, edda):
    change(desk, draft, body="It was the sun.")
    before, after = draft.revisions.order_by("pk")
    assert (before.texts["body"], before.by) == ("It was the moon.", None)
    assert (after.texts["body"], after.by) == ("It was the sun.", edda)
    assert (after.words_added, after.words_removed) == (1, 1)


def test_what_is_saved_without_a_change_is_no_revision(desk, draft):
    change(desk, draft, body="It was the sun.")
    change(desk, draft)
    assert draft.revisions.count() == 2


def test_what_is_new_has_its_first_revision(desk, low_tide):
    send(desk, "/admin/newsletter/article/add/", title="Mud", newsletter=low_tide.pk, body="Three words long.")
    revision = Article.objects.get().revisions.get()
    assert (revision.words_added, revision.words_removed) == (4, 0)


@pytest.mark.parametrize("kind", ["newsletter", "issue", "article"])
def test_newsletters_issues_and_articles_have_a_list_of_revisions(desk, low_tide, draft, edda, kind):
    field = "about" if kind == "newsletter" else "body"
    thing = {"newsletter": low_tide, "issue": draft, "article": cast.article(low_tide, status="draft")}[kind]
    change(desk, thing, **{field: "Now *wet* sand."})
    page = desk.get(f"/admin/newsletter/{kind}/{thing.pk}/history/")
    words = text_of(page.text)
    assert "Edda" in words
    assert "words added" in words
    newest, oldest = thing.revisions.all()
    for path in (f"?revision={oldest.pk}&revision={newest.pk}", f"?revision={newest.pk}"):
        compared = desk.get(f"/admin/newsletter/{kind}/{thing.pk}/revisions/{path}").text
        assert "<ins>" in compared
        assert "wet" in compared


def test_a_section_is_part_of_its_issue(desk, draft):
    news = cast.section(draft, "News", intro="All the news.")
    change(desk, draft, **{"sections-0-intro": "Some news."})
    newest = draft.revisions.first()
    assert newest.texts[f"sections/{news.pk}/intro"] == "Some news."
    page = desk.get(f"/admin/newsletter/issue/{draft.pk}/revisions/?revision={newest.pk}").text
    assert "News: introduction" in page
    assert "<del>All the</del>" in page
    assert "<ins>Some</ins>" in page


def test_tags_contributors_and_pictures_are_compared_in_words(desk, low_tide):
    mud = cast.article(low_tide, status="draft", tags=["mud"], by=[cast.contributor("Ada Moor")])
    picture = cast.picture("silt")
    change(desk, mud, tags="mud, silt", lead_picture=picture.name, **{"contributions-0-role": "editor"})
    page = text_of(desk.get(f"/admin/newsletter/article/{mud.pk}/revisions/?revision={mud.revisions.first().pk}").text)
    for words in ("mud, silt", "silt", "Contribution: role", "Editor"):
        assert words in page


def test_a_revision_is_restored_as_a_new_one(desk, draft, edda):
    news = cast.section(draft, "News", intro="All the news.")
    change(desk, draft, body="It was the sun.", slug="sun", **{"sections-0-DELETE": "on"})
    first = draft.revisions.last()
    path = f"/admin/newsletter/issue/{draft.pk}/revisions/{first.pk}/restore/"
    assert "stay as they are now" in text_of(desk.get(path).text)
    desk.post(path)
    draft.refresh_from_db()
    assert (draft.body, draft.slug) == ("It was the moon.", "sun")
    assert "moon" in draft.body_html
    assert Section.objects.get() == news
    assert saved(draft) == ["It was the moon.", "It was the sun.", "It was the moon."]
    assert draft.revisions.first().by == edda
    assert draft.revisions.first().note.startswith("As of 20")


def test_what_refers_to_something_deleted_is_restored_without_it(desk, low_tide):
    picture, ada = cast.picture("silt"), cast.contributor("Ada Moor")
    mud = cast.article(low_tide, status="draft", lead_picture=picture, by=[ada])
    first = revising.remember(mud)
    change(desk, mud, lead_picture="", body="Dry.", **{"contributions-0-DELETE": "on"})
    picture.delete()
    ada.delete()
    desk.post(f"/admin/newsletter/article/{mud.pk}/revisions/{first.pk}/restore/")
    mud.refresh_from_db()
    assert (mud.body, mud.lead_picture, mud.contributions.count()) == ("All about Mud.", None, 0)


def test_composing_anew_keeps_what_it_replaces(low_tide, edda):
    document = "# May\n\nHello.\n\n## News\n\n### Crabs\n\n{}\n"
    issue = compose(read(Document(document.format("They walk."), {})), low_tide, edda).thing
    compose(read(Document(document.format("They run."), {})), low_tide, edda, replace=True)
    article = Article.objects.get()
    assert saved(article) == ["They walk.", "They run."]
    assert {revision.note for revision in [*article.revisions.all(), *issue.revisions.all()]} == {"Composed"}


def test_what_else_happened_stands_among_the_revisions(desk, draft):
    cast.article(draft.newsletter, draft)
    change(desk, draft, body="It was the sun.")
    desk.post(f"/admin/newsletter/issue/{draft.pk}/publish/")
    page = text_of(desk.get(f"/admin/newsletter/issue/{draft.pk}/history/").text).partition("Compare the two")[2]
    assert page.index("Published") < page.index("word added")


def test_django_s_link_leads_there(desk, draft):
    assert (
        f"/admin/newsletter/issue/{draft.pk}/history/" in desk.get(f"/admin/newsletter/issue/{draft.pk}/change/").text
    )


def test_the_list_costs_the_same_for_many_and_is_read_page_by_page(desk, draft):
    def add(count):
        for number in range(count):
            Revision.objects.create(issue=draft, texts={"body": str(number)})

    path = f"/admin/newsletter/issue/{draft.pk}/history/"
    add(10)
    few = queries_for(desk, path)
    add(45)
    assert queries_for(desk, path) == few
    assert "Older" in desk.get(path).text
    assert desk.get(f"{path}?page=2").text.count('name="revision"') == 5
    assert desk.get(f"{path}?page=3").status_code == 404


def test_who_may_not_edit_sees_no_revision(client, milo, draft):
    revision = revising.remember(draft)
    client.force_login(milo)
    for page in ("history/", f"revisions/?revision={revision.pk}", f"revisions/{revision.pk}/restore/"):
        assert client.get(f"/admin/newsletter/issue/{draft.pk}/{page}").status_code == 403


def test_another_thing_s_revision_is_not_found(desk, draft, low_tide):
    other = revising.remember(cast.issue(low_tide, 10))
    for page in (f"revisions/?revision={other.pk}", f"revisions/{other.pk}/restore/", "revisions/"):
        assert desk.get(f"/admin/newsletter/issue/{draft.pk}/{page}").status_code == 404


def test_an_editor_who_leaves_takes_the_name_along_and_leaves_the_words(desk, draft, edda):
    change(desk, draft, body="It was the sun.")
    erase_account(edda, keep_words=True)
    assert draft.revisions.first().by is None
    assert saved(draft) == ["It was the moon.", "It was the sun."]


def test_who_has_no_name_yet_is_known_by_the_address(desk, draft, edda):
    type(edda).objects.filter(pk=edda.pk).update(display_name="")
    change(desk, draft, body="It was the sun.")
    assert edda.email in desk.get(f"/admin/newsletter/issue/{draft.pk}/history/").text.partition("Compare the two")[2]


def test_revisions_go_with_what_they_are_of(draft):
    revising.remember(draft)
    draft.delete()
    assert not Revision.objects.exists()


def test_a_revision_is_of_one_thing(draft, low_tide):
    for owners in ({}, {"issue": draft, "newsletter": low_tide}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.create(texts={}, **owners)


def test_of_a_day_that_is_long_ago_the_last_revision_stays(draft, settings):
    settings.KEEP_REVISIONS_DAYS = 30
    noon = timezone.now().replace(hour=12)
    other = cast.issue(draft.newsletter, 10)
    ages = {
        "first": (99, 0),
        "morning": (50, 0),
        "evening": (50, 5),
        "next day": (49, 0),
        "of late": (3, 0),
        "now": (3, 1),
    }
    for text, (days, hours) in ages.items():
        at = noon - timedelta(days=days) + timedelta(hours=hours)
        draft.revisions.create(texts={"body": text}, at=at)
        other.revisions.create(texts={"body": text}, at=at, state="copy" if text == "morning" else "stored")
    revising.thin()
    assert saved(draft) == ["first", "evening", "next day", "of late", "now"]
    assert saved(other) == list(ages)


def test_a_long_text_is_saved_and_compared(desk, draft):
    text = " ".join(f"word{number % 4000}" for number in range(16_000))
    change(desk, draft, body=text)
    change(desk, draft, body=text.replace("word77 ", "潮水 "))
    newest = draft.revisions.first()
    assert (newest.words_added, newest.words_removed) == (8, 4)
    page = desk.get(f"/admin/newsletter/issue/{draft.pk}/revisions/?revision={newest.pk}").text
    assert page.count("<ins>潮水</ins>") == 4


def test_a_form_with_a_mistake_stores_nothing(desk, draft):
    page = f"/admin/newsletter/issue/{draft.pk}/change/"
    answer = desk.post(page, fields(desk.get(page)) | {"title": "", "body": "Typed."})
    assert answer.status_code == 200
    assert "Typed." in answer.text
    assert Issue.objects.get(pk=draft.pk).body == "It was the moon."
