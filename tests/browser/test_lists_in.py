"""A list of subscribers comes in at the desk and goes again: with scripts, and on a phone without."""

import pytest
from playwright.sync_api import Page, expect

from interchange.models import ListImport
from mailing.models import Subscriber
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.test_desk_look import flaws_at
from tests.interchange import batches

pytestmark = pytest.mark.django_db(transaction=True)

LIST = (
    "Email Address,First Name,Subscription status,OPTIN_TIME,Favourite sea\n"
    "ada@example.org,Ada,Subscribed,03/04/2021 10:00,North\nbo@example.org,Bo,Unsubscribed,05/04/2021 11:00,\n"
    "cy@example.org,Cy,Wobbly,05/06/2021 11:00,\nbad,,Subscribed,,\n"
)


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visit(request, open_on_server, desk, low_tide) -> Visit:
    """A window in which Edda has signed in; the phone runs no scripts."""
    visit = open_on_server(**request.param)
    visit.sign_in(desk)
    return visit


def work(page: Page) -> None:
    """As the worker does while somebody looks at the page."""
    batches.work(ListImport.objects.get())
    page.reload()


def test_a_list_is_mapped_imported_and_taken_back(visit, low_tide):
    page = visit.open("/admin/mailing/subscriber/")
    page.get_by_role("link", name="Import a list").click()
    page.get_by_label("File").set_input_files({"name": "march.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Is being read")).to_be_visible()
    work(page)
    expect(page.get_by_text("Nothing of this is stored yet.")).to_be_visible()
    page.get_by_label("Favourite sea").select_option(label="not used")
    page.get_by_label("How days are written").select_option(label="month first: 12/31/2024")
    page.get_by_label("wobbly").select_option(label="has never confirmed")
    page.get_by_role("button", name="Look again").click()
    work(page)
    page.locator("#id_evidence").fill("On the old site")
    page.get_by_label("Leave out the rows that are invalid").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("It is being imported.")).to_be_visible()
    work(page)
    assert batches.states(low_tide) == {"ada": "active", "bo": "left"}
    page.get_by_role("link", name="Take all of it back…").click()
    page.get_by_role("button", name="Take it back").click()
    work(page)
    expect(page.get_by_text("Taken back: as before")).to_be_visible()
    assert batches.states(low_tide) == {}
    assert visit.complaints == []


def test_axe_finds_nothing_and_nothing_is_cut(open_on_server, desk, low_tide):
    visit = open_on_server(bypass_csp=True, viewport={"width": 1280, "height": 900})
    visit.sign_in(desk)
    paths = ["", "add/"]
    found = [each for path in paths for each in flaws_at(visit.page, f"interchange/listimport/{path}")]
    long = LIST.replace("Favourite sea", "Name of the sea, of the coast and of the harbour that is loved most")
    begun, asks = (
        batches.begun(low_tide, LIST),
        batches.looked_at(low_tide, long.replace("Ada", "Ädä").encode("cp1252")),
    )
    done = batches.imported(low_tide, "email\nada@example.org\nbo@example.org\n")
    back = batches.imported(low_tide, "email\ncy@example.org\ndi@example.org\n")
    Subscriber.objects.filter(email="cy@example.org").update(name="Cy")
    batches.taken_back(back)
    paths += [f"{each.pk}/change/" for each in (begun, asks, done, back)] + [f"{done.pk}/taking-back/"]
    found += [each for path in paths for each in flaws_at(visit.page, f"interchange/listimport/{path}")]
    ada = Subscriber.objects.get(email="ada@example.org")
    assert found + flaws_at(visit.page, f"mailing/subscriber/{ada.pk}/change/") == []
    visit.page.set_viewport_size({"width": 390, "height": 844})
    for path in paths:
        visit.page.goto(f"/admin/interchange/listimport/{path}")
        assert not visit.page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
