"""An editor makes a tip of a letter: once, with a way back, and nobody is named who has not said so."""

import pytest
from django.test import Client

from correspondence.desk.tipping import make_tip
from correspondence.desk.writing import Refused
from participation.models import Tip
from tests.correspondence.letters import letter, now, page_of
from tests.mailing.post import delivered

pytestmark = pytest.mark.django_db


def tip_page(letter):
    return f"/admin/correspondence/thread/letter/{letter.pk}/tip/"


def test_a_letter_becomes_a_tip_that_leads_back_to_it(desk, low_tide, published):
    text = "See https://shore.example.org/heron for the heron."
    first = letter(low_tide, text, issue=published)
    delivered()
    page = desk.post(tip_page(first), {"credit": "none"}, follow=True)
    tip = Tip.objects.get()
    assert (tip.text, tip.link, tip.issue, tip.email) == (
        text,
        "https://shore.example.org/heron",
        published,
        first.email,
    )
    assert (tip.credited_as, tip.sent_at) == ("", first.at)
    assert (now(first).state, now(first).tip, now(first).by.display_name) == ("tip", tip, "Edda")
    assert f"/admin/participation/tip/{tip.pk}/change/" in page.text
    assert page_of(first.thread) in desk.get(f"/admin/participation/tip/{tip.pk}/change/").text
    assert delivered() == []


def test_who_has_said_so_is_named(desk, low_tide):
    desk.post(tip_page(letter(low_tide)), {"credit": "name"})
    assert Tip.objects.get().credited_as == "Rita"


def test_without_a_name_there_is_nothing_to_ask(desk, low_tide):
    first = letter(low_tide, name="")
    assert 'name="credit"' not in desk.get(tip_page(first)).text
    desk.post(tip_page(first), {})
    assert Tip.objects.get().credited_as == ""


def test_nothing_is_made_by_looking(desk, low_tide):
    desk.get(tip_page(letter(low_tide)))
    assert not Tip.objects.exists()


def test_two_clicks_make_one_tip(desk, edda, low_tide):
    first = letter(low_tide)
    stale = now(first)
    for _click in range(2):
        desk.post(tip_page(first), {"credit": "none"})
    with pytest.raises(Refused):
        make_tip(stale, "none", edda)
    assert Tip.objects.count() == 1


@pytest.mark.parametrize("state", ["posted", "offered", "tip", "refused", "asked"])
def test_what_has_become_something_else_is_no_tip(desk, low_tide, state):
    first = letter(low_tide)
    type(first).objects.update(state=state)
    page = desk.post(tip_page(first), {"credit": "none"})
    assert "It has been decided already" in page.text
    assert not Tip.objects.exists()


def test_what_an_editor_wrote_is_no_tip(desk, low_tide):
    first = letter(low_tide)
    type(first).objects.update(state="sent")
    assert desk.post(tip_page(first), {"credit": "none"}).status_code == 404


def test_who_decides_about_no_tips_makes_none(low_tide, milo):
    client = Client()
    client.force_login(milo)
    assert client.post(tip_page(letter(low_tide)), {"credit": "none"}).status_code in {302, 403}
    assert not Tip.objects.exists()
