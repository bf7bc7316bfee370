"""A PDF with only its pages as they are seen: no properties, notes, links, form fields, bookmarks, layers, and no Exif in pictures."""

from __future__ import annotations

import io
from typing import Any

from jam.cases import cleaning_pictures
from jam.cases.reading_pdf import MOST_PAGES, open_

#: Of a page, what is needed to show it.
_OF_PAGE = ("/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
#: Ways to pack that hold nothing but what is unpacked (ISO 32000-1, 7.4), and pictures that we can clean. JPEG 2000 is neither.
_FILTERS = {
    "/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode", "/CCITTFaxDecode", "/JBIG2Decode",
    "/DCTDecode",
}  # fmt: skip
#: Of any object that a page needs, what is not seen.
_UNSEEN = (
    "/Metadata", "/PieceInfo", "/LastModified", "/StructParent", "/StructParents", "/OC", "/OCGs", "/Alt", "/ActualText", "/E", "/Properties",
    "/OPI", "/AF", "/Measure", "/PtData",
)  # fmt: skip


def clean(data: bytes, title: str) -> bytes:
    """The copy, with this title. ValueError, and what the library raises, for a file of which there can be none."""
    from pypdf import PdfWriter

    reader, writer = open_(data), PdfWriter()
    if len(reader.pages) > MOST_PAGES:
        raise ValueError("more pages than are read")
    for page in reader.pages:
        for key in set(page) - set(_OF_PAGE):
            del page[key]
    # All of it before anything is taken over: what a page does not lead to any more is not.
    _strip([value for page in reader.pages for key, value in page.items() if key != "/Parent"])
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = {"/Title": title}
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _strip(waiting: list[Any]) -> None:
    """Take what is not seen out of every object that these lead to."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen = set[int]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if each.idnum in seen:
                continue
            seen.add(each.idnum)
            each = each.get_object()
        if isinstance(each, DictionaryObject):
            for key in _UNSEEN:
                if key in each:
                    del each[key]
            _picture(each)
            waiting += each.values()
        elif isinstance(each, ArrayObject):
            waiting += each


def _picture(found: Any) -> None:
    """Take Exif and the like out of a picture. ValueError for a kind that cannot be looked into."""
    filters = found.get("/Filter", [])
    names = [str(each) for each in (filters if isinstance(filters, list) else [filters])]
    if set(names) - _FILTERS or ("/DCTDecode" in names and len(names) > 1):
        raise ValueError("a picture of a kind that cannot be cleaned")
    data = getattr(found, "_data", b"")
    if names == ["/DCTDecode"] or data.startswith(b"\xff\xd8"):
        found._data = cleaning_pictures.jpeg(data)
