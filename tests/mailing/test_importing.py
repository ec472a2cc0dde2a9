"""Lists of other programs come in: who agreed is subscribed, who left stays away, and nothing is done by halves."""

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailing.lists import importing, suppressing
from mailing.lists.columns import Line, ListState, Unreadable, lines_of
from mailing.lists.importing import Source, add, take_in
from mailing.models import Consent, Subscriber, Subscription, Suppression
from tests.mailing.lists import subscribe

PAPER = Source("list.csv · Edda", "Signed the list at the fair")


def import_(text: str, newsletter, **options):
    return take_in(lines_of(text.encode()), newsletter, PAPER, **{"dry_run": False, **options})


def outcomes(report) -> dict[str, str]:
    return {row.line.email.partition("@")[0]: row.outcome.value for row in report.rows}


def active(newsletter) -> set[str]:
    rows = Subscription.objects.active().filter(newsletter=newsletter)
    return {email.partition("@")[0] for email in rows.values_list("subscriber__email", flat=True)}


def standings(text: str) -> dict[str, str]:
    return {line.email.partition("@")[0]: line.standing.value for line in lines_of(text.encode())}


def test_mailchimp():
    text = (
        '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,'
        "UNSUB_TIME,CLEAN_TIME\n"
        'Ada@Example.org,Ada,Moor,2,"2019-05-02 12:33:11",192.0.2.1,"2019-05-02 12:40:00",192.0.2.2,,\n'
        "gone@example.org,,,2,,,,,2020-01-01 10:00:00,\ndead@example.org,,,2,,,,,,2020-01-01 10:00:00\n"
    )
    ada = lines_of(text.encode())[0]
    assert (ada.email, ada.name, ada.network) == ("Ada@Example.org", "Ada Moor", "192.0.2.2")
    assert f"{ada.agreed_at:%Y-%m-%d %H:%M}" == "2019-05-02 12:40"
    assert standings(text) == {"Ada": "active", "gone": "left", "dead": "bounced"}


def test_substack_whose_active_subscription_means_paying():
    text = (
        "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
        "ada@example.org,false,,free,false,2021-03-01T12:00:00.000Z,\ngone@example.org,true,,paid,true,2021-03-01,\n"
    )
    assert standings(text) == {"ada": "active", "gone": "left"}
    assert lines_of(text.encode())[0].agreed_at.year == 2021


def test_buttondown():
    text = (
        "email_address,type,creation_date,source,unsubscription_date\nada@example.org,regular,2022-01-01,web,\n"
        "asked@example.org,unactivated,,,\ngone@example.org,unsubscribed,,,2023-01-01\n"
        "dead@example.org,undeliverable,,,\ncross@example.org,complained,,,\n"
    )
    expected = {"ada": "active", "asked": "asked", "gone": "left", "dead": "bounced", "cross": "complained"}
    assert standings(text) == expected


def test_ghost():
    text = (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels\n"
        "1,ada@example.org,Ada Moor,,true,false,,2023-05-01T10:00:00.000Z,,\n2,gone@example.org,,,false,,,,,\n"
    )
    assert standings(text) == {"ada": "active", "gone": "left"}


@pytest.mark.parametrize("content", ["E-Mail;Name\nada@example.org;Ada\n", "﻿email\tname\nada@example.org\tAda\n"])
def test_semicolons_tabs_and_byte_order_marks_are_read(content):
    assert [(line.email, line.name) for line in lines_of(content.encode())] == [("ada@example.org", "Ada")]


def test_a_file_without_addresses_is_refused_with_what_it_has():
    with pytest.raises(Unreadable, match="There are: when, what"):
        lines_of(b"when,what\n1,2\n")


