"""What an attachment is, the text in it, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from jam.base.errors import Refused
from jam.cases.identifiers import look
from jam.cases.reading import DOCX, MOST_TEXT, PDF, Read, checked_name, name_as_text, read

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str = "", types: str = TYPES, **parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def pdf(words: str, **about: str) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                             NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 20 200 Td ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = stream
    writer.add_metadata({f"/{name}": value for name, value in about.items()})
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_word_file_is_read_with_its_headers_and_who_wrote_it() -> None:
    made = docx(
        "<w:p><w:r><w:t>We lost </w:t></w:r><w:r><w:t>three</w:t></w:r></w:p><w:p><w:r><w:t>clinicians</w:t></w:r></w:p>",
        **{
            "word/header1.xml": f"<w:hdr {W}><w:p><w:r><w:t>Cedar Ridge</w:t></w:r></w:p></w:hdr>",
            "docProps/core.xml": '<c xmlns:dc="d"><dc:creator>Tamsin Okwu</dc:creator></c>',
            "word/styles.xml": "<s>Heading</s>",
        },
    )
    assert read(made) == Read(DOCX, "We lost three\nclinicians\nCedar Ridge", (("Author", "Tamsin Okwu"),))


def test_a_pdf_is_read_with_who_wrote_it() -> None:
    found = read(pdf("Turnover at Cedar Ridge", Author="Tamsin Okwu"))
    assert found.media_type == PDF
    assert (found.text, found.hidden) == ("Turnover at Cedar Ridge", (("Author", "Tamsin Okwu"),))


def test_a_long_text_is_read_up_to_an_end() -> None:
    assert len(read(docx(f"<w:p><w:r><w:t>{'a' * 300_000}</w:t></w:r></w:p>")).text) == MOST_TEXT


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "nothing in this file"),
        (b"GIF89a" + bytes(10), "PDF or Word"),
        (b"%PDF-1.7 and no end", "plain PDF"),
        (pdf("x") + docx(), "plain PDF"),
        (b"PK\x03\x04 and nothing", "damaged"),
        (docx()[:-30], "damaged"),
        (docx(types=TYPES + "macroEnabled"), "macros"),
        (docx(**{"word/vbaProject.bin": "x"}), "macros"),
        (docx(**{"word/comments.xml": BILLION + "<x>&b;</x>"}), "damaged"),
        (docx("<w:p><w:r><w:t>" + "a" * 30_000_000 + "</w:t></w:r></w:p>"), "far larger"),
        (bytes(11 * 1024 * 1024), "larger than 10 MB"),
    ],
    ids=["empty", "picture", "cut", "two-in-one", "no-zip", "cut-zip", "macro-type", "macro", "entities", "bomb", "large"],
)  # fmt: skip
def test_what_is_no_document_or_could_do_harm_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(data)


def test_a_locked_pdf_is_refused() -> None:
    from pypdf import PdfReader

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("x"))))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    with pytest.raises(Refused, match="password"):
        read(made.getvalue())


def test_a_name_is_kept_without_its_folders_and_read_as_words() -> None:
    assert checked_name("C:\\Users\\Tamsin\\turnover_Adams_County.docx") == "turnover_Adams_County.docx"
    text = name_as_text("turnover_Adams_County.docx")
    assert [text[each.start : each.end] for each in look(text)] == ["Adams County"]
