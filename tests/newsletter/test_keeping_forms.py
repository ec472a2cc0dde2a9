"""What is typed and not saved is kept for who typed it, and offered when they come back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.models import Article, Issue, KeptForm, Status
from newsletter.models.kept import forget
from tests import cast
from tests.newsletter.filling import fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def mud(published):
    Issue.objects.update(status=Status.DRAFT)
    Article.objects.update(status=Status.DRAFT)
    return Article.objects.get(title="Mud")


@pytest.fixture
def page(mud):
    return f"/admin/newsletter/article/{mud.pk}/change/"


@pytest.fixture
def nora(db):
    client = Client()
    client.force_login(cast.person("Nora", group="Editors"))
    return client


def type_in(client, page, **words):
    """What scripts send while somebody types; returns the form as it stands then."""
    form = fields(client.get(page)) | words
    answer = client.post(f"{page}kept/", form)
    assert answer.status_code == 200, answer
    return form


def offered(answer):
    return [row for row, _merging in answer.context["offers"]]


def test_a_closed_tab_is_offered_with_what_differs_and_goes_on(desk, page, mud):
    type_in(desk, page, body="All about Mud and silt.", summary="Knee-deep.")
    opened = desk.get(page)
    (row,) = offered(opened)
    assert "was not saved" in opened.text
    assert "<ins>and silt</ins>" in opened.text or "<ins> and silt</ins>" in opened.text
    form = fields(desk.get(f"{page}?kept={row.pk}"))
    assert (form["body"], form["summary"]) == ("All about Mud and silt.", "Knee-deep.")
    assert not offered(desk.get(page)) or offered(desk.get(page)) == [row]
    assert desk.post(f"{page}?kept={row.pk}", form).status_code == 302
    mud.refresh_from_db()
    assert mud.body == "All about Mud and silt."
    assert offered(desk.get(page)) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("newsletter/newsletter", {"title": "High Tide"}),
        ("newsletter/issue", {"title": "April", "sections-0-title": "Letters"}),
        ("newsletter/article", {"body": "Eels."}),
        ("newsletter/picture", {"caption": "Eels at night"}),
        ("comments/policy", {"days_open": "9"}),
    ],
)
def test_a_new_one_of_each_kind_is_kept_too(desk, published, kind, words):
    page = f"/admin/{kind}/add/"
    type_in(desk, page, **words)
    (row,) = offered(desk.get(page))
    form = fields(desk.get(f"{page}?kept={row.pk}"))
    assert {name: form[name] for name in words} == words


def test_nobody_is_offered_the_words_of_another(desk, nora, page):
    type_in(desk, page, body="Edda's own.")
    row = KeptForm.objects.with_words().get()
    opened = nora.get(page)
    assert offered(opened) == []
    assert "Edda's own." not in opened.text
    assert fields(nora.get(f"{page}?kept={row.pk}"))["body"] == "All about Mud."


def test_what_is_stored_already_is_not_offered(desk, page):
    type_in(desk, page)
    form = type_in(desk, page, body="Saved after all.")
    fresh = fields(desk.get(page)) | {"body": "Saved after all."}
    desk.post(page, fresh)
    assert offered(desk.get(page)) == []
    assert desk.post(f"{page}kept/", form).status_code == 204


def test_what_was_saved_is_done_and_a_late_word_does_not_bring_it_back(desk, page):
    form = type_in(desk, page, body="Saved.")
    desk.post(page, form)
    assert desk.post(f"{page}kept/", form | {"body": "Sav"}).status_code == 204
    assert offered(desk.get(page)) == []


def test_two_windows_keep_their_own_words(desk, page):
    type_in(desk, page, body="One.")
    type_in(desk, page, body="Two.")
    assert {row.words["body"] for row in offered(desk.get(page))} == {"One.", "Two."}


def test_words_that_were_given_up_are_gone(desk, page):
    form = type_in(desk, page, body="Never mind.")
    assert desk.post(f"{page}kept/", {"_window": form["_window"], "_discard": "1"}).url == page
    assert offered(desk.get(page)) == []


def test_what_others_saved_since_is_asked_when_it_is_saved(desk, nora, page, mud):
    type_in(desk, page, body="Edda's.", kicker="Lead")
    theirs = fields(nora.get(page)) | {"body": "Nora's.", "summary": "Knee-deep."}
    nora.post(page, theirs)
    (row,) = offered(desk.get(page))
    form = fields(desk.get(f"{page}?kept={row.pk}"))
    assert (form["body"], form["kicker"], form["summary"]) == ("Edda's.", "Lead", "Knee-deep.")
    asked = desk.post(page, form)
    assert asked.status_code == 409
    mud.refresh_from_db()
    assert mud.body == "Nora's."


def test_a_refused_form_is_kept_without_scripts(desk, page):
    desk.post(page, fields(desk.get(page)) | {"body": "Typed.", "title": ""})
    (row,) = offered(desk.get(page))
    assert row.words["body"] == "Typed."


def test_who_is_signed_out_comes_back_to_the_filled_form(desk, edda, page, mud):
    form = fields(desk.get(page)) | {"body": "Typed for hours."}
    stranger = Client()
    assert stranger.post(f"{page}kept/", form).json()["is_signed_in"] is False
    answer = stranger.post(page, form | {"summary": "And a summary."}, follow=True)
    assert "/account/sign-in/" in answer.redirect_chain[-1][0]
    assert "What you wrote is kept" in answer.text
    mud.refresh_from_db()
    assert mud.body == "All about Mud."
    stranger.force_login(edda)
    form = fields(stranger.get(f"{page}?kept={KeptForm.objects.with_words().get().pk}"))
    assert (form["body"], form["summary"]) == ("Typed for hours.", "And a summary.")
    assert stranger.post(page, form).status_code == 302
    mud.refresh_from_db()
    assert mud.body == "Typed for hours."


def test_who_signed_in_anew_elsewhere_comes_back_too(edda, page):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(edda)
    form = fields(browser.get(page)) | {"body": "Typed.", "csrfmiddlewaretoken": "x" * 64}
    answer = browser.post(page, form)
    assert answer.status_code == 302
    assert fields(browser.get(answer.url))["body"] == "Typed."
    assert browser.post("/admin/newsletter/article/add/", {"title": "Forged"}).status_code == 403


def test_only_who_may_fill_in_a_form_keeps_one(client, edda, milo, page):
    own = {"_window": "abcdefghijklmnop", "body": "x"}
    assert client.post(f"{page}kept/", own).status_code == 403
    client.force_login(milo)
    assert client.post(f"{page}kept/", own).status_code == 403
    assert client.get(f"{page}kept/").status_code == 405
    client.force_login(edda)
    assert client.post(f"{page}kept/", own | {"_window": "<"}).status_code == 403
    assert client.post(f"{page}kept/", own).status_code == 200
    assert client.post(f"{page}kept/", own | {"body": "x" * 2_100_000}).status_code == 413
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(edda)
    assert forger.post(f"{page}kept/", own | {"_window": "ponmlkjihgfedcba"}).status_code == 403


def test_an_editor_keeps_fifty_at_most_and_each_for_a_month(desk, edda, page):
    for number in range(52):
        KeptForm.objects.create(user=edda, path=page, window=f"{number}", data="body=x", saved_at=timezone.now())
    type_in(desk, page, body="The newest.")
    assert KeptForm.objects.with_words().count() == KeptForm.MOST
    assert KeptForm.objects.with_words()[0].words["body"] == "The newest."
    forget()
    assert KeptForm.objects.with_words().count() == KeptForm.MOST
    KeptForm.objects.update(seen_at=timezone.now() - timedelta(days=31))
    forget()
    assert not KeptForm.objects.exists()


def test_who_else_has_it_open_is_said_until_they_are_done(desk, nora, page):
    theirs = fields(nora.get(page))
    assert "Nora has had this open since" in desk.get(page).text
    assert "Nora" in desk.post(f"{page}kept/", fields(desk.get(page)) | {"_seen": "1"}).json()["present"]
    assert "has had this open" not in desk.get("/admin/newsletter/article/add/").text
    nora.post(page, theirs)
    assert "has had this open" not in desk.get(page).text
    nora.get(page)
    KeptForm.objects.update(seen_at=timezone.now() - KeptForm.AWAY_AFTER)
    assert "has had this open" not in desk.get(page).text


def test_looking_and_typing_leave_stored_pages_alone(desk, page, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as renewed:
        type_in(desk, page, body="Typed.")
    assert renewed == []
