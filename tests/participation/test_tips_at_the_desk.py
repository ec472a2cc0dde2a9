"""The queue of tips: all that bears on one, an item with one click, and thinking better of it."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.models import Article, Link, Picture, Revision
from newsletter.rendering import render_texts
from participation.models import Tip
from participation.tips import taking
from tests import cast
from tests.newsletter import filling
from tests.participation.tips import decide, looked_at, mails, make_item, tip, words_of

pytestmark = pytest.mark.django_db

HERON = "https://shore.example.org/heron"


@pytest.fixture
def may(low_tide):
    return cast.may(low_tide)


def test_one_click_makes_a_draft_with_all_that_is_known(desk, low_tide, may):
    sent = tip(low_tide, link=HERON)
    looked_at(HERON)
    item = make_item(desk, sent, may, "News")
    assert (item.title, item.body, item.kind, item.status) == ("A Heron on the Crane", sent.text, "item", "draft")
    assert (item.source_url, item.source_name, item.source_language) == (HERON, "The Shore", "nl")
    assert (item.tip_credit, item.slug, item.section.title, item.position) == (
        *("Ada Moor", "a-heron-on-the-crane", "News"),
        3,
    )
    sent.refresh_from_db()
    assert (sent.state, sent.article, sent.decided_by.display_name) == ("used", item, "Edda")


def test_what_the_worker_has_not_found_is_guessed(desk, low_tide, may):
    assert make_item(desk, tip(low_tide, link="https://shore.example.org/a-heron-nests"), may).title == "A heron nests"
    bare = make_item(desk, tip(low_tide, text="Terns\nare back.", credit="none"), may)
    assert (bare.title, bare.source_url, bare.tip_credit, bare.section) == ("Terns are back.", "", "", None)


def test_the_next_issue_and_its_last_section_are_offered(desk, low_tide, may):
    page = desk.get(f"/admin/participation/tip/{tip(low_tide).pk}/change/")
    assert f'<option value="{may.pk}" selected>Low Tide No.' in page.text
    assert 'value="News"' in page.text


def test_without_an_issue_in_the_making_the_way_to_one_is_shown(desk, low_tide):
    page = desk.get(f"/admin/participation/tip/{tip(low_tide).pk}/change/")
    assert f"/admin/newsletter/issue/begin/?newsletter={low_tide.pk}" in page.text


def test_its_picture_becomes_one_of_the_publication_and_leads_the_item(desk, low_tide, may):
    picture = taking.clean_picture(ContentFile(cast.image_file().read()))
    sent = taking.take_in(Tip(newsletter=low_tide, text="A heron.", language="en", name="Ada Moor"), picture)
    item = make_item(desk, sent, may)
    assert item.lead_picture == Picture.objects.get()
    assert (item.lead_picture.credit, item.lead_picture.alt) == ("Photo: Ada Moor", "")
    decide(desk, sent, "take_away")
    make_item(desk, Tip.objects.get(), may)
    assert Picture.objects.count() == 1


def test_two_editors_who_click_at_once_make_one_item(desk, low_tide, may):
    sent = tip(low_tide)
    make_item(desk, sent, may)
    assert "Somebody else was faster" in decide(desk, sent, "use", issue=may.pk, section="").text
    assert Article.objects.filter(tips=sent).count() == 1


def test_taking_the_draft_away_puts_the_tip_back(desk, low_tide, may):
    sent = tip(low_tide)
    make_item(desk, sent, may)
    assert "Take the draft away" in desk.get(f"/admin/participation/tip/{sent.pk}/change/").text
    decide(desk, sent, "take_away")
    sent.refresh_from_db()
    assert (sent.state, sent.article) == ("kept", None)
    assert not Article.objects.filter(title=sent.excerpt).exists()


@pytest.mark.parametrize("deleted", ["article", "issue"])
def test_deleting_what_it_became_keeps_the_tip(desk, low_tide, may, deleted):
    first, second = tip(low_tide), tip(low_tide, text="Terns.")
    articles = [make_item(desk, each, may) for each in (first, second)]
    (may if deleted == "issue" else articles[0]).delete()
    states = dict(Tip.objects.values_list("pk", "state"))
    assert states[first.pk] == "kept"
    assert states[second.pk] == ("kept" if deleted == "issue" else "used")


def test_what_readers_have_seen_is_not_deleted_from_here(desk, low_tide, published):
    sent = tip(low_tide, state="used", article=published.articles.first())
    decide(desk, sent, "take_away")
    assert Tip.objects.get().article


def test_a_tip_is_declined_with_a_reason_that_is_mailed_if_the_editor_wishes(desk, low_tide):
    quiet, told, nobody = tip(low_tide), tip(low_tide, text="Terns."), tip(low_tide, text="Crabs.", email="")
    decide(desk, quiet, "decline", reason="Old news.")
    decide(desk, told, "decline", reason="We had it in No. 1.", tells="on")
    decide(desk, nobody, "decline", reason="No.", tells="on")
    assert set(Tip.objects.values_list("state", flat=True)) == {"declined"}
    ((email, subject, text),) = mails()
    assert (email, subject) == ("ada@example.org", "About your tip for Low Tide")
    assert "We had it in No. 1." in text
    assert "Terns" not in text  # it goes to an address that anybody can have typed
    decide(desk, told, "keep")
    decide(desk, told, "decline", reason="Once more.", tells="on")
    assert mails() == []


def test_a_used_one_is_not_declined(desk, low_tide, may):
    sent = tip(low_tide)
    make_item(desk, sent, may)
    decide(desk, sent, "decline", reason="No.")
    assert Tip.objects.get().state == "used"


def test_the_page_shows_who_sent_it_what_else_they_sent_and_what_was_here_already(desk, low_tide, published, rita):
    sent = tip(low_tide, link="http://www.example.org/crabs/", user=rita)
    tip(low_tide, text="By address.")
    tip(low_tide, text="By account.", user=rita, email="")
    tip(low_tide, text="Same place.", link="https://example.org/crabs?utm_source=x", email="otto@example.org")
    tip(low_tide, text="SECRET: another's", email="milo@example.org")
    for article in published.articles.all():
        render_texts(article)
    words = words_of(desk.get(f"/admin/participation/tip/{sent.pk}/change/"))
    for expected in ("By address.", "By account.", "This was here already: Crabs in No. 1"):
        assert expected in words
    assert "SECRET" not in words


def test_what_a_reader_typed_is_shown_as_text(desk, low_tide):
    sent = tip(low_tide, text="<script>alert(1)</script>", name="<b>x</b>", email="", link="")
    for address in (f"/admin/participation/tip/{sent.pk}/change/", "/admin/participation/tip/"):
        page = desk.get(address).text
        assert "<script>alert" not in page
        assert "<b>x</b>" not in page


def test_the_list_is_searched_and_narrowed_and_costs_the_same_for_many(desk, low_tide):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get("/admin/participation/tip/").status_code == 200
        return len(queries)

    tip(low_tide, text="Herons.")
    few = cost()
    for number in range(30):
        tip(low_tide, text=f"Tern {number}.", state="declined")
    assert cost() == few
    assert "Herons." in desk.get("/admin/participation/tip/?state=new").text
    assert "Tern 3." not in desk.get("/admin/participation/tip/?state=new").text
    assert "Tern 3." in desk.get("/admin/participation/tip/?q=tern+3").text


def test_the_desk_says_how_many_are_new(desk, low_tide):
    assert "new tip" not in desk.get("/admin/").text
    for text in ("Herons.", "Terns."):
        tip(low_tide, text=text)
    assert '<a href="/admin/participation/tip/?state=new">2 new tips</a>' in desk.get("/admin/").text


def test_who_does_not_edit_sees_none(low_tide, milo):
    browser = Client()
    browser.force_login(milo)
    sent = tip(low_tide)
    assert "new tip" not in browser.get("/admin/").text
    assert browser.get("/admin/participation/tip/").status_code == 403
    assert decide(browser, sent, "keep").status_code == 403
    assert Tip.objects.get().state == "new"


def test_the_credit_stands_on_pages_in_feeds_and_in_the_form(desk, client, published):
    crabs = published.articles.get(slug="crabs")
    crabs.tip_credit = "Ada <Moor>"
    crabs.save()
    for address in ("/low-tide/march/", "/low-tide/march/crabs/"):
        assert "Tip: <bdi>Ada &lt;Moor&gt;</bdi>" in client.get(address).text
    (entry,) = [each for each in client.get("/feeds/feed.json").json()["items"] if each["title"] == "Crabs"]
    assert "Tip: <bdi>Ada &lt;Moor&gt;</bdi>" in entry["content_html"]
    form = desk.get(f"/admin/newsletter/article/{crabs.pk}/change/").text
    assert 'name="tip_credit" value="Ada &lt;Moor&gt;"' in form


def test_a_working_copy_carries_the_credit(desk, published):
    crabs = published.articles.get(slug="crabs")
    page = f"/admin/newsletter/article/{crabs.pk}/change/"
    filling.send(desk, page, tip_credit="Ada Moor")
    crabs.refresh_from_db()
    assert crabs.tip_credit == ""
    assert Revision.objects.working_copies().get(article=crabs).changes["tip_credit"] == "Ada Moor"


def test_a_tip_is_deleted_with_its_picture(desk, low_tide):
    picture = taking.clean_picture(ContentFile(cast.image_file().read()))
    sent = taking.take_in(Tip(newsletter=low_tide, text="Buy lamps.", language="en"), picture)
    address = f"/admin/participation/tip/{sent.pk}/delete/"
    assert address in desk.get(f"/admin/participation/tip/{sent.pk}/change/").text
    desk.post(address, {"post": "yes"})
    assert not Tip.objects.exists()
    assert not default_storage.exists(sent.picture.name)


def test_what_was_known_of_an_address_and_is_forgotten_is_asked_for_again(desk, low_tide):
    sent = tip(low_tide, link=HERON)
    page = desk.get(f"/admin/participation/tip/{sent.pk}/change/")
    assert "The worker is about to look there." in page.text
    assert Link.objects.get(address=HERON).asked_at
    looked_at(HERON)
    assert "A Heron on the Crane" in desk.get(f"/admin/participation/tip/{sent.pk}/change/").text
    assert Link.objects.get(address=HERON).asked_at is None
