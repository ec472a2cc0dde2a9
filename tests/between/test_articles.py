"""An article changes: what brings it, tells of it or leads to it follows."""

import pytest
from django.test import Client

from mailing.delivery import dispatching
from mailing.letter.letters import stored_letter
from newsletter import publishing
from newsletter.composing import compose, from_text, read
from newsletter.models import Article, Correction, Status
from tests import cast
from tests.between.plans import correction_of, dispatch_in, scheduled, seen, work
from tests.comments import talk
from tests.comments.letters import receivers
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db
#: What takes an article out of what readers of its issue see.
LEAVING = ["withdraw", "move to a draft", "stand alone"]


@pytest.fixture
def april(low_tide):
    return cast.issue(low_tide, 2, title="April", slug="april", status=Status.DRAFT)


def save(desk, article, **fields):
    """The form of the admin as an editor leaves it."""
    assert send(desk, f"/admin/newsletter/article/{article.pk}/change/", _update="1", **fields).status_code == 302


def take_out(how, desk, article, april):
    if how == "withdraw":
        desk.post(f"/admin/newsletter/article/{article.pk}/withdraw/")
    else:
        save(desk, article, issue=str(april.pk) if how == "move to a draft" else "", section="")


@pytest.mark.parametrize("how", LEAVING)
@pytest.mark.parametrize("state", ["planned", "freezing", "sending"])
def test_a_mail_that_is_not_set_yet_goes_without_it(published, mud, april, desk, how, state):
    dispatch = dispatch_in(state, published)
    take_out(how, desk, mud, april)
    (message,) = work()
    assert "All about Mud." not in message.body
    assert "All about Crabs." in message.body
    assert seen(dispatch) == ("done", "")


@pytest.mark.parametrize("how", LEAVING)
def test_a_mail_that_brings_it_is_paused_and_goes_on_as_it_was(published, mud, april, desk, how):
    dispatch = dispatch_in("letter stored", published)
    take_out(how, desk, mud, april)
    assert work() == []
    state, reason = seen(dispatch)
    assert state == "paused"
    assert ("“Mud” was withdrawn." if how == "withdraw" else "“Mud” moved elsewhere.") in reason
    assert reason.endswith("This mail says what it said before: to send what it says now, cancel and send anew.")
    dispatching.resume(dispatch)
    assert ["All about Mud." in message.body for message in work()] == [True]


def test_who_has_not_had_it_gets_the_issue_without_it_from_a_new_mailing(published, mud, edda):
    first = dispatch_in("letter stored", published)
    publishing.withdraw(mud, edda)
    first.refresh_from_db()
    dispatching.cancel(first)
    dispatching.prepare(published, edda)
    assert ["All about Mud." in message.body for message in work()] == [False]


def test_the_page_that_asks_names_the_mail_that_brings_it(published, mud, desk):
    dispatch_in("letter stored", published)
    page = desk.get(f"/admin/newsletter/article/{mud.pk}/withdraw/").text
    assert "The mail “March” is being sent. It stops, and does not go on by itself." in page


@pytest.mark.parametrize("change", ["publish", "back to draft"])
def test_what_was_not_in_the_mail_stops_nothing(published, low_tide, edda, change):
    late = cast.article(low_tide, published, title="Late", status=Status.DRAFT, published_at=None)
    dispatch = dispatch_in("letter stored", published)
    publishing.publish(late, edda, at=scheduled(low_tide).published_at)
    if change == "back to draft":
        publishing.back_to_draft(late, edda)
    assert len(work()) == 1
    assert seen(dispatch) == ("done", "")


@pytest.mark.parametrize("how", LEAVING)
@pytest.mark.parametrize("state", ["planned", "letter stored"])
def test_its_correction_is_not_mailed(published, mud, april, desk, how, state):
    dispatch_in("done", published)
    correcting = dispatch_in(state, published, correction=correction_of(mud))
    take_out(how, desk, mud, april)
    assert work() == []
    assert seen(correcting)[0] == "paused"


def test_the_correction_of_another_article_is_mailed(published, mud, edda):
    dispatch_in("done", published)
    dispatching.prepare(published, None, correction=correction_of(published.articles.get(slug="crabs")))
    publishing.withdraw(mud, edda)
    assert len(work()) == 1


def test_a_correction_that_was_mailed_keeps_its_article(published, mud, desk, edda):
    """Who got what, and why, stays to be looked up."""
    dispatching.prepare(published, None, correction=correction_of(mud))
    publishing.withdraw(mud, edda)
    page = desk.post(f"/admin/newsletter/article/{mud.pk}/delete/", {"post": "yes"})
    assert "It cannot be deleted: the mail “March” is made of it, and stays to be looked up." in page.text
    assert Correction.objects.exists()


