"""What readers can see is written in a working copy, which all editors share, and updated at once."""

import pytest
from django.test import Client

from core import page_cache
from newsletter import publishing, revising, sharing
from newsletter.models import Article, Correction, Redirect, Revision
from tests import cast
from tests.newsletter.crowd import queries_for
from tests.newsletter.filling import fields, send
from tests.newsletter.pages import text_of

pytestmark = pytest.mark.django_db

MUD = "/low-tide/march/mud/"


@pytest.fixture
def mud(published):
    return published.articles.get(slug="mud")


def form_of(thing) -> str:
    return f"/admin/newsletter/{thing._meta.model_name}/{thing.pk}/change/"


def write(desk, thing, **values):
    """Fill in the form and save it: a working copy, where readers can see the thing."""
    answer = send(desk, form_of(thing), **values)
    assert answer.status_code == 302
    return answer


def seen(path: str = MUD) -> str:
    """What a reader gets."""
    page_cache.forget()
    return Client().get(path).text


def otto_edits():
    client = Client()
    client.force_login(cast.person("Otto", group="Editors"))
    return client


def test_what_is_saved_is_seen_by_editors_alone(desk, mud, published):
    updated_at = mud.updated_at
    answer = write(desk, mud, body="It was *silt*.", title="Silt", tags="silt")
    assert "readers see no change" in text_of(desk.get(answer["Location"]).text).lower()
    for path in (MUD, "/low-tide/march/", "/feeds/feed.json", "/search/?q=silt", "/tags/"):
        assert (
            "silt" not in seen(path).replace("q=silt", "").replace('value="silt"', "").replace("“silt”", "").lower()
        ), path
    mud.refresh_from_db()
    assert (mud.title, mud.updated_at) == ("Mud", updated_at)
    assert set(mud.tags.names()) == {"coast", "mud"}
    form = fields(desk.get(form_of(mud)))
    assert (form["title"], form["body"], form["tags"]) == ("Silt", "It was *silt*.", "silt")


def test_update_makes_it_public_everywhere_at_once(desk, mud, edda):
    write(desk, mud, body="It was *silt*.", title="Silt", tags="silt", **{"contributions-0-role": "editor"})
    write(desk, mud, _update="1")
    for path in (MUD, "/low-tide/march/", "/feeds/feed.json", "/search/?q=silt", "/tags/silt/"):
        assert "Silt" in seen(path), path
    assert "<em>silt</em>" in seen()
    assert '"headline": "Silt"' in seen() or '"headline":"Silt"' in seen()
    mud.refresh_from_db()
    assert mud.contributions.get().role == "editor"
    assert revising.working_copy(mud) is None
    assert [(each.state, each.by) for each in mud.revisions.all()] == [
        ("stored", edda),
        ("past", edda),
        ("stored", None),
    ]


def test_what_is_typed_is_updated_without_a_working_copy_too(desk, mud):
    write(desk, mud, body="At once.", _update="1")
    assert "At once." in seen()
    assert not Revision.objects.exclude(state="stored").exists()


def test_all_editors_write_the_same_working_copy(desk, mud):
    write(desk, mud, body="It was *silt*.")
    otto = otto_edits()
    page = otto.get(form_of(mud)).text
    assert "It was *silt*." in page
    assert "by Edda" in text_of(page)
    write(otto, mud, summary="Of silt.")
    copy = revising.working_copy(mud)
    assert copy.by.display_name == "Otto"
    assert copy.changes == {"body": "It was *silt*.", "summary": "Of silt."}
    assert mud.revisions.filter(state="past").get().texts["summary"] == ""


def test_an_issue_has_one_with_its_sections(desk, published):
    write(desk, published, body="Changed opening.", **{"sections-0-intro": "Of *silt*.", "sections-0-title": "Olds"})
    assert "Olds" not in seen("/low-tide/march/")
    assert "opening of number 1" in seen("/low-tide/march/")
    form = fields(desk.get(form_of(published)))
    assert (form["body"], form["sections-0-title"]) == ("Changed opening.", "Olds")
    write(desk, published, _update="1")
    page = seen("/low-tide/march/")
    for words in ("Olds", "Of <em>silt</em>.", "Changed opening."):
        assert words in page


def test_a_new_section_is_there_at_once_and_shows_nothing_to_readers(desk, published):
    write(desk, published, **{"sections-1-title": "Weather"})
    assert published.sections.count() == 2
    assert "Weather" not in seen("/low-tide/march/")
    assert fields(desk.get(form_of(published)))["sections-1-title"] == "Weather"
    write(desk, published, _update="1")
    assert published.sections.filter(title="Weather").count() == 1


