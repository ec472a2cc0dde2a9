"""Words that others send: in whatever field and encoding they come, and wherever they are shown, they stay words."""

import json
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from comments import banning, following, moderating, posting, reacting
from comments.models import Comment, Revision, Rule, State, Trust
from core.markup.comments import COMMENT_LENGTH, render_comment
from tests import cast
from tests.comments import talk
from tests.comments.browsing import MUD, Browser, filled
from tests.comments.letters import delivered
from tests.core.test_markup_comments import NAUGHTY

pytestmark = pytest.mark.django_db

#: Breaks out of text, of attributes in either quotes or none, of titles, scripts and comments.
HOSTILE = "--></title></script><b class=hostile onclick=x'\"`>"


@pytest.fixture
def hostile(published, mud, rita, milo):
    """A conversation in which every field that anybody fills in is hostile; returns the comment in its middle."""
    mud.title = published.newsletter.title = HOSTILE
    mud.save()
    published.newsletter.save()
    eve = cast.person("Eve")
    User.objects.filter(pk=eve.pk).update(display_name=HOSTILE, headline=HOSTILE)
    Rule.objects.create(name=HOSTILE, words="casino")
    eve.refresh_from_db()
    discussion = talk.under(mud)
    comment = talk.say(discussion, eve, HOSTILE)
    talk.say(discussion, rita, HOSTILE, comment)
    waiting = talk.say(discussion, eve, f"casino {HOSTILE}")
    refused = talk.say(discussion, eve, f"Not this {HOSTILE}")
    moderating.reject([refused.pk], milo, reason=HOSTILE, note=HOSTILE)
    appealed = talk.say(discussion, eve, f"Nor that {HOSTILE}")
    moderating.reject([appealed.pk], milo, reason=HOSTILE)
    appealed.refresh_from_db()
    posting.appeal(appealed, eve, HOSTILE)
    Revision.objects.create(comment=comment, body=HOSTILE)
    Comment.objects.filter(pk=comment.pk).update(proposed_body=f"New {HOSTILE}", edited_at=timezone.now())
    reacting.report(comment, rita, "other", HOSTILE)
    following.follow(discussion, eve, "once")
    banning.set_trust([eve.pk], milo, Trust.TRUSTED)
    assert (waiting.state, waiting.held_by) == (State.PENDING, HOSTILE)
    comment.refresh_from_db()
    return comment


