"""A draft is shown to somebody without an account, at an address that opens nothing else."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from core import tokens
from newsletter import sharing
from newsletter.models import Share, Status
from tests import cast
from tests.newsletter.filling import send

pytestmark = pytest.mark.django_db

PICTURES = re.compile(r"/media/pictures/[^\s\"]+")


@pytest.fixture
def draft(low_tide):
    """With a picture, a section and three articles: a draft, one that is ready, and one that was withdrawn."""
    cast.picture("mud")
    made = cast.issue(
        low_tide, 5, title="May", slug="may", status=Status.DRAFT, body="![](picture:mud)\n\nSECRET May."
    )
    for title, state in {"One": "draft", "Two": "published", "Gone": "withdrawn"}.items():
        cast.article(low_tide, made, title=title, body=f"SECRET {title}.", status=state, published_at=None)
    return made


def path_of(share: Share) -> str:
    return sharing.address(share).removeprefix("https://courant.example")


@pytest.fixture
def shared(draft, edda):
    return path_of(sharing.share(draft, edda))


def test_an_editor_makes_an_address_picks_its_days_sees_who_made_it_and_revokes_it(desk, draft, client):
    preview = f"/admin/newsletter/issue/{draft.pk}/preview/"
    assert send(desk, preview, days="30", note="For Ada").url == f"{preview}#shared"
    share = Share.objects.get()
    assert timedelta(days=29) < share.expires_at - timezone.now() < timedelta(days=30)
    page = desk.get(preview)
    for words in (sharing.address(share), "For Ada", "by Edda"):
        assert words in page.text
    assert "SECRET May." in client.get(path_of(share)).text
    desk.post(preview, {"revoke": share.pk})
    assert client.get(path_of(share)).status_code == 404
    assert not Share.objects.exists()
    history = desk.get(f"/admin/newsletter/issue/{draft.pk}/history/").text
    assert "A preview address was made." in history
    assert "A preview address was revoked." in history


@pytest.mark.parametrize("wrong", [{"days": "400"}, {"days": "7", "note": "x" * 121}, {"revoke": "all"}])
def test_what_is_filled_in_wrongly_makes_nothing_and_is_kept(desk, draft, wrong):
    page = desk.post(f"/admin/newsletter/issue/{draft.pk}/preview/", wrong)
    assert page.status_code == 200
    assert "errorlist" in page.text
    assert wrong.get("note", "") in page.text
    assert not Share.objects.exists()


def test_it_shows_the_issue_with_all_that_goes_along_and_no_more(client, shared):
    page = client.get(shared).text
    for words in ("SECRET May.", "SECRET One.", "SECRET Two."):
        assert words in page
    for words in ("SECRET Gone.", "only editors see this", "/comments/", "like/"):
        assert words not in page
    assert 'href="#a' in page
    for path in ("/low-tide/may/", "/low-tide/may/one/", "/low-tide/may/two/"):
        assert f'"{path}' not in page
        assert client.get(path).status_code == 404


def test_machines_stores_and_other_sites_learn_nothing_of_it(client, desk, shared):
    for browser in (client, desk):
        page = browser.get(shared)
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex">' in page.text
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["Cache-Control"] == "private, no-store"
        assert "application/ld+json" not in page.text
        assert "Edda" not in page.text
    assert client.post(shared).status_code == 405


def test_its_pictures_are_shown_with_it_and_no_others(client, desk, draft, shared, edda):
    other = cast.picture("other", file=cast.image_file(size=(500, 400)))
    addresses = PICTURES.findall(client.get(shared).text)
    assert len(addresses) > 2
    for address in addresses:
        assert client.get(address).status_code == 200
        assert client.get(address)["Cache-Control"] == "no-store, private"
        assert client.get(address.partition("?")[0]).status_code == 404
        key = address.partition("?")[2]
        assert client.get(f"{other.file.url}?{key}").status_code == 404
        assert client.get(f"{address}x").status_code == 404
    draft.shares.all().delete()
    for address in addresses:
        assert client.get(address).status_code == 404


def test_an_article_alone_tells_nothing_of_its_neighbours(client, draft, edda):
    one = draft.articles.get(title="One")
    page = client.get(path_of(sharing.share(one, edda))).text
    assert "SECRET One." in page
    for words in ("Two", "May", "SECRET May."):
        assert words not in page


def test_it_ends_by_itself(client, shared, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=6, hours=23))
    assert client.get(shared).status_code == 200
    time_machine.move_to(timezone.now() + timedelta(days=7, hours=1))
    assert client.get(shared).status_code == 404


@pytest.mark.parametrize("forged", ["x", "1.2-", "zz.zz-00000000000000000000", "-", "1", "."])
def test_what_we_did_not_sign_opens_nothing(client, shared, forged):
    assert client.get(f"/preview/{forged}/").status_code == 404
    assert client.get(f"{shared[:-2]}{'0' if shared[-2] != '0' else '1'}/").status_code == 404


def test_a_key_of_a_picture_is_no_address_and_a_number_that_comes_again_opens_nothing(client, draft, shared, edda):
    share = draft.shares.get()
    assert client.get(f"/preview/{tokens.signed(share.claim, sharing.PICTURES)}/").status_code == 404
    number = share.pk
    share.delete()
    Share.objects.create(pk=number, issue=draft, expires_at=timezone.now() + timedelta(days=3))
    assert client.get(shared).status_code == 404


def test_who_may_not_edit_makes_none(draft, milo):
    browser = Client()
    browser.force_login(milo)
    assert browser.post(f"/admin/newsletter/issue/{draft.pk}/preview/", {"days": "7"}).status_code == 403
    assert not Share.objects.exists()


def test_a_working_copy_is_shown_and_tested_before_it_is_public(desk, client, published, edda):
    mud = published.articles.get(slug="mud")
    desk.post(f"/admin/newsletter/issue/{published.pk}/preview/", {"days": "7"})
    send(desk, f"/admin/newsletter/article/{mud.pk}/change/", body="Words to come.", _continue="1")
    desk.post(f"/admin/mailing/dispatch/test/{published.pk}/", {"addresses": "a@example.org"})
    for shown in (client.get(path_of(Share.objects.last())).text, mail.outbox[0].body):
        assert "Words to come." in shown
    assert "Words to come." not in client.get("/low-tide/march/mud/").text
