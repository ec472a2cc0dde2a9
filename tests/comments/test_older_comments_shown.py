"""Older comments on pages, in feeds and in the mail: read and answered like others, nobody's, and news to nobody."""

import re
from dataclasses import replace

import pytest

from comments import following, moderating, naming, posting, reacting
from comments.models import Comment, Follow, Notice, Report, Standing, State
from comments.notices import digesting, timing
from newsletter.talks import OlderComment
from tests.comments import older, talk
from tests.comments.letters import delivered, receivers
from tests.comments.test_admin_actions import ACTIONS, act
from tests.comments.test_feeds import OF_MUD, SITE, entries, words
from tests.comments.test_structured_data import MUD, posting_on
from tests.newsletter.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(mud):
    """What Anna said on LinkedIn, with Ben's answer."""
    elsewhere = replace(older.ANNA, written="May 2026", said_at="LinkedIn")
    return older.brought(mud, elsewhere, older.BEN)[0]


def test_page_shows_name_headline_date_and_where_it_was_said(client, anna, discussion):
    page = main_of(client, MUD)
    assert "<bdi>Anna Tidewell</bdi></strong>" in page
    assert '<bdi class="p-note">Harbour pilot</bdi>' in page
    assert '<time class="dt-published" datetime="2026-05">May 2026</time>' in page
    assert "<span>from LinkedIn, 2026</span>" in page
    assert '<span class="hidden">(brought in by the editors)</span>' in page
    assert 'datetime="2026-04-21">April 21, 2026</time>' in page
    assert "<span>brought in by the editors</span>" in page
    assert 'class="badge"' not in page
    assert 'aria-hidden="true">AT</span>' in page


def test_nameless_one_is_a_reader_and_without_date_shows_none(client, mud, discussion):
    older.brought(mud, older.NAMELESS)
    page = main_of(client, MUD)
    assert "<bdi>A reader</bdi>" in page
    assert "dt-published" not in page
    assert re.search(r'<a class="u-url" href="/comments/\d+/#comment-\d+">brought in by the editors</a>', page)


def test_chinese_page_says_it_in_chinese(client, mud, discussion, low_tide):
    older.brought(mud, older.NAMELESS, OlderComment("泥", "安娜", written="2026年5月", said_at="领英"))
    low_tide.language = "zh-hans"
    low_tide.save()
    page = main_of(client, MUD)
    for word in ("一位读者", "由编辑收录", "2026年5月", "来自领英，2026年"):
        assert word in page


def test_a_removed_or_erased_one_that_was_answered_leaves_its_place(client, anna, discussion, milo):
    moderating.transition([anna.pk], State.REMOVED, milo)
    assert "Removed by the editors." in main_of(client, MUD)
    Comment.objects.filter(pk=anna.pk).update(state=State.DELETED)
    page = main_of(client, f"{MUD}comments/")
    assert "Removed by the editors." in page
    assert "Deleted by its author." not in page


def test_machines_are_told_a_plain_name(client, anna, discussion):
    [told] = posting_on(client, MUD)["comment"]
    assert told["author"] == {"@type": "Person", "name": "Anna Tidewell"}
    assert told["datePublished"] == "2026-05"


def test_feed_of_the_site_has_no_old_news_and_that_of_the_discussion_its_old_date(client, anna, discussion, rita):
    new = talk.say(discussion, rita, "Only now do I read this.")
    assert [words(entry, "title") for entry in entries(client, SITE)] == ["Rita on Mud"]
    newest, middle, oldest = entries(client, OF_MUD)
    assert words(newest, "content") == new.body_html
    assert (words(middle, "title"), words(middle, "published")[:7]) == ("Anna Tidewell on Mud", "2026-05")
    assert words(oldest, "title") == "Ben on Mud"


# Told to nobody


