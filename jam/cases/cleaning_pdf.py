"""A PDF with only its pages as they are seen: no properties, notes, links, form fields, bookmarks, layers, and no Exif in pictures."""

from __future__ import annotations

import io
from typing import Any

from jam.cases import cleaning_pictures
from jam.cases.reading_pdf import MOST_PAGES, open_

#: Of a page, what is needed to show it.
_OF_PAGE = ("/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
#: Of any object that a page needs, what is not seen.
_UNSEEN = (
    "/Metadata", "/PieceInfo", "/LastModified", "/StructParent", "/StructParents", "/OC", "/OCGs", "/Alt", "/ActualText", "/E", "/Properties",
    "/OPI", "/AF", "/Measure", "/PtData",
)  # fmt: skip


def clean(data: bytes, title: str) -> bytes:
    """The copy, with this title. ValueError, and what the library raises, for a file of which there can be none."""
    from pypdf import PdfWriter
    from pypdf.generic import ArrayObject, DictionaryObject

    reader, writer = open_(data), PdfWriter()
    if len(reader.pages) > MOST_PAGES:
        raise ValueError("more pages than are read")
    for page in reader.pages:
        for key in set(page) - set(_OF_PAGE):
            del page[key]
    for page in reader.pages:
        writer.add_page(page)
    for found in list(writer._objects):
        waiting: list[Any] = [found]
        while waiting:
            each = waiting.pop()
            if isinstance(each, DictionaryObject):
                for key in _UNSEEN:
                    if key in each:
                        del each[key]
                _picture(each)
                waiting += each.values()
            elif isinstance(each, ArrayObject):
                waiting += each
    writer.metadata = {"/Title": title}
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _picture(found: Any) -> None:
    """Take Exif and the like out of a picture. ValueError for a kind that cannot be looked into."""
    filters = found.get("/Filter")
    names = [str(each) for each in filters] if isinstance(filters, list) else [str(filters)]
    if "/JPXDecode" in names or ("/DCTDecode" in names and len(names) > 1):
        raise ValueError("a picture of a kind that cannot be cleaned")
    if names == ["/DCTDecode"]:
        found._data = cleaning_pictures.jpeg(found._data)
