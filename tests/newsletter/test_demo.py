"""The demo publication: all of it is there, whole, and only where nothing else is."""

import pytest
from django.core.management import call_command

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
