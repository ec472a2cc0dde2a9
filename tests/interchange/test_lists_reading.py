"""A list is read as it was written, in any letters and signs; what cannot be read is said, with the line."""

import tracemalloc
from io import BytesIO
from itertools import islice

import pytest

from interchange.lists import reading
from interchange.lists.reading import Unreadable, look
from tests.interchange.lists import standings, understood

ROWS = "email,name\nada@example.org,{name}\notto@example.org,Otto\n"
NAMES = {
    "utf-8": "Zoë “Z” Łukasz 大坝",
    "utf-8-sig": "Zoë 大坝",
    "utf-16": "Zoë 大坝",
    "cp1252": "Zoë Müller-Ångström – «Noël»",
    "gb18030": "王小明",
    "cp932": "田中さくら",
}


def emails(content, **said) -> list[str]:
    return [line.email for line in understood(content, **said)[1]]


def lines_of(content) -> list[int]:
    file = BytesIO(content.encode())
    return [row.line for row in reading.rows(file, look(file))]


@pytest.mark.parametrize(("encoding", "name"), NAMES.items())
def test_letters_are_told_apart_and_shown(encoding, name):
    content = ROWS.format(name=name).encode(encoding)
    _mapping, lines = understood(content)
    assert lines[0].name == name
    guesses = reading.encodings(BytesIO(content))
    assert guesses[0][0] == encoding
    assert name in guesses[0][1]
    assert (len(guesses) == 1) == encoding.startswith("utf")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_sixteen_bits_are_known_without_a_mark(encoding):
    assert emails(ROWS.format(name="Zoë").encode(encoding)) == ["ada@example.org", "otto@example.org"]


SHORT = {
    "cp1252": ["Zoë", "Müller", "José Núñez", "François L’Hôte", "Ærø Åså"],
    "gb18030": ["李明", "王", "张伟，北京"],
    "cp932": ["タナカ", "山田　太郎", "伊藤"],
    "cp1251": ["Иван Петров"],
}


@pytest.mark.parametrize(("encoding", "name"), [(each, name) for each in SHORT for name in SHORT[each]])
def test_one_short_name_is_enough(encoding, name):
    assert understood(ROWS.format(name=name).encode(encoding))[1][0].name == " ".join(name.split())


def test_one_broken_byte_does_not_change_all_other_letters():
    content = ROWS.format(name="Zoë Müller, 大坝").encode() + b"x@example.org,Jos\xe9\n"
    mapping, lines = understood(content.replace(b", \xe5", b" \xe5"))
    assert (mapping.layout.encoding, lines[0].name) == ("utf-8", "Zoë Müller 大坝")


def test_an_editor_can_choose_other_letters_and_signs():
    content = "email;name\nada@example.org;王小明\n".encode("big5")
    assert ("big5", "ada@example.org;王小明") in reading.encodings(BytesIO(content))
    assert understood(content, encoding="big5")[1][0].name == "王小明"
    assert understood("email;name,x\na@example.org;b,c\n", delimiter=";")[0].layout.headers == ("email", "name,x")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_are_parted_by_any_sign(delimiter):
    content = "email,name,status\nada@example.org,Ada,active\nrita@example.org,Rita,unsubscribed\n".replace(
        ",", delimiter
    )
    assert standings(content) == {"ada": "active", "rita": "left"}


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "\ufeffsep=;", "SEP=;\r"])
def test_a_line_that_says_the_sign_is_believed(said):
    content = f"{said}\nemail;name\nada@example.org;Moor, Ada, of Ulm, and more\n"
    mapping, lines = understood(content)
    assert [(line.email, line.name) for line in lines] == [("ada@example.org", "Moor, Ada, of Ulm, and more")]
    assert mapping.layout.headers == ("email", "name")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "{0}{0}", "Our subscribers{0}", "List{0}exported 1 May 2024{0}{0}", " ,, {0}"])
def test_what_stands_before_the_headers_is_skipped(before, newline):
    content = f"{before}Name,E-Mail{{0}}Ada,ada@example.org{{0}}{{0}}Otto,otto@example.org".format(newline)
    assert emails(content) == ["ada@example.org", "otto@example.org"]


def test_lists_without_headers():
    assert emails("ada@example.org\n\n otto@example.org \n<rita@example.org>\n") == [
        "ada@example.org",
        "otto@example.org",
        "rita@example.org",
    ]
    mapping, lines = understood('"Moor, Ada" <ada@example.org>, otto@example.org; Rita <rita@example.org>\n')
    assert [(line.email, line.name) for line in lines] == [
        ("ada@example.org", "Moor, Ada"),
        ("otto@example.org", ""),
        ("rita@example.org", "Rita"),
    ]
    assert not mapping.layout.has_headers
    mapping, _lines = understood("Ada;ada@example.org;x\nOtto;otto@example.org;y\n")
    assert mapping.layout.headers == ("1", "2", "3")
    assert mapping.roles == ["", "email", ""]


@pytest.mark.parametrize(
    "text",
    ["ada@example.org unsubscribed", "ada@example.org, unsubscribed", "(ada@example.org)", "# ada@example.org",
     "ada@example.org (bounced)", "not ada@example.org", "Unsubscribed <ada@example.org>", "-ada@example.org: off"],
)  # fmt: skip
@pytest.mark.parametrize("others", [1, 300])
def test_a_line_of_a_list_with_anything_beside_the_address_is_nobody(text, others):
    content = "".join(f"r{number}@example.org\n" for number in range(others)) + text + "\n"
    _mapping, lines = understood(content, rest="active")
    assert ("ada@example.org", "active") not in [(line.email, line.standing) for line in lines]


