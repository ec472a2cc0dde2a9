"""Files of older comments: JSON and CSV as other programs write them, and what is refused with its record."""

import json
from codecs import BOM_UTF16_LE

import pytest

from comments.bringing_in import read_comments
from comments.bringing_in.reading import read_pasted
from newsletter.composing import Unreadable
from newsletter.talks import OlderComment
from tests.comments.older import ANNA, BEN, as_json

pytestmark = pytest.mark.django_db

TABLE = "name,headline,text,date,reply to\nAnna,Pilot,The mud was blue.,20 April 2026,\nBen,,It was grey.,2w,1\n"
COMMENTS = [
    OlderComment("The mud was blue.", "Anna", "Pilot", "20 April 2026"),
    OlderComment("It was grey.", "Ben", written="2w", answers=0),
]


@pytest.mark.parametrize(
    ("record", "comment"),
    [
        ({"text": "Mud"}, OlderComment("Mud")),
        ({"Author": "Anna", "Body": "Mud", "Age": "7 个月"}, OlderComment("Mud", "Anna", written="7 个月")),
        (
            {"comment": "Mud", "created_at": "2026-05-01T10:00:00Z"},
            OlderComment("Mud", written="2026-05-01T10:00:00Z"),
        ),
        ({"评论": "泥", "姓名": "安娜", "时间": "3天前"}, OlderComment("泥", "安娜", written="3天前")),
        ({"text": "Mud", "where it was said": "LinkedIn"}, OlderComment("Mud", said_at="LinkedIn")),
        ({"text": "Mud", "date": None, "age": "2y", "name": 7}, OlderComment("Mud", "7", written="2y")),
        ({"text": "Mud\0\ud83d"}, OlderComment("Mud\ufffd\ufffd")),
    ],
)
def test_record_of_json_is_read_under_many_names(record, comment):
    assert read_comments(json.dumps([record]).encode()) == [comment]


def test_json_may_hold_its_list_inside_and_replies_inside_what_they_answer():
    inside = {"text": "It was grey.", "name": "Ben", "replies": [{"text": "It was green."}]}
    content = json.dumps({"title": "Mud", "comments": [{"text": "Blue.", "replies": [inside]}, {"text": "Foam."}]})
    assert [(comment.text, comment.answers) for comment in read_comments(content.encode())] == [
        ("Blue.", None),
        ("It was grey.", 0),
        ("It was green.", 1),
        ("Foam.", None),
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_table_is_read_with_any_sign_between_its_columns_in_any_encoding(sign, encoding):
    table = TABLE.replace(",", sign).replace("Anna", "安娜")
    first, second = read_comments(table.encode(encoding))
    assert (first.name, second.answers) == ("安娜", 0)


def test_table_may_begin_with_what_excel_is_told():
    table = "sep=;\r\n" + TABLE.replace(",", ";")
    assert read_comments(table.encode()) == read_pasted(table) == COMMENTS


def test_table_may_have_its_columns_in_any_order_with_lines_and_quotes_inside():
    table = '评论;"Naam";Waar\r\n"Mud;\r\nand ""more"" of it";Anna;Forum;;\r\n\r\n;;\r\nFoam;;\r\n'
    assert read_comments(table.encode()) == [
        OlderComment('Mud;\r\nand "more" of it', "Anna", said_at="Forum"),
        OlderComment("Foam"),
    ]


def test_table_gives_whole_comments():
    assert read_comments(TABLE.encode()) == COMMENTS


@pytest.mark.parametrize(
    ("column", "answers"),
    [("1", 0), ("2", 1), ("Anna", 0), ("@ben", 1), ("", None)],
)
def test_reply_names_a_record_by_number_or_the_last_of_that_name(column, answers):
    assert read_comments(f"{TABLE}Carl,,Both.,,{column}".encode())[2].answers == answers


def test_reply_names_a_record_by_its_id_where_there_are_ids():
    records = [{"id": 77, "text": "Blue."}, {"id": 12, "text": "Grey.", "parent": 77}]
    assert read_comments(as_json(*records))[1].answers == 0


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "There is nothing to read in this file."),
        (b"[]", "There is no comment in this file."),
        (b"[{]", "This looks like JSON, and is damaged."),
        (b'{"a": 1}', "Comment 1: nobody here knows what “a” is."),
        (b"[3]", "Comment 1: this is no record."),
        (b'[{"text": ["Mud"]}]', "Comment 1: “['Mud']” is no text."),
        (b'[{"text": "Mud", "likes": 3}]', "nobody here knows what “likes” is. Take it out"),
        (b'[{"text": "Mud", "body": "Mud"}]', "more than one column says what “text” says."),
        (b'[{"text": "Mud"}, {"text": " ", "name": "Ben"}]', "Comment 2 (Ben): there is no text."),
        (b'[{"text": "Mud", "date": "soon"}]', "Comment 1: “soon” is no date and no age."),
        (b'[{"text": "Mud", "reply_to": 1}]', "Comment 1: it answers a comment that does not stand above it."),
        (b'[{"text": "Mud", "reply_to": "Zoe"}]', "it answers “Zoe”, and no such comment stands above it."),
        (b'[{"text": "Mud", "replies": "many"}]', "Comment 1: its replies are no list."),
        (b"name;age\nAnna;3d", "The first line must name the columns: text"),
        (b"A letter, not a table.", "The first line must name the columns: text"),
        (b"text,likes\nMud,3", "Nobody here knows what “likes” is."),
        (b"text,name\nMud,Anna,3", "Comment 1: it has more fields than there are columns."),
        (b'text,name\n"Mud', "of the table is damaged"),
        (b"\x80\xff\xff", "This is no text."),
        ("name;text\nÄnne Müller;Schöne Größe".encode("latin-1"), "This is no text."),
        ("name;text\nZoé;Déjà vu à la plage".encode("cp1252"), "This is no text."),
        (
            b'[{"text": "Mud", "reply_to": "' + b"9" * 5000 + b'"}]',
            "it answers a comment that does not stand above it.",
        ),
        (BOM_UTF16_LE + b"a", "This is no text."),
        (b"x" * (5 * 1024 * 1024 + 1), "This file is larger than 5 MB."),
        (b"text\n" + b"Mud\n" * 901, "These are more than 900 comments."),
        (b"[" * 100_000, "This looks like JSON, and is damaged."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_record_and_why(content, problem):
    with pytest.raises(Unreadable) as refused:
        read_comments(content)
    assert problem in str(refused.value)


def test_every_character_of_a_text_is_kept():
    records = [{"name": comment.name, "text": comment.text} for comment in (ANNA, BEN)]
    assert [comment.text for comment in read_comments(as_json(*records))] == [ANNA.text, BEN.text]