def test_nobody_hears_of_an_older_comment_whatever_happens_to_it(mud, discussion, rita, milo, edda):
    following.follow(discussion, rita, Follow.Frequency.AT_ONCE)
    comments = older.brought(mud)
    ids = [comment.pk for comment in comments]
    moderating.feature(ids, milo)
    moderating.transition(ids, State.REMOVED, milo, reason="Old")
    moderating.transition(ids, State.APPROVED, edda)
    moderating.transition(ids, State.PENDING, milo)
    digesting.tell_moderators()
    moderating.transition(ids, State.APPROVED, edda)
    reacting.report(comments[0], rita, "other")
    digesting.tell_moderators()
    timing.write_due()
    assert not Notice.objects.exists()
    assert delivered() == []


def test_a_reply_to_one_is_told_to_followers_as_any_comment(anna, discussion, rita, otto):
    following.follow(discussion, rita, Follow.Frequency.AT_ONCE)
    reply = talk.say(discussion, otto, "I remember you, Anna.", anna)
    assert reply.parent == anna
    assert receivers() == [("rita", "Otto wrote under “Mud”")]


# Like other comments, without an author


def test_readers_like_and_report_it(anna, discussion, rita):
    reacting.like(anna, rita)
    reacting.report(anna, rita, "other")
    anna.refresh_from_db()
    assert (anna.score, anna.report_count, Report.objects.count()) == (1, 1, 1)


def test_pages_about_it_name_it(anna, discussion, rita):
    browser = older.signed_in(rita)
    for page in ("like", "report"):
        assert re.search(r"Anna Tidewell ·\s+May 2026", text_of(main_of(browser, f"/comments/{anna.pk}/{page}/")))
    assert "Anna Tidewell" in main_of(browser, f"{MUD}comments/?reply_to={anna.pk}")


def test_nobody_can_edit_or_delete_it(anna, discussion, rita, edda):
    for person in (rita, edda):
        for page in ("edit", "deletion", "appeal"):
            assert older.signed_in(person).get(f"/comments/{anna.pk}/{page}/").status_code == 404
        with pytest.raises(posting.Refused):
            posting.revise(anna, person, "I was Anna.")


def test_no_profile_reaches_it(anna, rita):
    rita.display_name = "Anna Tidewell"
    rita.save()
    naming.show_profile(talk.trusted(rita))
    naming.show_approved_names([anna])
    anna.refresh_from_db()
    assert (anna.name, anna.headline, anna.author) == ("Anna Tidewell", "Harbour pilot", None)


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_of_moderators_takes_it(moderation, anna, discussion, action):
    state, fields = ACTIONS[action]
    Comment.objects.update(state=state, report_count=1, proposed_body="Better")
    response = act(moderation, action, Comment.objects.all(), **fields)
    assert response.status_code == 200
    assert not Standing.objects.exists()


@pytest.mark.parametrize("address", ["comment/", "queue/", "comment/{pk}/change/", "moderationevent/", "discussion/"])
def test_moderators_pages_show_it(moderation, anna, discussion, rita, address):
    reacting.report(anna, rita, "other")
    page = moderation.get(f"/admin/comments/{address.format(pk=anna.pk)}").text
    assert "mud" in page.lower()
    if "comment" in address or "queue" in address:
        assert "from LinkedIn, 2026" in page
    assert "Their account is gone" not in page


def test_decision_is_shown_with_the_editor_who_brought_it_in(moderation, mud, edda):
    older.bring_in(mud, [older.ANNA], edda)
    page = text_of(moderation.get(f"/admin/comments/comment/{Comment.objects.get().pk}/change/").text)
    assert re.search(r"Brought in\s+· Edda", page)


def test_desk_does_not_say_that_it_has_waited_for_years(moderation, anna, discussion, rita):
    reacting.report(anna, rita, "other")
    assert "1 comment waits; 1 reported" in moderation.get("/admin/").text


def test_reader_filters_do_not_take_it_for_a_new_reader(moderation, anna):
    assert "Anna" not in moderation.get("/admin/comments/comment/?trust=new").text
