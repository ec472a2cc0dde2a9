"""How editors quote and answer readers, and what they see of it."""

import re

import pytest
from django.core import mail
from django.test import Client

from newsletter import publishing
from newsletter.models import Article
from participation.models import Question, State, Voice
from participation.voices import quoting
from tests import cast
from tests.comments import talk
from tests.newsletter.pages import text_of
from tests.participation.voices import quoted

pytestmark = pytest.mark.django_db

QUOTE = "/admin/participation/voice/quote/"
ANSWER = "/admin/participation/voice/answer/"


def test_from_the_list_of_comments_to_the_next_issue_in_one_step(desk, comment, discussion, otto, may):
    other = talk.say(discussion, otto, "I disagree.")
    ticked = {"action": "quote", "_selected_action": [comment.pk, other.pk]}
    response = desk.post("/admin/comments/comment/", ticked)
    assert response.url == f"{QUOTE}?said=comment-{other.pk}&said=comment-{comment.pk}" or response.url == (
        f"{QUOTE}?said=comment-{comment.pk}&said=comment-{other.pk}"
    )
    page = desk.get(response.url)
    form = page.context["form"]
    assert "The mud is alive." in form[f"comment-{comment.pk}"].value()
    filled = {name: form[name].value() for name in form.fields} | {
        f"comment-{comment.pk}": "I have walked on it … since May …",
        f"comment-{other.pk}": "",
        "issue": may.pk,
    }
    filled["until"] = f"{form['until'].value():%Y-%m-%dT%H:%M}"
    done = desk.post(response.url, filled, follow=True)
    assert "1 reader is asked." in done.text
    voice = Voice.objects.get()
    assert voice.quotation == "I have walked on it … since May …"
    assert may.sections.get(title="Readers’ voices").intro == voice.name
    assert len(mail.outbox) == 1


def test_other_words_are_refused_beside_their_field(desk, comment, may):
    address = f"{QUOTE}?said=comment-{comment.pk}"
    filled = {f"comment-{comment.pk}": "The mud is dead.", "issue": may.pk, "until": "2099-01-01T10:00"}
    assert "These are not their words" in desk.post(address, filled).text
    filled |= {f"comment-{comment.pk}": "The mud is alive.", "until": "2001-01-01T10:00"}
    assert "Leave them some time." in desk.post(address, filled).text
    assert not Voice.objects.exists()


def test_the_page_of_a_comment_leads_there_too(desk, comment):
    html = desk.get(f"/admin/comments/comment/{comment.pk}/change/").text
    assert f'href="{QUOTE}?said=comment-{comment.pk}"' in html
    assert f'href="{ANSWER}?said=comment-{comment.pk}"' in html


def test_the_page_of_an_issue_shows_its_voices_and_what_was_said_since_the_last(
    desk, may, comment, discussion, otto, edda
):
    voice = quoted(may, comment, edda)
    talk.say(discussion, otto, "Another thought")
    page = f"/admin/participation/voice/of/{may.pk}/"
    text = text_of(desk.get(page).text)
    assert "can say no until" in text
    assert "Another thought" in text
    assert "Mud 2 comments" in re.sub(r"\s+", " ", text)
    quoting.answer(voice, State.REFUSED)
    assert "Refused" in text_of(desk.get(page).text)
    assert "1 reader said no" in desk.get("/admin/").text
    mud = discussion.article
    desk.post(page, {"piece": [f"article-{mud.pk}", "article-99999"]})
    intro = may.sections.get(title="Readers’ voices").intro
    assert "- [Mud](https://courant.example/low-tide/march/mud/), 2 comments" in intro
    desk.post(page, {"out": voice.pk})
    assert voice.name not in may.sections.get(title="Readers’ voices").intro


def test_moderators_and_readers_quote_nobody(comment, milo, rita, may):
    for person in (milo, rita):
        client = Client()
        client.force_login(person)
        for address in (f"{QUOTE}?said=comment-{comment.pk}", f"{ANSWER}?said=comment-{comment.pk}"):
            assert client.get(address).status_code in (302, 403)
        assert client.get(f"/admin/participation/voice/of/{may.pk}/").status_code in (302, 403)
    assert not Voice.objects.exists()


@pytest.mark.parametrize("said", ["", "comment-0", "comment-99999999999999999999", "secret-1", "comment-x"])
def test_what_is_not_said_is_not_found(desk, said, low_tide):
    assert desk.get(f"{QUOTE}?said={said}").status_code == 404
    assert desk.get(f"{ANSWER}?said={said}").status_code == 404


def test_what_readers_do_not_see_is_not_quoted(desk, published, comment, edda):
    publishing.withdraw(published, edda)
    assert desk.get(f"{QUOTE}?said=comment-{comment.pk}").status_code == 404


def test_lists_cost_the_same_for_many(desk, may, discussion, otto, edda, django_assert_max_num_queries):
    for number in range(30):
        quoted(may, talk.say(discussion, otto, f"Thought {number}."), edda, f"Thought {number}.")
    with django_assert_max_num_queries(12):
        assert desk.get("/admin/participation/voice/").status_code == 200
    with django_assert_max_num_queries(16):
        assert desk.get(f"/admin/participation/voice/of/{may.pk}/").status_code == 200
    assert desk.get(f"/admin/participation/voice/{Voice.objects.first().pk}/change/").status_code == 200
    assert desk.get("/admin/participation/voice/?q=Thought").status_code == 200


def test_questions_go_into_a_new_article_or_one_that_is_there(desk, may, comment, discussion, otto):
    address = f"{ANSWER}?said=comment-{comment.pk}"
    assert "The mud is alive." in desk.get(address).text
    assert "Give the new article a title." in desk.post(address, {"place": f"issue-{may.pk}", "title": ""}).text
    desk.post(address, {"place": f"issue-{may.pk}", "title": "You asked"})
    article = may.articles.get(title="You asked")
    assert article.body.startswith("Q: The mud is alive. I have")
    assert article.body.endswith(" — Otto, Keeper of the lighthouse\n\nA: ") or article.body.endswith(
        "lighthouse\n\nA:"
    )
    other = talk.say(discussion, otto, "And why?")
    desk.post(f"{ANSWER}?said=comment-{other.pk}&said=comment-{comment.pk}", {"place": f"article-{article.pk}"})
    article.refresh_from_db()
    assert [article.body.count("Q: "), article.body.count("And why?")] == [2, 1]
    desk.post(f"{ANSWER}?said=comment-{other.pk}", {"place": f"newsletter-{may.newsletter_id}", "title": "Alone"})
    assert Article.objects.get(title="Alone").issue is None
    assert Question.objects.count() == 3
    assert desk.get("/admin/participation/question/").status_code == 200


def test_chinese_questions_are_marked_in_chinese(desk, comment, may):
    type(may.newsletter).objects.update(language="zh-hans")
    desk.post(f"{ANSWER}?said=comment-{comment.pk}", {"place": f"issue-{may.pk}", "title": "你问我答"})
    assert may.articles.get(title="你问我答").body.startswith("问：")
    assert cast.Article.objects.get(title="你问我答").body.rstrip().endswith("答：")
