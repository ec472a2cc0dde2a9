"""Write first, identify later: a comment of somebody who has never been here."""

import pytest
from django.core import mail

from accounts.models import User
from comments.models import Comment
from core.models import Hits
from tests.comments.browsing import MUD, NORA, TEXT, Browser, code_in, filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(discussion):
    return Browser()


def test_a_stranger_writes_says_who_they_are_and_posts_with_the_code(stranger, mailoutbox):
    page = stranger.send(body="Such *mud*!")
    assert "Almost there" in page.text
    assert "<p>Such <em>mud</em>!</p>" in page.text
    assert "Enter the code" in stranger.send(**NORA).text
    response = stranger.send(code=code_in(mailoutbox))
    comment = Comment.objects.get()
    assert (response.status_code, response.url) == (303, f"/comments/{comment.pk}/#comment-{comment.pk}")
    assert (comment.author.email, comment.name, comment.headline) == ("nora@example.org", "Nora", "Reads tides")
    assert (comment.body, comment.author.is_confirmed) == ("Such *mud*!", True)
    assert "Your comment is posted." in stranger.get(response.url).text


def test_any_text_arrives_as_it_was_typed(stranger, mailoutbox):
    stranger.send(body=TEXT)
    stranger.send(**NORA)
    stranger.send(code=code_in(mailoutbox))
    assert Comment.objects.get().body == TEXT


def test_the_conversation_for_everybody_sets_no_cookie_and_holds_no_token(stranger):
    page = stranger.open(MUD)
    assert set(filled(page)) == {"body", "parent", "website"}
    assert not page.cookies
    assert "Continue" in page.text


def test_nothing_is_stored_or_sent_before_the_token_has_come_back(stranger):
    stranger.send(body="Such mud!", **NORA)
    assert (User.objects.count(), Comment.objects.count(), mail.outbox) == (0, 0, [])
    assert "session" not in stranger.cookies


def test_no_text_is_stored_before_the_code_has_come_back(stranger, mailoutbox):
    stranger.send(body="Such mud!")
    stranger.send(**NORA)
    assert not Comment.objects.exists()
    assert "mud" not in str(dict(stranger.session.items()))


def test_pages_on_the_way_are_neither_kept_nor_indexed(stranger):
    for page in (stranger.send(body="Such mud!"), stranger.send(**NORA)):
        assert "no-store" in page["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in page.text


def test_known_and_unknown_addresses_get_the_same_pages(rita, discussion, mailoutbox):
    pages = []
    for email in ("rita@example.org", "nora@example.org"):
        stranger = Browser()
        stranger.send(body="Such mud!")
        page = stranger.send(email=email, name="Nora")
        wrong = stranger.send(code="WRONG-CODE")
        pages.append([page.status_code, *(without_secrets(each, email) for each in (page, wrong))])
    assert pages[0] == pages[1]
    assert len(mailoutbox) == 2


def without_secrets(page, email):
    token = filled(page)["csrfmiddlewaretoken"]
    return page.text.replace(token, "").replace(email, "")


def test_somebody_with_an_account_gives_the_address_alone(rita, stranger, mailoutbox):
    stranger.send(body="Such mud!")
    stranger.send(email="Rita@Example.org")
    stranger.send(code=code_in(mailoutbox))
    assert (Comment.objects.get().author, Comment.objects.get().name) == (rita, "Rita")


def test_nobody_renames_an_account_by_its_address(rita, stranger, mailoutbox):
    stranger.send(body="Such mud!")
    stranger.send(**{**NORA, "email": "rita@example.org"})
    rita.refresh_from_db()
    assert rita.display_name == "Rita"
    stranger.send(code=code_in(mailoutbox))
    assert Comment.objects.get().name == "Rita"


def test_who_is_new_and_gave_no_name_is_asked_for_one_with_the_text_in_hand(stranger, mailoutbox):
    stranger.send(body="Such mud!")
    stranger.send(email="nora@example.org")
    page = stranger.send(code=code_in(mailoutbox))
    assert not Comment.objects.exists()
    assert filled(page)["body"] == "Such mud!"
    stranger.send(name="Nora")
    assert (Comment.objects.get().name, User.objects.get().display_name) == ("Nora", "Nora")


@pytest.mark.parametrize("name", ["Edda", "Ed\u200bda", "Moderator"])
def test_name_of_somebody_who_works_here_is_refused_before_a_code_is_sent(edda, stranger, name, mailoutbox):
    stranger.send(body="Such mud!")
    page = stranger.send(**{**NORA, "name": name})
    assert page.context["form"].errors["name"]
    assert filled(page)["body"] == "Such mud!"
    assert not mailoutbox


def test_text_and_address_can_still_be_changed_on_the_page_with_the_code(stranger, mailoutbox):
    stranger.send(body="Such mud!")
    stranger.send(**NORA)
    assert "Almost there" in stranger.send(preview="1").text
    assert "Enter the code" in stranger.send(body="Much mud!").text
    assert len(mailoutbox) == 1  # the code that is on its way is still good
    stranger.send(code=code_in(mailoutbox))
    assert Comment.objects.get().body == "Much mud!"


def test_another_code_is_sent_when_asked_for(stranger, mailoutbox):
    stranger.send(body="Such mud!")
    stranger.send(**NORA)
    Hits.objects.all().delete()  # a minute later
    stranger.send(again="1")
    assert len(mailoutbox) == 2
    assert stranger.send(code=code_in(mailoutbox)).status_code == 303


def test_code_belongs_to_the_address_it_was_sent_to(rita, stranger, mailoutbox):
    stranger.send(body="Such mud!")
    stranger.send(**NORA)
    stranger.send(email="rita@example.org", code=code_in(mailoutbox))
    assert Comment.objects.get().author.email == "nora@example.org"
