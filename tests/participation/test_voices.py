"""What readers see of somebody who is quoted, and what the one who is quoted can do."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.own_data import erase_account, export_account
from accounts.profiles import change_profile
from comments import moderating, posting
from comments.models import State as CommentState
from core.mail import outbox
from core.models import OutgoingMail
from mailing.letter.letters import letter_for
from mailing.models import Dispatch
from newsletter import publishing
from newsletter.beginning import begin
from newsletter.checking import findings
from newsletter.models import Article
from newsletter.rendering import render_texts
from newsletter.sayings import sayings
from participation.models import State, Tip, Voice
from participation.tips.forgetting import erase
from participation.voices import answering, quoting
from tests.comments import talk
from tests.newsletter.pages import main_of, text_of
from tests.participation.tips import tip
from tests.participation.voices import quoted, saying_of

pytestmark = pytest.mark.django_db
PAGE = "/low-tide/may/"


@pytest.fixture
def voice(may, comment, edda):
    return quoted(may, comment, edda)


def link_in(message):
    return re.search(r"https://courant\.example(/voices/\S+)", message.body)[1]


def say(client, message, wish):
    return client.post(link_in(message), {"wish": wish})


def test_the_author_is_asked_in_their_language_and_once(may, comment, edda, otto):
    otto.language = "de"
    otto.save()
    quoted(may, comment, edda)
    assert quoting.quote(may, [quoting.Quotation(saying_of(comment), "The mud is alive.")], edda, timezone.now()) == []
    (message,) = mail.outbox
    assert message.to == ["otto@example.org"]
    assert message.subject == "May Low Tide quote you?"
    assert "> The mud is alive." in message.body
    assert f"https://courant.example/comments/{comment.pk}/#comment-{comment.pk}" in message.body
    may.refresh_from_db()
    assert may.sections.get(title="Readers’ voices").intro.count("voice:") == 1


def test_whoever_is_killed_has_neither_asked_nor_quoted(may, comment, edda, settings):
    settings.SEND_MAIL_AT_ONCE = False
    until = timezone.now() + timedelta(days=1)
    good, bad = quoting.Quotation(saying_of(comment), "The mud is alive."), None
    with pytest.raises(AttributeError):
        quoting.quote(may, [good, bad], edda, until)
    assert not Voice.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not may.sections.filter(title="Readers’ voices").exists()


def test_nothing_is_shown_before_the_time_is_over_and_all_of_it_then(client, voice, may):
    publishing.publish(may, None)
    assert "alive" not in main_of(client, PAGE)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        html = main_of(client, PAGE)
    text = text_of(html)
    assert "The mud is alive. Otto Keeper of the lighthouse" in text
    assert f'href="/comments/{voice.key}/#comment-{voice.key}"' in html


def test_a_yes_shows_it_at_once_and_a_no_takes_it_away_again(client, voice, may):
    publishing.publish(may, None)
    client.get(PAGE)
    asking = client.get(link_in(mail.outbox[0])).text
    assert "May we quote you?" in asking
    assert "The mud is alive." in asking
    assert "alive" not in main_of(client, PAGE)
    assert "You are quoted" in say(client, mail.outbox[0], "yes").text
    assert "The mud is alive." in main_of(client, PAGE)
    assert "You are not quoted" in say(client, mail.outbox[0], "no").text
    assert "alive" not in main_of(client, PAGE)
    say(client, mail.outbox[0], "yes")
    assert "The mud is alive." in main_of(client, PAGE)


def test_a_no_works_after_the_time(client, voice, may):
    publishing.publish(may, None)
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        assert "The mud is alive." in main_of(client, PAGE)
        say(client, mail.outbox[0], "no")
        assert "alive" not in main_of(client, PAGE)


def test_only_its_own_link_answers_for_a_voice(client, voice):
    link = link_in(mail.outbox[0])
    for other in ("/voices/1/", link[:-2] + "x/", "/voices/a-b/"):
        assert client.post(other, {"wish": "yes"}).status_code == 404
    client.get(link)
    client.post(link)
    client.post(link, {"wish": "perhaps"})
    voice.refresh_from_db()
    assert voice.state == State.ASKED


def agreed(voice):
    quoting.answer(voice, State.AGREED)
    publishing.publish(voice.issue, None)


def test_what_is_not_said_any_more_is_not_quoted(client, voice, comment, milo, otto):
    agreed(voice)
    assert "The mud is alive." in main_of(client, PAGE)
    moderating.reject([comment.pk], milo)
    assert "alive" not in main_of(client, PAGE)
    moderating.transition([comment.pk], CommentState.APPROVED, milo)
    assert "The mud is alive." in main_of(client, PAGE)
    comment.refresh_from_db()
    posting.revise(comment, otto, "The mud is dead.")
    assert "alive" not in main_of(client, PAGE)


def test_a_new_name_and_headline_are_shown(client, voice, otto):
    talk.trusted(otto)
    agreed(voice)
    main_of(client, PAGE)
    change_profile(otto, display_name="Otto Brandt", headline="Retired")
    assert "Otto Brandt Retired" in text_of(main_of(client, PAGE))


@pytest.mark.parametrize("keep_words", [True, False])
def test_who_leaves_is_quoted_no_more(client, voice, otto, keep_words):
    agreed(voice)
    assert export_account(otto)["quoted and answered"]["quoted"][0]["words"] == "The mud is alive."
    main_of(client, PAGE)
    erase_account(otto, keep_words=keep_words)
    assert "alive" not in main_of(client, PAGE)
    assert not Voice.objects.exists()


def test_it_is_in_mail_text_and_feeds_with_the_whole_address(client, voice, may, low_tide):
    article = may.articles.get(slug="mud")
    Article.objects.filter(pk=article.pk).update(body=voice.name)
    article.refresh_from_db()
    render_texts(article)
    agreed(voice)
    address = f"https://courant.example/comments/{voice.key}/#comment-{voice.key}"
    letter = letter_for(Dispatch(issue=may, subject="May"))
    for words in (letter.html, letter.text, client.get("/feeds/atom.xml").text):
        assert "The mud is alive." in words
        assert "Otto" in words
        assert address in words


def test_nothing_of_what_readers_write_becomes_markup(client, may, discussion, edda, otto):
    otto.headline = '<b onclick="x()">&amp; "quoted"'
    otto.save()
    words = 'Say "<script>alert(1)</script>" & <img src=x> aloud.'
    comment = talk.say(discussion, otto, words.replace("<", "\\<"))
    agreed(quoted(may, comment, edda, saying_of(comment).text))
    html = main_of(client, PAGE)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b onclick" not in html


def test_many_voices_cost_as_many_queries_as_one(may, discussion, edda, otto, django_assert_num_queries):
    names = []
    for number in range(12):
        comment = talk.say(discussion, otto, f"Thought {number} is alive.")
        names.append(str(quoted(may, comment, edda, f"Thought {number}").pk))
    Voice.objects.update(state=State.AGREED)
    for some in (names[:1], names):
        with django_assert_num_queries(2):
            assert len(quoting.show(quoting.Medium.PAGE, some)) == len(some)


def test_who_has_said_no_or_has_no_address_is_not_asked(may, voice, comment, discussion, edda, otto):
    quoting.answer(voice, State.REFUSED)
    assert quoting.refuse([saying_of(comment)]) == {
        ("comment", comment.pk): "Otto has said no to being quoted with this."
    }
    quoting.take_out(voice, edda)
    assert may.sections.get(title="Readers’ voices").intro == ""
    with pytest.raises(quoting.NotAllowed, match="has said no"):
        quoted(may, comment, edda)
    other = talk.say(discussion, otto, "Left behind")
    type(other).objects.filter(pk=other.pk).update(author=None)
    with pytest.raises(quoting.NotAllowed, match="cannot be asked"):
        quoted(may, other, edda, "Left behind")


def test_a_mail_that_did_not_go_asks_nobody(client, voice, may):
    asking = OutgoingMail.objects.get()
    OutgoingMail.objects.update(state=OutgoingMail.State.WAITING)
    outbox.drop(asking, "no such address")
    publishing.publish(may, None)
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        assert "alive" not in main_of(client, PAGE)


def kinds_of(thing):
    return {finding.key for finding in findings(thing) if finding.key.startswith(("voice", "no-named"))}


def test_checks_say_which_voices_readers_will_not_get(may, voice, comment, milo):
    assert kinds_of(may) == {"voice-waiting"}
    may.published_at = timezone.now() + timedelta(days=4)
    assert kinds_of(may) == set()
    may.published_at = None
    quoting.answer(voice, State.AGREED)
    assert kinds_of(may) == set()
    moderating.reject([comment.pk], milo)
    assert kinds_of(may) == {"voice-gone"}
    quoting.answer(voice, State.REFUSED)
    assert kinds_of(may) == {"voice-refused"}
    may.body = "voice:99999999\n\nvoice:what"
    may.save()
    assert kinds_of(may) == {"voice-refused", "no-named"}


def test_the_next_issue_does_not_begin_with_the_voices_of_this(voice, may):

    made, _is_new = begin(may, 6, "June")
    assert made.sections.get(title="Readers’ voices").intro == ""


def test_words_that_cannot_be_shown_are_forgotten_after_a_month(voice, comment, may, edda, discussion, otto, milo):
    other = quoted(may, talk.say(discussion, otto, "Left behind"), edda, "Left behind")
    quoting.answer(other, State.REFUSED)
    moderating.reject([comment.pk], milo)
    quoting.forget()
    assert Voice.objects.exclude(quotation="").count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        quoting.forget()
    assert list(Voice.objects.values_list("pk", "quotation", "reader")) == [(other.pk, "", None)]


def test_a_tip_is_quoted_and_answered_until_its_sender_is_erased(client, may, low_tide, edda):
    sent = tip(low_tide, text="A heron has nested on the crane.")
    saying = sayings([("tip", sent.pk)])["tip", sent.pk]
    until = timezone.now() + timedelta(days=1)
    (voice,) = quoting.quote(may, [quoting.Quotation(saying, "A heron has nested on the crane.")], edda, until)
    assert mail.outbox[0].to == ["ada@example.org"]
    article = answering.new_article(low_tide, may, "You asked")
    answering.ask_in(article, [saying], edda)
    agreed(voice)
    article.refresh_from_db()
    assert "Ada Moor" in text_of(main_of(client, PAGE))
    assert "Ada Moor" in article.body
    erase(Tip.objects.filter(pk=sent.pk))
    article.refresh_from_db()
    assert 'class="voice"' not in main_of(client, PAGE)
    assert article.body.startswith("Q: A heron has nested on the crane.\n")
