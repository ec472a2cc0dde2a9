"""Documents as Word writes them, small enough to read: paragraphs, lists, footnotes, a picture."""

from html import escape
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests import cast

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = ["Title", "heading 1", "heading 2", "Quote", "caption", "List Bullet", "List Bullet 2", "footnote text"]
BULLETS, NUMBERS, CHAPTERS = 1, 2, 3

NUMBERING = "".join(
    f"""<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>
    <w:lvlText w:val="{shown}"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>
    <w:lvlText w:val="%2."/></w:lvl></w:abstractNum>"""
    for number, kind, shown in ((BULLETS, "bullet", "·"), (NUMBERS, "decimal", "%1."), (CHAPTERS, "decimal", "%1."))
) + "".join(
    f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in (BULLETS, NUMBERS, CHAPTERS)
)


def run(text: str, *, bold: bool = False, italic: bool = False, struck: bool = False, hidden: bool = False) -> str:
    marks = {"b": bold, "i": italic, "strike": struck, "vanish": hidden}
    looks = "".join(f"<w:{mark}/>" for mark, is_set in marks.items() if is_set)
    return (
        f'<w:r><w:rPr><w:rFonts w:ascii="Calibri"/>{looks}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def link(text: str, place: str = "rIdLink") -> str:
    return f'<w:hyperlink r:id="{place}">{run(text)}</w:hyperlink>'


def note(number: int) -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{number}"/></w:r>'


def picture(alt: str) -> str:
    return f"""<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="{escape(alt)}"/><a:graphic>
        <a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="rIdPicture"/></pic:blipFill></pic:pic></a:graphicData>
        </a:graphic></wp:inline></w:drawing></w:r>"""


def p(*runs: str, style: str = "", listed: int = 0, level: int = 0) -> str:
    """A paragraph; what is no XML is a run of plain text."""
    inside = "".join(text if text.startswith("<") else run(text) for text in runs)
    styled = f'<w:pStyle w:val="{style.title().replace(" ", "")}"/>' if style else ""
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{listed}"/></w:numPr>' if listed else ""
    return f"<w:p><w:pPr>{styled}{numbered}</w:pPr>{inside}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    lines = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def document(*blocks: str, notes: tuple[str, ...] = (), image: bytes = b"", **parts: str | bytes) -> bytes:
    """A `.docx` of these blocks. `parts` are put into it as they are, by their names with `_` for `/`."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.title().replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for name in STYLES
    )
    footnotes = "".join(
        f'<w:footnote w:id="{number}">{p("<w:r><w:footnoteRef/></w:r>", f" {text}")}</w:footnote>'
        for number, text in enumerate(notes, start=1)
    )
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml"
            ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/></Types>""",
        "_rels/.rels": relationships(("rId1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relationships(
            ("rIdStyles", "styles", "styles.xml"),
            ("rIdNumbering", "numbering", "numbering.xml"),
            ("rIdNotes", "footnotes", "footnotes.xml"),
            ("rIdPicture", "image", "media/image1.png"),
            ("rIdLink", "hyperlink", "https://example.org/foghorn"),
        ),
        "word/document.xml": part("document", f"<w:body>{''.join(blocks)}</w:body>"),
        "word/styles.xml": part("styles", styles),
        "word/numbering.xml": part("numbering", NUMBERING),
        "word/footnotes.xml": part("footnotes", footnotes),
        "word/media/image1.png": image or cast.image_file(kind="PNG").read(),
    }
    files |= {name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()}
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def part(name: str, inside: str) -> str:
    return f"""<w:{name} xmlns:w="{W}" xmlns:r="{OFFICE}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"
        xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
        xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
        xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">{inside}</w:{name}>"""


def relationships(*targets: tuple[str, str, str]) -> str:
    lines = (
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"'
        f"{' TargetMode="External"' if kind == 'hyperlink' else ''}/>"
        for name, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def long_ebb() -> bytes:
    """An issue of *Low Water*."""
    return document(
        p("The Long Ebb", style="Title"),
        p("You are reading ", run("Low Water", italic=True), ", a monthly letter about tides.", note(1)),
        p("Springs", style="heading 1"),
        p("Out to the Kettle and back", style="heading 2"),
        p("A sandbank joins the ", run("main", bold=True), run("land", bold=True), ".", run("Secret", hidden=True)),
        p("Boots", listed=BULLETS),
        p("Two of them", listed=BULLETS, level=1),
        p("A lantern", listed=BULLETS),
        p(picture("Lanterns on wet sand")),
        p("Nineteen out. Illustration: Wenna Carrick", style="caption"),
        p("If you lose a boot, lose it quietly.", style="Quote"),
        table(("Place", "Depth"), ("Pym’s Hole", "15½ | 13½")),
        p("Soundings", style="heading 1"),
        p(link("Tholemouth buys back its foghorn"), style="heading 2", listed=CHAPTERS),
        p("Sold as scrap, ", run("recast", struck=True), " resold as sculpture."),
        p("Terns", style="heading 2", listed=CHAPTERS),
        p("They are late, and *early*."),
        notes=("It goes out at the lowest water.",),
    )
