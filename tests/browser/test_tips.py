"""A reader sends a tip, an editor makes an item of it and publishes it, the reader is told; nobody needs a script."""

import pytest
from playwright.sync_api import expect

from newsletter.models import Article
from participation.tips.telling import tell_of_articles
from tests import cast
from tests.browser.conftest import PHONE
from tests.participation.tips import looked_at, mails

pytestmark = pytest.mark.django_db(transaction=True)

HERON = "https://shore.example.org/heron"


def test_from_the_box_below_an_issue_to_the_next_one(open_on_server, desk, published, tmp_path):
    may = cast.may(published.newsletter)
    photograph = tmp_path / "heron.jpg"
    photograph.write_bytes(cast.image_file().read())
    reader = open_on_server(**PHONE).page
    reader.goto("/low-tide/march/")
    reader.get_by_label("Seen something for the next issue?").fill("A heron has nested on the harbour crane.")
    reader.get_by_role("button", name="Send us a tip").click()
    reader.get_by_label("Where is it found?").fill("no address")
    reader.get_by_label("Your name").fill("Ada Moor")
    reader.get_by_role("button", name="Send the tip").click()
    expect(reader.get_by_role("alert")).to_contain_text("This is no address of a page")
    expect(reader.get_by_label("What have you seen?")).to_have_value("A heron has nested on the harbour crane.")
    reader.get_by_label("Where is it found?").fill(HERON)
    reader.get_by_label("A picture").set_input_files(photograph)
    reader.get_by_label("Your e-mail address").fill("ada@example.org")
    reader.get_by_role("button", name="Send the tip").click()
    expect(reader.get_by_role("status")).to_contain_text("Your tip is with the editors.")

    looked_at(HERON, language="en")
    editor = open_on_server(java_script_enabled=False)
    editor.sign_in(desk)
    page = editor.page
    page.goto("/admin/")
    page.get_by_role("link", name="1 new tip").click()
    page.get_by_role("link", name="A heron has nested").click()
    expect(page.get_by_alt_text("The picture that came with it")).to_be_visible()
    page.get_by_role("button", name="Make an item").click()
    page.get_by_role("link", name="A Heron on the Crane").first.click()
    expect(page.get_by_label("Tip from")).to_have_value("Ada Moor")
    page.goto(f"/admin/newsletter/issue/{may.pk}/publish/")
    page.get_by_role("button", name="Publish").click()

    reader.goto("/low-tide/may/")
    expect(reader.get_by_role("article").filter(has_text="A Heron on the Crane")).to_contain_text("Tip: Ada Moor")
    tell_of_articles()
    ((email, subject, text),) = mails()
    assert (email, subject) == ("ada@example.org", "Your tip is in Low Tide")
    assert Article.objects.get(tip_credit="Ada Moor").get_absolute_url() in text
