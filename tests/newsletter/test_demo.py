"""The demo publication: all of it is there, whole, and only where nothing else is."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.models import User
from core import standing
from newsletter import demo
from newsletter.models import Article, Contributor, Issue, Newsletter, Picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sizes_can_wait(settings):
    settings.TASKS = {"default": {**settings.TASKS["default"], "BACKEND": "django.tasks.backends.dummy.DummyBackend"}}


@pytest.mark.slow
def test_it_shows_what_the_program_can_do():
    assert demo.load()
    assert Newsletter.objects.count() >= 2
    assert Issue.objects.published().count() >= 2
    assert Issue.objects.drafts().exists()
    assert Issue.objects.scheduled().exists()
    assert Article.objects.count() >= 25
    assert Article.objects.stand_alone().published().exists()
    assert Picture.objects.count() >= 12
    assert Contributor.objects.count() >= 5
    assert not Picture.objects.filter(alt="").exists()
    assert not Article.objects.filter(tags=None).exists()
    assert not Article.objects.filter(contributors=None).exists()
    assert not Article.objects.filter(body__contains="](../").exists()
    html = list(Article.objects.values_list("body_html", flat=True))
    assert any("data-embed" in text for text in html)
    assert any('class="question' in text for text in html)
    assert len(Article.objects.values_list("source_language", flat=True).distinct()) > 3


def test_nothing_is_loaded_beside_a_newsletter(low_tide, capsys):
    call_command("demo")
    assert "no demo needed" in capsys.readouterr().out
    assert list(Newsletter.objects.all()) == [low_tide]


SMTP = {"BACKEND": "core.mail.smtp.EmailBackend", "OPTIONS": {}}


def test_no_demo_is_loaded_that_could_be_mailed(settings):
    settings.MAILER = SMTP
    with pytest.raises(CommandError, match="The demo publication mails nobody: leave MAIL_URL empty"):
        call_command("demo")
    assert not Newsletter.objects.exists()
    assert standing.is_held() == ""  # a site that has nothing yet may send codes


@pytest.fixture
def shown(low_tide):
    """As if *Low Tide* were the demo's."""
    low_tide.sender_address = "ada@example.org"
    low_tide.save()
    return low_tide


def test_one_that_is_loaded_mails_nobody_and_stops_make_run(shown, settings):
    assert standing.is_held() == ""
    settings.MAILER = SMTP
    assert "the demo publication mails nobody" in standing.is_held()
    with pytest.raises(CommandError):
        call_command("demo")


def test_who_has_a_newsletter_of_their_own_is_left_alone(low_tide, settings, capsys):
    settings.MAILER = SMTP
    call_command("demo")
    assert "no demo needed" in capsys.readouterr().out
    assert standing.is_held() == ""


def test_pages_and_desk_say_that_it_is_one(shown, client, desk):
    assert "people, places and news are invented" in client.get("/low-tide/").text
    assert "manage.py demo --remove" in desk.get("/admin/").text


def test_no_other_page_says_so(low_tide, client, desk):
    assert "invented" not in client.get("/low-tide/").text
    assert "demo --remove" not in desk.get("/admin/").text


def test_beside_a_newsletter_of_ones_own_nothing_is_taken_away(low_tide):
    with pytest.raises(CommandError, match="of your own"):
        call_command("demo", "--remove")
    assert Newsletter.objects.exists()


@pytest.mark.slow
def test_it_is_taken_away_whole_and_the_owner_stays(capsys):
    before = rows()
    call_command("demo")
    call_command("editor")
    call_command("demo", "--remove")
    left = {label: count for label, count in rows().items() if count != before.get(label)}
    assert left.keys() <= {"accounts.User", "accounts.User_groups", "core.Change", "core.ContentVersion", *UNSEEN}
    assert User.objects.get().is_superuser


#: What is tidied away by itself.
UNSEEN = {
    "newsletter.Link",
    "newsletter.KeptForm",
    "newsletter.Revision",
    "newsletter.SearchEntry",
    "newsletter.SearchWord",
}
UNSEEN |= {"readership.PageViews", "core.Hits", "contenttypes.ContentType"}


def rows():
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
    }
