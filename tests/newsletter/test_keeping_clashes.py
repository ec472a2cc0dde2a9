"""Two have the same thing open: nothing that one saved is overwritten by the other, and no word of either is lost."""

import pytest
from django.test import Client

from comments.models import Policy
from newsletter.models import Article, Issue, Section, Status
from tests import cast
from tests.newsletter.filling import Forms, fields, send

pytestmark = pytest.mark.django_db

#: Of each kind of thing a field that both change, with what each makes of it, and one that only one of them changes.
KINDS = {
    "newsletter/newsletter": (("tagline", "What she left", "What he left"), ("cadence", "monthly")),
    "newsletter/issue": (("body", "Her opening.\r\n\r\nMore.", "His opening."), ("closing", "Good night.")),
    "newsletter/article": (("body", "Her mud.", "His mud.\r\n\r\nMore."), ("kicker", "Lead")),
    "newsletter/picture": (("caption", "Her ripples", "His ripples"), ("credit", "Photo: Nora")),
    "comments/policy": (("days_open", "7", "9"), ("mode", "held")),
}


@pytest.fixture
def nora(db):
    """Another editor's browser."""
    client = Client()
    client.force_login(cast.person("Nora", group="Editors"))
    return client


@pytest.fixture
def march(published):
    """Its first issue, before readers can see it."""
    Issue.objects.update(status=Status.DRAFT)
    Article.objects.update(status=Status.DRAFT)
    published.refresh_from_db()
    return published


@pytest.fixture
def mud(march):
    return Article.objects.get(title="Mud")


@pytest.fixture(params=KINDS)
def kind(request, march):
    """A page, the object behind it, and the fields of its kind."""
    thing = {
        "newsletter": march.newsletter,
        "issue": march,
        "article": march.articles.get(title="Mud"),
        "picture": cast.picture() if request.param.endswith("picture") else None,
        "policy": Policy.objects.create(newsletter=march.newsletter),
    }[request.param.partition("/")[2]]
    return f"/admin/{request.param}/{thing.pk}/change/", thing, *KINDS[request.param]


def ways(page):
    """The forms of the page that asks: each is an ordinary one of the page it came from."""
    reader = Forms()
    reader.feed(page.content.decode())
    forms = [form for form in reader.forms if form.get("method") == "post" and form.get("id") != "logout-form"]
    return [
        {
            each.get("name"): each.get("value", each.text or "").removeprefix("\n")
            for each in form.iter()
            if each.get("name")
        }
        for form in forms
    ]


def value(thing, name):
    thing.refresh_from_db()
    return str(getattr(thing, name))


def test_what_two_changed_is_asked_and_what_one_changed_is_kept(kind, desk, nora):
    page, thing, (name, hers, his), (other, new) = kind
    mine, stale = fields(nora.get(page)), fields(desk.get(page))
    assert nora.post(page, mine | {name: hers, other: new}).status_code == 302
    asked = desk.post(page, stale | {name: his})
    assert asked.status_code == 409
    assert "Nora saved on" in asked.text
    assert value(thing, name) == hers
    keep, take, merge = ways(asked)
    assert [form[name] for form in (keep, take, merge)] == [his, hers, his]

    assert desk.post(page, take).status_code == 302
    assert (value(thing, name), value(thing, other)) == (hers, new)
    asked = desk.post(page, stale | {name: his})
    assert desk.post(page, ways(asked)[0]).status_code == 302
    assert (value(thing, name), value(thing, other)) == (his, new)


def test_a_working_copy_that_two_write_in_is_asked_about_too(published, desk, nora):
    page = f"/admin/newsletter/issue/{published.pk}/change/"
    mine, stale = fields(nora.get(page)), fields(desk.get(page))
    assert nora.post(page, mine | {"body": "Hers.", "summary": "Hers."}).status_code == 302
    asked = desk.post(page, stale | {"body": "His."})
    assert asked.status_code == 409
    assert desk.post(page, ways(asked)[1] | {"_update": "1"}).status_code == 302
    assert (value(published, "body"), value(published, "summary")) == ("Hers.", "Hers.")


