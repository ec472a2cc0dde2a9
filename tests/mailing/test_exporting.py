"""Lists go out as CSV that no spreadsheet runs, and come in again as they were."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from core.csv_files import csv_lines, harmless, original
from mailing.lists import suppressing
from mailing.lists.columns import lines_of
from mailing.lists.exporting import SUBSCRIBERS, subscribers_of
from mailing.lists.importing import Source, take_in
from mailing.models import Consent, Subscriber, Subscription, Suppression
from newsletter.models import Newsletter
from tests.mailing.lists import subscribe

HOSTILE = ['=HYPERLINK("http://evil.example")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'=1", '"; =1', "Zoë, “Z”"]


def exported(newsletter) -> str:
    return "".join(csv_lines(SUBSCRIBERS, subscribers_of(newsletter)))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_each_can_be_read_again(text):
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert original(cell) == text


def test_a_list_that_goes_out_and_comes_in_elsewhere_is_the_same(low_tide, db):
    for number, name in enumerate(HOSTILE):
        subscribe(low_tide, f"r{number}", name=name.strip(), language="fr")
    subscribe(low_tide, "gone", state="left")
    subscribe(low_tide, "asked", state="asked")
    subscribe(low_tide, "dead")
    suppressing.suppress("dead@example.org", Suppression.Reason.BOUNCED)
    for cells in csv.reader(io.StringIO(exported(low_tide))):
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    before = set(Subscriber.objects.exclude(email="dead@example.org").values_list("email", "name", "language"))
    text = exported(low_tide)
    Subscriber.objects.all().delete()
    Suppression.objects.all().delete()
    report = take_in(lines_of(text.encode()), low_tide, Source("back", "theirs"), dry_run=False)
    assert {row.line.email.split("@")[0]: row.outcome.value for row in report.rows[-3:]} == {
        "gone": "goes",
        "asked": "asked",
        "dead": "bounces",
    }
    after = set(Subscriber.objects.values_list("email", "name", "language"))
    assert before - after == {("asked@example.org", "", "")}
    assert Subscription.objects.filter(state="active").count() == len(HOSTILE)


def test_the_commands_import_and_export(low_tide, db, tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_text("email,name\nada@example.org,=1+1\n")
    call_command("subscribers", "import", str(file), newsletter="low-tide", dry_run=True)
    assert "1  Is subscribed" in capsys.readouterr().out
    assert not Subscriber.objects.exists()
    call_command("subscribers", "import", str(file), newsletter="low-tide", evidence="Signed at the fair")
    consent = Consent.objects.get()
    assert (consent.form, consent.wording) == ("list.csv · manage.py", "Signed at the fair")
    capsys.readouterr()
    call_command("subscribers", "export", newsletter="low-tide")
    assert "ada@example.org,'=1+1,,active," in capsys.readouterr().out


def test_a_failed_import_says_which_row_and_why_and_changes_nothing(low_tide, db, tmp_path, capsys):
    file = tmp_path / "list.csv"
    file.write_text("email\nada@example.org\nbad\n")
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("subscribers", "import", str(file), newsletter="low-tide", evidence="x")
    assert "Row 2, 'bad': Enter a valid email address." in capsys.readouterr().err
    assert not Subscriber.objects.exists()


def test_an_unknown_newsletter_or_file_is_refused(low_tide, db, tmp_path):
    with pytest.raises(CommandError, match="no newsletter “high-tide”"):
        call_command("subscribers", "export", newsletter="high-tide")
    with pytest.raises(CommandError, match="No such file"):
        call_command("subscribers", "import", str(tmp_path / "none.csv"), newsletter="low-tide", evidence="x")
    assert Newsletter.objects.count() == 1
