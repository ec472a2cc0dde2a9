"""Exports of the programs that people come from, with all that they say of an address: who said no stays away."""

import pytest

from core.csv_files import csv_lines
from mailing.lists import suppressing
from mailing.lists.exporting import SUBSCRIBERS, subscribers_of
from mailing.models import Suppression
from tests.interchange.lists import asked, standings, understood
from tests.mailing.lists import subscribe

MAILCHIMP = (
    '"Email Address","First Name","Last Name","Address","Phone Number","Birthday",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,'
    "CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,{more}LAST_CHANGED,LEID,EUID,NOTES,TAGS\n"
)


def mailchimp(name: str, more: str = "", tags: str = "") -> str:
    return (
        f'{name}@Example.org,Ada,Moor,,,,2,"2019-05-02 12:33:11",192.0.2.1,"2019-05-02 12:40:00",192.0.2.2,,,,,,,,'
        f'{more}"2024-01-01 00:00:00",1,a1,,{tags}\n'
    )


def test_mailchimp_asks_of_the_file_without_a_status_who_they_are():
    content = MAILCHIMP.format(more="") + mailchimp("ada")
    mapping, (ada,) = understood(content)
    assert asked(mapping) == [("rest",)]
    assert ada.standing == ""
    mapping, (ada,) = understood(content, rest="active")
    assert (ada.email, ada.name, ada.network, ada.standing) == ("ada@Example.org", "Ada Moor", "192.0.2.2", "active")
    assert f"{ada.agreed_at:%Y-%m-%d %H:%M}" == "2019-05-02 12:40"


def test_mailchimps_files_of_unsubscribed_and_cleaned():
    gone = MAILCHIMP.format(more="UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,")
    dead = MAILCHIMP.format(more="CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,")
    content = gone + mailchimp("gone", '"2020-01-01 10:00:00",,,"N/A",,') + mailchimp("cross", ",,,SPAM_COMPLAINT,,")
    assert standings(content, rest="active") == {"gone": "left", "cross": "complained"}
    assert standings(dead + mailchimp("dead", '"2020-01-01 10:00:00",No. 3,1,'), rest="active") == {"dead": "bounced"}


def test_mailchimps_tags_are_asked_and_may_carry_the_status():
    content = MAILCHIMP.format(more="") + mailchimp("ada", tags='"""vip"",""press"""')
    assert ("column", "TAGS") in asked(understood(content, rest="active")[0])
    mapping, lines = understood(content + mailchimp("gone", tags='"""vip"",""Unsubscribed"""'), rest="active")
    assert asked(mapping) == [("word", "TAGS", "vip"), ("word", "TAGS", "press")]
    assert [line.standing for line in lines] == ["", ""]
    mapping, lines = understood(MAILCHIMP.format(more="") + mailchimp("gone", tags="Unsubscribed"), rest="active")
    assert lines[0].standing == "left"


def test_substack_whose_active_subscription_means_paying():
    content = (
        "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
        "ada@example.org,false,,other,false,2021-03-01T12:00:00.000Z,\ngone@example.org,true,,yearly,true,2021-03-01,\n"
    )
    mapping, lines = understood(content)
    assert not mapping.open_questions()
    assert [(line.standing, line.agreed_at.year) for line in lines] == [("active", 2021), ("left", 2021)]
    alone = "email,active_subscription\nada@example.org,false\nrita@example.org,true\n"
    assert "active" not in standings(alone).values()


def test_substacks_table_of_the_dashboard():
    content = (
        "Email,Name,Stripe plan,Cancel date,Start date,Paid upgrade date,Expiration date,Activity,Country,"
        "State/Province,Type,Sections,Subscription source (free),Emails opened (6mo)\n"
        "ada@example.org,Ada,,,2024-06-17T10:21:38.759Z,,,4,ES,,Free,,substack-notes,3\n"
        "rita@example.org,,,,2024-06-17T10:21:38.759Z,,,4,ES,,Yearly,,direct,3\n"
    )
    mapping, lines = understood(content, rest="active")
    assert not mapping.open_questions()
    assert [line.standing for line in lines] == ["active", "active"]
    assert lines[0].evidence == "substack-notes"
    assert ("rest",) in asked(understood(content)[0])
    cancelled = content.replace("Ada,,,2024", "Ada,,2024-08-01,2024")
    mapping, lines = understood(cancelled, rest="active")
    assert asked(mapping) == [("word", "Cancel date", "(date)")]
    assert [line.standing for line in lines] == ["", "active"]


