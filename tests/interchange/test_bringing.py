"""An archive is planned, and then brought in document by document; the same again changes nothing."""

import pytest

from interchange.bringing import planning, storing
from interchange.models import Import, Imported
from newsletter.models import Article, Issue, Picture, Revision, Status
from tests.interchange.bringing import MUD, bring, folder, issue, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(tmp_path):
    body = "Look: ![Mud](/images/mud.jpg)"
    return folder(
        tmp_path / "tide",
        {
            "_posts/2019-03-01-tide.md": issue(1),
            "_posts/2019-03-02-tide.md": issue(2, body=body),
            "_drafts/soon.md": issue(3),
            "static/images/mud.jpg": MUD,
            "README.md": "# About this site",
        },
    )


def everything():
    models = (Issue, Article, Picture, Revision)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_plan_alone_stores_nothing(archive, low_tide):
    lines = bring(archive, low_tide, dry_run=True)
    assert "_posts/2019-03-02-tide.md → No. 2 “Tide 2”, 2019-03-02, 1 article, 1 picture, new" in lines
    assert "_drafts/soon.md → No. 3 “Tide 3”, 2019-03-03, 1 article, draft, new" in lines
    assert any(line.startswith("  – 1 × About the site") and "README.md" in line for line in lines)
    assert lines[-1] == "Nothing was stored."
    assert not Issue.objects.exists()
    assert not Import.objects.exists()
    assert not Imported.objects.exists()


def test_documents_are_published_at_their_dates_and_drafts_stay_drafts(archive, low_tide):
    bring(archive, low_tide, publishes=True)
    first, second, draft = Issue.objects.order_by("number")
    assert (first.status, f"{first.published_at:%Y-%m-%d}") == (Status.PUBLISHED, "2019-03-01")
    assert second.body == "Look: ![Mud](picture:mud)"
    assert all(article.is_public for article in second.articles.all())
    assert draft.status == Status.DRAFT
    assert {row.state for row in Imported.objects.all()} == {"made"}


def test_the_same_again_changes_nothing(archive, low_tide):
    bring(archive, low_tide, publishes=True)
    before = everything()
    lines = bring(archive, low_tide, publishes=True)
    assert "As it was: 3" in lines
    assert everything() == before


def test_what_has_changed_is_updated_and_keeps_its_address(archive, low_tide):
    bring(archive, low_tide, publishes=True)
    folder(archive, {"_posts/2019-03-01-tide.md": issue(1, title="Ebb", body="Otherwise.")})
    bring(archive, low_tide, publishes=True)
    first = Issue.objects.get(number=1)
    assert (first.title, first.slug, first.body, first.is_public) == ("Ebb 1", "tide-1", "Otherwise.", True)
    assert Issue.objects.count() == 3


def test_three_called_alike_are_three(tmp_path, low_tide):
    texts = {f"{n}.md": f"# Weekly\n\nHello.\n\n## News\n\n### 1. A\n\nOf {n}.\n\n### 2. B\n\nText.\n" for n in "abc"}
    for _ in range(2):
        bring(folder(tmp_path / "alike", texts), low_tide)
        assert [each.slug for each in Issue.objects.order_by("number")] == ["weekly", "weekly-2", "weekly-3"]


def test_of_two_with_one_number_the_second_is_refused_and_says_so(tmp_path, low_tide):
    lines = bring(folder(tmp_path / "twins", {"a.md": issue(7), "b.md": issue(7, body="Else.")}), low_tide)
    assert any("“a.md” has the number 7, too" in line for line in lines)
    assert Issue.objects.get().body == "Text of 7."


def test_one_that_fails_does_not_stop_the_others(tmp_path, low_tide):
    texts = {
        "a.md": issue(1),
        "b.md": "No title here, not even in its name? [\n",
        "c.md": issue(3),
        "d.md": b"\xff\xfe\xff",
    }
    lines = bring(folder(tmp_path / "odd", texts), low_tide)
    assert [each.number for each in Issue.objects.order_by("number") if each.title.startswith("Tide")] == [1, 3]
    assert any("UTF-8" in line for line in lines)


def test_a_zip_is_the_same_as_its_folder(archive, tmp_path, low_tide):
    bring(archive, low_tide)
    names = [path for path in archive.rglob("*") if path.is_file()]
    file = tmp_path / "tide.zip"
    file.write_bytes(zipped({f"tide/{path.relative_to(archive)}": path.read_bytes() for path in names}))
    assert "As it was: 3" in bring(file, low_tide)


@pytest.mark.parametrize("stage", ["planning.read", "storing.compose"])
def test_what_nobody_foresaw_stops_one_document_alone(archive, low_tide, monkeypatch, stage):
    does = storing.compose if stage == "storing.compose" else planning.read

    def fails_at_two(*args, **options):
        if "Tide 2" in repr(args):
            raise RuntimeError("unforeseen")
        return does(*args, **options)

    monkeypatch.setattr(f"interchange.bringing.{stage}", fails_at_two)
    lines = bring(archive, low_tide)
    assert "Refused: 1" in lines[-2]
    assert any("unforeseen" in line for line in lines)
    assert [*Issue.objects.order_by("number").values_list("number", flat=True)] == [1, 3]
