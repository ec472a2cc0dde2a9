"""Tokens in issue mail open one page for one person, for years."""

import pytest

from mailing.tokens import Purpose, Token, preferences_url, unsubscribe_url


def token_of(url):
    return url.rstrip("/").rpartition("/")[2]


def test_addresses_are_short_enough_for_one_header_line():
    url = unsubscribe_url(36**5, 36**2)
    assert url.startswith("https://courant.example/unsubscribe/u")
    assert len(f"List-Unsubscribe: <{url}>") <= 100


def test_a_token_says_who_and_what():
    assert Token.verified(token_of(unsubscribe_url(1234, 5)), Purpose.UNSUBSCRIBE) == (Purpose.UNSUBSCRIBE, 1234, 5)
    assert Token.verified(token_of(preferences_url(1234)), Purpose.PREFERENCES) == (Purpose.PREFERENCES, 1234, 0)


def test_a_token_opens_no_other_page():
    assert Token.verified(token_of(unsubscribe_url(1234, 5)), Purpose.PREFERENCES) is None


@pytest.mark.parametrize(
    "change", [("uya-5", "uyb-5"), ("uya-5", "uya-6"), ("uya-5", "pya-5"), ("u", "uu"), ("-", "")]
)
def test_a_changed_token_is_nobodys(change):
    token = token_of(unsubscribe_url(1234, 5))
    assert token.startswith("uya-5-")
    assert Token.verified(token.replace(*change, 1), Purpose.UNSUBSCRIBE) is None


def test_a_token_survives_a_change_of_keys(settings):
    token = token_of(unsubscribe_url(1234, 5))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    assert Token.verified(token, Purpose.UNSUBSCRIBE)
    settings.SECRET_KEY_FALLBACKS = []
    assert Token.verified(token, Purpose.UNSUBSCRIBE) is None
