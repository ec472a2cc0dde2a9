"""What is not known never means that somebody subscribes: no row whose file says no ends active, in any words."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from interchange.lists.meaning import Mapping, Role, Standing
from interchange.lists.reading import RawRow
from tests.interchange.lists import asked, standings, understood

#: Words for no more mail, and some that nobody knows, in a column that says how somebody stands.
NO_WORDS = [
    "cancelled", "canceled", "blocklisted", "blacklisted", "disabled", "invalid", "needs_attention", "paused",
    "opt-out", "Opted Out", "unsub", "unsubscribed", "UNSUBSCRIBED", " Un-subscribed ", "hard bounce",
    "Hard_Bounced", "spam complaint", "deleted", "removed", "cleaned", "bounced", "complained", "abuse",
    "archived", "inactive", "pending", "unconfirmed", "non-subscribed", "not subscribed", "never confirmed",
    "suppressed", "held", "on hold", "transactional", "blocked", "do not mail", "Do-Not-Contact", "DNC", "dnd",
    "nomail", "by_user", "left", "gone", "erased", "suspended", "expired", "former", "revoked", "withdrawn",
    "no", "No", "N", "0", "false", "off", "✗", "nein", "non", "abgemeldet", "Abbestellt", "gesperrt",
    "désabonné", "desabonne", "désinscrit", "dado de baja", "cancelado", "disiscritto", "afgemeld", "退订",
    "已退订", "取消订阅", "否", "配信停止", "退会", "отписан", "구독취소", "unknown", "?", "xyz", "1", "yes",
    "Active?", "previously active", "subscribed until 2019", "ｕｎｓｕｂｓｃｒｉｂｅｄ", "un\u200bsubscribed",
    "active (bounced)", "-active", "active -", "subscribed - do not mail", "not active", "ex-subscriber", "",
]  # fmt: skip
#: Columns in which a yes is a no.
REFUSING = [
    "unsubscribed", "Unsubscribed?", "is_unsubscribed", "unsubscribed_at", "unsub", "Opt-out", "optOut",
    "opted_out", "Opt-out date", "OptOut_Date", "email_opt_out", "has_opted_out_of_email", "bounced",
    "hard_bounced", "Bounced at", "do_not_mail", "Do Not Contact", "doNotEmail", "no_mail", "blacklisted",
    "blocklisted", "suppressed", "email_disabled", "disabled", "deleted", "deleted_at", "cancelled_at",
    "complained", "marked as spam", "spam_complaint", "inactive", "archived", "removed", "is_deleted",
    "global_unsubscribe", "Abgemeldet am", "Abmeldedatum", "désabonné", "date de désinscription",
    "Fecha de baja", "退订", "退订时间", "黑名单", "配信停止", "Cancel date", "paused", "on hold", "erased",
    "banned", "invalid", "unsubscribed_from_newsletter", "newsletter_opt_out", "Email Bounced", "Unconfirmed",
    "revoked_on", "Widerrufen am",
]  # fmt: skip
YES = [
    "true", "TRUE", "True", "yes", "Yes", "Y", "y", "1", "on", "t", "x", "✓", "✔", "ja", "oui", "sí", "si",
    "sim", "是", "はい", "да", "2021-03-01", "2021-03-01T12:00:00Z", "03/25/2021", "25.03.2021 10:00",
    "1614600000", "Mar 1, 2021",
]  # fmt: skip
#: Columns in which a no is a no.
WANTING = [
    "subscribed", "Subscribed?", "is_subscribed", "subscribed_to_emails", "active", "isActive", "confirmed",
    "is confirmed", "opt-in", "optIn", "Opted In", "double opt-in", "enabled", "email_enabled",
    "accepts_marketing", "Accepts Email Marketing", "marketing consent", "consent", "GDPR", "newsletter",
    "Newsletter?", "send_email", "wants mail", "verified", "mailable", "abonniert", "aktiv", "angemeldet",
    "abonné", "suscrito", "iscritto", "订阅", "是否订阅", "購読", "active_subscription",
]  # fmt: skip
NO = [
    "false", "FALSE", "no", "No", "N", "n", "0", "off", "f", "nein", "non", "nee", "não", "否", "不", "いいえ",
    "нет", "✗", "☐", "never", "", "-", "null", "None", "none", "n/a", "unsubscribed", "maybe",
]  # fmt: skip
#: What else may stand in a list, and says nothing of mail, or a yes.
BESIDE = [
    ("name", "Ada"), ("status", "active"), ("State", "subscribed"), ("type", "regular"), ("confirmed", "true"),
    ("unsubscribed", "false"), ("bounced", "0"), ("city", "Ulm"), ("created_at", "2020-01-02 10:00:00"),
    ("plan", "free"), ("confirm_time", "2020-01-02"), ("email_disabled", "false"), ("source", "web"),
    ("subscribed", "yes"), ("tags", ""), ("Opt-out date", ""), ("first name", "Ada"), ("id", "17"),
    ("List status", "Subscribed"), ("language", "de"),
]  # fmt: skip
STATUS = ["status", "State", "type", "member_status", "Global status", "Email Status", "list status", "状态", "Statut"]
OTHERS = ["tags", "Labels", "lists", "Groups", "notes", "what", "列", "city", "first_name", "source"]
TAGS = ["unsubscribed", "vip, opt-out", "bounced;vip", '["cancelled"]', "Do not mail", "退订"]
SAYS_NO = st.one_of(
    st.tuples(st.sampled_from(STATUS), st.sampled_from(NO_WORDS)),
    st.tuples(st.sampled_from(REFUSING), st.sampled_from(YES)),
    st.tuples(st.sampled_from(WANTING), st.sampled_from(NO)),
    st.tuples(st.sampled_from(OTHERS), st.sampled_from(TAGS)),
)  # fmt: skip


def file_of(columns, no, yes_first: bool) -> str:
    """A list with two rows: the one says no, the other is as good as any."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["email", *(header for header, _value in columns)])
    rows = [
        ["gone@example.org", *(value for _header, value in columns)],
        [
            "ada@example.org",
            *("" if column is no else value for column, value in ((each, each[1]) for each in columns)),
        ],
    ]
    writer.writerows(reversed(rows) if yes_first else rows)
    return out.getvalue()


