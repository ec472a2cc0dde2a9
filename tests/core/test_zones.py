"""Times at the desk: shown and entered in the same zone, which is named; readers' pages keep the site's own."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from newsletter.models import Status
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_tokyo(desk, edda):
    """Edda's desk, whose clock is nine hours ahead of the site's (UTC)."""
    data = {"display_name": "Edda", "headline": "", "language": "", "time_zone": "Asia/Tokyo"}
    assert desk.post("/account/", data).url == "/account/"
    return desk


def test_a_time_is_taken_in_the_zone_in_which_it_is_shown(in_tokyo, low_tide):
    draft = cast.issue(low_tide, 7, status=Status.DRAFT)
    cast.article(low_tide, draft, status=Status.DRAFT, published_at=None)
    publish = f"/admin/newsletter/issue/{draft.pk}/publish/"
    assert "Time in Asia/Tokyo." in in_tokyo.get(publish).text
    in_tokyo.post(publish, {"at": "2033-03-01T08:30"})
    draft.refresh_from_db()
    assert draft.published_at == datetime(2033, 2, 28, 23, 30, tzinfo=UTC)
    assert "March 1, 2033, 8:30 a.m." in in_tokyo.get(f"/admin/newsletter/issue/{draft.pk}/change/").text


def test_readers_see_the_sites_own_day_whoever_looks(in_tokyo, low_tide, client):
    issue = cast.issue(low_tide, 1, published_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    page = f"/low-tide/{issue.slug}/"
    assert '<time datetime="2026-03-01">' in client.get(page).text
    assert '<time datetime="2026-03-01">' in in_tokyo.get(page).text


def test_without_a_choice_the_sites_zone_is_named(desk, low_tide):
    draft = cast.issue(low_tide, 7, status=Status.DRAFT)
    assert "Time in UTC." in desk.get(f"/admin/newsletter/issue/{draft.pk}/publish/").text


def test_only_who_works_at_the_desk_is_asked_for_a_zone(desk, rita):
    reader = Client()
    reader.force_login(rita)
    assert 'name="time_zone"' in desk.get("/account/").text
    assert 'name="time_zone"' not in reader.get("/account/").text


def test_a_zone_that_does_not_exist_is_refused_and_one_that_is_gone_does_no_harm(desk, edda):
    assert desk.post("/account/", {"display_name": "Edda", "time_zone": "Mars/Tharsis"}).status_code == 200
    edda.time_zone = "Mars/Tharsis"
    edda.save()
    assert desk.get("/admin/").status_code == 200