def test_headers_that_nobody_knows_are_headers():
    mapping, lines = understood("Abo-Kontakt\tWer\nada@example.org\tAda\n")
    assert (mapping.layout.headers, lines[0].email) == (("Abo-Kontakt", "Wer"), "ada@example.org")


def test_quotes_and_what_stands_in_them():
    content = 'email,name,city\nada@example.org,"Ada ""the Ace""\nMoor","Ulm, DE"\notto@example.org,"O\r\n\r\nM",\n'
    _mapping, lines = understood(content)
    assert [line.name for line in lines] == ['Ada "the Ace" Moor', "O M"]
    assert lines_of(content) == [2, 4]
    _mapping, lines = understood('email,name,city\nada@example.org,"Ada \\"the Ace\\" Moor","Ulm, DE"\n')
    assert lines[0].name == 'Ada "the Ace" Moor'
    assert understood('email, name\nada@example.org, "Ada, M"\n')[1][0].name == "Ada, M"
    assert understood('email,name\nada@example.org,5" Ada\n')[1][0].name == '5" Ada'


UNCLOSED = {
    "at the end": ('email,name\na@example.org,A\nb@example.org,"B\n', 3),
    "without an end of line": ('email,name\na@example.org,A\nb@example.org,"B', 3),
    "many rows": ('email,name\na@example.org,"A\n' + "r@example.org,R\n" * 2000, 2),
    "before another quote": ('email,name\na@example.org,"A\nb@example.org,"B"\nc@example.org,"C"\n', 2),
    "inside": ('email,name\na@example.org,"A"\nb@example.org,"B "the" B"\n', 3),
    "in blank lines": ('\n\nemail,name\n\na@example.org,"A\n', 5),
    "a long cell": ('email,name\na@example.org,"' + "x" * 200_000 + "\n", 2),
}


@pytest.mark.parametrize(("content", "line"), UNCLOSED.values(), ids=UNCLOSED)
def test_a_quote_that_is_not_closed_is_said_with_its_line(content, line):
    with pytest.raises(Unreadable, match=f"in line {line} is not closed"):
        understood(content)


def test_a_swallowed_row_is_not_taken_for_one_that_subscribes():
    content = (
        'email,name,status\nada@example.org,"Ada,active\nrita@example.org,"",unsubscribed\nx@example.org,X",active\n'
    )
    with pytest.raises(Unreadable, match="in line 2 is not closed"):
        understood(content)


@pytest.mark.parametrize("row", ["ada@example.org", "ada@example.org,Moor, Ada,unsubscribed", "ada@example.org,Ada"])
def test_a_row_with_other_cells_than_the_headers_is_blocked(row):
    _mapping, (line,) = understood(f"email,name,unsubscribed\n{row}\n", rest="active")
    assert line.standing == ""
    assert "The row has" in line.blocked


def test_missing_cells_count_as_empty_where_none_can_say_a_no():
    _mapping, lines = understood("email,name,city\nada@example.org\notto@example.org,Otto,Ulm,,\n", rest="active")
    assert [line.standing for line in lines] == ["active", "active"]


def test_zero_bytes_are_left_out():
    assert standings(b"email,status\nada@example.org,uns\0ubscribed\n") == {"ada": "left"}


def test_a_line_without_end_is_refused():
    with pytest.raises(Unreadable, match="Line 2 is longer"):
        understood("email,name\n" + "x" * 1_200_000)


FOREIGN = {
    "xlsx": (b"PK\x03\x04\x14\x00[Content_Types].xml", "spreadsheet"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1", "spreadsheet"),
    "ods": (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "spreadsheet"),
    "zip": (b"PK\x03\x04\x14\x00subscribed_members_export.csv", "archive"),
    "gzip": (b"\x1f\x8b\x08", "archive"),
    "json": (b' [{"email": "ada@example.org"}]', "JSON"),
    "html": (b"\xef\xbb\xbf<!DOCTYPE html><p>ada@example.org", "web page"),
    "vcard": (b"BEGIN:VCARD\r\nEMAIL:ada@example.org", "vCard"),
    "pdf": (b"%PDF-1.7", "no text"),
    "binary": (bytes(range(256)) * 20, "no text"),
    "empty": (b"", "empty"),
    "blank": (b" \n\n;;\n", "no addresses"),
    "text": (b"when,what\n1,2\n", "It begins with: when, what"),
}


@pytest.mark.parametrize(("content", "said"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_no_list_is_refused_with_what_to_do(content, said):
    with pytest.raises(Unreadable, match=said):
        look(BytesIO(content))


def test_files_of_one_program_have_one_shape():
    shapes = [
        look(BytesIO(content.encode())).shape
        for content in ("Email Address,TAGS\na@example.org,\n", "sep=;\nemail_address;Tags\nb@example.org;x\n")
    ]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == 64


def test_a_long_list_takes_no_more_memory_than_a_short_one(tmp_path):
    path = tmp_path / "list.csv"
    peaks = []
    for rows in (2_000, 20_000):
        path.write_text("email,name\n" + "".join(f"r{number}@example.org,N {number}\n" for number in range(rows)))
        with path.open("rb") as file:
            layout = look(file)
            tracemalloc.start()
            assert sum(1 for _row in reading.rows(file, layout)) == rows
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_reading_can_be_begun_again_after_it_was_left():
    file = BytesIO(ROWS.format(name="Ada").encode())
    layout = look(file)
    rows = reading.rows(file, layout)
    assert [row.number for row in islice(rows, 1)] == [1]
    rows.close()
    assert [row.number for row in reading.rows(file, layout)] == [1, 2]
