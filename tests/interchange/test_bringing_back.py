"""A whole import can be taken back; what somebody has touched since stays."""

import pytest
from django.utils import timezone
from taggit.models import Tag

from core.rich_text import Unreadable
from interchange.bringing import unattended
from interchange.models import Import, Imported
from newsletter import revising
from newsletter.models import Article, Contributor, Issue, Picture, Redirect
from tests import cast
from tests.comments.talk import say, under
from tests.interchange.bringing import MUD, bring, folder, issue

pytestmark = pytest.mark.django_db
HEAD = "tags: [coast]\nauthor: Ada Moor\npermalink: /p/{}/"


@pytest.fixture
def archive(tmp_path):
    files = {f"{n}.md": issue(n, head=HEAD.format(n), body="![Mud](mud.jpg)") for n in (1, 2)}
    return folder(tmp_path / "tide", {**files, "mud.jpg": MUD})


def take_back(number=None):
    return list(unattended.take_back(number or Import.objects.latest("pk").pk))


def test_nothing_is_left_of_it(archive, low_tide):
    bring(archive, low_tide, publishes=True)
    lines = take_back()
    assert lines == ["No.\u00a02 “Tide 2” goes", "No.\u00a01 “Tide 1” goes", "Taken back."]
    for model in (Issue, Article, Picture, Tag, Contributor, Redirect):
        assert not model.objects.exists()
    assert {row.state for row in Imported.objects.all()} == {"taken back"}
    assert "New: 2" in bring(archive, low_tide)


def test_what_was_there_before_stays(archive, low_tide):
    mine = cast.issue(low_tide, 9)
    Contributor.objects.create(name="Ada Moor", slug="ada")
    bring(archive, low_tide)
    take_back()
    assert [*Issue.objects.all()] == [mine]
    assert Contributor.objects.exists()


def test_what_it_changed_is_as_it_was(archive, low_tide):
    bring(archive, low_tide, publishes=True)
    before = {each.pk: revising.texts_of(each) for each in (*Issue.objects.all(), *Article.objects.all())}
    changed = issue(1, title="Ebb", body="Else.").replace("Of 1.", "Of one.") + "\n### 2. New\n\nNew.\n"
    folder(archive, {"1.md": changed})
    bring(archive, low_tide, publishes=True)
    assert Article.objects.count() == 3
    assert take_back()[0] == "No.\u00a01 “Ebb 1” is put back"
    assert {each.pk: revising.texts_of(each) for each in (*Issue.objects.all(), *Article.objects.all())} == before


def test_what_readers_and_editors_touched_stays_and_is_named(archive, low_tide, edda, rita):
    bring(archive, low_tide, publishes=True)
    with revising.writing(Issue.objects.get(number=1), edda, at_once=True) as first:
        first.title = "Mended"
        first.save()
    say(under(Issue.objects.get(number=2)), rita, "Mine.")
    lines = take_back()
    assert "No.\u00a01 “Mended” stays: Somebody has changed it since." in lines
    assert "No.\u00a02 “Tide 2” stays: Readers have written below it." in lines
    assert Issue.objects.count() == 2


def test_foreseeing_costs_the_same_for_many(tmp_path, low_tide, django_assert_max_num_queries):
    bring(folder(tmp_path / "many", {f"{n}.md": issue(n) for n in range(1, 10)}), low_tide)
    with django_assert_max_num_queries(8):
        assert len(list(unattended.stages.fates(Import.objects.get()))) == 9


def test_what_was_killed_while_it_was_taken_back_goes_on(archive, low_tide):
    bring(archive, low_tide)
    Import.objects.update(state="taking back")
    assert take_back()[-1] == "Taken back."
    assert not Issue.objects.exists()


def test_two_are_never_at_work_on_one(archive, low_tide):
    bring(archive, low_tide)
    Import.objects.update(seen_at=timezone.now(), state="under way")
    with pytest.raises(Unreadable, match="in a minute"):
        bring(archive, low_tide)
    assert Issue.objects.count() == 2