@settings(max_examples=600, deadline=None, derandomize=True)
@given(SAYS_NO, st.lists(st.sampled_from(BESIDE), max_size=5, unique_by=lambda column: column[0]), st.data())
def test_no_row_whose_file_says_no_ends_active(no, beside, data):
    columns = data.draw(st.permutations([no, *beside]))
    found = standings(file_of(columns, no, yes_first=data.draw(st.booleans())), rest="active")
    assert found["gone"] != "active"


@pytest.mark.parametrize("word", NO_WORDS)
def test_no_such_word_alone_is_a_yes(word):
    assert standings(f'email,status\na@example.org,"{word}"\nada@example.org,active\n', rest="active")["a"] != "active"


@pytest.mark.parametrize("header", REFUSING)
@pytest.mark.parametrize("yes", ["true", "1", "x", "2021-03-01", "是"])
def test_no_such_column_alone_is_a_yes(header, yes):
    content = f"email,{header}\na@example.org,{yes}\nada@example.org,\n"
    assert standings(content, rest="active")["a"] != "active"


@pytest.mark.parametrize("header", WANTING)
@pytest.mark.parametrize("no", ["false", "0", "", "✗", "否"])
def test_no_such_column_without_its_yes_is_a_yes(header, no):
    content = f"email,{header}\na@example.org,{no}\nada@example.org,true\n"
    assert standings(content, rest="active")["a"] != "active"


SEEN_ACTIVE = {
    "cancelled": "left", "blocklisted": "left", "disabled": "left", "invalid": "bounced", "needs_attention": "",
    "paused": "", "opt-out": "left", "unsub": "left", "hard bounce": "bounced", "spam complaint": "complained",
    "deleted": "left",
}  # fmt: skip


@pytest.mark.parametrize(("word", "standing"), SEEN_ACTIVE.items())
def test_words_that_once_were_taken_for_a_yes(word, standing):
    assert standings(f"email,status\na@example.org,{word}\nada@example.org,active\n") == {
        "a": standing,
        "ada": "active",
    }


@pytest.mark.parametrize(
    ("header", "value", "standing"),
    [("unsubscribed", "true", "left"), ("subscribed", "false", "left"), ("bounced", "true", "bounced"),
     ("active", "false", "left"), ("confirmed", "false", "asked")],
)  # fmt: skip
def test_columns_that_once_were_not_looked_at(header, value, standing):
    assert standings(f"email,{header}\na@example.org,{value}\n", rest="active") == {"a": standing}


