"""The pages on which editors bring older comments in: nothing is lost, each is shown first, and can be left out."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from comments.models import Comment, Discussion
from newsletter import publishing
from newsletter.models import Status
from tests import cast
from tests.comments import older, talk
from tests.newsletter.pages import text_of

pytestmark = pytest.mark.django_db

FORM = "/admin/comments/discussion/bring-in/"
TABLE = "name;text;age;reply to\nAnna;The mud was *blue*.;6 个月;\nBen;It was grey.;7mo;1\n;I forgot.;;Ben\n"
#: What was copied from below a web page.
TAIL = """Anna Tidewell
Harbour pilot
7mo
The mud was blue that year, and nobody knew why it was.
Reply
Ben
Retired
3w
It was grey, Anna, as it has always been here.
Reply
"""


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def choose(browser, place, follow=True, **fields):
    data = {"place": place, "text": "", "said_at": "", "copied_on": "", **fields}
    return browser.post(FORM, data, follow=follow)


def ticked(page) -> dict[str, str]:
    """What the preview would send as it is."""
    fields = re.findall(r'<input type="(?:text|checkbox)" name="(\d+-\w+)"(?: value="([^"]*)")?', page.text)
    return {name: "on" if name.endswith("take") else value for name, value in fields}


@pytest.fixture
def preview(desk, mud):
    return choose(desk, f"article-{mud.pk}", text=TABLE, said_at="LinkedIn", copied_on="2026-11-20")


def address(page) -> str:
    return page.redirect_chain[-1][0]


def test_each_comment_is_shown_before_it_is_stored(preview):
    page = text_of(preview.text)
    assert "3 comments under Mud" in page
    assert re.search(r"Anna\s+May 2026 · from LinkedIn, 2026", page)
    assert "in reply to Anna" in page
    assert "<em>blue</em>" in preview.text
    assert not Comment.objects.exists()


def test_answers_follow_what_they_answer_whatever_their_order_in_the_file(desk, mud):
    records = [{"text": "Mud."}, {"text": "Foam."}, {"text": "Which mud?", "reply_to": 1}]
    page = choose(desk, f"article-{mud.pk}", text=older.as_json(*records).decode()).text
    assert page.index("Mud.") < page.index("Which mud?") < page.index("Foam.")


def test_what_is_ticked_is_stored_and_the_editor_led_to_it(desk, preview, edda, mud):
    done = desk.post(address(preview), ticked(preview), follow=True)
    anna, ben, nameless = Comment.objects.order_by("root", "path", "pk").order_by("depth", "pk")
    assert (anna.name, ben.parent, nameless.parent) == ("Anna", anna, ben)
    assert "3 comments were brought in." in done.text
    assert '<a href="/low-tide/march/mud/#discussion">Mud</a>' in done.text
    assert anna.decisions.get().actor == edda
    assert LogEntry.objects.get().object_repr == "Mud"


def test_what_is_left_out_is_not_stored_and_its_answers_move_up(desk, preview):
    fields = ticked(preview)
    del fields["1-take"]
    desk.post(address(preview), fields)
    anna, nameless = Comment.objects.order_by("pk")
    assert (nameless.body, nameless.parent) == ("I forgot.", anna)


def test_name_headline_date_and_where_can_be_corrected(desk, preview, mud):
    fields = ticked(preview) | {
        "0-name": "Anna Tidewell",
        "0-headline": "Pilot",
        "0-written": "2 May 2026",
        "0-said_at": "",
    }
    shown = desk.post(address(preview), fields | {"again": "1"})
    assert "May 2, 2026 · brought in by the editors" in text_of(shown.text)
    assert not Comment.objects.exists()
    desk.post(address(preview), fields)
    anna = Comment.objects.get(parent=None)
    assert (anna.name, anna.headline, anna.said_at, anna.created_at.day) == ("Anna Tidewell", "Pilot", "", 2)
    again = choose(desk, f"article-{mud.pk}", text=TABLE)
    assert again.text.count("is there already") == 3
    assert "3 of them were brought in before" in text_of(again.text)


def test_wrong_correction_is_told_where_it_stands_and_nothing_is_lost(desk, preview):
    fields = ticked(preview) | {"0-written": "soon", "1-name": "Benjamin"}
    page = desk.post(address(preview), fields)
    assert "“soon” is no date and no age." in page.text
    assert 'value="soon"' in page.text
    assert 'value="Benjamin"' in page.text
    assert not Comment.objects.exists()


def test_second_press_of_the_button_changes_nothing(desk, preview):
    fields = ticked(preview)
    desk.post(address(preview), fields)
    assert "3 comments had been brought in before" in desk.post(address(preview), fields, follow=True).text
    assert Comment.objects.count() == 3


def test_when_all_are_left_out_nothing_is_made(desk, preview):
    assert "Nothing was brought in." in desk.post(address(preview), {"0-name": ""}, follow=True).text
    assert not Discussion.objects.exists()


@pytest.mark.parametrize("name", ["march.json", "march.csv"])
def test_file_is_read(desk, published, name):
    content = older.as_json({"name": "Anna", "text": "Mud."}) if name.endswith("json") else TABLE.encode("utf-16")
    page = choose(desk, f"issue-{published.pk}", upload=SimpleUploadedFile(name, content))
    assert "under March" in text_of(page.text)
    assert "Anna" in page.text


def test_text_copied_from_below_a_page_is_read(desk, mud):
    page = text_of(choose(desk, f"article-{mud.pk}", text=TAIL).text)
    assert "2 comments under Mud" in page
    assert re.search(r"Anna Tidewell\s+Harbour pilot", page)


def test_bad_file_stands_in_the_form_to_be_mended(desk, mud):
    content = older.as_json({"name": "Anna", "text": "Mud.", "likes": 3})
    page = choose(desk, f"article-{mud.pk}", upload=SimpleUploadedFile("c.json", content), said_at="LinkedIn")
    assert "nobody here knows what “likes” is" in page.text
    assert "The text is still here" in page.text
    assert "&quot;likes&quot;: 3" in page.text
    assert 'value="LinkedIn"' in page.text


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Choose a file, or paste the text: one of the two."),
        ({"text": TABLE, "upload": "file"}, "Choose a file, or paste the text: one of the two."),
        ({"text": TABLE, "copied_on": "2999-01-01"}, "This day lies in the future."),
        ({"text": TABLE, "place": "article-0"}, "Choose an issue or an article."),
        ({"text": TABLE, "place": "'"}, "Choose an issue or an article."),
        ({"text": "Reply\nLike\n"}, "No comments are found in this text."),
    ],
)
def test_what_is_missing_is_told_and_what_was_typed_stays(desk, mud, fields, problem):
    if "upload" in fields:
        fields = fields | {"upload": SimpleUploadedFile("c.csv", TABLE.encode())}
    page = choose(desk, **{"place": f"article-{mud.pk}", **fields})
    assert problem in page.text
    if "text" in fields:
        assert fields["text"].split(";")[0] in page.text


def test_preview_leads_back_to_the_text(desk, preview):
    back = re.search(r'href="([^"]+again=[^"]+)">Change the text', preview.text)[1]
    page = desk.get(back).text
    assert "It was grey." in page
    assert 'value="2026-11-20"' in page
    assert 'value="LinkedIn"' in page


def test_piece_may_be_chosen_beforehand_by_the_pages_that_lead_here(desk, mud, published):
    for kind, piece in (("article", mud), ("issue", published)):
        page = desk.get(f"/admin/newsletter/{kind}/{piece.pk}/change/").text
        link = re.search(rf'"({FORM}\?place={kind}-{piece.pk})"', page)[1]
        assert f'<option value="{kind}-{piece.pk}" selected>' in desk.get(link).text
    discussion = talk.under(mud)
    assert f"{FORM}?place=article-{mud.pk}" in desk.get(f"/admin/comments/discussion/{discussion.pk}/change/").text
    assert f'"{FORM}"' in desk.get("/admin/comments/discussion/").text


def test_ticket_of_somebody_else_or_of_nothing_leads_back(desk, preview, milo):
    for browser, ticket in ((older.signed_in(milo), address(preview)), (desk, f"{FORM}x/")):
        page = browser.get(ticket, follow=True)
        assert page.redirect_chain[-1][0] == FORM
        assert "This preview is no longer there" in page.text


def test_piece_that_is_gone_meanwhile_is_told(desk, preview, mud):
    mud.delete()
    assert "The issue or article is gone." in desk.get(address(preview), follow=True).text


def test_editors_and_moderators_may_others_not(desk, moderation, rita):
    nobody = cast.person("Nora")
    cast.User.objects.filter(pk=nobody.pk).update(is_let_in=True)
    assert desk.get(FORM).status_code == moderation.get(FORM).status_code == 200
    for person, status in ((nobody, 403), (rita, 302)):
        for page in (FORM, "/admin/comments/discussion/brought-in/"):
            assert older.signed_in(person).get(page).status_code == status


@pytest.mark.slow
def test_page_of_many_costs_no_more_queries(desk, mud, django_assert_max_num_queries):
    records = [{"name": f"Reader {number}", "text": f"Wave {number}"} for number in range(300)]
    ticket = address(choose(desk, f"article-{mud.pk}", text=older.as_json(*records).decode()))
    with django_assert_max_num_queries(12):
        page = desk.get(ticket)
    assert page.text.count('name="1-name"') == 1
    with django_assert_max_num_queries(50):
        desk.post(ticket, ticked(page))
    assert Comment.objects.count() == 300


def test_a_date_that_lies_ahead_is_shown_without_one_and_then_asked_about(desk, mud):
    page = choose(desk, f"article-{mud.pk}", text="name,text,date\nAnna,Blue.,2126-05-01\n")
    assert page.status_code == 200
    assert "2126-05-01" in page.text
    answer = desk.post(address(page), ticked(page))
    assert "“2126-05-01” lies in the future." in answer.text
    assert not Comment.objects.brought_in().exists()


@pytest.mark.parametrize("text", ["# Mud\n\nIt was blue.", '["Mud"]', '{"title": "Mud", "place": "issue-1"}\n\nBlue.'])
def test_preview_of_a_document_is_none_of_comments(desk, mud, text):
    held = desk.post("/admin/newsletter/issue/compose/", {"newsletter": mud.newsletter_id, "text": text})
    ticket = held.url.rstrip("/").rpartition("/")[2]
    assert "no longer there" in desk.get(f"{FORM}{ticket}/", follow=True).text
    assert desk.get(FORM, {"again": ticket}).status_code == 200


@pytest.mark.parametrize("digits", [30, 5000])
def test_number_that_no_database_knows_is_no_place(desk, digits):
    assert "Choose an issue or an article." in choose(desk, "issue-" + "9" * digits, text=TABLE).text


@pytest.fixture
def draft(low_tide):
    return cast.issue(low_tide, 5, status=Status.DRAFT)


def test_draft_is_deleted_with_what_was_brought_in(desk, moderation, draft):
    older.brought(draft, older.ANNA, older.BEN)
    assert desk.post(f"/admin/newsletter/issue/{draft.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Discussion.objects.exists()
    assert moderation.get("/admin/comments/moderationevent/").status_code == 200


def test_what_was_brought_in_is_deleted_in_no_other_way(desk, draft):
    [comment] = older.brought(draft, older.ANNA)
    pages = [f"comment/{comment.pk}", f"discussion/{comment.discussion_id}"]
    assert [desk.post(f"/admin/comments/{page}/delete/", {"post": "yes"}).status_code for page in pages] == [403, 403]
    assert Comment.objects.exists()


def test_words_of_readers_stay_and_so_does_what_they_are_about(desk, published, rita, edda):
    older.brought(published, older.ANNA)
    talk.say(Discussion.objects.get(), rita)
    publishing.withdraw(published, edda)
    assert desk.post(f"/admin/newsletter/issue/{published.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Comment.objects.count() == 2