def test_a_third_editor_is_not_overwritten_by_the_answer(mud, desk, nora):
    page = f"/admin/newsletter/article/{mud.pk}/change/"
    stale = fields(desk.get(page))
    send(nora, page, body="Nora's.")
    asked = desk.post(page, stale | {"body": "Edda's."})
    send(nora, page, body="Nora's again.")
    again = desk.post(page, ways(asked)[2] | {"body": "Edda's and Nora's."})
    assert again.status_code == 409
    assert value(mud, "body") == "Nora's again."
    assert desk.post(page, ways(again)[2] | {"body": "All of it."}).status_code == 302
    assert value(mud, "body") == "All of it."


def test_two_tabs_of_one_editor_are_two_editors(mud, desk):
    page = f"/admin/newsletter/article/{mud.pk}/change/"
    first, second = (fields(desk.get(page)) for _ in range(2))
    assert desk.post(page, first | {"body": "One.", "summary": "First.", "_continue": "1"}).status_code == 302
    asked = desk.post(page, second | {"body": "Two.", "summary": "Second.", "kicker": "Lead", "_continue": "1"})
    assert asked.status_code == 409
    assert "You yourself saved in another window" in asked.text
    assert (value(mud, "body"), value(mud, "summary"), value(mud, "kicker")) == ("One.", "First.", "")
    merge = ways(asked)[2]
    assert merge["_continue"] == "1"
    desk.post(page, merge | {"body": "One. Two."})
    assert (value(mud, "body"), value(mud, "summary"), value(mud, "kicker")) == ("One. Two.", "Second.", "Lead")


def line_of(form, pk):
    return next(name.removesuffix("-id") for name, each in form.items() if "-id" in name and each == str(pk))


def test_a_stale_page_of_an_issue_leaves_what_was_corrected_elsewhere(march, mud, desk, nora):
    page = f"/admin/newsletter/issue/{march.pk}/change/"
    news = march.sections.get()
    stale = fields(desk.get(page))
    send(nora, f"/admin/newsletter/article/{mud.pk}/change/", title="Mud, mostly")
    send(nora, page, **{f"{line_of(stale, news.pk)}-title": "The news", "sections-1-title": "Letters"})
    answer = desk.post(page, stale | {"title": "March, again"}, follow=True)
    assert "What others saved meanwhile is kept beside what you changed: The news: Title." in answer.text
    assert (value(mud, "title"), value(news, "title"), value(march, "title")) == (
        "Mud, mostly",
        "The news",
        "March, again",
    )
    assert march.sections.filter(title="Letters").exists()


def test_a_line_that_both_changed_is_asked(march, desk, nora):
    page = f"/admin/newsletter/issue/{march.pk}/change/"
    news = march.sections.get()
    stale = fields(desk.get(page))
    send(nora, page, **{f"{line_of(stale, news.pk)}-title": "The news"})
    asked = desk.post(page, stale | {f"{line_of(stale, news.pk)}-title": "No news"})
    assert asked.status_code == 409
    assert "Nora saved on" in asked.text
    desk.post(page, ways(asked)[0])
    assert value(news, "title") == "No news"


def test_a_line_that_was_taken_out_meanwhile_comes_back_only_if_somebody_wrote_in_it(march, desk, nora):
    page = f"/admin/newsletter/issue/{march.pk}/change/"
    letters = cast.section(march, "Letters", 2)
    untouched, touched = fields(desk.get(page)), fields(desk.get(page))
    at = line_of(touched, letters.pk)
    touched |= {f"{at}-intro": "Write to us."}
    now = fields(nora.get(page))
    nora.post(page, now | {f"{at}-DELETE": ["on"]})
    assert not Section.objects.filter(title="Letters").exists()

    assert desk.post(page, untouched | {"summary": "Knee-deep."}).status_code == 302
    assert not Section.objects.filter(title="Letters").exists()
    asked = desk.post(page, touched)
    assert asked.status_code == 409
    assert "Write to us." in asked.text
    keep, take, _merge = ways(asked)
    assert desk.post(page, take).status_code == 302
    assert not Section.objects.filter(title="Letters").exists()
    assert desk.post(page, keep).status_code == 302
    assert Section.objects.get(title="Letters").intro == "Write to us."
    assert Section.objects.count() == 2