def test_ghost():
    content = (
        "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,labels,"
        "tiers,gift_id\n1,ada@example.org,Ada Moor,,true,false,,2023-05-01T10:00:00.000Z,,,,\n"
        "2,off@example.org,,,false,,,,,,,\n"
        "3,gone@example.org,,,true,false,,2023-05-01T10:00:00.000Z,2024-01-01T00:00:00.000Z,,,\n"
        "4,empty@example.org,,,,false,,2023-05-01T10:00:00.000Z,,,,\n"
    )
    mapping, _lines = understood(content)
    assert asked(mapping) == [("word", "subscribed_to_emails")]
    assert standings(content) == {"ada": "active", "off": "left", "gone": "left", "empty": ""}


BUTTONDOWN = {
    "regular": "active", "premium": "active", "gifted": "active", "trialed": "active", "unactivated": "asked",
    "unsubscribed": "left", "removed": "left", "blocked": "left", "spammy": "bounced", "undeliverable": "bounced",
    "complained": "complained", "disabled": "left", "paused": "", "unpaid": "", "churning": "", "past_due": "",
}  # fmt: skip


def test_buttondown():
    content = "id,email_address,notes,tags,type,creation_date,source,unsubscription_date\n" + "".join(
        f"1,{word}@example.org,,,{word},2022-01-01T10:00:00Z,web,\n" for word in BUTTONDOWN
    )
    assert standings(content) == BUTTONDOWN
    assert standings(content + "2,gone@example.org,,,regular,2022-01-01,web,2023-01-01T10:00:00Z\n")["gone"] == "left"


BEEHIIV = {"active": "active", "inactive": "left", "pending": "asked", "validating": "asked", "invalid": "bounced",
    "needs_attention": "", "paused": ""}  # fmt: skip


def test_beehiiv():
    content = "email,status,created_at,subscription_tier,utm_source,referral_code\n" + "".join(
        f"{word}@example.org,{word},2024-02-03T04:05:06Z,free,x,y\n" for word in BEEHIIV
    )
    assert standings(content) == BEEHIIV


KIT = {"active": "active", "confirmed": "active", "cancelled": "left", "bounced": "bounced",
    "complained": "complained", "inactive": "left", "unconfirmed": "asked"}  # fmt: skip


@pytest.mark.parametrize("header", ["status", "state"])
def test_kit(header):
    content = f"id,first_name,email,created_at,{header}\n" + "".join(
        f"1,Ada,{word}@example.org,2024-02-03 04:05:06 UTC,{word}\n" for word in KIT
    )
    assert standings(content) == KIT


def test_listmonk_which_says_enabled_of_who_left_a_list():
    content = (
        "uuid,email,name,attributes,status,created_at,updated_at\n"
        "u1,ada@example.org,Ada,{},enabled,2024-02-03 04:05:06.789012 +0100 CET,\nu2,off@example.org,,{},disabled,,\n"
        "u3,gone@example.org,,{},blocklisted,,\n"
    )
    mapping, _lines = understood(content)
    assert asked(mapping) == [("rest",)]
    assert standings(content) == {"ada": "", "off": "left", "gone": "left"}
    assert standings(content, rest="active")["ada"] == "active"
    with_attributes = content.replace("Ada,{}", 'Ada,"{""city"": ""Ulm""}"')
    assert ("column", "attributes") in asked(understood(with_attributes)[0])


