"""What a visitor who leaves nothing out types into a form."""

from __future__ import annotations

from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind


def about_work() -> dict[str, str]:
    """The fields about somebody's work; inside an app context."""
    return {
        "organization": "Riverside Clinic",
        "job_role": str(terms(Kind.JOB_ROLE)[0].id),
        "sector": str(terms(Kind.SECTOR)[0].id),
        "state": "OH",
    }
