"""What people may not do and not see: by any address, with any method, in whatever state they or the comment are."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import URLResolver
from django.utils import timezone

from accounts import urls as accounts_urls
from accounts.models import User
from accounts.profiles import change_profile
from comments import banning, following, moderating, posting, reacting
from comments import urls as comments_urls
from comments.forms import digest
from comments.models import Comment, Discussion, Like, Report, State
from comments.notices.muting import Purpose, Token
from tests.comments import talk
from tests.comments.browsing import MUD, Browser, code_in

pytestmark = pytest.mark.django_db

#: What changes with every request, and tells nothing.
PASSING = {"sessions.Session", "usersessions.UserSession", "core.Hits"}
#: Whatever a form could ask for.
FIELDS = dict(
    parse_qsl(
        "body=New words&words=remove&reason=spam&note=Look&liked=1&frequency=muted&replies=never"
        "&silence=on&wish=silence&display_name=Somebody&headline=Else&language=fr&address=rita@example.org&email=new@example.org&name=New"
        "&code=AAAA-AAAA&old_password=correct horse&new_password1=pass-word-1&new_password2=pass-word-1"
    )
)


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.label not in PASSING]
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def routes(patterns: list[Any]) -> dict[Any, str]:
    """One address of each view."""
    found: dict[Any, str] = {}
    for each in patterns:
        found |= routes(each.url_patterns) if isinstance(each, URLResolver) else {each.callback: str(each.pattern)}
    return found


@pytest.fixture
def addresses(discussion, published, rita, otto):
    """All addresses of the conversation and of accounts, filled in so that there is something for Rita to change."""
    own = talk.say(discussion, rita, "One two three four five six")
    talk.say(discussion, otto, "An answer", own)
    following.follow(discussion, rita, "once")
    token = Token(Purpose.CONVERSATION, rita.pk, discussion.pk)
    values = {"newsletter": "low-tide", "issue": "march", "article": "mud", "token": token, "session_id": 1}
    values |= {"pk": own.pk, "name": "x"}
    found = routes([*comments_urls.urlpatterns, *accounts_urls.urlpatterns]).values()
    return ["/" + re.sub(r"<\w+:(\w+)>", lambda match: str(values[match[1]]), route) for route in found]


@pytest.mark.parametrize("who", ["guest", "reader"])
def test_no_address_changes_anything_by_being_looked_at(addresses, rita, who):
    visitor = Client()
    if who == "reader":
        visitor.force_login(rita)
    before = everything()
    for address in addresses:
        assert visitor.get(address, FIELDS).status_code < 500
        assert visitor.head(address).status_code < 500
    assert everything() == before


def test_no_form_is_taken_from_another_site(addresses, rita):
    """Neither without a token nor, with one, from another origin. The link in a mail needs neither; it is a token."""
    victim = Client(enforce_csrf_checks=True)
    victim.force_login(rita)
    victim.get("/account/")
    token = {"csrfmiddlewaretoken": victim.cookies["csrf"].value}
    before = everything()
    for address in (each for each in addresses if "/comments/mute/" not in each):
        assert victim.post(address, FIELDS).status_code < 500
        victim.post(address, FIELDS | token, headers={"origin": "https://evil.example"})
    for origin in ("null", "https://testserver.evil.example", "http://eviltestserver", "http://testserver:81"):
        assert victim.post("/account/name/", FIELDS | token, headers={"origin": origin}).status_code == 403
    assert everything() == before
    assert victim.post("/account/name/", FIELDS | token, headers={"origin": "http://testserver"}).status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://testserver.evil.example/", "https://eviltestserver/", "https://testserver@evil.example/"),
        *(
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "evil.example",
        ),
        *("http://testserver./", "http://téstserver/", "word", "accounts:profile"),
    ],
)
def test_only_a_path_of_our_own_is_led_on_to(client, rita, discussion, elsewhere):
    client.force_login(rita)
    assert client.get("/account/sign-in/", {"next": elsewhere}).url == "/account/start/"
    assert client.post(f"{MUD}following/", {"frequency": "once", "next": elsewhere}).url == "/account/start/"


def test_another_host_than_our_own_is_not_answered(client, published):
    for host in (
        "evil.example",
        "courant.example.evil.example",
        "evilcourant.example",
        "courant.example:80@evil.example",
    ):
        assert client.get("/low-tide/", headers={"host": host}).status_code == 400
    assert client.get("/low-tide/", headers={"host": "courant.example."}).status_code == 200


@pytest.fixture
def own(discussion, rita):
    return talk.say(discussion, rita, "One two three four five six")


@pytest.fixture
def reader(client, rita):
    client.force_login(rita)
    return client


def verbs(theirs: Comment, own: Comment, refused: Comment) -> dict[str, tuple[str, dict[str, str]]]:
    return {
        "post": (MUD, {"body": "After that"}),
        "answer": (MUD, {"body": "Answer after that", "parent": str(theirs.pk)}),
        "edit": (f"/comments/{own.pk}/edit/", {"body": "Changed after that", "seen": digest(own.body)}),
        "like": (f"/comments/{theirs.pk}/like/", {"liked": "1"}),
        "report": (f"/comments/{theirs.pk}/report/", {"reason": "spam"}),
        "appeal": (f"/comments/{refused.pk}/appeal/", {"words": "But I am right"}),
        "deletion": (f"/comments/{own.pk}/deletion/", {}),
    }


@pytest.fixture
def theirs(discussion, otto):
    return talk.say(discussion, otto, "Theirs")


@pytest.fixture
def refused(discussion, rita, milo):
    comment = talk.say(discussion, rita, "Refused")
    moderating.reject([comment.pk], milo)
    return comment


def changed_by(reader: Client, verb: tuple[str, dict[str, str]]) -> bool:
    before = everything()
    assert reader.post(*verb).status_code < 500
    return everything() != before


def test_a_banned_reader_can_take_back_and_appeal_and_nothing_else(reader, rita, milo, theirs, own, refused):
    banning.ban([rita.pk], milo, timezone.now() + timedelta(days=1))
    possible = [name for name, verb in verbs(theirs, own, refused).items() if changed_by(reader, verb)]
    assert possible == ["appeal", "deletion"]


def test_a_closed_account_can_do_nothing_in_a_session_that_was_open(reader, rita, theirs, own, refused):
    User.objects.filter(pk=rita.pk).update(is_active=False)
    assert [name for name, verb in verbs(theirs, own, refused).items() if changed_by(reader, verb)] == []


def test_a_banned_reader_cannot_speak_through_a_name_shown_with_old_comments(rita, milo, own):
    talk.trusted(rita)
    banning.ban([rita.pk], milo, timezone.now() + timedelta(days=1))
    change_profile(rita, display_name="Buy lamps", headline="at lamps example")
    own.refresh_from_db()
    assert (own.name, own.headline) == ("Rita", "")


def test_a_banned_reader_cannot_post_by_introducing_themselves_anew(discussion, rita, milo, mailoutbox):
    banning.ban([rita.pk], milo, timezone.now() + timedelta(days=1), "Be kind.")
    stranger = Browser()
    stranger.open(MUD)
    stranger.send(body="Me again")
    stranger.send(email="rita@example.org")
    page = stranger.send(code=code_in(mailoutbox))
    assert (page.status_code, "Be kind." in page.text, Comment.objects.count()) == (403, True, 0)


SECRET = "SECRET plan"


@pytest.mark.parametrize("hidden", ["new", "edit"])
def test_words_that_wait_reach_nobody_by_any_door(discussion, rita, otto, mailoutbox, hidden):
    comment = talk.say(discussion, rita, "One two three") if hidden == "edit" else talk.held(discussion, rita, SECRET)
    following.follow(discussion, otto, "once")
    if hidden == "edit":
        posting.revise(comment, rita, SECRET)
    one = f"/comments/{comment.pk}/"
    doors = [MUD, "/low-tide/march/mud/", "/low-tide/march/", "/low-tide/", "/", "/search/?q=SECRET"]
    doors += [
        f"{MUD}?reply_to={comment.pk}&quote=1",
        f"{MUD}?sort=liked",
        f"{MUD}atom.xml",
        "/feeds/comments/atom.xml",
    ]
    doors += [one, *(f"{one}{verb}/" for verb in ("history", "edit", "deletion", "appeal", "like", "report"))]
    for visitor in (Client(), signed_in(otto)):
        assert [door for door in doors if SECRET in visitor.get(door).text] == []
    if hidden == "new":
        assert Discussion.objects.get().comment_count == 0


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_page_with_words_that_wait_is_kept_by_no_cache_and_no_browser(discussion, rita):
    guest = Client()
    public = guest.get(MUD)
    talk.held(discussion, rita, SECRET)
    author = signed_in(rita)
    known = {"if-none-match": public["ETag"], "if-modified-since": public["Last-Modified"]}
    own_page = author.get(MUD, headers=known)
    assert (own_page.status_code, SECRET in own_page.text) == (200, True)
    assert {"private", "no-store"} <= set(own_page["Cache-Control"].split(", "))
    assert guest.get(MUD).content == public.content
    assert guest.get(MUD, headers={"if-none-match": public["ETag"]}).status_code == 304


def test_tokens_of_one_person_discussion_and_purpose_fit_no_other(client, discussion, rita, otto):
    token = str(Token(Purpose.CONVERSATION, rita.pk, discussion.pk))
    claim, mac = token.rsplit("-", 1)
    others = [
        Token(Purpose.CONVERSATION, otto.pk, discussion.pk),
        Token(Purpose.CONVERSATION, rita.pk, discussion.pk + 1),
    ]
    others += [Token(Purpose.EVERYTHING, rita.pk), Token(Purpose.QUEUE, rita.pk)]
    forged = [f"{str(other).rsplit('-', 1)[0]}-{mac}" for other in others]
    forged += [f"{claim}-{mac.upper()}", f"{claim}-{mac[:-1]}", f"{claim}-", token + "0", f"{claim}-{mac}/x"]
    before = everything()
    assert {client.post(f"/comments/mute/{each}/").status_code for each in forged} == {404}
    assert everything() == before
    assert client.post(f"/comments/mute/{token}/").status_code == 200


def test_no_reply_hangs_where_it_does_not_belong(discussion, published, rita, otto, milo):
    """Not under another discussion's comment, one that waits or is gone, nor, by a moved parent, under itself."""
    elsewhere = talk.say(talk.under(published), otto, "Elsewhere")
    waiting, gone = talk.held(discussion, otto, "Waits"), talk.say(discussion, otto, "Gone")
    posting.take_back(gone, otto)
    own = talk.say(discussion, rita, "Own")
    reader = signed_in(rita)
    for parent in (elsewhere.pk, waiting.pk, gone.pk, own.pk + 1, 0):
        page = reader.post(MUD, {"body": f"To {parent}", "parent": parent})
        assert (page.status_code, "body" in page.context["form"].errors) == (200, False)
    reader.post(
        f"/comments/{own.pk}/edit/", {"body": "Own two", "seen": digest("Own"), "parent": own.pk, "root": own.pk}
    )
    assert list(Comment.objects.exclude(parent=None)) == []
    answer = talk.say(discussion, rita, "Right", own)
    assert (answer.parent_id, answer.root_id, answer.path > "") == (own.pk, own.pk, True)


@pytest.mark.parametrize("state", [State.PENDING, State.REMOVED, State.SPAM])
def test_nobody_likes_what_is_hidden_or_their_own(discussion, rita, otto, milo, state):
    comment = talk.say(discussion, otto, "Like me")
    with pytest.raises(posting.Refused):
        reacting.like(comment, otto)
    moderating.transition([comment.pk], state, milo)
    with pytest.raises(posting.Refused):
        reacting.like(comment, rita)
    comment.refresh_from_db()
    assert (comment.score, comment.likes.count()) == (0, 0)


def test_the_database_itself_takes_one_like_and_one_report_of_a_reader(rita, theirs):
    for model in (Like, Report):
        model.objects.create(comment=theirs, reader=rita)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(comment=theirs, reader=rita)
