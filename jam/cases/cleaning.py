"""Making the copy of an attachment that others get: what is seen, without what stands beside it. What cannot be made so stays."""

from __future__ import annotations

import re

from jam.base.errors import Refused
from jam.cases import cleaning_docx, cleaning_pdf
from jam.cases.reading import PDF, read
from jam.cases.reading_pdf import IN_PAGE

_CANNOT = (
    "We could not make a copy of this file without what it holds beside its text, so it stays with you. Ask the presenter for "
    "a plain PDF, printed from it."
)


def clean(data: bytes, media_type: str, title: str) -> bytes:
    """The copy for others; of a PDF, with this title. Refused, in words for the coordinator, where there can be none.

    The copy is read once more: it must say what was seen before, and hold nothing else but what pages say to screen readers.
    """
    before = read(data)
    try:
        made = cleaning_pdf.clean(data, title) if media_type == PDF else cleaning_docx.clean(data)
        after = read(made)
    except Exception as error:  # a library that stumbles over an odd file must let nothing out
        raise Refused(_CANNOT) from error
    left = {each for each in after.hidden if each[0] != IN_PAGE} - {("Title", title)}
    if left or _plain(after.text) != _plain(before.text):
        raise Refused(_CANNOT)
    return made


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
