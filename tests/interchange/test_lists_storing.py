"""Lists come in: who agreed is subscribed, who left stays away, and nothing is done by halves."""

import tracemalloc
from contextlib import closing
from datetime import timedelta
from threading import Event

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interchange import working as generic
from interchange.bringing import uploads
from interchange.lists import steering, storing, working
from interchange.lists.meaning import Mapping
from interchange.lists.reading import Layout, RawRow
from interchange.lists.spooling import Spool
from interchange.models import ListImport, ListRow, ListShape
from interchange.steering import resume, stop
from mailing.lists import suppressing
from mailing.models import Consent, Subscriber, Subscription, Suppression
from tests.interchange.batches import EVIDENCE, active, begun, fates, imported, looked_at, numbered, say, states, work
from tests.mailing.lists import subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

PIECE = storing.PIECE


def test_people_are_subscribed_with_the_evidence(low_tide, edda, settings):
    settings.STORE_NETWORK_ADDRESS = True
    text = "email,name,language,confirm_time,confirm_ip\nADA@example.org,Ada,fr_CA,2019-05-02 12:40:00,192.0.2.2\n"
    brought = imported(low_tide, text, edda)
    ada = Subscriber.objects.get()
    assert (ada.email, ada.name, ada.language) == ("ada@example.org", "Ada", "fr")
    assert Subscription.objects.get().since.year == 2019
    consent = Consent.objects.get()
    assert (consent.event, consent.network) == ("imported", "192.0.2.2")
    assert consent.form == f"list {brought.pk}, list.csv · Edda"
    assert consent.wording == "Signed the list at the fair · 2019-05-02 12:40 UTC"


def test_network_addresses_are_kept_only_where_the_site_keeps_them(low_tide):
    imported(low_tide, "email,confirm_ip\nada@example.org,192.0.2.2\n")
    assert Consent.objects.get().network == ""


def test_nobody_who_left_or_is_suppressed_comes_back(low_tide):
    subscribe(low_tide, "gone", state="left")
    subscribe(low_tide, "here", "bounced")
    suppressing.suppress("bounced@example.org", Suppression.Reason.BOUNCED)
    suppressing.suppress("erased@example.org", Suppression.Reason.ERASED)
    names = ("gone", "here", "bounced", "erased", "new")
    text = "email\n" + "".join(f"{name}@Example.org\n" for name in names)
    expected = {"gone": "left", "here": "there", "bounced": "suppressed", "erased": "suppressed", "new": "new"}
    assert fates(looked_at(low_tide, text, rest="active")) == expected
    imported(low_tide, text)
    assert active(low_tide) == {"here", "new"}
    assert not Subscriber.objects.filter(email="erased@example.org").exists()


@pytest.mark.parametrize("status", ["unsubscribed", "cleaned", "complained"])
def test_nobody_who_was_erased_is_kept_again_because_a_file_says_no_of_them(low_tide, status):
    suppressing.suppress("erased@example.org", Suppression.Reason.ERASED)
    imported(low_tide, f"email,status\nerased@example.org,{status}\n")
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().email == ""


def test_who_left_or_bounced_elsewhere_is_known_as_such_from_then_on(low_tide):
    subscribe(low_tide, "here")
    old = "email,status\ngone@example.org,unsubscribed\nhere@example.org,unsubscribed\ndead@example.org,cleaned\n"
    assert fates(looked_at(low_tide, old)) == {"gone": "goes", "here": "goes", "dead": "bounces"}
    imported(low_tide, old)
    later = looked_at(low_tide, "email\ngone@example.org\nhere@example.org\ndead@example.org\n", rest="active")
    assert fates(later) == {"gone": "left", "here": "left", "dead": "suppressed"}
    assert active(low_tide) == set()


def test_a_no_is_noted_of_somebody_who_is_suppressed_as_well(low_tide):
    subscribe(low_tide, "sumi")
    suppressing.suppress("sumi@example.org", Suppression.Reason.BOUNCED)
    imported(low_tide, "email,status\nsumi@example.org,unsubscribed\notto@example.org,unsubscribed\n")
    Suppression.objects.all().delete()
    assert states(low_tide) == {"sumi": "left", "otto": "left"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["", "unsubscribed", ""], set()),
        (["active", "cleaned"], set()),
        (["active", "hm"], set()),
        (["hm", "active"], set()),
        (["active", "pending"], set()),
        (["active", "active"], {"ada"}),
    ],
)
def test_of_several_rows_about_one_address_the_worst_counts(low_tide, rows, expected):
    cells = zip(("ada@example.org", "ADA@example.org", " ada@example.org"), rows, strict=False)
    text = "email,status\n" + "".join(f"{email},{word}\n" for email, word in cells)
    brought = imported(low_tide, text, unknown=True)
    assert active(low_tide) == expected
    assert brought.counts["twice"] == len(rows) - 1


