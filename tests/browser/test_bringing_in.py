"""An archive comes in at the desk and goes again: with scripts, and on a phone without."""

from threading import Event

import pytest
from playwright.sync_api import Page, expect

from interchange.bringing import working
from interchange.models import Export, Import, WantedPicture
from newsletter.models import Issue
from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.test_desk_look import flaws_at
from tests.interchange import archive
from tests.interchange.bringing import MUD, issue, zipped

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def visit(request, open_on_server, desk, low_tide) -> Visit:
    """A window in which Edda has signed in; the phone runs no scripts."""
    visit = open_on_server(**request.param)
    visit.sign_in(desk)
    return visit


def work(page: Page) -> None:
    """As the worker does while somebody looks at the page."""
    working.work(Import.objects.get(), Event())
    page.reload()


def test_an_archive_is_brought_in_after_its_plan_and_taken_back(visit):
    page = visit.open("/admin/")
    page.get_by_role("link", name="Bring an archive in").click()
    files = {f"_posts/2019-03-0{n}.md": issue(n, body="![Mud](/mud.jpg)") for n in (1, 2, 3)}
    upload = {"name": "tides.zip", "mimeType": "application/zip", "buffer": zipped({**files, "mud.jpg": MUD})}
    page.get_by_label("Archive").set_input_files(upload)
    page.get_by_label("Publish what has a date").check()
    page.get_by_role("button", name="See the plan").click()
    expect(page.get_by_text("Is being read")).to_be_visible()
    work(page)
    expect(page.get_by_text("Nothing of this is stored yet.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Tide 2")).to_be_visible()
    assert not Issue.objects.exists()
    page.get_by_role("button", name="Bring in all of it").click()
    expect(page.get_by_text("It is being brought in.")).to_be_visible()
    work(page)
    page.get_by_role("link", name="Tide 2").click()
    expect(page.locator("#id_body")).to_have_value("![Mud](picture:mud)")
    visit.open("/low-tide/tide-2/")
    expect(page.get_by_role("img", name="Mud")).to_be_visible()
    page.goto(f"/admin/interchange/import/{Import.objects.get().pk}/change/")
    page.get_by_role("link", name="Take all of it back…").click()
    expect(page.get_by_text("What goes")).to_be_visible()
    page.get_by_role("button", name="Take it back").click()
    work(page)
    expect(page.get_by_text("Taken back", exact=True).first).to_be_visible()
    assert not Issue.objects.exists()


def test_axe_finds_nothing_and_nothing_is_cut(open_on_server, desk, edda, low_tide):
    visit = open_on_server(bypass_csp=True, viewport={"width": 1280, "height": 900})
    visit.sign_in(desk)
    plan = archive.planned(low_tide, 120, by=edda)
    going = archive.planned(low_tide, 20, by=edda, state="under way")
    done = archive.planned(low_tide, 20, by=edda, state="done", fetches_pictures=True)
    WantedPicture.objects.create(document=done.documents.first(), address="https://old.example.org/a", problem="Gone.")
    export = Export.objects.create(by=edda, parts=["texts"], state="ready", file="taking/x", size=1000)
    paths = ["import/", "import/add/", f"import/{plan.pk}/settings/", "export/", "export/add/"]
    paths += [f"import/{each.pk}/change/" for each in (plan, going, done)] + [f"export/{export.pk}/change/"]
    assert [each for path in paths for each in flaws_at(visit.page, f"interchange/{path}")] == []
    visit.page.set_viewport_size({"width": 390, "height": 844})
    for path in paths:
        visit.page.goto(f"/admin/interchange/{path}")
        assert not visit.page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
