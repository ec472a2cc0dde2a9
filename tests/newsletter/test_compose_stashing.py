"""Between upload and preview: what is kept, for whom, and for how long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from newsletter.models import Issue
from tests import cast
from tests.newsletter.previewing import FORM, held_uploads, preview_of


@pytest.fixture
def sheet(desk, low_tide):
    return preview_of(desk, low_tide)


def a_day_later(desk, time_machine):
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    desk.force_login(User.objects.get(display_name="Edda"))


def test_a_preview_lasts_a_day(desk, sheet, time_machine):
    a_day_later(desk, time_machine)
    answer = sheet.send()
    assert [str(message) for message in answer.context["messages"]] == [
        "This preview is no longer there: it is kept for a day. Choose the document again."
    ]
    assert not Issue.objects.exists()


def test_what_nobody_came_back_for_is_deleted_with_all_that_was_dropped_into_it(desk, low_tide, time_machine):
    others = held_uploads()
    sheet = preview_of(desk, low_tide)
    sheet.drop("The foghorn on its way home", cast.image_file())
    sheet.look_again()
    [(folder, files)] = [(folder, files) for folder, files in held_uploads().items() if folder not in others]
    assert len(files) == 2
    a_day_later(desk, time_machine)
    preview_of(desk, low_tide)
    assert folder not in held_uploads()


def test_the_same_file_is_kept_once(desk, low_tide):
    others = held_uploads()
    sheet = preview_of(desk, low_tide)
    for _time in range(2):
        sheet.drop("The foghorn on its way home", cast.image_file())
        sheet.look_again()
        [box] = sheet.form.xpath('.//input[@name="kept"]')
        box.checked = False
        sheet.look_again()
    assert [len(files) for folder, files in held_uploads().items() if folder not in others] == [2]


def test_nobody_else_can_open_a_preview(sheet, db):
    client = Client()
    client.force_login(cast.person("Otto", group="Editors"))
    assert client.get(sheet.address)["Location"] == FORM
    assert client.post(sheet.address)["Location"] == FORM
    assert not Issue.objects.exists()


def test_a_forged_ticket_opens_nothing(desk, sheet):
    assert desk.get(sheet.address.replace(":", "x:", 1))["Location"] == FORM