def test_people_are_subscribed_with_the_evidence(low_tide, settings, db):
    settings.STORE_NETWORK_ADDRESS = True
    text = "email,name,language,confirm_time,confirm_ip\nADA@example.org,Ada,fr_CA,2019-05-02 12:40:00,192.0.2.2\n"
    report = import_(text, low_tide)
    assert outcomes(report) == {"ada": "new"}
    ada = Subscriber.objects.get()
    assert (ada.email, ada.name, ada.language) == ("ada@example.org", "Ada", "fr")
    assert Subscription.objects.get().since.year == 2019
    consent = Consent.objects.get()
    assert (consent.event, consent.form, consent.network) == ("imported", "list.csv · Edda", "192.0.2.2")
    assert consent.wording == "Signed the list at the fair · 2019-05-02 12:40 UTC"


def test_network_addresses_are_kept_only_where_the_site_keeps_them(low_tide, db):
    import_("email,confirm_ip\nada@example.org,192.0.2.2\n", low_tide)
    assert Consent.objects.get().network == ""


def test_nobody_who_left_or_is_suppressed_comes_back(low_tide, db):
    subscribe(low_tide, "gone", state="left")
    subscribe(low_tide, "here", "bounced")
    suppressing.suppress("bounced@example.org", Suppression.Reason.BOUNCED)
    suppressing.suppress("erased@example.org", Suppression.Reason.ERASED)
    names = ("gone", "here", "bounced", "erased", "new")
    report = import_("email\n" + "".join(f"{name}@Example.org\n" for name in names), low_tide)
    expected = {"gone": "left", "here": "there", "bounced": "suppressed", "erased": "suppressed", "new": "new"}
    assert outcomes(report) == expected
    assert active(low_tide) == {"here", "new"}
    assert not Subscriber.objects.filter(email="erased@example.org").exists()


def test_who_left_or_bounced_elsewhere_is_known_as_such_from_then_on(low_tide, db):
    subscribe(low_tide, "here")
    old = "email,status\ngone@example.org,unsubscribed\nhere@example.org,unsubscribed\ndead@example.org,cleaned\n"
    assert outcomes(import_(old, low_tide)) == {"gone": "goes", "here": "goes", "dead": "bounces"}
    later = import_("email\ngone@example.org\nhere@example.org\ndead@example.org\n", low_tide)
    assert outcomes(later) == {"gone": "left", "here": "left", "dead": "suppressed"}
    assert active(low_tide) == set()


def test_of_two_rows_about_one_address_the_no_counts(low_tide, db):
    report = import_("email,status\nada@example.org,\nADA@example.org,unsubscribed\nada@example.org,\n", low_tide)
    assert [row.outcome.value for row in report.rows] == ["twice", "goes", "twice"]
    assert active(low_tide) == set()


def test_what_is_known_of_a_person_is_kept(low_tide, db):
    subscribe(low_tide, "ada", state="asked", name="Ada", language="fr")
    assert outcomes(import_("email,name,language\nada@example.org,Nobody,en\n", low_tide)) == {"ada": "new"}
    ada = Subscriber.objects.get()
    assert (ada.name, ada.language) == ("Ada", "fr")


def test_one_invalid_row_stops_all_unless_it_is_left_out(low_tide, db):
    text = "email\nada@example.org\nbad\notto@example.org\n"
    report = import_(text, low_tide)
    assert report.invalid == [(2, "bad", "Enter a valid email address.")]
    assert not Subscriber.objects.exists()
    import_(text, low_tide, leave_out_invalid=True)
    assert active(low_tide) == {"ada", "otto"}


def test_a_dry_run_tells_the_same_and_changes_nothing(low_tide, db):
    subscribe(low_tide, "gone", state="left")
    text = "email,status\ngone@example.org,\nada@example.org,\ndead@example.org,cleaned\n"
    tried = outcomes(import_(text, low_tide, dry_run=True))
    assert (Subscriber.objects.count(), Consent.objects.count(), Suppression.objects.count()) == (1, 0, 0)
    assert tried == outcomes(import_(text, low_tide))


def test_a_list_costs_as_many_queries_with_5_rows_as_with_400(low_tide, django_assert_num_queries, db):
    for name, rows in (("few", 5), ("many", importing.PIECE)):
        text = "email\n" + "".join(f"{name}{number}@example.org\n" for number in range(rows))
        with django_assert_num_queries(QUERIES):  # of one piece
            assert import_(text, low_tide).found.total() == rows


