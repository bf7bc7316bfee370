"""The copy of an attachment that others get: what is seen, and nothing else; and how a damaged file ends."""

from __future__ import annotations

import contextlib
import io
import random
import re
import zipfile
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    DictionaryObject,
    NameObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)

from jam.base.errors import Refused
from jam.cases.cleaning import clean
from jam.cases.cleaning_pictures import jpeg, png
from jam.cases.reading import DOCX, PDF, read
from tests.cases.test_reading import W, docx, pdf

#: Stands in everything that nobody sees; SEEN in what stays.
HIDDEN, SEEN = "Zuckerkandl", "Quetzalcoatl"
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
RELS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = HIDDEN
    Image.effect_noise((40, 30), 90).save(made, kind, exif=exif)
    return made.getvalue()


def full_docx() -> bytes:
    """A Word file with something hidden in every place that we know of."""
    h = HIDDEN
    body = f"""<w:p w:rsidR="00A1"><w:pPr><w:rPr><w:del w:author="{h}" w:date="2026-01-01T00:00:00Z"/></w:rPr></w:pPr>
      <w:bookmarkStart w:id="0" w:name="{h}"/><w:bookmarkEnd w:id="0"/><w:commentRangeStart w:id="1"/>
      <w:r><w:t>{SEEN} one </w:t></w:r><w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>
      <w:ins w:author="{h}"><w:r><w:rPr><w:rPrChange w:author="{h}"/></w:rPr><w:t>two </w:t></w:r></w:ins>
      <w:del w:author="{h}"><w:r><w:delText>{h}</w:delText></w:r></w:del>
      <w:moveFrom w:author="{h}"><w:r><w:t>{h}</w:t></w:r></w:moveFrom>
      <w:r><w:rPr><w:vanish/></w:rPr><w:t>{h}</w:t></w:r>
      <w:hyperlink {R} r:id="rId1" w:tooltip="x"><w:r><w:t>three </w:t></w:r></w:hyperlink>
      <w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "http://{h}.example"</w:instrText>
        <w:fldChar w:fldCharType="end"/></w:r>
      <w:sdt><w:sdtPr><w:alias w:val="{h}"/></w:sdtPr><w:sdtContent><w:r><w:t>four &amp; &lt;five&gt;</w:t></w:r></w:sdtContent></w:sdt>
      <w:r><w:drawing><docPr name="{h}.jpg" descr="{h}"/><blip {R} r:embed="rId2"/></w:drawing></w:r></w:p>"""
    parts = {
        "word/_rels/document.xml.rels": f"""<Relationships {RELS}>
          <Relationship Id="rId1" Type="hyperlink" Target="mailto:{h}@clinic.example" TargetMode="External"/>
          <Relationship Id="rId2" Type="image" Target="media/image1.jpg"/></Relationships>""",
        "word/_rels/settings.xml.rels": f"""<Relationships {RELS}><Relationship Id="rId1" Type="attachedTemplate"
          Target="file:///C:/Users/{h}/Normal.dotm" TargetMode="External"/></Relationships>""",
        "word/settings.xml": f'<w:settings {W}><w:docVars><w:docVar w:name="x" w:val="{h}"/></w:docVars></w:settings>',
        "word/comments.xml": f'<w:comments {W}><w:comment w:author="{h}" w:initials="Z"><w:p><w:r><w:t>{h}</w:t></w:r></w:p></w:comment></w:comments>',
        "word/people.xml": f'<x:people xmlns:x="x"><x:person x:author="{h}"><x:presenceInfo x:userId="{h}@clinic.example"/></x:person></x:people>',
        "word/header1.xml": f"<w:hdr {W}><w:p><w:r><w:t>A header</w:t></w:r></w:p></w:hdr>",
        "docProps/core.xml": f'<c xmlns:dc="d"><dc:creator>{h}</dc:creator><dc:title>{h}</dc:title></c>',
        "docProps/app.xml": f"<p><Company>{h}</Company><Manager>{h}</Manager></p>",
        "docProps/custom.xml": f'<p xmlns:vt="v"><property name="Client"><vt:lpwstr>{h}</vt:lpwstr></property></p>',
        "customXml/item1.xml": f"<a><b>{h}</b></a>",
    }
    made = io.BytesIO(docx(body, **parts))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/media/image1.jpg", picture("JPEG"))
        archive.writestr("word/embeddings/report.xlsx", HIDDEN)
    return made.getvalue()


