"""Documents of Word: what they say, with what Word only counts, and what is refused."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from core.rich_text import Unreadable, from_docx
from tests import cast, word

FOLDER = Path(__file__).resolve().parents[1] / "documents/rich"
DAMAGED = "This Word document is damaged"


def markdown(*blocks: str, **parts) -> str:
    return from_docx(word.document(*blocks, **parts)).markdown


def test_a_document_reads_as_it_did_in_word():
    text = from_docx(word.long_ebb())
    assert text.markdown == (FOLDER / "word-document.md").read_text().rstrip("\n")
    assert list(text.pictures) == ["picture-1.png"]
    assert (text.missing, text.remarks) == ([], [])


def test_numbers_go_on_where_word_lets_them_go_on():
    numbered = [word.p(text, listed=word.NUMBERS) for text in "abc"]
    text = markdown(numbered[0], word.p("x"), numbered[1], word.p("sub", listed=word.NUMBERS, level=1), numbered[2])
    assert text == "1. a\n\nx\n\n2. b\n    1. sub\n3. c"


def test_styles_of_lists_are_nested():
    styles = ["List Bullet", "List Bullet 2"]
    assert markdown(*(word.p(style, style=style) for style in styles)).endswith("- List Bullet 2")


def test_hidden_and_deleted_words_do_not_come_along():
    gone = f"<w:del>{word.run('gone').replace('w:t', 'w:delText')}</w:del>"
    assert markdown(word.p("kept", word.run(" secret", hidden=True), gone)) == "kept"


def test_a_picture_that_readers_could_not_see_is_named():
    text = from_docx(word.document(word.p("a"), word.p(word.picture("A drawing")), image=b"\x01\0\0\0EMF"))
    assert text.markdown == "a\n\n![A drawing](picture-1)"
    assert text.missing == ["picture-1"]
    assert "A drawing: " in text.remarks[0]


def test_a_word_that_would_be_lost_is_named():
    formula = "<m:oMath><m:r><m:t>fathom</m:t></m:r></m:oMath>"
    with pytest.raises(Unreadable, match="“fathom”"):
        markdown(word.p("a ", formula))


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04word/document.xml",
        word.long_ebb()[:3000],
        word.document(word__document_xml="<w:document"),
        word.document(word.p("a"), word__numbering_xml="<w:x"),
        word.document(word__document_xml=word.part("document", "")),
    ],
    ids=["no zip", "half of it", "half a part", "another part", "empty"],
)
def test_a_damaged_document_is_refused(content):
    with pytest.raises(Unreadable, match=f"{DAMAGED}|no text"):
        from_docx(content)


def test_a_document_that_unpacks_to_too_much_is_refused():
    for inside in ("<w:p/>" * 400_000, " " * 30_000_000):
        with pytest.raises(Unreadable, match="too large"):
            from_docx(word.document(inside))
    buffer = BytesIO(word.document(word.p("a")))
    with ZipFile(buffer, "a", ZIP_DEFLATED) as archive:
        for number in range(3000):
            archive.writestr(f"word/media/{number}.png", b"")
    with pytest.raises(Unreadable, match="too large"):
        from_docx(buffer.getvalue())


def test_entities_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + word.part("document", word.p("&b;"))
    with pytest.raises(Unreadable, match="no document as Word writes it"):
        from_docx(word.document(word__document_xml=bomb))


def test_files_that_the_document_only_points_to_are_not_read(tmp_path):
    (tmp_path / "secret.png").write_bytes(cast.image_file(kind="PNG").read())
    outside = f"""<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">
        <v:imagedata r:href="{tmp_path}/secret.png"/></v:shape></w:pict></w:r>"""
    assert from_docx(word.document(word.p("a"), word.p(outside))).pictures == {}
