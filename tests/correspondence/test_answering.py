"""An answer by mail becomes a comment of whose address it came to."""

import pytest

from comments.models import Comment, Discussion
from correspondence.models import Letter, Thread
from tests.comments import talk
from tests.correspondence.post import address_of, arrive, delivered, letter, link_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(march, rita):
    return address_of(rita, march)


def comments():
    return list(Comment.objects.order_by("pk").values_list("author__display_name", "body"))


def test_an_answer_to_an_issue_is_a_comment_and_its_writer_hears_of_it(march, rita, place, client):
    assert arrive(letter(place)) == "answer"
    comment = Comment.objects.get()
    assert (comment.author, comment.body, comment.by_mail) == (rita, "Lovely mud.", True)
    assert comment.discussion.issue == march
    [mail] = delivered()
    assert (mail.to, mail.subject) == (["rita@example.org"], "Your answer under “March” is published")
    assert f"/comments/{comment.pk}/" in mail.body
    assert "> Lovely mud." in mail.body
    headers = mail.message()
    assert headers["Auto-Submitted"] == "auto-replied"
    assert headers["In-Reply-To"] == headers["References"] == "<1@example.org>"
    assert headers["Reply-To"] is None
    page = client.get("/low-tide/march/comments/").content.decode()
    assert "by mail" in page


def test_the_same_mail_again_changes_nothing(place):
    for _each in range(3):
        assert arrive(letter(place)) == "answer"
    assert (Comment.objects.count(), len(delivered())) == (1, 1)


def test_an_answer_to_a_comment_is_a_reply(march, rita, otto):
    discussion = Discussion.objects.create(issue=march)
    asked = talk.say(discussion, otto, "Which mud?")
    arrive(letter(address_of(rita, asked), "That mud."))
    assert Comment.objects.get(author=rita).parent == asked


def test_it_is_taken_back_by_the_link_in_the_mail(place, client):
    arrive(letter(place))
    [mail] = delivered()
    page = link_in(mail)
    assert "Take it back" in client.get(page).content.decode()
    assert Comment.objects.get().body == "Lovely mud."
    assert "It is taken back" in client.post(page, {"wish": "take-back"}).content.decode()
    assert (Comment.objects.get().state, Comment.objects.get().body) == ("deleted", "")


def test_from_another_address_it_waits_until_its_person_says_so(place, client):
    arrive(letter(place, sender="Friend <friend@example.net>"))
    assert not comments()
    [mail] = delivered()
    assert (mail.to, mail.subject) == (["rita@example.org"], "Is this answer under “March” yours?")
    assert "friend@example.net" in mail.body
    page = link_in(mail)
    assert "Lovely mud." in client.get(page).content.decode()
    assert not comments()
    client.post(page, {"wish": "mine"})
    assert comments() == [("Rita", "Lovely mud.")]
    client.post(page, {"wish": "mine"})
    client.post(page, {"wish": "not-mine"})
    assert comments() == [("Rita", "Lovely mud.")]


def test_what_is_not_theirs_is_forgotten(place, client):
    arrive(letter(place, sender="friend@example.net"))
    page = link_in(delivered()[0])
    client.post(page, {"wish": "not-mine"})
    client.post(page, {"wish": "mine"})
    assert (comments(), Letter.objects.get().text, Letter.objects.get().state) == ([], "", "declined")


def test_a_subscriber_without_an_account_is_asked_once_for_a_name(march, sumi, client):
    place = address_of(sumi, march)
    arrive(letter(place, sender="Sumi <sumi@example.org>"))
    assert not comments()
    page = link_in(delivered()[0])
    assert "Your name" in client.get(page).content.decode()
    assert "A name has at least one letter" in client.post(page, {"wish": "mine", "name": "!"}).content.decode()
    client.post(page, {"wish": "mine", "name": "Sumi", "headline": "Swims"})
    assert comments() == [("Sumi", "Lovely mud.")]
    arrive(letter(place, "And foam.", sender="sumi@example.org", name="<2@example.org>"))
    assert comments() == [("Sumi", "Lovely mud."), ("Sumi", "And foam.")]


def test_a_closed_discussion_gives_the_words_back(march, place):
    Discussion.objects.create(issue=march, mode="closed")
    arrive(letter(place))
    [mail] = delivered()
    assert not comments()
    assert "This discussion is closed." in mail.body
    assert "> Lovely mud." in mail.body


@pytest.mark.parametrize(
    ("text", "reason"),
    [("> Only what you wrote", "Nothing was found"), ("Mud. " * 700, "3000 characters"), ("M" * 20_001, "too long")],
)
def test_what_cannot_be_posted_is_given_back(place, text, reason):
    arrive(letter(place, text))
    [mail] = delivered()
    assert not comments()
    assert reason in mail.body


def test_at_the_desk_it_is_a_letter(march, rita):
    march.newsletter.answers = "desk"
    march.newsletter.save()
    arrive(letter(address_of(rita, march)))
    thread = Thread.objects.get()
    assert (thread.email, thread.letters.get().text, delivered()) == ("rita@example.org", "Lovely mud.", [])


@pytest.mark.parametrize("header", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return_Path": "<>"}])
def test_automatic_mail_is_left_alone(place, header):
    assert arrive(letter(place, **header)) == "machine"
    assert (comments(), delivered()) == ([], [])


@pytest.mark.parametrize("change", [lambda address: f"x{address}", lambda address: address.replace("-i", "-i1")])
def test_an_address_that_we_did_not_give_out_is_nobodys(place, change):
    assert arrive(letter(change(place))) in {"", "nothing"}
    assert (comments(), delivered()) == ([], [])
