"""An upload of the past: three sessions, two lists, two reports, one of them real."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from tests.attendance.files import INVENTED_2025, REAL_2020

SESSIONS = """\
date,start time,minutes,title,summary,levers,recording link,slides link,program
2020-03-28,8:30 AM,540,satRdays DC,A day of talks,Technology; workforce expansion,https://media.example.org/2020,,jam
2025-09-22,1:00 PM,60,Paid to stay,"What keeps people,
in the field",Payment,,https://media.example.org/slides.pdf,
2025-10-21,13:00,60,Grow your own,,,,,
"""
BY_DATE = """\
\ufeffE-mail;Name;Organization;Job role;Sector;State;Registered at
ann@example.org;Ann Alder;Harbor House, Inc.;Clinician;Health plan;Ohio;2025-09-01 08:00
cy@example.org;Cy Cedar;Harbor House;;;;2025-09-02T12:00:00Z
nobody;Not An Address;;;;;
"""
BY_LINE = """\
Email,First name,Last name,Session date,Session
dee@example.org,Dee,Dogwood,2025-10-21,
cy@example.org,Cy,Cedar,,Grow your own
eve@example.org,Eve,Elm,2024-01-01,
"""

#: Names say nothing of what a report is.
FILES: dict[str, bytes] = {
    "past/sessions.csv": SESSIONS.encode(),
    "past/people 2025-09-22.csv": BY_DATE.encode(),
    "past/october.csv": BY_LINE.encode("utf-16"),
    "past/1.csv": REAL_2020.read_bytes(),
    "past/2.csv": INVENTED_2025.read_bytes(),
}


def zipped(files: Mapping[str, bytes] = FILES, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """These files in a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
