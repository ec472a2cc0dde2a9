"""An editor looks whether mail will arrive, and copies what is to be written into the zone."""

import pytest
from playwright.sync_api import expect

from deliverability.models import SenderCheck
from deliverability.sender.checking import check
from newsletter.models import Newsletter
from tests.deliverability.test_sender_looking import ZONE, there
from tests.deliverability.zones import served

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_tells_by_itself_what_the_worker_found_and_copies_a_record(open_on_server, desk, low_tide):
    Newsletter.objects.update(sender_address="ada@low.example")
    visit = open_on_server(viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"])
    visit.sign_in(desk)
    page = visit.page
    page.goto("/admin/deliverability/sendercheck/")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("Is being looked at…")).to_be_visible()
    with served(ZONE | {("_dmarc.low.example", "TXT"): []}):
        check(SenderCheck.objects.get(), fetch=there)
    expect(page.get_by_text("things to mend")).to_be_visible()
    record = "v=DMARC1; p=none; rua=mailto:dmarc@low.example"
    page.get_by_role("button", name=f"Copy: {record}").click()
    expect(page.get_by_role("button", name=f"Copy: {record}")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == record
