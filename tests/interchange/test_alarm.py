"""When a backup fails or is late, the desk, `/ready/`, the log and the owner's mailbox say so; nothing else does."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from interchange import alarm
from interchange.models import Backup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

HOUR = timedelta(hours=1)


def made(ago, **facts):
    began = timezone.now() - ago
    fields = {"begun_at": began, "seen_at": began, "is_under_way": False, "place": "/backups/one.tar", **facts}
    return Backup.objects.create(**fields)


@pytest.fixture
def owner(db):
    return User.objects.create_superuser("owner@example.org", language="zh-hans")


def test_a_fresh_backup_is_no_trouble(desk):
    made(HOUR)
    assert alarm.trouble() == ""
    assert "backup" not in desk.get("/admin/").text.lower()


def test_a_new_site_has_some_time_for_its_first(time_machine):
    assert alarm.trouble() == ""
    time_machine.move_to(timezone.now() + 27 * HOUR)
    assert "every 24 hours" in alarm.trouble()


def test_one_that_is_late_by_hours_is_missed(settings):
    backup = made(25 * HOUR)
    assert alarm.trouble() == ""
    Backup.objects.filter(pk=backup.pk).update(begun_at=timezone.now() - 27 * HOUR)
    assert alarm.trouble()
    settings.BACKUP_HOURS = 0
    assert alarm.trouble() == ""


def test_one_that_failed_or_was_killed_is_told_until_one_succeeds():
    made(3 * HOUR, problem="the disk is full")
    assert "the disk is full" in alarm.trouble()
    made(2 * HOUR)
    assert alarm.trouble() == ""
    made(HOUR, is_under_way=True)
    assert "killed" in alarm.trouble()


def test_one_that_is_under_way_is_no_trouble():
    made(3 * HOUR)
    made(HOUR, is_under_way=True, seen_at=timezone.now())
    assert alarm.trouble() == ""


def test_the_desk_says_so_to_editors_and_leads_the_owner_to_the_list(desk, owner):
    made(HOUR, problem="the disk is full")
    assert "the disk is full" in desk.get("/admin/").text
    assert desk.get("/admin/interchange/backup/").status_code == 403
    browser = Client()
    browser.force_login(owner)
    assert 'href="/admin/interchange/backup/"' in browser.get("/admin/").text
    backups = browser.get("/admin/interchange/backup/").text
    assert "/backups/one.tar" in backups
    assert "the disk is full" in backups
    assert "/admin/interchange/backup/add/" not in backups
    assert browser.post(f"/admin/interchange/backup/{Backup.objects.get().pk}/delete/").status_code == 403


def test_log_and_owners_hear_it_once_a_day(owner, caplog, time_machine):
    time_machine.move_to("2026-11-30T12:00:00Z")
    made(HOUR, problem="the disk is full")
    with caplog.at_level(logging.ERROR):
        alarm.sound()
        alarm.sound()
    assert caplog.text.count("the disk is full") == 1
    (sent,) = mail.outbox
    assert sent.to == ["owner@example.org"]
    assert "备份" in sent.subject
    assert "the disk is full" in sent.body
    time_machine.move_to("2026-12-01T12:00:01Z")
    alarm.sound()
    assert len(mail.outbox) == 2