def test_it_is_previewed_on_page_and_in_mail_and_nothing_of_it_stays(desk, published, mud):
    write(desk, published, body="Changed *opening*.")
    write(desk, mud, body="It was *silt*.")
    frame = desk.get(f"/admin/newsletter/issue/{published.pk}/preview/page/").text
    mail = desk.get(f"/admin/mailing/dispatch/preview/{published.pk}/").text
    for preview in (frame, mail):
        assert "Changed" in preview
        assert "silt" in preview
    assert "<em>silt</em>" in desk.get(f"/admin/newsletter/article/{mud.pk}/preview/page/").text
    page = text_of(desk.get(f"/admin/newsletter/issue/{published.pk}/preview/").text)
    assert "as if they were updated" in page
    assert "It was silt." in page.replace("*", "")
    assert "silt" not in seen("/low-tide/march/")
    assert Article.objects.get(pk=mud.pk).body_html == mud.body_html


def test_somebody_without_an_account_reads_it_at_a_shared_address(desk, mud):
    write(desk, mud, body="It was *silt*.")
    desk.post(f"/admin/newsletter/article/{mud.pk}/preview/", {"days": "7"})
    path = sharing.address(mud.shares.get()).removeprefix("http://localhost:8000")
    assert "<em>silt</em>" in Client().get(path).text
    assert "silt" not in seen()


def test_it_is_discarded_after_a_question_and_taken_up_again(desk, mud):
    write(desk, mud, body="It was *silt*.")
    discard = f"/admin/newsletter/article/{mud.pk}/working-copy/discard/"
    assert "What readers see stays as it is" in text_of(desk.get(discard).text)
    answer = desk.post(discard, follow=True)
    assert "All about Mud." in fields(answer)["body"]
    assert "All about Mud." in seen()
    assert "Working copy discarded" in text_of(desk.get(f"/admin/newsletter/article/{mud.pk}/history/").text)
    again = mud.revisions.filter(state="past").get()
    assert f"/revisions/{again.pk}/restore/" in answer.text
    desk.post(f"/admin/newsletter/article/{mud.pk}/revisions/{again.pk}/restore/")
    assert fields(desk.get(form_of(mud)))["body"] == "It was *silt*."
    assert "silt" not in seen()
    assert desk.get(discard).status_code == 200


def test_without_one_there_is_nothing_to_discard_or_to_settle(desk, mud):
    for step in ("discard", "settle"):
        assert desk.get(f"/admin/newsletter/article/{mud.pk}/working-copy/{step}/").status_code == 404


def test_a_revision_of_something_public_is_restored_into_it(desk, mud):
    write(desk, mud, body="It was *silt*.", _update="1")
    first = mud.revisions.last()
    path = f"/admin/newsletter/article/{mud.pk}/revisions/{first.pk}/restore/"
    assert "Readers see no change yet" in text_of(desk.get(path).text)
    desk.post(path)
    assert "silt" in seen()
    assert fields(desk.get(form_of(mud)))["body"] == "All about Mud."
    write(desk, mud, _update="1")
    assert "All about Mud." in seen()


def test_a_correction_is_published_with_the_text_that_it_corrects(desk, mud):
    write(desk, mud, body="It was the sun.", **{"corrections-0-text": "Not the *moon*."})
    assert not Correction.objects.exists()
    assert "Correction" not in seen()
    assert fields(desk.get(form_of(mud)))["corrections-0-text"] == "Not the *moon*."
    write(desk, mud, _update="1")
    assert "Not the <em>moon</em>." in seen()
    assert Correction.objects.get().article == mud


def test_a_new_address_is_part_of_it(desk, mud):
    write(desk, mud, slug="silt")
    assert "All about Mud." in seen()
    assert not Redirect.objects.exists()
    write(desk, mud, _update="1")
    page_cache.forget()
    assert Client().get(MUD)["Location"] == "/low-tide/march/silt/"


def test_an_address_that_is_taken_meanwhile_is_left_out(desk, mud, published):
    write(desk, mud, slug="silt", body="It was *silt*.")
    cast.article(published.newsletter, published, title="Other", slug="silt")
    form = fields(desk.get(form_of(mud)))
    assert (form["slug"], form["body"]) == ("mud", "It was *silt*.")
    write(desk, mud, _update="1")
    assert "<em>silt</em>" in seen()


