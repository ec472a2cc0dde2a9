"""What comes in from outside: text in several encodings, files beside a document, zip files of every kind."""

import stat
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from newsletter.composing import Unreadable, from_bytes, from_path, read
from newsletter.composing.upload import LARGEST_TEXT
from tests import cast, word

TEXT = "# March\n\n![Mud](pictures/Mud.JPG)\n"
MUD = cast.image_file().read()


def archive(files, **options):
    """A zip file of names (or ZipInfo) and contents."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", **options) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "# März 三月\r\n\r\nText.".encode(),
        "\ufeff# März 三月\n\nText.".encode(),
        "# März 三月\n\nText.".encode("utf-16"),
        "\n \n# März 三月\r\rText.\n\n".encode(),
    ],
)
def test_text_is_read_however_it_is_encoded(content):
    assert from_bytes(content).text == "# März 三月\n\nText.\n"


def test_the_same_words_make_the_same_document():
    assert from_bytes(b"# A\r\n\r\nText.").checksum == from_bytes(b"\xef\xbb\xbf# A\n\nText.\n\n").checksum
    assert from_bytes(b"# A\n\nText.").checksum != from_bytes(b"# A\n\nText!").checksum


@pytest.mark.parametrize(
    "content", ["# 三月\n".encode("gb18030"), "# März\n".encode("latin-1"), b"\x89PNG\r\n\x1a\n\xff"]
)
def test_another_encoding_is_refused_with_advice(content):
    with pytest.raises(Unreadable, match="save it as UTF-8"):
        from_bytes(content)


def test_a_document_of_more_than_five_megabytes_is_refused():
    with pytest.raises(Unreadable, match="larger than 5 MB"):
        from_bytes(b"x" * (LARGEST_TEXT + 1))
    with pytest.raises(Unreadable, match="larger than 5 MB"):
        from_bytes(archive({"a.md": b"x y\n" * (LARGEST_TEXT // 4 + 1)}))


def test_a_zip_holds_a_document_with_its_pictures():
    plan = read(from_bytes(archive({"march/march.md": TEXT, "march/pictures/mud.jpg": MUD})))
    assert [picture.filename for picture in plan.pictures] == ["Mud.JPG"]
    assert plan.all_remarks == []


def test_what_systems_add_to_a_zip_is_passed_over():
    files = {"a.md": TEXT, "mud.jpg": MUD, "__MACOSX/._a.md": b"\0", ".DS_Store": b"\0", "more.zip": b"PK", "x/": b""}
    assert read(from_bytes(archive(files))).all_remarks == []


def test_a_picture_that_the_text_does_not_show_is_reported():
    plan = read(from_bytes(archive({"a.md": TEXT, "mud.jpg": MUD, "sand.png": b"?", "notes.pdf": b"?"})))
    assert [remark.message for remark in plan.remarks] == [
        "The text does not show “sand.png”: this picture is not taken in."
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_are_read_where_the_zip_does_not_say_how(encoding):
    raw = "泥.jpg".encode(encoding)
    made = archive({"a.md": "# A\n\n![泥](泥.jpg)\n", "x" * len(raw): MUD}).replace(b"x" * len(raw), raw)
    assert from_bytes(made).files == {"泥.jpg": MUD}


@pytest.mark.parametrize("documents", [{}, {"a.md": "# A", "b.txt": "B"}, {"a.md": "# A", "x/a.markdown": "# A"}])
def test_a_zip_with_none_or_several_documents_is_refused(documents):
    with pytest.raises(Unreadable, match="holds one document") as refusal:
        from_bytes(archive({"mud.jpg": MUD, **documents}))
    assert all(name in str(refusal.value) for name in documents)


@pytest.mark.parametrize("name", ["../a.md", "x/../../a.md", "/a.md", "C:\\a.md", "..\\a.md"])
def test_a_zip_that_leads_out_of_itself_is_refused(name):
    with pytest.raises(Unreadable, match="leads out of the zip file"):
        from_bytes(archive({name: "# A"}))


def test_a_zip_with_a_symbolic_link_is_refused():
    link = ZipInfo("mud.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(Unreadable, match="leads out of the zip file"):
        from_bytes(archive({"a.md": TEXT, link: "/etc/passwd"}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(Unreadable, match="multiple of its size"):
        from_bytes(archive({"a.md": "# A", "mud.jpg": b"\0" * 10_000_000}, compression=ZIP_DEFLATED))


def test_a_zip_of_more_than_two_hundred_files_is_refused():
    with pytest.raises(Unreadable, match="more than 200"):
        from_bytes(archive({f"{number}.md": "x" for number in range(201)}))


def test_a_damaged_zip_is_refused():
    whole = archive({"a.md": TEXT, "mud.jpg": MUD})
    with pytest.raises(Unreadable, match="damaged"):
        from_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unreadable, match="damaged"):
        from_bytes(whole.replace(b"# March", b"# Marsh", 1))


PACKINGS = [ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_zip_is_read_however_it_is_packed_and_refused_wherever_it_is_damaged(packing):
    whole = archive({"a.md": TEXT + "Mud.\n\n" * 40, "mud.jpg": MUD}, compression=packing)
    assert "Mud." in from_bytes(whole).text
    for place in range(4, len(whole), 7):
        damaged = bytearray(whole)
        damaged[place] ^= 0x5A
        with suppress(Unreadable):
            read(from_bytes(bytes(damaged)))


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_damaged_word_document_in_a_zip_is_refused(packing):
    whole = archive({"a.docx": word.document(word.p("Mud."))[:-40]}, compression=packing)
    with pytest.raises(Unreadable, match="damaged"):
        from_bytes(whole)


@pytest.mark.parametrize("charset", ["undefined", "idna", "hex", "rot13", "utf-7", "x" * 300, "no\0ne"])
def test_a_page_and_a_mail_may_name_any_encoding(charset):
    assert "tide" in from_bytes(f"<html><meta charset='{charset}'><p>The tide</p></html>".encode()).text
    head = f'MIME-Version: 1.0\nContent-Type: text/html; charset="{charset}"\n\n'
    assert "tide" in from_bytes(f"{head}<p>The tide</p>".encode()).text


@pytest.mark.parametrize("name", ["img<", "b巟<", 'p"', "x=y", "a:b", "-"])
def test_a_page_may_have_tags_of_any_name(name):
    assert "tide" in from_bytes(f"<html><body><p>The <i{name} b>tide</p></body></html>".encode()).text


def test_a_zip_with_a_password_is_refused():
    whole = bytearray(archive({"a.md": TEXT}))
    whole[whole.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Unreadable, match="password"):
        from_bytes(bytes(whole))


def test_two_different_pictures_of_one_name_are_refused():
    other = cast.image_file(size=(8, 8)).read()
    with pytest.raises(Unreadable, match=r"Two different files are called “mud\.jpg”"):
        from_bytes(archive({"a.md": TEXT, "x/mud.jpg": MUD, "y/mud.jpg": other}))
    assert from_bytes(archive({"a.md": TEXT, "x/mud.jpg": MUD, "y/mud.jpg": MUD})).files == {"mud.jpg": MUD}


def test_pictures_on_disk_lie_where_the_document_says(tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/my mud.jpg").write_bytes(MUD)
    (tmp_path / "a.md").write_text("# A\n\n![Mud](pictures/my%20mud.jpg) ![Sand](sand.jpg)\n")
    document = from_path(tmp_path / "a.md")
    assert document.files == {"my mud.jpg": MUD}


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unreadable, match=r"gone\.md"):
        from_path(tmp_path / "gone.md")


def test_a_text_that_is_longer_than_can_be_rendered_is_refused():
    with pytest.raises(Unreadable, match="longer than 200,000 characters"):
        read(from_bytes(b"# March\n\n" + b"The tide. " * 20_001))