def test_what_is_known_of_a_person_is_kept(low_tide):
    subscribe(low_tide, "ada", state="asked", name="Ada", language="fr")
    imported(low_tide, "email,name,language\nada@example.org,Nobody,en\n")
    ada = Subscriber.objects.get()
    assert (ada.name, ada.language, states(low_tide)) == ("Ada", "fr", {"ada": "active"})


def test_invalid_rows_are_told_with_number_and_reason_and_stop_all_unless_they_are_left_out(low_tide):
    brought = looked_at(low_tide, 'email\nada@example.org\nbad\n"""o""@example.org"\n', rest="active")
    (second, bad, why), (third, quoted, reason) = brought.findings["invalid"]
    assert (second, bad, why) == (2, "bad", "Enter a valid email address.")
    assert (third, quoted) == (3, '"o"@example.org')
    assert "No mail server takes this address" in reason
    assert not steering.bring_in(brought, EVIDENCE, leaves_out_invalid=False, leaves_out_unknown=False)
    assert steering.bring_in(brought, EVIDENCE, leaves_out_invalid=True, leaves_out_unknown=False)
    brought.refresh_from_db()
    assert work(brought).counts == {"invalid": 2, "new": 1}
    assert active(low_tide) == {"ada"}


def test_a_word_that_nobody_knows_blocks_its_rows_until_it_is_said(low_tide):
    brought = looked_at(low_tide, "email,status\nada@example.org,active\notto@example.org,wobbly\n")
    assert brought.counts == {"new": 1, "unknown": 1}
    ((number, email, why),) = brought.findings["unknown"]
    assert (number, email) == (2, "otto@example.org")
    assert "wobbly" in why
    assert not steering.bring_in(brought, EVIDENCE, leaves_out_invalid=False, leaves_out_unknown=False)
    say(brought, words=[("status", "wobbly", "left")])
    assert brought.counts == {"new": 1, "goes": 1}
    assert steering.bring_in(brought, EVIDENCE, leaves_out_invalid=False, leaves_out_unknown=False)
    brought.refresh_from_db()
    work(brought)
    assert states(low_tide) == {"ada": "active", "otto": "left"}


def test_a_list_that_says_nothing_subscribes_nobody_before_somebody_has_said_so(low_tide):
    brought = looked_at(low_tide, "email\nada@example.org\n")
    assert brought.counts == {"unknown": 1}


def test_nothing_is_imported_without_saying_how_they_agreed(low_tide):
    brought = looked_at(low_tide, "email\nada@example.org\n", rest="active")
    assert not steering.bring_in(brought, "", leaves_out_invalid=True, leaves_out_unknown=True)


def test_what_was_said_is_remembered_for_the_next_file_of_that_shape(low_tide):
    first = "email,status\nada@example.org,active\notto@example.org,wobbly\n"
    imported(low_tide, first, words=[("status", "wobbly", "left")])
    assert ListShape.objects.count() == 1
    again = looked_at(low_tide, "email,status\nmilo@example.org,wobbly\nrita@example.org,odd\n")
    assert again.counts == {"goes": 1, "unknown": 1}


def test_a_look_changes_nothing_and_tells_what_will_be(low_tide):
    subscribe(low_tide, "gone", state="left")
    text = "email,status\ngone@example.org,active\nada@example.org,active\ndead@example.org,cleaned\n"
    looked = looked_at(low_tide, text)
    assert (Subscriber.objects.count(), Consent.objects.count(), Suppression.objects.count()) == (1, 0, 0)
    assert looked.counts == imported(low_tide, text).counts == {"left": 1, "new": 1, "bounces": 1}


@pytest.mark.parametrize("status", ["active", "unsubscribed", "cleaned"])
def test_a_piece_costs_as_many_queries_with_5_rows_as_with_100(low_tide, status):
    def queries(name, rows):
        text = "email,status\n" + "".join(f"{name}{number}@example.org,{status}\n" for number in range(1, rows + 1))
        brought = looked_at(low_tide, text)
        steering.bring_in(brought, EVIDENCE, leaves_out_invalid=False, leaves_out_unknown=False)
        brought.refresh_from_db()
        with CaptureQueriesContext(connection) as captured:
            list(storing.go_on(brought))
        return len(captured)

    assert queries("few", 5) == queries("many", PIECE) <= 22


def under_way(newsletter, text):
    brought = looked_at(newsletter, text, rest="active")
    steering.bring_in(brought, EVIDENCE, leaves_out_invalid=True, leaves_out_unknown=True)
    brought.refresh_from_db()
    return brought


@pytest.mark.parametrize("at", ["mailing_consent", "interchange_listrow"])
def test_what_a_killed_worker_leaves_is_gone_on_with(low_tide, at):
    rows, inserted = PIECE * 2 + 1, []
    brought = under_way(low_tide, numbered(rows))

    def die(execute, sql, params, many, context):
        if sql.startswith("INSERT") and f'"{at}"' in sql:
            inserted.append(sql)
            if len(inserted) == 2:
                raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die), pytest.raises(KeyboardInterrupt):
        work(brought)
    brought.refresh_from_db()
    assert (brought.done, brought.counts) == (PIECE, {"new": PIECE})
    assert Subscriber.objects.count() == Consent.objects.count() == ListRow.objects.count() == PIECE
    assert work(brought).counts == {"new": rows}
    assert Subscriber.objects.count() == Consent.objects.count() == ListRow.objects.count() == rows
    assert imported(low_tide, numbered(rows)).counts == {"there": rows}


