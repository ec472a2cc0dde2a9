"""Lists of other programs come in: who agreed is subscribed, who left stays away, and nothing is done by halves."""

import pytest

from mailing.lists import suppressing
from mailing.lists.columns import ListState, Unreadable, lines_of
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
    for name, rows in (("few", 5), ("many", 400)):
        text = "email\n" + "".join(f"{name}{number}@example.org\n" for number in range(rows))
        with django_assert_num_queries(QUERIES):
            assert len(import_(text, low_tide).rows) == rows


QUERIES = 14


def test_one_person_by_hand(low_tide, db):
    (line,) = lines_of(b"email\nAda@example.org\n")
    assert add([low_tide], line, PAPER) == [(low_tide, "new")]
    Subscription.objects.update(state="left")
    assert add([low_tide], line._replace(standing=ListState.ACTIVE), PAPER) == [(low_tide, "left")]
    assert active(low_tide) == set()
