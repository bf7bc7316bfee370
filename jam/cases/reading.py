"""What an attachment is by its content, the text in it, and what it holds beside: PDF and Word (.docx); all else is refused.

Nothing is unpacked to a disk, and no more of a packed file is unpacked than a page of text can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from jam.base.errors import Refused
from jam.base.text import clean_line
from jam.cases import reading_docx, reading_pdf
from jam.proposals import slides

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
MOST_TEXT = 200_000
#: Of what a file holds beside its text: how many things, and how much of each.
MOST_HIDDEN = 300
LONGEST_HIDDEN = 500

PDF = slides.PDF
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: "pdf", DOCX: "docx"}


@dataclass(frozen=True)
class Read:
    """What an attachment is, and the text that is seen in it; a scanned page has none."""

    media_type: str
    text: str
    #: What it holds beside that: where, and what it says.
    hidden: tuple[tuple[str, str], ...] = ()


def read(data: bytes) -> Read:
    """What a file is and says. Refused, in words for the presenter, for anything that is neither a PDF nor a Word file."""
    if not data:
        raise Refused("There is nothing in this file. Choose it once more.")
    if len(data) > LARGEST:
        raise Refused(
            "This file is larger than 10 MB. Save it with smaller pictures, or leave some pages out."
        )
    if data.startswith(b"%PDF-"):
        text, hidden = reading_pdf.read(data, MOST_TEXT)
        return Read(PDF, text[:MOST_TEXT], _tidy(hidden))
    if data.startswith(b"PK\x03\x04"):
        text, hidden = reading_docx.read(data)
        return Read(DOCX, text[:MOST_TEXT], _tidy(hidden))
    raise Refused("Attachments are PDF or Word files (.docx). Save it as one of these, and upload it again.")


def _tidy(hidden: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each thing once, on one line, in the order in which it was found."""
    found: dict[tuple[str, str], None] = {}
    for where, words in hidden:
        line = clean_line(words[: 2 * LONGEST_HIDDEN])[:LONGEST_HIDDEN]
        if line:
            found[where, line] = None
        if len(found) >= MOST_HIDDEN:
            break
    return tuple(found)


def checked_name(typed: str) -> str:
    """A file's name as kept: the last part, one line, cut to a length that can be read."""
    return clean_line(typed.replace("\\", "/").rpartition("/")[2][-120:]) or "attachment"


def name_as_text(name: str) -> str:
    """A file's name as it is read for identifiers: as long as the name, its words apart."""
    return re.sub(r"[_+]|(?<=\w)\.(?=\w{2,4}$)", " ", name)