def test_mailpoet_whose_two_statuses_both_count():
    words = {
        "Subscribed": "active",
        "Unconfirmed": "asked",
        "Unsubscribed": "left",
        "Inactive": "left",
        "Bounced": "bounced",
    }
    content = "Email,First name,Last name,List status,Global status,IP address\n"
    for one in words:
        for other in words:
            content += f"{one}-{other}@example.org,A,B,{one},{other},192.0.2.1\n"
    found = standings(content)
    for one, ours in words.items():
        for other, theirs in words.items():
            worst = min(ours, theirs, key=["bounced", "left", "asked", "active"].index)
            assert found[f"{one}-{other}"] == worst


def test_mailman_2_and_3_whose_members_have_no_status():
    plain = "ada@example.org\nOtto Moor <otto@example.org>\n\n"
    mapping, lines = understood(plain)
    assert asked(mapping) == [("rest",)]
    assert [(line.email, line.name) for line in lines] == [("ada@example.org", ""), ("otto@example.org", "Otto Moor")]
    assert standings(plain, rest="active") == {"ada": "active", "otto": "active"}


def test_members_of_mailman_3_with_how_mail_reaches_them():
    content = "email,display_name,delivery_mode,delivery_status,role\n" + "".join(
        f"{name}@example.org,,regular,{status},{role}\n"
        for name, status, role in [
            ("ada", "enabled", "member"),
            ("rests", "by_user", "member"),
            ("dead", "by_bounces", "member"),
            ("other", "enabled", "nonmember"),
            ("boss", "enabled", "owner"),
        ]
    )
    assert standings(content) == {"ada": "active", "rests": "", "dead": "bounced", "other": "asked", "boss": ""}


SENDY = {"Subscribed": "active", "Active": "active", "Unconfirmed": "asked", "Unsubscribed": "left",
    "Bounced": "bounced", "Soft bounced": "bounced", "Marked as spam": "complained"}  # fmt: skip


def test_sendy():
    content = '"Name","Email","Last activity","Status"\n' + "".join(
        f'"Ada","{word.replace(" ", "-")}@example.org","3 Feb 2024","{word}"\n' for word in SENDY
    )
    assert standings(content) == {word.replace(" ", "-"): standing for word, standing in SENDY.items()}


def test_phplist():
    content = (
        "ID\tEmail\tIs this subscriber confirmed\tIs this subscriber blacklisted\tNumber of bounces\tEntered\t"
        "Send this subscriber HTML emails\tIs this account disabled?\n"
        "1\tada@example.org\t1\t0\t0\t2020-02-03 04:05:06\t1\t0\n2\tasked@example.org\t0\t0\t0\t2020-02-03\t1\t0\n"
        "3\tgone@example.org\t1\t1\t0\t2020-02-03\t1\t0\n4\toff@example.org\t1\t0\t0\t2020-02-03\t1\t1\n"
        "5\tfails@example.org\t1\t0\t4\t2020-02-03\t1\t0\n"
    )
    mapping, _lines = understood(content)
    assert asked(mapping) == [("word", "Number of bounces", "(number)")]
    assert standings(content) == {"ada": "active", "asked": "asked", "gone": "left", "off": "left", "fails": ""}
    names = "id,email,confirmed,blacklisted,bouncecount,entered,disabled\n1,ada@example.org,1,0,0,2020-02-03,0\n"
    assert standings(names) == {"ada": "active"}


def test_our_own_export_comes_in_as_it_went_out(low_tide, db):
    subscribe(low_tide, "ada", name="=1+1", language="fr")
    subscribe(low_tide, "gone", state="left")
    subscribe(low_tide, "asked", state="asked")
    for name, reason in [("dead", "bounced"), ("cross", "complained"), ("off", "manual")]:
        subscribe(low_tide, name)
        suppressing.suppress(f"{name}@example.org", Suppression.Reason(reason))
    content = "".join(csv_lines(SUBSCRIBERS, subscribers_of(low_tide)))
    mapping, lines = understood(content)
    assert not mapping.open_questions()
    assert (lines[0].name, lines[0].language) == ("=1+1", "fr")
    assert {line.email.partition("@")[0]: line.standing for line in lines} == {
        "ada": "active", "gone": "left", "asked": "asked", "dead": "bounced", "cross": "complained", "off": "left",
    }  # fmt: skip