QUERIES = 9


def test_one_person_by_hand(low_tide, db):
    (line,) = lines_of(b"email\nAda@example.org\n")
    assert add([low_tide], line, PAPER) == [(low_tide, "new")]
    Subscription.objects.update(state="left")
    assert add([low_tide], line._replace(standing=ListState.ACTIVE), PAPER) == [(low_tide, "left")]
    assert active(low_tide) == set()


def numbered(rows) -> str:
    return "email\n" + "".join(f"r{number}@example.org\n" for number in range(rows))


def test_who_does_it_again_after_a_kill_goes_on_where_it_ended(low_tide, db):
    rows = importing.PIECE * 2 + 1
    inserted = []

    def die(execute, sql, params, many, context):
        if sql.startswith("INSERT") and '"mailing_consent"' in sql:
            inserted.append(sql)
            if len(inserted) == 2:
                raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die), pytest.raises(KeyboardInterrupt):
        import_(numbered(rows), low_tide)
    assert Subscriber.objects.count() == Subscription.objects.count() == Consent.objects.count() == importing.PIECE
    report = import_(numbered(rows), low_tide)
    assert report.counts == {"there": importing.PIECE, "new": importing.PIECE + 1}
    assert import_(numbered(rows), low_tide).counts == {"there": rows}
    assert Subscriber.objects.count() == Subscription.objects.count() == Consent.objects.count() == rows


def test_a_no_at_the_end_of_a_long_file_counts_more_than_a_yes_at_its_beginning(low_tide, db):
    text = "email,status\nr0@example.org,active\n" + numbered(importing.PIECE * 2).partition("\n")[2]
    report = import_(text + "R0@example.org,cleaned\nr1@example.org,unsubscribed\n", low_tide)
    assert report.counts == {"new": importing.PIECE * 2 - 2, "twice": 3, "bounces": 1, "goes": 1}
    assert not active(low_tide) & {"r0", "r1"}


def test_a_long_list_is_stored_in_short_transactions_and_judged_in_none(low_tide, db):
    with CaptureQueriesContext(connection) as captured:
        import_(numbered(importing.PIECE * 3), low_tide, dry_run=True)
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    with CaptureQueriesContext(connection) as captured:
        import_(numbered(importing.PIECE * 3), low_tide)
    assert sum(query["sql"].startswith("SAVEPOINT") for query in captured) >= 3


def test_a_report_tells_of_the_first_rows_and_counts_all(low_tide, db):
    text = numbered(300) + "bad\n" * 300
    report = import_(text, low_tide, dry_run=True)
    assert (len(report.rows), report.found.total(), report.is_cut) == (importing.SHOWN, 300, True)
    assert (len(report.invalid), report.invalid_count) == (importing.SHOWN, 300)
    assert report.invalid[0] == (301, "bad", "Enter a valid email address.")


@pytest.mark.slow
def test_memory_does_not_grow_with_the_list(low_tide, db):
    """It reads some thousand rows, as fewer would prove nothing."""

    def peak(rows: int) -> int:
        lines = (Line(f"person.with.a.name.{number}@example.org", "A" * 60) for number in range(rows))
        tracemalloc.start()
        take_in(lines, low_tide, PAPER, dry_run=True)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(4000)  # what is made once for all
    assert peak(4000) < 1.2 * peak(1000)


def test_what_windows_wrote_long_ago_is_read(low_tide):
    text = "email,name\r" + "ada@example.org,Zoë\r" * 2
    assert [line.name for line in lines_of(text.encode("cp1252"))] == ["Zoë", "Zoë"]


def test_no_character_that_postgresql_refuses_gets_in(low_tide, db):
    import_("email,name,evidence\nada@example.org,A\0da,\0fair\n", low_tide)
    assert Subscriber.objects.get().name == "Ada"
