"""Passkeys, with an authenticator that Chromium pretends to have: one is added, and opens the account."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.django_db(transaction=True)

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(open_on_server, edda) -> Page:
    """A window with an authenticator, in which Edda has just signed in."""
    client = Client()
    client.post("/account/sign-in/", {"email": edda.email, "password": "correct horse"})
    visit = open_on_server()
    visit.sign_in(client)
    devtools = visit.context.new_cdp_session(visit.page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return visit.page


def test_passkey_is_added_and_opens_the_account(page):
    page.goto("/account/2fa/keys/new/")
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add a passkey")
    page.goto("/account/2fa/")
    expect(page.get_by_role("listitem").filter(has_text="Laptop")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/account/sign-in/?next=/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/")
    expect(page.locator("#user-tools")).to_contain_text("Edda")
