"""`manage.py compose`: from a file on disk, without a person to ask."""

import pytest
from django.core.management import CommandError, call_command

from newsletter.models import Article, Issue
from tests import cast

pytestmark = pytest.mark.django_db

TEXT = """# March

## News

### 1. [Crabs](https://example.org/crabs)

They walk.

![Mud](pictures/mud.jpg "Ripples. Photo: Ada Moor")

### 2. Terns

![Sand](sand.jpg)
"""


@pytest.fixture
def document(tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/mud.jpg").write_bytes(cast.image_file(size=(24, 16)).read())
    (tmp_path / "march.md").write_text(TEXT)
    return tmp_path / "march.md"


@pytest.fixture
def run(capsys, low_tide):
    """Run the command; what it prints, line by line."""

    def run(*arguments):
        call_command("compose", *map(str, arguments), "--newsletter", "low-tide")
        return capsys.readouterr().out.splitlines()

    return run


def test_it_shows_what_it_makes(run, document):
    assert run(document) == [
        "Issue (next free number): March",
        "  ## News",
        "    1.  Crabs (5 words)",
        "        → https://example.org/crabs",
        "        Picture mud.jpg: Ripples. | Photo: Ada Moor",
        "    2.  Terns (2 words)",
        "      ! line 13: The picture “sand.jpg” is not in the upload: it is kept in the text as it is.",
        "Composed No. 1 “March”.",
    ]
    assert Issue.objects.get().articles.count() == 2
    assert not Issue.objects.published().exists()


def test_it_publishes_when_told_to(run, document):
    run(document, "--publish")
    assert Article.objects.published().count() == 2


def test_a_date_in_the_document_is_the_day_of_publication(run, tmp_path):
    (tmp_path / "a.md").write_text("---\ndate: 2020-02-02\n---\n# A\n\nText.\n")
    assert run(tmp_path / "a.md", "--publish")[-1].startswith("Readers see it from February 2, 2020")
    assert Article.objects.published().filter(published_at__year=2020).exists()


def test_a_dry_run_stores_nothing(run, document):
    assert run(document, "--dry-run")[-1] == "Nothing was stored."
    assert not Issue.objects.exists()


def test_the_same_document_again_says_so_and_changes_nothing(run, document):
    run(document)
    before = list(Article.objects.order_by("pk").values())
    assert run(document)[-1] == "Already composed as No. 1 “March”; nothing changed."
    assert list(Article.objects.order_by("pk").values()) == before


def test_a_changed_document_replaces_only_when_told_to(run, document):
    run(document)
    document.write_text(TEXT.replace("walk", "run"))
    with pytest.raises(CommandError, match="Say --replace"):
        run(document)
    assert run(document, "--replace")[-1] == "Replaced No. 1 “March”."
    assert "They run." in Article.objects.get(slug="crabs").body


def test_what_is_wrong_is_said_in_a_sentence(run, document, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.md: No such file"):
        run(tmp_path / "nowhere.md")
    with pytest.raises(CommandError, match=r"no newsletter “low-tied”\. There are: low-tide"):
        call_command("compose", str(document), "--newsletter", "low-tied")
    (tmp_path / "pictures/mud.jpg").write_bytes(b"no picture")
    with pytest.raises(CommandError, match=r"mud\.jpg: This file is no picture"):
        run(document)
    assert not Issue.objects.exists()