def full_pdf() -> bytes:
    """A PDF with something hidden in every place that we know of."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(SEEN, Author=HIDDEN, Company=HIDDEN))))
    writer.add_outline_item(title=HIDDEN, page_number=0)
    area = RectangleObject((0, 0, 90, 90))
    writer.add_annotation(page_number=0, annotation=FreeText(text=HIDDEN, rect=area))
    writer.add_annotation(page_number=0, annotation=Link(rect=area, url=f"mailto:{HIDDEN}@clinic.example"))
    name, text = NameObject, TextStringObject
    field = DictionaryObject({name("/FT"): name("/Tx"), name("/T"): text(HIDDEN), name("/V"): text(HIDDEN)})
    layer = DictionaryObject({name("/Type"): name("/OCG"), name("/Name"): text(HIDDEN)})
    tree = DictionaryObject({name("/S"): name("/Figure"), name("/Alt"): text(HIDDEN)})
    for key, value in (("/AcroForm", field), ("/OCProperties", layer), ("/StructTreeRoot", tree)):
        writer._root_object[name(key)] = writer._add_object(value)
    xmp = StreamObject()
    xmp.set_data(f'<x xmlns:dc="d"><dc:creator>{HIDDEN}</dc:creator></x>'.encode())
    xmp.update({name("/Type"): name("/Metadata"), name("/Subtype"): name("/XML")})
    writer._root_object[name("/Metadata")] = writer._add_object(xmp)
    photo = StreamObject()
    photo._data = picture("JPEG")
    photo.update(
        {name("/Subtype"): name("/Image"), name("/Filter"): name("/DCTDecode"), name("/Metadata"): xmp}
    )
    drawn = DictionaryObject({name("/I1"): writer._add_object(photo)})
    writer.pages[0][name("/Resources")][name("/XObject")] = drawn  # type: ignore[index]
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def everything(data: bytes) -> bytes:
    """The bytes of a file with all that is packed in it, in whatever way it is written."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(each.filename.encode() + archive.read(each) for each in archive.infolist())
    whole = [data]
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            whole.append(zlib.decompressobj().decompress(found[1]))
        except zlib.error:
            continue
    return b"".join(whole).replace(b"\x00", b"")


WHERE_DOCX = {
    "Author", "Title", "Company", "Manager", "Property", "Comment", "Who commented or changed", "Deleted text", "Hidden text", "Link",
    "Template", "Field", "Name of a field", "Bookmark", "Stored value", "Attached data", "Description of a picture",
    "Name of a picture", "File inside",
}  # fmt: skip
WHERE_PDF = {
    "Author", "Property", "Note", "Link", "Field of a form", "Bookmark", "Layer", "Description of a picture",
}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "kind", "where"), [(full_docx(), DOCX, WHERE_DOCX), (full_pdf(), PDF, WHERE_PDF)], ids=["docx", "pdf"]
)  # fmt: skip
def test_what_is_not_seen_is_told_and_stands_in_no_copy(data: bytes, kind: str, where: set[str]) -> None:
    found = read(data)
    assert {place for place, _ in found.hidden} == where
    assert HIDDEN not in found.text
    copy = clean(data, kind, "ECHO-7K3D")
    assert HIDDEN.encode() in everything(data)
    assert HIDDEN.encode() not in everything(copy)
    assert SEEN in read(copy).text
    assert set(read(copy).hidden) <= {("Title", "ECHO-7K3D")}


def test_a_copy_of_a_word_file_says_what_was_seen() -> None:
    copy = clean(full_docx(), DOCX, "")
    assert read(copy).text.split() == f"{SEEN} one two three four & <five> A header".split()
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert sorted(archive.namelist()) == [
            "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/document.xml", "word/header1.xml",
            "word/media/image1.jpg",
        ]  # fmt: skip


@pytest.mark.parametrize(("kind", "strip"), [("JPEG", jpeg), ("PNG", png)])
def test_a_picture_keeps_its_points_alone(kind: str, strip: object) -> None:
    before = picture(kind)
    after = strip(before)  # type: ignore[operator]
    assert (HIDDEN.encode() in before, HIDDEN.encode() in after) == (True, False)
    assert Image.open(io.BytesIO(after)).tobytes() == Image.open(io.BytesIO(before)).tobytes()


def test_a_file_of_which_there_is_no_safe_copy_stays() -> None:
    made = io.BytesIO(docx("<w:p/>"))
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("word/media/image1.emf", "drawn by Ana Lee")
    with pytest.raises(Refused, match="a plain PDF"):
        clean(made.getvalue(), DOCX, "")
    chart = docx(
        f'<w:p><w:r><w:drawing><c {R} r:id="rId1"/></w:drawing></w:r></w:p>',
        **{"word/_rels/document.xml.rels": f'<Relationships {RELS}><Relationship Id="rId1" Type="chart" Target="charts/c.xml"/></Relationships>'},
    )  # fmt: skip
    with pytest.raises(Refused, match="a plain PDF"):
        clean(chart, DOCX, "")


@pytest.mark.parametrize("data", [full_docx(), full_pdf()], ids=["docx", "pdf"])
def test_a_damaged_file_is_read_or_refused_in_words(data: bytes) -> None:
    lot = random.Random(7)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(lot.randint(1, 12)):
            place = lot.randrange(8, len(broken))
            broken[place : place + lot.randint(0, 3)] = lot.randbytes(lot.randint(0, 3))
        with contextlib.suppress(Refused):
            read(bytes(broken))


def forms(of: int) -> bytes:
    """A PDF whose page draws a form ten times, which draws another ten times, and so on."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
               b"<</Length 50>>stream\n" + b"/F Do " * 10 + b"\nendstream"]  # fmt: skip
    for number in range(of):
        inner = b"/Resources<</XObject<</F %d 0 R>>>>" % (6 + number)
        objects.append(
            b"<</Subtype/Form/BBox[0 0 9 9]%s/Length 60>>stream\n%s\nendstream" % (inner, b"/F Do " * 10)
        )
    objects.append(b"<</Subtype/Form/BBox[0 0 9 9]/Length 2>>stream\nq\nendstream")
    whole, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % each for each in places)
    size, start = len(objects) + 1, len(whole)
    return whole + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, start
    )  # fmt: skip


def test_a_pdf_that_would_never_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(forms(1)).text.strip() == ""
    monkeypatch.setattr("jam.cases.reading_pdf.MOST_SECONDS", 0.005)
    with pytest.raises(Refused, match="takes too long"):
        read(forms(9))