@pytest.mark.parametrize("header", ["confirmed at", "Opt-in date", "consented_at", "created_at"])
@pytest.mark.parametrize("word", ["never", "no", "pending", "revoked"])
def test_a_word_where_a_date_of_consent_should_be_is_no_date(header, word):
    content = f"email,{header}\na@example.org,{word}\nada@example.org,2021-03-01\n"
    assert standings(content, rest="active")["a"] != "active"


def test_an_unknown_word_blocks_its_rows_until_it_is_mapped():
    content = "email,status\na@example.org,resting\nada@example.org,active\n"
    mapping, lines = understood(content)
    assert asked(mapping) == [("word", "status", "resting")]
    assert lines[0].blocked == "Nobody has said what “resting” means in the column “status”."
    for said, standing in (("left", "left"), ("active", "active"), ("asked", "asked")):
        mapping = Mapping.from_json({**mapping.as_json(), "words": {"1": {"resting": said, "active": "active"}}})
        assert not mapping.open_questions()
        assert mapping.line(RawRow(1, 2, ["a@example.org", "Resting"])).standing == standing


def test_an_unknown_column_blocks_all_rows_until_it_is_said_what_it_is():
    mapping, lines = understood("email,status,zonk\na@example.org,active,7\nb@example.org,unsubscribed,8\n")
    assert asked(mapping) == [("column", "zonk")]
    assert {line.standing for line in lines} == {""}
    mapping = Mapping.from_json({**mapping.as_json(), "roles": ["email", "standing", "ignored"]})
    assert mapping.line(RawRow(1, 2, ["a@example.org", "active", "7"])).standing == "active"


@pytest.mark.parametrize(
    "header", ["Unblocked", "not_bounced", "Never unsubscribed", "Undeleted", "kein Spam", "spam ok"]
)
@pytest.mark.parametrize("value", ["yes", "no", "2021-03-01"])
def test_a_header_that_turns_a_no_around_is_asked(header, value):
    content = f"email,status,{header}\na@example.org,active,{value}\n"
    assert standings(content) == {"a": ""}


@pytest.mark.parametrize("word", ["unblocked", "not unsubscribed", "never bounced", "no complaint", "spam: ok"])
def test_a_word_that_turns_a_no_around_is_asked(word):
    assert standings(f"email,status\na@example.org,{word}\nb@example.org,active\n")["a"] == ""


def test_a_list_in_which_nothing_says_how_they_stand_is_asked_who_they_are():
    content = "email,name\na@example.org,A\n"
    mapping, (line,) = understood(content)
    assert asked(mapping) == [("rest",)]
    assert (line.standing, bool(line.blocked)) == ("", True)
    for rest in ("active", "asked", "left"):
        assert standings(content, rest=rest) == {"a": rest}


def test_a_harmless_column_is_asked_when_a_value_in_it_says_no():
    content = "email,status,{},x\na@example.org,active,{},\n"
    for header in ("city", "first name", "source", "plan", "name", "phone", "tiers", "confirm_time"):
        assert asked(understood(content.format(header, ""))[0]) == []
        mapping, (line,) = understood(content.format(header, "Unsubscribed"))
        assert ("column", header) in asked(mapping)
        assert line.standing == ""


def test_a_word_that_says_no_in_the_last_of_many_rows_is_seen():
    rows = "".join(f"r{number}@example.org,active,Town {number}\n" for number in range(3_000))
    mapping, lines = understood(f"email,status,city\n{rows}last@example.org,active,opt-out\n")
    assert asked(mapping) == [("column", "city")]
    assert {line.standing for line in lines} == {""}


def test_a_column_of_too_many_words_is_read_all_the_same():
    rows = "".join(f"r{number}@example.org,{number} days ago\n" for number in range(3_000))
    found = standings(f"email,unsubscribed_at\n{rows}ada@example.org,\n", rest="active")
    assert {standing for name, standing in found.items() if name != "ada"} == {"left"}
    assert found["ada"] == "active"
    mapping, lines = understood(f"email,status\n{rows}ada@example.org,active\n", rest="active")
    assert asked(mapping) == [("column", "status")]
    assert {line.standing for line in lines} == {""}


