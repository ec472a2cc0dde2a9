"""When somebody agreed: days in any program's order; what can be read in two ways is asked, none is made up."""

from datetime import UTC

import pytest

from interchange.lists.reading import RawRow
from tests.interchange.lists import asked, understood

CERTAIN = {
    "2021-03-01": "2021-03-01 00:00",
    "2021-03-01 12:33:11": "2021-03-01 12:33",
    "2021-03-01T12:00:00.000Z": "2021-03-01 12:00",
    "2021-03-01T12:00:00.123456+02:00": "2021-03-01 10:00",
    "2021-03-01 12:00:00 +0200": "2021-03-01 10:00",
    "2021-03-01 12:00:00 UTC": "2021-03-01 12:00",
    "2021-03-01 12:00:00.123456 -0500 EST": "2021-03-01 17:00",
    "2021-03-01 12:00:00 +0000 +0000": "2021-03-01 12:00",
    "2021/03/01 9:05": "2021-03-01 09:05",
    "2021.03.01": "2021-03-01 00:00",
    "20210301": "2021-03-01 00:00",
    "20210301T120000Z": "2021-03-01 12:00",
    "Mar 1, 2021": "2021-03-01 00:00",
    "March 1st, 2021 at 3:05 PM": "2021-03-01 15:05",
    "1 March 2021 12:05am": "2021-03-01 00:05",
    "Mon, 01 Mar 2021 12:00:00 +0000": "2021-03-01 12:00",
    "Mon Mar 01 2021 12:00:00 GMT+0100 (CET)": "2021-03-01 11:00",
    "1. März 2021": "2021-03-01 00:00",
    "1 de marzo de 2021": "2021-03-01 00:00",
    "1er février 2021": "2021-02-01 00:00",
    "2021年3月1日 08:09": "2021-03-01 08:09",
}


def agreed(content) -> str:
    _mapping, lines = understood(content, rest="active")
    return f"{lines[0].agreed_at:%Y-%m-%d %H:%M}" if lines[0].agreed_at else ""


def read(*values: str, header: str = "confirm_time"):
    """The mapping of a list with these dates, and its lines."""
    rows = "".join(f'r{number}@example.org,"{value}"\n' for number, value in enumerate(values))
    return understood(f"email,{header}\n{rows}", rest="active")


@pytest.mark.parametrize(("text", "moment"), CERTAIN.items())
def test_dates_that_can_be_read_in_one_way_alone(text, moment):
    mapping, (line,) = read(text)
    assert not mapping.open_questions()
    assert f"{line.agreed_at.astimezone(UTC):%Y-%m-%d %H:%M}" == moment


def test_unix_in_seconds_and_in_thousandths():
    for text in ("1614600000", "1614600000000", "1614600000.0"):
        mapping, (line,) = read(text)
        assert mapping.dates == {1: "unix"}
        assert f"{line.agreed_at:%Y-%m-%d %H:%M}" == "2021-03-01 12:00"


@pytest.mark.parametrize(
    ("values", "form", "days"),
    [
        (["03/25/2021", "03/04/2021"], "month first", ["03-25", "03-04"]),
        (["3/25/21 3:05 PM", "3/4/21 1:00 AM"], "month first", ["03-25", "03-04"]),
        (["25/03/2021 10:00", "03/04/2021 11:00"], "day first", ["03-25", "04-03"]),
        (["25-03-2021", "03-04-2021"], "day first", ["03-25", "04-03"]),
        (["03.04.2021"], "day first", ["04-03"]),
        (["03.04.21 10:00"], "day first", ["04-03"]),
    ],
)
def test_a_column_tells_its_order(values, form, days):
    mapping, lines = read(*values)
    assert mapping.dates == {1: form}
    assert [f"{line.agreed_at:%m-%d}" for line in lines] == days


@pytest.mark.parametrize("values", [["03/04/2021"], ["03/04/2021", "05/05/2021"], ["03/25/2021", "25/03/2021"],
    ["1614600000", "03/04/2021"]])  # fmt: skip
def test_an_order_that_the_column_does_not_tell_is_asked(values):
    mapping, lines = read(*values)
    assert asked(mapping) == [("dates", "confirm_time")]
    unclear = [line.standing for line, value in zip(lines, values, strict=True) if "/" in value]
    assert set(unclear) == {""}


def test_the_order_that_an_editor_gives_counts():
    mapping, (line,) = read("03/04/2021")
    assert "is no date that can be read" in line.blocked
    for form, day in (("day first", "04-03"), ("month first", "03-04")):
        mapping = type(mapping).from_json({**mapping.as_json(), "dates": {"1": form}})
        assert not mapping.open_questions()
        assert f"{mapping.line(RawRow(1, 2, ['a@example.org', '03/04/2021'])).agreed_at:%m-%d}" == day


@pytest.mark.parametrize("text", ["", "0000-00-00", "0000-00-00 00:00:00", "NULL", "0", "-", " "])
def test_no_date_is_no_date_and_never_today(text):
    _mapping, (line,) = read(text, header="created_at")
    assert (line.agreed_at, line.standing) == (None, "active")


IMPOSSIBLE = [
    "2999-01-01", "4102444800", "soon", "45292", "1970-01-01", "2021-02-30", "31/31/2021", "2021-03-01 25:00",
    "1/2/3/4", "yes", "0001-01-01", "99999999999999999999", "2021-03-01 12:00 XYZ", "2021-03-01 12:00 never",
]  # fmt: skip


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_a_date_that_cannot_be_is_said(text):
    _mapping, (line,) = read(text)
    assert (line.agreed_at, line.standing) == (None, "")
    assert text in line.blocked


def test_a_no_counts_whatever_the_date():
    _mapping, lines = understood(
        "email,status,confirm_time\na@example.org,unsubscribed,soon\nb@example.org,active,soon\n"
    )
    assert [(line.standing, bool(line.blocked)) for line in lines] == [("left", False), ("", True)]


def test_of_several_dates_that_of_the_confirmation_counts():
    content = "email,created_at,optin_time,confirm_time\na@example.org,2020-01-01,2020-01-02,{}\n"
    assert agreed(content.format("2020-01-03")) == "2020-01-03 00:00"
    assert agreed(content.replace("confirm_time", "since").format("")) == "2020-01-02 00:00"


@pytest.mark.parametrize("header", ["confirmed_at", "Consent date", "CONFIRM_TIME", "optInDate", "subscribed_at"])
@pytest.mark.parametrize("text", ["", "0000-00-00", "null"])
def test_who_never_confirmed_has_no_date_of_it(header, text):
    mapping, lines = read(text, "2020-01-02", header=header)
    assert [line.standing for line in lines] == ["asked", "active"]
    mapping = type(mapping).from_json({**mapping.as_json(), "words": {"1": {"": "silent"}}})
    assert mapping.line(RawRow(1, 2, ["a@example.org", text])).standing == "active"


def test_mailchimp_knows_no_opting_in_of_many_who_confirmed():
    content = "email,optin_time,confirm_time\na@example.org,,2020-01-03\n"
    assert understood(content, rest="active")[1][0].standing == "active"


@pytest.mark.parametrize(
    "text", ["1" * 500, "1 " * 300, "Mar " * 100, "2021-03-01" + " " * 400 + "x", "1:1" * 200, "(" * 500]
)
def test_hostile_dates_take_no_time(text):
    assert read(text)[1][0].standing == ""
