"""A page with a form is open while what it is about changes: whatever was typed arrives or comes back."""

import pytest

from comments.models import Comment
from newsletter import publishing
from newsletter.models import Article, Redirect, Status
from tests import cast
from tests.comments import talk
from tests.comments.browsing import MUD, NORA, TEXT, Browser, filled
from tests.newsletter.filling import fields, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(discussion, rita):
    browser = Browser()
    browser.force_login(rita)
    browser.open(MUD)
    return browser


@pytest.fixture
def stranger(discussion):
    browser = Browser()
    browser.open(MUD)
    return browser


def gone(how, published, mud, edda):
    """What the public cannot see any more, in every way."""
    if how == "article withdrawn":
        publishing.withdraw(mud, edda)
    elif how == "issue withdrawn":
        publishing.withdraw(published, edda)
    elif how == "article deleted":
        publishing.withdraw(mud, edda)
        mud.delete()
    elif how == "article moved to a draft":
        Article.objects.filter(pk=mud.pk).update(issue=cast.issue(published.newsletter, 9, status=Status.DRAFT))


GONE = ["article withdrawn", "issue withdrawn", "article deleted", "article moved to a draft"]


@pytest.mark.parametrize("how", GONE)
@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_a_comment_on_what_is_gone_comes_back(request, published, mud, edda, how, who):
    browser = request.getfixturevalue(who)
    gone(how, published, mud, edda)
    page = browser.send(body=TEXT)
    assert page.status_code in {404, 410}
    assert "Nothing is lost" in page.text
    assert filled(page)["body"] == TEXT
    assert "no-store" in page["Cache-Control"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("how", GONE[:2])
def test_so_does_one_that_waits_for_a_code(stranger, published, mud, edda, how):
    stranger.send(body=TEXT)
    gone(how, published, mud, edda)
    page = stranger.send(**NORA)
    assert page.status_code == 410
    assert filled(page)["body"] == TEXT


@pytest.mark.parametrize("renamed", ["newsletter", "issue", "article"])
@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_a_comment_under_an_old_address_arrives_at_the_new_one(request, published, mud, low_tide, desk, renamed, who):
    browser = request.getfixturevalue(who)
    thing = {"newsletter": low_tide, "issue": published, "article": mud}[renamed]
    assert send(desk, f"/admin/newsletter/{renamed}/{thing.pk}/change/", slug="silt", _update="1").status_code == 302
    form = filled(browser.page) | {"body": "I was there."}
    answer = browser.post(MUD, form)
    assert answer.status_code == 308
    assert answer["Location"] == MUD.replace(
        {"newsletter": "low-tide", "issue": "march", "article": "mud"}[renamed], "silt"
    )
    page = browser.post(answer["Location"], form)
    if who == "reader":
        assert Comment.objects.get().body == "I was there."
    else:
        assert filled(page)["body"] == "I was there."


def test_no_form_is_led_to_another_site(reader, mud, desk):
    Redirect.objects.create(old_path="/low-tide/march/silt/", new_path="https://elsewhere.example/")
    page = reader.send("/low-tide/march/silt/comments/", body=TEXT)
    assert page.status_code == 404
    assert filled(page)["body"] == TEXT


@pytest.mark.parametrize("how", [how for how in GONE if how != "article deleted"])
def test_a_change_of_a_comment_on_what_is_gone_comes_back(discussion, rita, published, mud, edda, how):
    comment = talk.say(discussion, rita)
    browser = Browser()
    browser.force_login(rita)
    browser.open(f"/comments/{comment.pk}/edit/")
    gone(how, published, mud, edda)
    page = browser.send(f"/comments/{comment.pk}/edit/", body=TEXT)
    comment.refresh_from_db()
    assert comment.body == "I was there."
    assert page.status_code == 403
    assert filled(page)["body"] == TEXT


@pytest.mark.parametrize("step", ["publish", "withdraw", "draft"])
def test_a_form_of_the_admin_changes_no_state(published, low_tide, desk, edda, step):
    """Edda has an issue open while another editor changes its state; then she saves. What is public by now is changed
    in a working copy."""
    issue = {"publish": "draft", "withdraw": "public", "draft": "scheduled"}[step]
    thing = published if issue == "public" else cast.secret_issue(low_tide, 50, issue)
    page = f"/admin/newsletter/issue/{thing.pk}/change/"
    typed = fields(desk.get(page)) | {"summary": "Typed meanwhile."}
    if step == "publish":
        publishing.publish(thing, None)
    elif step == "withdraw":
        publishing.withdraw(thing, None)
    else:
        publishing.back_to_draft(thing, None)
    state = thing.status
    assert desk.post(page, typed).status_code == 302
    thing.refresh_from_db()
    assert (thing.status, thing.summary) == (state, "" if step == "publish" else "Typed meanwhile.")
    assert fields(desk.get(page))["summary"] == "Typed meanwhile."
