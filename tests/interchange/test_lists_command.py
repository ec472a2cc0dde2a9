"""Lists go out as CSV and come in again as they were; and from the command line, where what is not known is asked."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from core.csv_files import csv_lines
from interchange.models import ListImport
from mailing.lists import suppressing
from mailing.lists.exporting import SUBSCRIBERS, subscribers_of
from mailing.models import Consent, Subscriber, Subscription, Suppression
from newsletter.models import Newsletter
from tests.interchange.batches import imported, states
from tests.mailing.lists import subscribe
from tests.mailing.test_exporting import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]


def exported(newsletter) -> str:
    return "".join(csv_lines(SUBSCRIBERS, subscribers_of(newsletter)))


def test_a_list_that_goes_out_and_comes_in_elsewhere_is_the_same(low_tide):
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
    counts = imported(low_tide, text).counts
    assert counts == {"new": len(HOSTILE), "goes": 1, "asked": 1, "bounces": 1}
    after = set(Subscriber.objects.values_list("email", "name", "language"))
    assert before - after == {("asked@example.org", "", "")}
    assert Subscription.objects.filter(state="active").count() == len(HOSTILE)


@pytest.fixture
def command(tmp_path, capsys):
    """Runs it on a file; returns what it prints."""

    def run(text, **options):
        file = tmp_path / "list.csv"
        file.write_text(text)
        try:
            call_command("subscribers", "import", str(file), newsletter="low-tide", **options)
        finally:
            run.printed = capsys.readouterr().out
        return run.printed

    return run


PLAIN = "email,name\nada@example.org,=1+1\n"
ODD = "email,status,when\nada@example.org,active,2019-05-02\notto@example.org,wobbly,\n"


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(low_tide, command):
    assert "1  Is subscribed" in command(PLAIN, dry_run=True, rest="active")
    assert not Subscriber.objects.exists()
    assert not ListImport.objects.exists()


def test_a_list_is_imported_taken_back_and_exported(low_tide, command, capsys):
    printed = command(PLAIN, evidence="Signed at the fair", rest="active")
    assert "1  Is subscribed" in printed
    brought = ListImport.objects.get()
    assert f"--take-back {brought.pk}" in printed
    assert Consent.objects.get().wording == "Signed at the fair"
    assert Consent.objects.get().form == f"list {brought.pk}, {brought.name[:50]} · manage.py"
    call_command("subscribers", "export", newsletter="low-tide")
    assert "ada@example.org,'=1+1" in capsys.readouterr().out
    call_command("subscribers", "import", take_back=brought.pk)
    assert "Taken back: 1." in capsys.readouterr().out
    assert not Subscriber.objects.exists()
    with pytest.raises(CommandError, match="no list"):
        call_command("subscribers", "import", take_back=brought.pk)


def test_what_is_not_known_is_asked_with_the_option_that_answers_it_and_nothing_is_imported(low_tide, command):
    with pytest.raises(CommandError, match="Nothing was imported"):
        command(ODD, evidence="x")
    assert "--word “status:wobbly=…”" in command.printed
    assert "--map “when=…”" in command.printed
    assert not Subscriber.objects.exists()
    assert not ListImport.objects.exists()


def test_answers_and_what_is_left_out_are_options(low_tide, command):
    command(ODD, evidence="x", map=["when=agreed"], word=["status:wobbly=left"], dates=["when=iso"])
    assert states(low_tide) == {"ada": "active", "otto": "left"}
    command(ODD.replace("ada", "rita"), evidence="x", map=["when=ignored"], leave_out_unknown=True)
    assert "rita" in states(low_tide)


def test_an_invalid_row_stops_all_unless_it_is_left_out(low_tide, command):
    with pytest.raises(CommandError, match="--leave-out-invalid"):
        command("email\nada@example.org\nbad\n", evidence="x", rest="active")
    assert "Row 2, “bad”: Enter a valid email address." in command.printed
    assert not Subscriber.objects.exists()
    command("email\nada@example.org\nbad\n", evidence="x", rest="active", leave_out_invalid=True)
    assert states(low_tide) == {"ada": "active"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "--evidence"),
        ({"evidence": "x", "map": ["nought=email"]}, "There is no column “nought”. There are: email, name"),
        ({"evidence": "x", "map": ["email"]}, "has no “=” in it"),
        ({"evidence": "x", "map": ["email=nonsense"]}, "nonsense"),
        ({"evidence": "x", "encoding": "klingon"}, "klingon"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(low_tide, command, options, words):
    with pytest.raises(CommandError, match=words):
        command(PLAIN, **options)
    assert not ListImport.objects.exists()


def test_what_is_not_there_is_said(low_tide, tmp_path):
    with pytest.raises(CommandError, match="high-tide"):
        call_command("subscribers", "export", newsletter="high-tide")
    with pytest.raises(CommandError, match="No such file"):
        call_command("subscribers", "import", str(tmp_path / "none.csv"), newsletter="low-tide", evidence="x")
    assert Newsletter.objects.count() == 1
