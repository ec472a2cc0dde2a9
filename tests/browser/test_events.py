"""An event is announced, read and cancelled, and nobody needs a script for it."""

import pytest
from playwright.sync_api import expect

from tests.newsletter.test_events import naming

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_desk_to_a_calendar_and_back(open_on_server, desk, published):
    naming(published.articles.get(slug="mud"))
    editor = open_on_server(java_script_enabled=False)
    editor.sign_in(desk)
    page = editor.page
    page.goto("/admin/newsletter/event/add/")
    page.get_by_label("Title").fill("Mud Walk")
    page.get_by_label("Begins").fill("2094-06-05T10:30")
    page.get_by_label("Time zone").select_option("Europe/London")
    page.get_by_label("Place:").fill("Pier 4, Tholemouth")
    page.get_by_label("State:").select_option("announced")
    page.get_by_label("Newsletter:").select_option("Low Tide")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/newsletter/event/")

    reader = open_on_server(java_script_enabled=False).page
    reader.goto("/low-tide/march/mud/")
    card = reader.get_by_role("group", name="Event")
    expect(card).to_contain_text("10:30 a.m., London time (UTC+1)")
    with reader.expect_download() as download:
        card.get_by_role("link", name="Add to calendar").click()
    assert download.value.suggested_filename == "mud-walk.ics"
    reader.goto("/low-tide/")
    expect(reader.get_by_role("region", name="Coming up")).to_contain_text("Mud Walk")

    page.locator("#result_list").get_by_role("link", name="Mud Walk").click()
    page.get_by_label("State:").select_option("cancelled")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("A correction stands on “Mud” now.")).to_be_visible()
    reader.goto("/low-tide/march/mud/")
    expect(reader.get_by_role("note")).to_contain_text("is cancelled")
    expect(card.locator("s")).to_have_text("Mud Walk")