class Outbreaks(HTMLParser):
    """What became more than words on a page, and scripts that are none."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self.found: list[str] = []
        self.data = ""
        self.feed(page.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_script = tag == "script" and not given.get("src") and given.get("type") != "application/ld+json"
        if is_script or given.get("class") == "hostile" or any(name.startswith("on") for name in given):
            self.found.append(tag)
        self.data = ""

    def handle_data(self, data: str) -> None:
        self.data += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.data.strip():
            json.loads(self.data)


def outbreaks(page: Any) -> list[str]:
    return Outbreaks(page).found


def shows_it(page: Any) -> bool:
    return "class=hostile" in page.text


def as_reader(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_hostile_words_in_every_field_are_words_on_every_page_of_their_author(hostile, milo):
    refused = Comment.objects.get(state=State.REMOVED)
    eve = as_reader(hostile.author)
    own = [f"/comments/{hostile.pk}/{page}" for page in ("", "history/", "edit/", "deletion/")]
    refusals = [f"/comments/{refused.pk}/", f"/comments/{refused.pk}/appeal/"]
    account = [f"/account/{page}" for page in ("", "name/", "data/", "comments/", "following/", "notifications/")]
    pages = [eve.get(address) for address in (MUD, *own, *refusals, *account)]
    pages.append(eve.post(MUD, {"body": HOSTILE, "parent": HOSTILE, "preview": "1"}))
    banning.ban([hostile.author_id], milo, timezone.now() + timedelta(days=1), HOSTILE)
    pages.append(eve.post(MUD, {"body": f"After the ban {HOSTILE}"}))
    assert [page.request["PATH_INFO"] for page in pages if outbreaks(page)] == []
    assert sum(map(shows_it, pages)) >= 11


def test_hostile_words_in_every_field_are_words_to_everybody_else(hostile):
    guest = Client()
    pages = [
        guest.get(address) for address in (MUD, f"{MUD}?reply_to={hostile.pk}&quote=1", f"/comments/{hostile.pk}/")
    ]
    pages.append(guest.post(MUD, {"body": HOSTILE, "email": HOSTILE, "name": HOSTILE, "headline": HOSTILE}))
    assert [page.request["PATH_INFO"] for page in pages if outbreaks(page) or not shows_it(page)] == []
    for address in (f"{MUD}atom.xml", "/feeds/comments/atom.xml"):
        feed = ElementTree.fromstring(guest.get(address).content)  # noqa: S314  # our own
        assert HOSTILE in [each.text for each in feed.iter("{http://www.w3.org/2005/Atom}name")]
    assert all(HOSTILE in " ".join(message.body.split()) for message in delivered())


def test_hostile_words_in_every_field_are_words_in_the_back_office(hostile, admin_client):
    decision = hostile.author.decisions_about.first()
    lists = ["queue", "comment", "spam", "reader", "moderationevent", "discussion", "rule", "policy"]
    pages = [admin_client.get(f"/admin/comments/{name}/") for name in lists]
    waiting = Comment.objects.awaiting_review()
    pages += [admin_client.get(f"/admin/comments/queue/{each.pk}/change/") for each in waiting]
    for name, pk in {
        "reader": hostile.author_id,
        "moderationevent": decision.pk,
        "discussion": hostile.discussion_id,
        "rule": Rule.objects.get(name=HOSTILE).pk,
    }.items():
        pages.append(admin_client.get(f"/admin/comments/{name}/{pk}/change/"))
    data = {"action": "reject", "_selected_action": [hostile.pk]}
    pages.append(admin_client.post("/admin/comments/comment/", data))
    assert {page.status_code for page in pages} == {200}
    assert [page.request["PATH_INFO"] for page in pages if outbreaks(page)] == []
    assert sum(map(shows_it, pages)) >= 12


#: Every way in for free text: who comes, the address, the fields, what is stored of them.
ENCODINGS = ["unicode_escape", "utf-7", "rot13"]
SURROGATE = b"Mud \\ud800 +2AA- in it"
BROKEN_UTF_8 = b"Mud \xed\xa0\x80 \xff in it"


def sent(client: Client, address: str, text: bytes, charset: str = "utf-8", **fields: str) -> Any:
    """Send a form as multipart with `text` in each field whose value is empty."""
    parts = [(name, value.encode() or text) for name, value in fields.items()]
    lines = [
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s' % (name.encode(), value) for name, value in parts
    ]
    body = b"\r\n".join([*lines, b"--x--\r\n"])
    return client.generic("POST", address, body, f"multipart/form-data; boundary=x; charset={charset}")


def every_form(discussion, rita, otto, milo) -> list[tuple[Client, str, dict[str, str]]]:
    theirs, own = talk.say(discussion, otto, "Theirs."), talk.say(discussion, rita, "Mine.")
    refused = talk.say(discussion, rita, "Refuse me.")
    moderating.reject([refused.pk], milo)
    reader, guest = as_reader(rita), Client()
    return [
        (reader, MUD, {"body": "", "parent": ""}),
        (guest, MUD, {"body": "", "email": "", "name": "", "headline": ""}),
        (reader, f"/comments/{own.pk}/edit/", {"body": "", "seen": ""}),
        (reader, f"/comments/{theirs.pk}/report/", {"reason": "other", "note": ""}),
        (reader, f"/comments/{refused.pk}/appeal/", {"words": ""}),
        (reader, "/account/name/", {"display_name": "", "headline": ""}),
        (guest, "/account/sign-in/", {"email": "", "password": ""}),
        (reader, f"{MUD}following/", {"frequency": "", "next": ""}),
    ]


@pytest.mark.parametrize(
    ("text", "charset"),
    [(SURROGATE, charset) for charset in ENCODINGS] + [(BROKEN_UTF_8, "utf-8"), (b"a\0b", "utf-8")],
)
def test_no_form_breaks_on_texts_that_no_database_takes(discussion, rita, otto, milo, text, charset):
    for client, address, fields in every_form(discussion, rita, otto, milo):
        assert sent(client, address, text, charset, **fields).status_code in {200, 302, 303, 403, 415}
    stored = [*Comment.objects.values_list("body", flat=True), *User.objects.values_list("display_name", flat=True)]
    assert [each for each in stored if "\0" in each or "\ud800" in each] == []


@pytest.mark.parametrize("query", ["q=%00&newsletter=%00&year=%00", "q=%ED%A0%80%FF", "q=%F0%A0%9C%8E", "page=%00"])
def test_search_takes_any_text(client, published, query):
    assert client.get(f"/search/?{query}").status_code in {200, 404}


@pytest.mark.parametrize("sign", ["a", "潮", "𠜎"])
def test_a_text_as_long_as_the_limit_is_taken_whole_and_one_longer_not_at_all(discussion, rita, sign):
    reader = as_reader(rita)
    assert reader.post(MUD, {"body": sign * (COMMENT_LENGTH + 1)}).status_code == 200
    assert not Comment.objects.exists()
    assert reader.post(MUD, {"body": sign * COMMENT_LENGTH}).status_code == 303
    comment = Comment.objects.get()
    assert (comment.body, comment.body_html) == (sign * COMMENT_LENGTH, f"<p>{sign * COMMENT_LENGTH}</p>")


def test_naughty_strings_come_back_from_every_page_as_they_were_typed(discussion, rita):
    text = "\n\n".join(NAUGHTY)
    reader = Browser()
    reader.force_login(rita)
    reader.open(MUD)
    assert filled(reader.send(body=text, preview="1"))["body"] == text
    reader.send()
    comment = Comment.objects.get()
    assert comment.body == text
    assert filled(reader.open(f"/comments/{comment.pk}/edit/"))["body"] == text
    assert reader.get("/account/data/download/").json()["conversation"]["comments"][0]["text"] == text
    words = "".join(html5lib.parseFragment(comment.body_html, namespaceHTMLElements=False).itertext())
    assert words.split() == text.split()


@pytest.mark.parametrize("number", ["9" * 5000, "-1", "٣", "²", "1e3", "\0"])
def test_numbers_in_addresses_may_be_anything(client, discussion, rita, number):
    client.force_login(rita)
    queries = {"/account/comments/": "before", MUD: "reply_to", "/search/": "page"}
    assert {client.get(address, {name: number}).status_code for address, name in queries.items()} <= {200, 404}
    fields = {"body": "Mud", "parent": number, "follow": number, "frequency": "once"}
    assert client.post(MUD, fields).status_code == 200
    assert client.post("/account/following/", fields).status_code == 302


def test_every_way_in_ends_in_the_same_safe_html_for_editors_too(discussion, rita, edda, milo):
    text = "<script>alert(1)</script> [x](javascript:alert(1)) <b onclick=x>"
    posted, of_editor = talk.say(discussion, rita, text), talk.say(discussion, edda, f"{text} ")
    waiting, approved = talk.held(discussion, rita, "May I?"), talk.say(discussion, rita, "I may.")
    posting.revise(waiting, rita, f"{text}  ")
    posting.revise(approved, rita, f"{text}   ")
    moderating.decide_edits([approved.pk], milo, accept=True)
    stored = Comment.objects.filter(pk__in=[posted.pk, of_editor.pk, waiting.pk, approved.pk])
    assert [each.body.rstrip() for each in stored] == [text] * 4
    assert [each.body_html for each in stored] == [render_comment(each.body) for each in stored]
    assert "<script" not in render_comment(text)


def test_a_new_renderer_makes_all_stored_html_anew(discussion, rita):
    comment = talk.say(discussion, rita, "*Mud*")
    Comment.objects.filter(pk=comment.pk).update(body_html="<p onclick=x>Old</p>", renderer_version=0)
    call_command("render", verbosity=0)
    comment.refresh_from_db()
    assert comment.body_html == "<p><em>Mud</em></p>"
