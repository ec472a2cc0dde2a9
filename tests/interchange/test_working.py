"""The worker goes on with imports: alone, after a kill, and until somebody stops it."""

from datetime import timedelta
from threading import Event

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from interchange.bringing import stages, steering, uploads, working
from interchange.models import Import
from interchange.working import AtWork, alone
from newsletter.models import Issue
from tests.interchange.bringing import issue, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

State = Import.State


def archive(documents=3):
    return ContentFile(zipped({f"_posts/2019-03-{n:02}.md": issue(n) for n in range(1, documents + 1)}))


def begun(newsletter, documents=3, **wishes):
    return steering.begin(newsletter, "tides.zip", None, upload=uploads.keep(archive(documents)), **wishes)


def work(brought, until=None):
    working.work(brought, until or Event())
    brought.refresh_from_db()
    return brought


def test_an_upload_is_read_and_brought_in_when_somebody_says_so(low_tide):
    brought = work(begun(low_tide, publishes=True))
    assert (brought.state, brought.format, brought.problem) == (State.PLANNED, brought.format, "")
    assert not Issue.objects.exists()
    assert not Import.objects.due().exists()
    steering.bring_in(brought)
    assert work(brought).state == State.DONE
    assert list(Issue.objects.order_by("number").values_list("title", flat=True)) == ["Tide 1", "Tide 2", "Tide 3"]
    assert brought.seen_at is None
    assert brought.ended_at


def test_nobody_else_works_on_it_meanwhile_until_its_worker_is_missed(low_tide, time_machine):
    time_machine.move_to("2026-12-01T12:00:00Z", tick=False)
    brought = begun(low_tide)
    with alone(brought):
        assert not Import.objects.due().exists()
        with pytest.raises(AtWork), alone(brought):
            pass
        time_machine.move_to(timezone.now() + timedelta(minutes=1, seconds=1))
        assert Import.objects.due().get() == brought


def test_what_was_stopped_goes_on_where_it_was(low_tide, monkeypatch):
    brought = work(begun(low_tide))
    steering.bring_in(brought)

    def stopped_after_one(brought, original=stages.go_on):
        for count in original(brought):
            steering.stop(brought)
            yield count

    with monkeypatch.context() as patched:
        patched.setattr(stages, "go_on", stopped_after_one)
        assert work(brought).state == State.FAILED
    assert Issue.objects.count() == 1
    steering.resume(brought)
    assert work(brought).state == State.DONE
    assert Issue.objects.count() == 3


def test_a_worker_that_ends_leaves_it_as_it_is(low_tide):
    brought = work(begun(low_tide))
    steering.bring_in(brought)
    over = Event()
    over.set()
    assert work(brought, over).state == State.UNDER_WAY
    assert Import.objects.due().get() == brought
    assert work(brought).state == State.DONE


def test_what_worker_after_worker_dies_of_is_given_up_in_words(low_tide, monkeypatch):
    monkeypatch.setattr(stages, "go_on", lambda brought: [0])  # nobody gets any further
    brought = work(begun(low_tide))
    steering.bring_in(brought)
    over = Event()
    over.set()
    for _death in range(4):
        assert brought.problem == ""
        Import.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
        work(brought, over)
    assert (brought.state, brought.resumes) == (State.FAILED, State.UNDER_WAY)
    assert brought.problem.startswith("4 workers died over “2019-03-01.md”.")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"%PDF-1.7", "PDF"), (b"PK\x03\x04 broken", "damaged"), (b"\x1f\x8b packed", "Unpack it")],
)
def test_what_cannot_be_read_says_why_and_stores_nothing(low_tide, content, words):
    brought = steering.begin(low_tide, "old", None, upload=uploads.keep(ContentFile(content)))
    assert work(brought).state == State.FAILED
    assert words in brought.problem
    assert not Import.objects.due().exists()
    assert not brought.documents.exists()


def test_an_upload_that_is_gone_says_so(low_tide):
    brought = steering.begin(low_tide, "old.zip", None, upload="bringing/gone")
    assert "no longer kept" in work(brought).problem
    assert steering.read_again(brought)


def test_a_fault_of_ours_is_told_and_logged_and_not_repeated(low_tide, monkeypatch, caplog):
    def fall(brought):
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(stages, "plan", fall)
    brought = work(begun(low_tide))
    assert "by nought" in brought.problem
    assert not Import.objects.due().exists()
