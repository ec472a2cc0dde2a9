"""A working copy is written while its thing changes: nothing of either is lost, and readers see no word of it."""

import pytest

from accounts.own_data import erase_account
from mailing.letter.letters import stored_letter
from newsletter import publishing, revising
from newsletter.composing import Document, compose, read
from newsletter.models import Article, Revision
from tests import cast
from tests.between.plans import UNFINISHED, dispatch_in, work
from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db


def write(desk, thing, **values):
    """In the form of the admin, as an editor leaves it."""
    page = f"/admin/newsletter/{thing._meta.model_name}/{thing.pk}/change/"
    assert send(desk, page, **values).status_code == 302
    thing.refresh_from_db()


def typed(desk, thing) -> str:
    return fields(desk.get(f"/admin/newsletter/{thing._meta.model_name}/{thing.pk}/change/"))["body"]


@pytest.fixture
def copied(desk, mud):
    write(desk, mud, body="Silt.")
    return mud


@pytest.mark.parametrize("what", ["article", "issue"])
def test_what_is_withdrawn_and_public_again_says_what_it_said(desk, client, copied, published, edda, what):
    thing = copied if what == "article" else published
    publishing.withdraw(thing, edda)
    copied.refresh_from_db()
    assert (copied.body, typed(desk, copied)) == ("All about Mud.", "Silt.")
    publishing.publish(thing, edda)
    assert "Silt." not in client.get("/low-tide/march/mud/").text
    write(desk, copied, _update="1")
    assert copied.body == "Silt."


def test_what_is_a_draft_again_takes_it_when_it_is_saved(desk, copied, edda):
    publishing.withdraw(copied, edda)
    publishing.back_to_draft(copied, edda)
    assert copied.body == "All about Mud."
    write(desk, copied)
    assert copied.body == "Silt."


def test_it_goes_with_what_is_deleted(desk, copied, edda):
    publishing.withdraw(copied, edda)
    desk.post(f"/admin/newsletter/article/{copied.pk}/delete/", {"post": "yes"})
    assert not Revision.objects.filter(state="copy").exists()


def test_it_moves_along_and_is_updated_there(desk, copied, published):
    april = cast.issue(published.newsletter, 2)
    Article.objects.filter(pk=copied.pk).update(issue=april, section=None, slug="silt")
    write(desk, copied, _update="1")
    assert (copied.body, copied.issue, copied.slug) == ("Silt.", april, "silt")


def test_its_issue_moves_along_with_it(desk, published):
    ebb = cast.low_tide(title="Ebb", slug="ebb")
    write(desk, published, body="Silt.")
    with revising.writing(published, None, at_once=True) as issue:
        issue.newsletter = ebb
        issue.body = "The opening of number 1."
        issue.save()
    write(desk, published, body="Silt.", _update="1")
    assert (published.newsletter, published.body) == (ebb, "Silt.")


def test_what_is_composed_anew_is_a_conflict_and_no_loss(desk, copied, edda, published):
    document = "---\nnumber: 1\n---\n# March\n\nComposed.\n\n## News\n\n### Mud\n\nOf clay.\n"
    compose(read(Document(document, {})), published.newsletter, edda, replace=True)
    assert revising.clashes(copied) == {"body": "Of clay."}
    assert typed(desk, copied) == "Silt."


@pytest.mark.parametrize("state", UNFINISHED)
def test_a_mail_brings_what_readers_see_when_its_letter_is_made(desk, published, state):
    dispatch = dispatch_in(state, published)
    write(desk, published, body="Silt.")
    is_set = stored_letter(dispatch) is not None
    if state != "planned":
        assert not any("Silt." in mail.body for mail in work())
        return
    write(desk, published, _update="1")
    assert not is_set
    assert any("Silt." in mail.body for mail in work())


def test_it_stays_when_its_editor_is_gone(desk, copied, edda):
    erase_account(edda, keep_words=True)
    copy = revising.working_copy(copied)
    assert (copy.by, copy.texts["body"]) == (None, "Silt.")
