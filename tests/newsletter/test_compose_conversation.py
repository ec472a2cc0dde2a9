"""What readers said where an issue was published before: at the end of the document, or in a file beside it."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from comments.models import Comment
from newsletter.composing import Answers, Document, Unreadable, compose, from_text, read
from newsletter.composing.plan import Conversation, Tail
from newsletter.models import Article, Issue, Picture
from newsletter.talks import OlderComment
from tests import cast
from tests.newsletter.previewing import FOGHORN, FORM, SHORE, Sheet, preview_of
from tests.newsletter.test_compose_storing import stored_files

pytestmark = pytest.mark.django_db
MINA, OTTO = "Lovely issue, as always.", "The terns noticed in May"
THREAD = [
    {"name": "Ines Quay", "headline": "Ferrywoman", "text": "We saw it from the ferry.", "age": "2 months"},
    {"name": "", "text": "Who pays?", "reply to": 1},
]


def thread_file(records=THREAD):
    return SimpleUploadedFile("thread.json", json.dumps(records).encode(), content_type="application/json")


@pytest.fixture
def sheet(desk, low_tide):
    return preview_of(desk, low_tide)


def fate(sheet, words):
    """Decide about a conversation: `words` are those beside its button."""
    [button] = sheet.form.xpath(f'.//label[contains(., "{words}")]/input[@type="radio"]')
    sheet.form.fields[button.name] = button.get("value")


def said():
    return sorted(Comment.objects.values_list("name", "headline", "said_at"))


def test_each_comment_is_shown_before_anything_is_stored(sheet):
    assert "The end looks like a conversation of two" in sheet.text
    for words in ("Mina Holm", "Harbour pilot at Tholemouth", "7 months", MINA, "Otto Strand", OTTO):
        assert words in sheet.text
    assert not Comment.objects.exists()


def test_they_are_brought_in_with_the_issue(sheet):
    answer = sheet.send()
    assert said() == [
        ("Mina Holm", "Harbour pilot at Tholemouth", "LinkedIn"),
        ("Otto Strand", "Birder, keeper of terns", "LinkedIn"),
    ]
    assert {comment.discussion.issue for comment in Comment.objects.all()} == {Issue.objects.get()}
    assert any("2" in str(message) for message in answer.context["messages"])
    assert MINA not in Issue.objects.get().closing


def test_where_and_when_it_was_copied_is_said_once_for_all(sheet):
    assert sheet.form.fields["tail-said_at"] == "LinkedIn"
    sheet.form.fields["tail-said_at"] = "Harbour Board"
    sheet.form.fields["tail-copied_on"] = "2024-11-20"
    sheet.look_again()
    assert sheet.form.fields["tail-said_at"] == "Harbour Board"
    sheet.send()
    mina, otto = Comment.objects.order_by("name")
    assert (mina.said_at, otto.said_at) == ("Harbour Board", "Harbour Board")
    assert localdate(mina.created_at).replace(day=1) == date(2024, 4, 1)
    assert localdate(otto.created_at).replace(day=1) == date(2024, 5, 1)


def test_it_can_be_cut(sheet):
    fate(sheet, "Cut it")
    sheet.look_again()
    assert "looks like a conversation" in sheet.text
    sheet.send()
    assert not Comment.objects.exists()
    assert not any(MINA in article.body for article in Article.objects.all())


def test_it_can_stay_text(sheet):
    fate(sheet, "Keep it as text")
    sheet.look_again()
    sheet.send()
    assert not Comment.objects.exists()
    issue = Issue.objects.get()
    assert MINA in "".join([issue.closing, *(article.body for article in issue.articles.all())])


@pytest.mark.parametrize(
    ("day", "reason"), [("soon", "Enter a valid date."), ("2126-01-01", "This day lies in the future.")]
)
def test_a_day_that_is_none_keeps_everything(sheet, day, reason):
    fate(sheet, "Cut it")
    sheet.form.fields["tail-copied_on"] = day
    sheet.send()
    assert reason in sheet.text
    assert sheet.form.fields["tail-fate"] == "cut"
    assert not Issue.objects.exists()


def test_a_file_beside_the_document_stands_for_the_conversation(desk, low_tide):
    sheet = preview_of(desk, low_tide, comments=thread_file())
    assert "The file that you chose holds a conversation of 2 comments" in sheet.text
    assert "A reader" in sheet.text
    sheet.form.fields["file-said_at"] = "LinkedIn"
    sheet.send()
    assert said() == [("", "", "LinkedIn"), ("Ines Quay", "Ferrywoman", "LinkedIn")]
    ferry, question = Comment.objects.order_by("-name")
    assert question.parent == ferry


def test_a_file_can_be_left_out_and_the_end_brought_in(desk, low_tide):
    sheet = preview_of(desk, low_tide, comments=thread_file())
    sheet.form.fields["tail-fate"] = "bring in"
    sheet.form.fields["file-fate"] = "cut"
    sheet.send()
    assert [name for name, *_facts in said()] == ["Mina Holm", "Otto Strand"]


def test_a_file_of_no_use_says_which_comment_and_keeps_the_text(desk, low_tide):
    records = [*THREAD, {"name": "Nobody", "text": ""}]
    page = desk.post(FORM, {"newsletter": low_tide.pk, "text": SHORE, "comments": thread_file(records)})
    assert "Comment 3" in page.text
    assert "keeper of terns" in page.text


def test_a_file_stays_when_the_text_is_changed(desk, low_tide):
    sheet = preview_of(desk, low_tide, comments=thread_file())
    [again] = sheet.form.xpath('.//a[contains(@href, "again=")]/@href')
    assert "Those that you chose before are kept" in desk.get(again).text
    answer = desk.post(again, {"newsletter": low_tide.pk, "text": "# May\n\nShort."}, follow=True)
    assert "Ferrywoman" in Sheet(desk, answer).text


def test_a_place_that_is_emptied_is_none(sheet):
    sheet.form.fields["tail-said_at"] = ""
    sheet.send()
    assert {comment.said_at for comment in Comment.objects.all()} == {""}


def test_a_comment_that_is_refused_brings_the_preview_back(desk, low_tide):
    sheet = preview_of(desk, low_tide, SHORE.replace("7 months", "30 February 2026"))
    sheet.guess(FOGHORN).checked = False
    sheet.send()
    assert "Comment 1 (Mina Holm)" in sheet.text
    assert not sheet.guess(FOGHORN).checked
    assert not Issue.objects.exists()
    fate(sheet, "Cut it")
    sheet.send()
    assert Issue.objects.exists()


def test_what_cannot_be_brought_in_leaves_nothing_behind_and_no_file(low_tide):
    picture = cast.image_file().read()
    plan = read(Document("# A\n\n## S\n\nText. ![Mud](mud.jpg)\n", {"mud.jpg": picture}))
    before = stored_files()
    with pytest.raises(Unreadable, match="Comment 1"):
        compose(plan, low_tide, conversations=[Conversation([OlderComment("When?", written="the day after")])])
    assert stored_files() == before
    assert not Issue.objects.exists()
    assert not Picture.objects.exists()


def test_an_article_that_stands_alone_gets_its_conversation_too(low_tide):
    article = compose(read(from_text("# Questions\n\nQ: Why?\n\nA: Mud.\n")), low_tide, conversations=one()).thing
    assert Comment.objects.get().discussion.article == article


def test_the_same_document_again_brings_nothing_in_twice(low_tide):
    plan = read(from_text(SHORE))
    compose(plan, low_tide)
    compose(read(from_text(SHORE)), low_tide, replace=True)
    assert Comment.objects.count() == 2


def test_a_tail_that_is_cut_is_not_brought_in(low_tide):
    compose(read(from_text(SHORE), Answers(tail=Tail.CUT)), low_tide)
    assert not Comment.objects.exists()


def one():
    return [Conversation([OlderComment("Because of the moon.", name="Ines")])]
