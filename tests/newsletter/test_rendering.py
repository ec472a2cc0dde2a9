"""A new renderer: all that an older one made is made anew, piece by piece."""

import pytest
from django.core.management import call_command

from comments.models import TALKS, Comment
from core.changes import changes
from newsletter import rendering
from newsletter.models import Article
from tests.comments import talk

pytestmark = pytest.mark.django_db


def test_what_an_older_renderer_made_is_made_anew_and_counted(published, capsys):
    list(rendering.render_everything())
    Article.objects.update(body_html="<p>old</p>", renderer_version=0)
    number = Article.objects.count()
    assert list(rendering.render_everything(stale_only=True))[-1] == (number, number)
    assert not Article.objects.filter(body_html="<p>old</p>").exists()
    assert list(rendering.render_everything(stale_only=True)) == []
    call_command("render")
    assert capsys.readouterr().out == "Rendered 0 anew.\n"


def test_a_text_written_meanwhile_is_rendered_as_it_is_now(published):
    mud = Article.objects.get(title="Mud")
    Article.objects.filter(pk=mud.pk).update(body="*Silt*", renderer_version=0)
    rendering.render_anew([mud])
    mud.refresh_from_db()
    assert mud.body_html == "<p><em>Silt</em></p>"


def test_a_text_deleted_meanwhile_stays_deleted(published):
    mud = Article.objects.get(title="Mud")
    Article.objects.filter(pk=mud.pk).delete()
    rendering.render_anew([mud])
    assert not Article.objects.filter(pk=mud.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_each_piece_is_announced_with_it(published, rita, monkeypatch):
    talk.crowd(talk.under(published), rita, [None, None, None])
    Comment.objects.update(renderer_version=0)
    monkeypatch.setattr(rendering, "PIECE", 1)
    heard = []
    for _ in rendering.render_everything(stale_only=True):
        since = changes.count
        changes.look()
        heard.append(changes.have_touched([TALKS], since))
    assert heard[-3:] == [True] * 3