def test_what_others_changed_meanwhile_elsewhere_stays(desk, mud):
    write(desk, mud, body="It was *silt*.")
    Article.objects.filter(pk=mud.pk).update(summary="Of the coast.")
    write(desk, mud, _update="1")
    mud.refresh_from_db()
    assert (mud.body, mud.summary) == ("It was *silt*.", "Of the coast.")


@pytest.mark.parametrize(
    ("way", "public", "copy"),
    [
        ("mine", "It was *silt*.", "It was *silt*."),
        ("theirs", "It was sand.", "It was sand."),
        ("hand", "It was sand.", "It was *silt*."),
    ],
)
def test_where_both_changed_the_same_an_editor_decides(desk, mud, edda, way, public, copy):
    write(desk, mud, body="It was *silt*.", summary="Mine.")
    mud.body = "It was sand."
    mud.save()
    revising.record(mud, None)
    assert "changed meanwhile, in the same places" in text_of(desk.get(form_of(mud)).text)
    answer = write(desk, mud, summary="Mine, later.", _update="1")
    settle = f"/admin/newsletter/article/{mud.pk}/working-copy/settle/"
    assert answer["Location"] == settle
    page = desk.get(settle).text
    assert "<ins>*silt*</ins>" in page
    assert "<del>sand</del>" in page
    desk.post(settle, {"way": way})
    mud.refresh_from_db()
    form = fields(desk.get(form_of(mud)))
    assert (mud.body, form["body"], form["summary"]) == (public, copy, "Mine, later.")
    if way != "mine":
        write(desk, mud, _update="1")
        assert Article.objects.get(pk=mud.pk).body == copy


def test_drafts_and_what_is_scheduled_are_saved_directly(desk, secrets):
    for state in ("draft", "scheduled", "withdrawn"):
        write(desk, secrets[state], body="Changed.")
        secrets[state].refresh_from_db()
        assert secrets[state].body == "Changed."
        assert "Save working copy" not in desk.get(form_of(secrets[state])).text
    assert not Revision.objects.working_copies().exists()


def test_of_what_was_withdrawn_the_working_copy_becomes_the_text_when_it_is_saved(desk, mud, edda):
    write(desk, mud, body="It was *silt*.")
    publishing.withdraw(mud, edda)
    assert mud.body == "All about Mud."
    assert "saving the form makes it the text" in text_of(desk.get(form_of(mud)).text)
    write(desk, mud)
    mud.refresh_from_db()
    assert mud.body == "It was *silt*."
    assert revising.working_copy(mud) is None


def test_pages_that_ask_say_what_becomes_of_it(desk, mud):
    write(desk, mud, body="It was *silt*.")
    assert "Its working copy stays one" in text_of(desk.get(f"/admin/newsletter/article/{mud.pk}/withdraw/").text)


def test_lists_say_who_has_one(desk, mud, published):
    write(desk, mud, body="It was *silt*.")
    desk.get("/admin/newsletter/issue/")  # which shows the message
    page = desk.get("/admin/newsletter/article/")
    row = next(row for row in page.text.split("<tr>") if ">Mud<" in row)
    assert text_of(page.text).lower().count("working copy") == 1
    assert "working copy" in text_of(row).lower()
    assert "working copy" not in text_of(desk.get("/admin/newsletter/issue/").text).lower()


def test_a_form_with_a_mistake_leaves_it_as_it_was(desk, mud):
    write(desk, mud, body="It was *silt*.")
    answer = send(desk, form_of(mud), title="", body="Typed.")
    assert answer.status_code == 200
    assert "Typed." in answer.text
    assert revising.working_copy(mud).texts["body"] == "It was *silt*."
    assert "All about Mud." in seen()


def test_a_page_costs_the_same_however_much_a_working_copy_changes(desk, published):
    def sections(count):
        for number in range(count):
            cast.section(published, f"Section {number}", position=number)

    def changed():
        form = fields(desk.get(form_of(published)))
        return {f"sections-{number}-intro": "Changed." for number in range(int(form["sections-INITIAL_FORMS"]))}

    sections(10)
    write(desk, published, **changed())
    path = f"/admin/newsletter/issue/{published.pk}/revisions/?revision={revising.working_copy(published).pk}"
    few = queries_for(desk, path)
    sections(40)
    write(desk, published, **changed())
    path = f"/admin/newsletter/issue/{published.pk}/revisions/?revision={revising.working_copy(published).pk}"
    assert queries_for(desk, path) == few
