"""What is stuck is said on the desk, without addresses; the list is for the owner, without what mail says."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.mail import outbox
from core.models import OutgoingMail
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "/admin/core/outgoingmail/"


@pytest.fixture
def stuck(settings):
    settings.SEND_MAIL_AT_ONCE = False
    row = outbox.put("rita@example.org", "ABCD-EFGH is your code", "ABCD-EFGH", kind=OutgoingMail.Kind.CODE)
    outbox.put_off(row, "450 4.2.0 <rita@example.org>: Greylisted", timedelta(hours=1))
    return row


@pytest.fixture
def owner(db):
    client = Client()
    client.force_login(cast.person("Olga", group="Editors", is_superuser=True))
    return client


def test_mail_that_waits_for_long_stands_on_the_desk_with_why_and_without_whom(stuck, desk, owner):
    assert "Greylisted" not in desk.get("/admin/").text
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(hours=2))
    page = desk.get("/admin/").text
    assert "1 mail to one person waits, for 2\xa0hours: 450 4.2.0 …: Greylisted" in page
    assert "rita@example.org" not in page
    assert LIST not in page
    assert f'href="{LIST}"' in owner.get("/admin/").text


def test_the_owner_sees_what_became_of_each_and_nobody_sees_a_code(stuck, desk, owner):
    for page in (owner.get(LIST), owner.get(f"{LIST}{stuck.pk}/change/")):
        assert "rita@example.org" in page.text
        assert "Greylisted" in page.text
        assert "ABCD-EFGH" not in page.text
    assert desk.get(LIST).status_code == 403
    assert owner.get(f"{LIST}?state__exact=waiting&q=rita").status_code == 200
