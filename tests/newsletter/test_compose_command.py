"""`manage.py compose`: from a file on disk, without a person to ask."""

import pytest
from django.core.management import CommandError, call_command

from comments.models import Comment
from newsletter.models import Article, Issue
from tests import cast
from tests.newsletter.previewing import SHORE

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
        "Composed No.\u00a01 “March”.",
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
    assert run(document)[-1] == "Already composed as No.\u00a01 “March”; nothing changed."
    assert list(Article.objects.order_by("pk").values()) == before


def test_a_changed_document_replaces_only_when_told_to(run, document):
    run(document)
    document.write_text(TEXT.replace("walk", "run"))
    with pytest.raises(CommandError, match="Say --replace"):
        run(document)
    assert run(document, "--replace")[-1] == "Replaced No.\u00a01 “March”."
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


@pytest.fixture
def pasted(tmp_path):
    (tmp_path / "october.txt").write_text(SHORE)
    return tmp_path / "october.txt"


@pytest.fixture
def thread(tmp_path):
    (tmp_path / "thread.csv").write_text("name,text,age\nInes Quay,From the ferry.,2 months\n,Who pays?,\n")
    return tmp_path / "thread.csv"


def test_what_is_only_guessed_is_listed(run, pasted):
    lines = run(pasted, "--dry-run")
    assert "  ? Three lines look like items." in lines
    assert any(line.endswith("A bridge that nobody asked for → Item") for line in lines)
    assert "  ? The end looks like a conversation of two: bring it in as comments, or cut it." in lines
    assert "  Conversation: 2 comments" in lines
    assert any(line.startswith("    Mina Holm, 7 months: Lovely issue") for line in lines)


def test_what_is_only_guessed_becomes_a_draft_whatever_was_said(run, pasted):
    lines = run(pasted, "--publish")
    assert "Composed No.\u00a01 “Low Water, October”." in lines
    assert lines[-1] == "It was not published: 3 proposals above wait for somebody to look at them."
    assert not Issue.objects.published().exists()
    assert Article.objects.filter(kind="item").count() == 3
    assert Comment.objects.count() == 2


def test_what_is_only_guessed_never_replaces_what_readers_see(run, pasted, document):
    document.write_text(f"---\nnumber: 1\n---\n{TEXT}")
    run(document, "--publish")
    pasted.write_text(f"---\nnumber: 1\n---\n{SHORE}")
    with pytest.raises(CommandError, match=r"is published, and there are proposals above\. Replace it in the admin"):
        run(pasted, "--replace", "--publish")
    assert Article.objects.filter(slug="terns").exists()
    assert not Comment.objects.exists()


def test_comments_come_from_a_file(run, document, thread):
    lines = run(document, "--publish", "--comments", thread, "--copied-on", "2024-11-20")
    assert "  Conversation: 2 comments" in lines
    assert "    A reader: Who pays?" in lines
    assert lines[-1].startswith("Readers see it from")
    ines = Comment.objects.get(name="Ines Quay")
    assert (ines.created_at.year, ines.created_at.month) == (2024, 9)


def test_a_file_of_comments_stands_for_those_at_the_end(run, pasted, thread):
    lines = run(pasted, "--comments", thread)
    assert "  What looks like a conversation at the end of the document is cut: the file stands for it." in lines
    assert sorted(Comment.objects.values_list("name", flat=True)) == ["", "Ines Quay"]


def test_comments_are_brought_in_later_and_once(run, document, thread):
    run(document)
    before = list(Article.objects.order_by("pk").values())
    for _time in range(2):
        assert "Already composed as No.\u00a01 “March”; its texts stay as they are." in run(
            document, "--comments", thread
        )
        assert Comment.objects.count() == 2
    assert list(Article.objects.order_by("pk").values()) == before


def test_comments_of_no_use_stop_everything(run, document, thread, tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv: No such file"):
        run(document, "--comments", tmp_path / "nowhere.csv")
    thread.write_text("name,text\nInes Quay,\n")
    with pytest.raises(CommandError, match="Comment 1"):
        run(document, "--comments", thread)
    with pytest.raises(CommandError, match="invalid day value: 'soon'"):
        run(document, "--copied-on", "soon")
    assert not Issue.objects.exists()