def test_a_line_is_not_taken_out_over_what_another_wrote_in_it(march, desk, nora):
    page = f"/admin/newsletter/issue/{march.pk}/change/"
    letters = cast.section(march, "Letters", 2)
    stale = fields(desk.get(page))
    at = line_of(stale, letters.pk)
    send(nora, page, **{f"{at}-intro": "Write to us."})
    asked = desk.post(page, stale | {f"{at}-DELETE": ["on"]})
    assert asked.status_code == 409
    keep, take, _merge = ways(asked)
    desk.post(page, take)
    assert value(letters, "intro") == "Write to us."
    desk.post(page, keep)
    assert not Section.objects.filter(pk=letters.pk).exists()


def test_tags_and_contributors_of_another_stay(mud, desk, nora):
    page = f"/admin/newsletter/article/{mud.pk}/change/"
    stale = fields(desk.get(page))
    ada, bo = mud.contributors.get(), cast.contributor("Bo Reed")
    send(nora, page, tags="silt", **{"contributions-1-contributor": bo.pk, "contributions-1-position": "2"})
    assert desk.post(page, stale | {"summary": "Knee-deep."}).status_code == 302
    assert set(mud.tags.names()) == {"silt"}
    assert set(mud.contributors.all()) == {ada, bo}


def test_what_was_deleted_meanwhile_can_be_made_anew(march, low_tide, desk, nora):
    draft = cast.article(low_tide, title="Silt", status="draft", published_at=None)
    page = f"/admin/newsletter/article/{draft.pk}/change/"
    stale = fields(desk.get(page)) | {"body": "All about silt, and more."}
    send(nora, f"/admin/newsletter/article/{draft.pk}/delete/")
    gone = desk.post(page, stale)
    assert gone.status_code == 409
    assert "was deleted meanwhile" in gone.text
    assert "Nora deleted it on" in gone.text
    (anew,) = ways(gone)
    assert desk.post("/admin/newsletter/article/add/", anew).status_code == 302
    assert Article.objects.get(title="Silt").body == "All about silt, and more."


def test_a_form_without_a_version_overwrites_nothing_silently(mud, desk):
    page = f"/admin/newsletter/article/{mud.pk}/change/"
    unchanged = fields(desk.get(page))
    del unchanged["_version"]
    assert desk.post(page, unchanged).status_code == 302
    asked = desk.post(page, unchanged | {"body": "From elsewhere.", "_version": "[1"})
    assert asked.status_code == 409
    assert value(mud, "body") == "All about Mud."
    assert desk.post(page, ways(asked)[0]).status_code == 302
    assert value(mud, "body") == "From elsewhere."


def test_what_is_wrong_with_a_form_is_said_beside_what_another_saved(mud, desk, nora):
    page = f"/admin/newsletter/article/{mud.pk}/change/"
    stale = fields(desk.get(page))
    send(nora, page, body="Nora's.")
    refused = desk.post(page, stale | {"title": "", "summary": "Mine."})
    assert refused.status_code == 200
    again = fields(refused)
    assert (again["body"], again["summary"]) == ("Nora's.", "Mine.")
    assert desk.post(page, again | {"title": "Mud"}).status_code == 302
    assert (value(mud, "body"), value(mud, "summary")) == ("Nora's.", "Mine.")


def test_a_text_of_a_hundred_kilobytes_is_compared(mud, desk, nora):
    page = f"/admin/newsletter/article/{mud.pk}/change/"
    stale = fields(desk.get(page))
    text = "".join(chr(0x4E00 + number * 7919 % 5000) for number in range(33_000))
    send(nora, page, body=f"{text}, she says")
    asked = desk.post(page, stale | {"body": f"{text}, he says"})
    assert asked.status_code == 409
    assert "<ins>he</ins>" in asked.text
