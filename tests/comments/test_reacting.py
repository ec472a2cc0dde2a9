"""Likes and reports; and who may do what with the comments of whom."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.apps import apps
from django.core.signing import dumps
from django.test import Client
from django.utils import timezone

from comments import moderating
from comments.forms import digest
from comments.models import Like, Report, Standing, State
from core.models import Hits
from tests import cast
from tests.comments import talk
from tests.comments.browsing import MUD, Browser, filled

pytestmark = pytest.mark.django_db

VERBS = ["edit", "deletion", "appeal", "like", "report"]
FILLED = {"body": "Mine now", "words": "Mine now", "liked": "1", "reason": "spam"}


@pytest.fixture
def theirs(discussion, otto):
    return talk.say(discussion, otto, "One two three four five six.")


@pytest.fixture
def reader(rita):
    browser = Browser()
    browser.force_login(rita)
    return browser


def test_reader_likes_a_comment_and_no_longer(reader, rita, theirs):
    address = f"/comments/{theirs.pk}/like/"
    reader.open(address)
    for liked in ("1", "1"):
        assert reader.send(address, liked=liked).url == f"/comments/{theirs.pk}/#comment-{theirs.pk}"
        reader.open(address)
    theirs.refresh_from_db()
    assert (theirs.score, Like.objects.get().reader) == (1, rita)
    assert "No longer like it" in reader.page.text
    for liked in ("", ""):
        assert reader.send(address, liked=liked).status_code == 303
        reader.open(address)
    theirs.refresh_from_db()
    assert (theirs.score, Like.objects.count()) == (0, 0)


def test_reader_reports_a_comment(reader, theirs):
    address = f"/comments/{theirs.pk}/report/"
    reader.open(address)
    reader.send(address, reason="abuse", note="Look at the\nsecond line.")
    reader.open(address)
    reader.send(address, reason="spam", note="")
    theirs.refresh_from_db()
    assert (theirs.report_count, Report.objects.get().reason) == (1, "spam")


def test_report_without_a_reason_or_with_too_many_words_comes_back(reader, theirs):
    address = f"/comments/{theirs.pk}/report/"
    reader.open(address)
    page = reader.send(address, note="x" * 501)
    assert "x" * 501 in page.text
    assert set(page.context["form"].errors) == {"reason", "note"}
    assert not Report.objects.exists()


def test_report_with_an_old_token_comes_back(reader, theirs):
    address = f"/comments/{theirs.pk}/report/"
    page = reader.send(address, reason="abuse", note="My words")
    assert (page.status_code, "My words" in page.text) == (403, True)
    assert reader.send(address, reason="abuse").status_code == 303


def ban(reader):
    until = timezone.now() + timedelta(days=1)
    Standing.objects.update_or_create(reader=reader, defaults={"banned_until": until})


def browser_of(who, request):
    browser = Client()
    if who != "guest":
        person = request.getfixturevalue({"author": "otto", "moderator": "milo"}.get(who, "rita"))
        browser.force_login(person)
        if who == "banned":
            ban(person)
    return browser


#: What GET and POST answer to whom, about a public comment of Otto's.
ANSWERS = {
    "guest": dict.fromkeys(VERBS, (302, None)) | dict.fromkeys(["edit", "appeal", "report"], (302, 403)),
    "reader": dict.fromkeys(VERBS, (404, 404)) | {"like": (200, 303), "report": (200, 303)},
    "banned": dict.fromkeys(VERBS, (404, 404)) | {"like": (200, 403), "report": (200, 403)},
    "moderator": dict.fromkeys(VERBS, (404, 404)) | {"like": (200, 303), "report": (200, 303)},
    "author": {
        "edit": (200, 303),
        "deletion": (200, 303),
        "appeal": (404, 403),
        "like": (404, 404),
        "report": (404, 404),
    },
}


@pytest.mark.parametrize("who", ANSWERS)
@pytest.mark.parametrize("verb", VERBS)
def test_who_may_do_what_with_a_comment_of_another(request, theirs, who, verb):
    browser = browser_of(who, request)
    shown, done = ANSWERS[who][verb]
    data = {**FILLED, "seen": digest(theirs.body)}
    before = rows()
    assert browser.get(f"/comments/{theirs.pk}/{verb}/").status_code == shown
    assert rows() == before
    assert browser.post(f"/comments/{theirs.pk}/{verb}/", data).status_code == (done or 302)
    assert (rows() == before) == (done != 303)


def rows():
    """All that is stored of the conversation: which rows, and what they say."""
    models = apps.get_app_config("comments").get_models()
    return dumps(
        [[str(row) for row in model.objects.order_by("pk").values_list()] for model in models], salt=""
    ).split(":")[0]


@pytest.mark.parametrize("verb", VERBS)
def test_guests_are_led_to_the_door_and_back_here(theirs, verb):
    response = Client().get(f"/comments/{theirs.pk}/{verb}/?next=https://evil.example/")
    assert response.url == f"/account/sign-in/?next=/comments/{theirs.pk}/{verb}/"


@pytest.mark.parametrize("verb", VERBS)
def test_no_answer_leads_to_another_host(reader, rita, milo, theirs, verb):
    own = talk.say(theirs.discussion, rita, "Mine, one two three four.")
    if verb == "appeal":
        moderating.transition([own.pk], State.REMOVED, milo)
    comment = theirs if verb in {"like", "report"} else own
    address = f"/comments/{comment.pk}/{verb}/?next=https://evil.example/"
    reader.open(address)
    answer = reader.send(address, **FILLED, next="https://evil.example/")
    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("verb", ["like", "report"])
@pytest.mark.parametrize("state", [State.PENDING, State.REMOVED, State.SPAM, State.DELETED])
def test_what_is_not_public_cannot_be_liked_or_reported(reader, milo, theirs, verb, state):
    moderating.transition([theirs.pk], state, milo)
    assert reader.get(f"/comments/{theirs.pk}/{verb}/").status_code == 404
    assert reader.post(f"/comments/{theirs.pk}/{verb}/", FILLED).status_code == 404


def test_comment_under_a_hidden_piece_cannot_be_liked(reader, mud, theirs):
    mud.status = "draft"
    mud.save()
    assert reader.get(f"/comments/{theirs.pk}/like/").status_code == 404


def test_another_ones_pending_comment_is_not_found(reader, milo, theirs):
    moderating.transition([theirs.pk], State.PENDING, milo)
    for verb in VERBS:
        assert reader.get(f"/comments/{theirs.pk}/{verb}/").status_code == 404


@pytest.mark.parametrize("verb", ["like", "report"])
def test_reactions_have_a_limit_for_the_reader_and_for_the_network(client, theirs, rita, milo, verb):
    address = f"/comments/{theirs.pk}/{verb}/"
    statuses = []
    for person, network in [(rita, "192.0.2.7"), (rita, "198.51.100.7"), (milo, "192.0.2.8"), (milo, "203.0.113.7")]:
        client.force_login(person)
        forged = {"REMOTE_ADDR": network, "HTTP_X_FORWARDED_FOR": f"10.0.{len(statuses)}.1"}
        page = client.post(address, FILLED, **forged)
        statuses.append(page.status_code)
        assert (page.status_code == 429) == ("Retry-After" in page)
        if person == rita and page.status_code == 303:
            Hits.objects.update(number=10_000)
        else:
            Hits.objects.filter(number=1).delete()
    assert statuses == [303, 429, 429, 303]


def test_changes_have_a_limit_and_words_come_back(client, theirs, otto):
    client.force_login(otto)
    address = f"/comments/{theirs.pk}/edit/"
    client.post(address, {"body": "One two three four five seven.", "seen": digest(theirs.body)})
    Hits.objects.update(number=10_000)
    page = client.post(address, {"body": "Mine now", "seen": digest("One two three four five seven.")})
    assert (page.status_code, filled(page)["body"]) == (429, "Mine now")


def test_strangers_of_one_network_share_a_limit_whatever_they_forge(discussion):
    def write(address):
        return (
            Client().post(MUD, {"body": "Mud!"}, REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR="198.51.100.1").status_code
        )

    assert write("192.0.2.7") == 200
    Hits.objects.update(number=10_000)
    assert (write("192.0.2.8"), write("192.0.3.7")) == (429, 200)


def test_pages_are_neither_kept_nor_indexed(reader, rita, theirs):
    own = talk.say(theirs.discussion, rita, "Mine, one two three four.")
    for address in (
        f"/comments/{theirs.pk}/like/",
        f"/comments/{theirs.pk}/report/",
        f"/comments/{own.pk}/edit/",
        f"/comments/{own.pk}/deletion/",
    ):
        page = reader.get(address)
        assert "no-store" in page["Cache-Control"]
        assert '<meta name="robots" content="noindex">' in page.text


def test_name_and_text_of_a_comment_are_shown_as_text(reader, discussion):
    mallory = cast.person("Mallory")
    mallory.display_name = "<b>M'\"`"
    comment = talk.say(discussion, mallory, "<script>alert(1)</script>")
    page = reader.get(f"/comments/{comment.pk}/report/")
    assert "<b>M" not in page.text
    assert "<script>alert" not in page.text


def test_note_that_nobody_sees_is_none(reader, theirs):
    address = f"/comments/{theirs.pk}/report/"
    reader.open(address)
    reader.send(address, reason="spam", note="\u200b\u2060")
    assert theirs.reports.get().note == ""


@pytest.mark.parametrize("verb", ["like", "report"])
@pytest.mark.parametrize(
    "page", ["/low-tide/march/mud/", f"{MUD}?sort=liked", "/low-tide/march/", "/account/comments/"]
)
def test_reader_comes_back_to_where_they_were(reader, theirs, verb, page):
    address = f"/comments/{theirs.pk}/{verb}/"
    reader.open(f"{address}?{urlencode({'next': page})}")
    assert f'href="{page}#comment-{theirs.pk}"' in reader.page.text
    fields = {"liked": "1"} if verb == "like" else {"reason": "abuse", "note": ""}
    sent = reader.send(f"{address}?{urlencode({'next': page})}", **fields)
    assert sent.url == f"{page}#comment-{theirs.pk}"


def test_a_like_from_a_page_comes_back_to_it_in_the_same_order(reader, rita, otto, discussion):
    comments = talk.crowd(discussion, otto, [None] * 12)
    first = reader.open(f"{MUD}?sort=oldest").text
    page = unescape(re.search(r'<link rel="next" href="([^"]+)"', first)[1])
    reader.open(f"{MUD}{page}&utm_source=x")
    form = f'/comments/{comments[11].pk}/like/"'
    assert form in reader.page.text
    field = re.search(rf'{form}.*?name="next" value="([^"]+)"', reader.page.text, re.DOTALL)[1]
    assert "utm_source" not in field
    sent = reader.send(f"/comments/{comments[11].pk}/like/", liked="1", next=unescape(field))
    assert sent.url == f"{unescape(field)}#comment-{comments[11].pk}"
    assert f'id="comment-{comments[11].pk}"' in reader.open(sent.url).text


@pytest.mark.parametrize("verb", ["like", "report"])
def test_a_guest_who_signs_in_first_comes_back_too(client, theirs, verb):
    page = client.get(f"{MUD}?sort=liked").content.decode()
    link = unescape(re.search(rf'href="(/comments/{theirs.pk}/{verb}/[^"]*)"', page)[1])
    door = client.get(link).url
    address = parse_qs(urlsplit(door).query)["next"][0]
    assert parse_qs(urlsplit(address).query)["next"] == [f"{MUD}?sort=liked"]


@pytest.mark.parametrize("verb", ["like", "report"])
@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "x", "\r\nX: y"]
)
def test_nobody_is_led_elsewhere(reader, theirs, verb, evil):
    address = f"/comments/{theirs.pk}/{verb}/?{urlencode({'next': evil})}"
    reader.open(address)
    sent = reader.send(address, liked="1", reason="spam", note="", next=evil)
    assert sent.url == f"/comments/{theirs.pk}/#comment-{theirs.pk}"