def test_the_worst_of_several_columns_counts():
    content = "email,status,unsubscribed,bounced,complained\n" + "".join(
        f"{name}@example.org,{cells}\n"
        for name, cells in [
            ("all", "active,1,1,1"),
            ("two", "active,1,1,0"),
            ("one", "active,1,0,0"),
            ("no", "active,0,0,0"),
        ]
    )
    assert standings(content) == {"all": "complained", "two": "bounced", "one": "left", "no": "active"}


def test_what_was_said_is_remembered_for_the_next_file_and_new_words_are_asked():
    first = "email,zonk,status\na@example.org,7,resting\nb@example.org,7,active\n"
    mapping, _lines = understood(first)
    mapping.roles[1], mapping.words[2]["resting"], mapping.rest = Role.IGNORED, Standing.LEFT, Standing.ACTIVE
    remembered = Mapping.from_json(mapping.as_json())
    second = "Email;Zonk;Status\na@example.org;9;Resting\nb@example.org;8;dozing\nc@example.org;8;active\n"
    mapping, lines = understood(second, remembered=remembered)
    assert asked(mapping) == [("word", "Status", "dozing")]
    assert [line.standing for line in lines] == ["left", "", "active"]
    mapping, lines = understood(second.replace("9", "opt-out"), remembered=remembered)
    assert asked(mapping)[0] == ("column", "Zonk")
    other, _lines = understood("email,zonk,state\na@example.org,7,resting\n", remembered=remembered)
    assert ("column", "zonk") in asked(other)


def test_a_column_that_was_empty_is_asked_when_something_stands_in_it():
    mapping, _lines = understood("email,status,zonk\na@example.org,active,\n")
    assert not mapping.open_questions()
    remembered = Mapping.from_json(mapping.as_json())
    again, (line,) = understood("email,status,zonk\na@example.org,active,x\n", remembered=remembered)
    assert asked(again) == [("column", "zonk")]
    assert line.standing == ""


def test_long_words_that_begin_alike_are_not_one():
    long = "active " + "very " * 60
    mapping, _lines = understood(f"email,status\na@example.org,{long}so\nb@example.org,active\n")
    word = next(word for word, standing in mapping.words[1].items() if not standing)
    mapping.words[1][word] = Standing.ACTIVE
    mapping = Mapping.from_json(mapping.as_json())
    assert mapping.line(RawRow(1, 2, ["a@example.org", long + "so"])).standing == "active"
    assert mapping.line(RawRow(1, 2, ["a@example.org", long + "unsubscribed"])).standing == ""


def test_what_the_rest_are_is_never_remembered():
    """Mailchimp's files of subscribed and of other contacts have the same columns."""
    content = "email,name\na@example.org,A\n"
    mapping, _lines = understood(content, rest="active")
    assert asked(understood(content, remembered=mapping)[0]) == [("rest",)]


def test_an_order_of_dates_is_remembered_where_the_next_file_does_not_tell():
    content = "email,status,confirm_time\na@example.org,active,{}\n"
    mapping, _lines = understood(content.format("03/04/2021"))
    mapping.dates[2] = "day first"
    remembered = Mapping.from_json(mapping.as_json())
    again, (line,) = understood(content.format("05/06/2021"), remembered=remembered)
    assert not again.open_questions()
    assert line.agreed_at.month == 6
    other, (line,) = understood(content.format("05/26/2021"), remembered=remembered)
    assert line.agreed_at.month == 5
    assert not other.open_questions()


def test_names_languages_networks_and_evidence():
    content = (
        "E-Mail Adresse;Vorname;Nachname;Sprache;IP;source;evidence;status\n"
        "Ada <ADA@Example.org>;  Ada ;Moor;fr_CA;192.0.2.7, 10.0.0.1;web;Signed;active\n"
        "b@example.org;;;xx;nowhere;;;active\n"
    )
    _mapping, (ada, other) = understood(content)
    assert (ada.email, ada.name, ada.language, ada.network) == ("ADA@Example.org", "Ada Moor", "fr", "192.0.2.7")
    assert ada.evidence == "Signed · web"
    assert (other.name, other.language, other.network, other.evidence) == ("", "", "", "")


def test_dates_of_today_are_no_future():
    now = timezone.now() - timedelta(minutes=1)
    _mapping, (line,) = understood(f"email,status,confirmed_at\na@example.org,active,{now.isoformat()}\n")
    assert line.agreed_at == now
