"""Who asked hears of the answer, once, when everybody can read it."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from accounts.own_data import erase_account, export_account
from comments import moderating
from core.markup import render
from core.markup.source import literally
from core.worker.ticks import ticks
from newsletter import publishing
from newsletter.models import Revision
from newsletter.rendering import render_texts
from participation.models import Question, Voice
from participation.voices import answering, quoting
from readership.models import PageViews
from tests.newsletter.pages import main_of, text_of
from tests.participation.voices import saying_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(may, comment, edda):
    made = answering.new_article(may.newsletter, may, "You asked")
    answering.ask_in(made, [saying_of(comment)], edda)
    made.refresh_from_db()
    return made


def write(article, body):
    article.refresh_from_db()
    article.body = body
    article.save()
    render_texts(article)


def test_whoever_asked_is_told_once_with_the_way_to_the_answer(client, article, may):
    answering.tell_due()
    write(article, f"{article.body} It is tired.")
    answering.tell_due()
    assert mail.outbox == []
    publishing.publish(may, None)
    answering.tell_due()
    answering.tell_due()
    (message,) = mail.outbox
    assert message.to == ["otto@example.org"]
    assert message.subject == "Low Tide has answered you"
    path, anchor = re.search(r"https://courant\.example(/\S+)#(\S+)", message.body).groups()
    html = main_of(client, path)
    assert f'id="{anchor}"' in html
    assert "Otto, Keeper of the lighthouse" in text_of(html)


def test_nobody_is_told_before_there_is_an_answer(article, may):
    publishing.publish(may, None)
    answering.tell_due()
    assert mail.outbox == []
    write(article, f"{article.body} At last.")
    answering.tell_due()
    assert len(mail.outbox) == 1


def test_a_question_in_other_words_leads_to_it_by_its_name_or_else_to_the_article(article, may):
    write(article, "Q: Is it alive? — Otto, Keeper of the lighthouse\n\nA: Yes.")
    publishing.publish(may, None)
    article.refresh_from_db()
    (question,) = Question.objects.to_be_told().select_related("article")
    assert answering.answered_at(question).startswith("/low-tide/may/you-asked/#")
    write(article, "It is.")
    (question,) = Question.objects.to_be_told().select_related("article")
    assert answering.answered_at(question) == "/low-tide/may/you-asked/"


def test_what_is_scheduled_is_told_when_its_hour_comes_and_what_is_withdrawn_never(article, may, edda):
    write(article, f"{article.body} Yes.")
    publishing.publish(may, None, at=timezone.now() + timedelta(days=2))
    answering.tell_due()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        publishing.withdraw(may, edda)
        answering.tell_due()
        assert mail.outbox == []
        publishing.publish(may, edda)
        answering.tell_due()
        assert len(mail.outbox) == 1
    assert answering.tell_due in ticks


def test_who_takes_the_question_back_is_not_written_to(article, may, comment, milo):
    write(article, f"{article.body} Yes.")
    publishing.publish(may, None)
    moderating.reject([comment.pk], milo)
    answering.tell_due()
    assert mail.outbox == []
    assert not Question.objects.to_be_told().exists()


def test_a_question_that_is_there_is_not_put_there_again(article, comment, edda):
    answering.ask_in(article, [saying_of(comment)], edda)
    article.refresh_from_db()
    assert article.body.count("Q: ") == 1


@pytest.mark.parametrize("keep_words", [True, False])
def test_who_leaves_has_asked_nothing(article, otto, edda, keep_words):
    assert export_account(otto)["quoted and answered"]["questions answered"][0]["in the article"] == "You asked"
    erase_account(otto, keep_words=keep_words)
    article.refresh_from_db()
    assert "The mud is alive." in article.body
    assert "Otto" not in article.body
    assert not any("Otto" in str(revision.texts) for revision in Revision.objects.filter(article=article))
    assert not Question.objects.filter(reader__isnull=False).exists()


def test_the_names_of_others_stay_when_somebody_leaves(article, comment, otto, edda):
    Question.objects.update(credit=" — Ott")
    write(article, "Q: Is it alive? — Ott\n\nA: Yes — Otters say so.\n\nQ: And you — Ottilie?")
    erase_account(otto, keep_words=True)
    article.refresh_from_db()
    assert article.body == "Q: Is it alive?\n\nA: Yes — Otters say so.\n\nQ: And you — Ottilie?"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "**bold** _it_ `code` ~~gone~~", "[a](https://example.org)", "![x](picture:mud)",
        "https://example.org/a_b www.example.org mail@example.org", "# Head\n\n- list\n1. one", "a &lt;b&gt; &amp; c",
        "[^1] note\n\n[^1]: What", "| a | b |\n|---|---|", "poll:x\nvoice:1", "A: no\nQ: yes", "{: .x #y}", "\\*",
        "a\n: b",
    ],
)  # fmt: skip
def test_nothing_of_a_question_becomes_markup(text):
    html = render(f"Q: {literally(text)} — {literally(text)}\n\nA: Yes.").html
    heading = re.search(r'<h2 class="question"[^>]*>(.*?)</h2>|<h\d[^>]*>(.*?)</h\d>', html, re.DOTALL)[0]
    inner = re.sub(r'<span class="mark">Q:</span>|</?h\d[^>]*>', "", heading)
    assert "<" not in inner
    assert "voice:1" not in re.findall(r'data-named="([^"]+)"', html)
    plain = " ".join(text.split())
    assert re.sub(r"\W", "", plain) in re.sub(r"\W", "", unescape(inner))


def test_a_draft_is_deleted_with_its_questions_and_voices(desk, article, may, comment, edda):
    until = timezone.now() + timedelta(days=3)
    quoting.quote(may, [quoting.Quotation(saying_of(comment), comment.body)], edda, until)
    PageViews.objects.create(day=timezone.localdate(), article=article, people=1)
    for thing in (article, may):
        answer = desk.post(f"/admin/newsletter/{thing._meta.model_name}/{thing.pk}/delete/", {"post": "yes"})
        assert answer.status_code == 302
        assert not type(thing).objects.filter(pk=thing.pk).exists()
    assert not Voice.objects.exists()
    assert not Question.objects.exists()