def test_a_deleted_article_is_in_no_mail_that_is_planned(published, mud, edda, desk):
    dispatch_in("planned", published)
    publishing.withdraw(mud, edda)
    desk.post(f"/admin/newsletter/article/{mud.pk}/delete/", {"post": "yes"})
    assert not Article.objects.filter(slug="mud").exists()
    assert ["All about Mud." in message.body for message in work()] == [False]


def test_links_of_a_mail_lead_on_when_it_is_renamed(published, mud, desk):
    dispatch = dispatch_in("letter stored", published)
    save(desk, mud, slug="silt")
    assert seen(dispatch)[0] == "sending"
    assert "https://courant.example/low-tide/march/mud/" in stored_letter(dispatch).text
    answer = Client().get("/low-tide/march/mud/", follow=True)
    assert answer.redirect_chain == [("/low-tide/march/silt/", 301)]
    assert answer.status_code == 200


def test_an_article_that_stands_alone_now_is_found_from_its_old_address(mud, desk):
    save(desk, mud, issue="", section="")
    assert Client().get("/low-tide/march/mud/", follow=True).redirect_chain == [("/articles/mud/", 301)]


@pytest.mark.parametrize("how", ["withdraw", "move to a draft"])
def test_nobody_is_told_of_what_is_said_below_it(discussion, mud, april, rita, otto, desk, how):
    talk.say(discussion, otto, parent=talk.say(discussion, rita))
    take_out(how, desk, mud, april)
    assert receivers() == []


def test_what_is_said_below_it_moves_along(discussion, mud, rita, otto, desk):
    first = talk.say(discussion, rita)
    talk.say(discussion, otto, parent=first)
    save(desk, mud, issue="", section="")
    assert "I was there." in Client().get("/articles/mud/comments/").text
    assert "I was there." in Client().get(f"/comments/{first.pk}/").text
    assert [name for name, _subject in receivers()] == ["rita"]


@pytest.mark.parametrize(("how", "status"), [("withdraw", 410), ("move to a draft", 404)])
def test_what_is_said_below_it_is_not_shown(
    discussion, mud, april, rita, desk, how, status, django_capture_on_commit_callbacks
):
    first = talk.say(discussion, rita)
    assert "I was there." in Client().get("/feeds/comments/atom.xml").text
    with django_capture_on_commit_callbacks(execute=True):
        take_out(how, desk, mud, april)
    assert Client().get(f"/comments/{first.pk}/").status_code == status
    assert "I was there." not in Client().get("/feeds/comments/atom.xml").text


def test_a_correction_cannot_be_taken_back_once_it_was_mailed(published, mud, desk):
    dispatching.prepare(published, None, correction=correction_of(mud))
    answer = send(desk, f"/admin/newsletter/article/{mud.pk}/change/", _update="1", **{"corrections-0-DELETE": "on"})
    assert answer.status_code == 200
    assert Correction.objects.exists()


@pytest.mark.parametrize("hangs", ["comment", "correction that was mailed"])
def test_composing_anew_deletes_nothing_on_which_something_hangs(published, mud, low_tide, rita, edda, hangs):
    """A draft that was public once: its comments and its mail are not to be lost."""
    published.document_checksum = ""
    talk.say(talk.under(mud), rita) if hangs == "comment" else dispatching.prepare(
        published, None, correction=correction_of(mud)
    )
    publishing.withdraw(mud, edda)
    publishing.back_to_draft(mud, edda)
    plan = read(from_text("---\nnumber: 1\n---\n# March\n\nHello.\n\n## News\n\n### Crabs\n\nAll new."))
    composed = compose(plan, low_tide, edda, replace=True, remove_missing=True)
    assert "No longer in the document, and kept at the end: “Mud”." in composed.remarks
    assert Article.objects.filter(pk=mud.pk).exists()


@pytest.mark.parametrize("step", ["withdraw", "delete"])
def test_the_pages_that_ask_name_the_comments(published, mud, rita, desk, edda, step):
    talk.say(talk.under(mud), rita)
    if step == "delete":
        publishing.withdraw(mud, edda)
        assert (
            desk.get(f"/admin/newsletter/article/{mud.pk}/delete/").text.count(
                "1 comment keeps it from being deleted."
            )
            == 1
        )
    else:
        assert "1 comment goes with it." in desk.get(f"/admin/newsletter/issue/{published.pk}/withdraw/").text
