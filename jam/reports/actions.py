"""Making a report. None is ever changed or taken away: whoever was given one can ask for it again by its id."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256

from sqlalchemy import func, select, text

from jam.audit.actions import record
from jam.audit.models import AuditEntry
from jam.base.database import db
from jam.base.now import now
from jam.reports import rules
from jam.reports.figures import chosen
from jam.reports.models import ReportSnapshot
from jam.reports.pdf import pdf
from jam.reports.queries import figures_beside
from jam.reports.workbook import xlsx
from jam.statistics.choice import Choice


def make_report(choice: Choice, *, by: str) -> ReportSnapshot:
    """Freeze the figures of a choice as they are now, and make its files. Refused as `figures_beside` says.

    One report is made after the other until each is committed: what may stand in one depends on all before it.
    """
    if db.engine.dialect.name == "postgresql":  # SQLite lets one transaction write at a time anyway
        db.session.execute(text("LOCK TABLE report_snapshot IN SHARE ROW EXCLUSIVE MODE"))
    log_until = db.session.scalar(select(func.coalesce(func.max(AuditEntry.id), 0))) or 0
    document = rules.canonical(figures_beside(choice))
    # What is kept is what the files are made of, so that it alone is enough to make them again.
    figures = json.loads(document)
    made_at, code = now().replace(microsecond=0), _free_code()
    shown = rules.for_others(figures)
    made = ReportSnapshot(
        code=code, made_at=made_at, made_by=by, choice=chosen(choice), sessions=len(figures["sessions"]),
        log_until=log_until, version=rules.VERSION, figures=document, sha256=sha256(document).hexdigest(),
        pdf=pdf(shown, f"R-{code}", made_at), xlsx=xlsx(shown, f"R-{code}", made_at),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    record("reports.make", "report_snapshot", made.id, by=by, changes={"code": (None, code)})
    return made


def _free_code() -> str:
    while True:
        code = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH))
        if db.session.scalar(select(ReportSnapshot.id).where(ReportSnapshot.code == code)) is None:
            return code