def test_it_is_stopped_between_two_pieces_and_goes_on(low_tide, monkeypatch):
    brought = under_way(low_tide, numbered(PIECE * 3))

    def stopped_after_one(brought, original=storing.go_on):
        for done in original(brought):
            if done:
                stop(brought)
            yield done

    with monkeypatch.context() as patched:
        patched.setattr(storing, "go_on", stopped_after_one)
        assert work(brought).state == "failed"
    assert (Subscriber.objects.count(), brought.done) == (PIECE, PIECE)
    assert resume(brought)
    brought.refresh_from_db()
    assert work(brought).state == "done"
    assert Subscriber.objects.count() == PIECE * 3


def test_a_worker_that_ends_leaves_it_to_the_next(low_tide):
    over = Event()
    over.set()
    brought = under_way(low_tide, numbered(3))
    assert work(brought, over).state == "under way"
    assert ListImport.objects.due().get() == brought
    assert work(brought).state == "done"


def test_nobody_else_works_on_it_meanwhile(low_tide):
    brought = begun(low_tide, numbered(3))
    with generic.alone(brought):
        assert not ListImport.objects.due().exists()
        with pytest.raises(generic.AtWork):
            work(brought)


def test_what_worker_after_worker_dies_of_is_given_up_in_words(low_tide):
    over = Event()
    over.set()
    brought = under_way(low_tide, numbered(3))
    for _death in range(4):
        ListImport.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
        working.work(brought, over)
    brought.refresh_from_db()
    assert (brought.state, brought.resumes) == ("failed", "under way")
    assert brought.problem.startswith("4 workers died over “list.csv, 1”.")


def test_a_long_list_is_stored_in_short_transactions_and_judged_in_none(low_tide):
    brought = looked_at(low_tide, numbered(PIECE * 3), rest="active")
    with CaptureQueriesContext(connection) as captured:
        list(storing.look(brought))
    assert not [
        query["sql"] for query in captured if "mailing_" in query["sql"] and not query["sql"].startswith("SELECT")
    ]
    steering.bring_in(brought, EVIDENCE, leaves_out_invalid=False, leaves_out_unknown=False)
    brought.refresh_from_db()
    with CaptureQueriesContext(connection) as captured:
        list(storing.go_on(brought))
    assert sum(query["sql"].startswith("SAVEPOINT") for query in captured) >= 3


def test_names_and_addresses_are_forgotten_with_the_file_once_it_is_stored(low_tide):
    brought = looked_at(low_tide, "email,name\nada@example.org,Ada\n", rest="active")
    upload = brought.upload
    assert "ada@example.org" in str(brought.findings)
    steering.bring_in(brought, EVIDENCE, leaves_out_invalid=False, leaves_out_unknown=False)
    brought.refresh_from_db()
    assert brought.findings == {}  # also where it is stopped in the middle and nobody comes back for it
    work(brought)
    assert (brought.findings, brought.upload, default_storage.exists(upload)) == ({}, "", False)
    assert "ada" not in str(ListRow.objects.values().get()).lower()


def test_a_list_that_nobody_came_back_for_goes_with_its_file(low_tide, time_machine):
    brought = looked_at(low_tide, numbered(3))
    time_machine.move_to(timezone.now() + timedelta(days=15))
    uploads.sweep()
    assert not ListImport.objects.exists()
    assert not default_storage.exists(brought.upload)


def test_what_is_no_list_says_why_and_stores_nothing(low_tide):
    brought = work(begun(low_tide, "a,b\n1,2\n"))
    assert (brought.state, brought.resumes) == ("failed", "reading")
    assert "no addresses" in brought.problem
    assert steering.discard(brought)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_list():
    """It reads some thousand rows, as fewer would prove nothing."""
    mapping = Mapping(Layout("utf-8", ",", ("email",)), ["email"], rest="active")

    def peak(rows):
        lines = (RawRow(number, number, [f"person.with.a.name.{number}@example.org"]) for number in range(1, rows + 1))
        tracemalloc.start()
        with closing(Spool()) as spool:
            sum(spool.fill(lines, mapping))
            assert sum(map(len, spool.pieces(PIECE))) == rows
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(4000)  # what is made once for all
    assert peak(20_000) < 1.2 * peak(5000)


def test_no_character_that_postgresql_refuses_gets_in(low_tide):
    imported(low_tide, "email,name,evidence\nada@example.org,A\0da,\0fair\n")
    assert Subscriber.objects.get().name == "Ada"
