"""Attachments: kept under names of ours, read for findings, given out to be saved only. The caller commits."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, abort

from jam.audit.actions import record
from jam.base import files
from jam.base.database import after_commit, db, unless_committed
from jam.base.errors import Refused
from jam.base.now import now
from jam.cases import cleaning, reading, rules
from jam.cases.letters import SCOPE
from jam.cases.models import CaseFile, EchoCase
from jam.cases.steps import lock

FOLDER = "cases"


def attach(case: EchoCase, name: str, data: bytes, *, by: str) -> CaseFile:
    """Keep an attachment. Refused for what is neither PDF nor Word, for too many, and while others read the case."""
    lock(case)
    _editable(case)
    if len(case.files) >= rules.MOST_FILES:
        raise Refused(f"{rules.MOST_FILES} attachments are the most. Take one away first.")
    found = reading.read(data)
    stored_as = files.keep(FOLDER, data)
    try:
        made = CaseFile(
            name=reading.checked_name(name), stored_as=stored_as, media_type=found.media_type, size=len(data),
            sha256=sha256(data).hexdigest(), words=found.text.replace("\x00", ""),
            hidden=[list(each) for each in found.hidden], uploaded_at=now(),
        )  # fmt: skip
        case.files.append(made)
        db.session.flush()
        record("cases.attach", SCOPE, case.id, by=by, changes={"file": (None, made.id)})
    except Exception:
        files.drop(stored_as)
        raise
    return made


def detach(case: EchoCase, file: CaseFile, *, by: str) -> None:
    """Take an attachment away."""
    lock(case)
    _editable(case)
    db.session.refresh(case, ["files"])
    if file not in case.files:
        return  # the same button, pressed twice at once
    forget(case, file)
    record("cases.detach", SCOPE, case.id, by=by, changes={"file": (file.id, None)})


def forget(case: EchoCase, file: CaseFile) -> None:
    """Drop the bytes with their row, once the transaction stands."""
    stored_as = file.stored_as
    after_commit(lambda: files.drop(stored_as))
    drop_copy(file)
    case.files.remove(file)
    db.session.flush()


def copy_of(file: CaseFile) -> bytes:
    """The copy for others: what is seen in the file and nothing else. Refused, in words, where none can be made."""
    try:
        data = files.fetch(file.stored_as)
    except FileNotFoundError as error:
        raise Refused("This file is not there any more.", 404) from error
    return cleaning.clean(data, file.media_type, file.case.shown)


def keep_copy(file: CaseFile, data: bytes) -> None:
    """Keep the copy for others, in the place of an earlier one."""
    drop_copy(file)
    stored_as = files.keep(FOLDER, data)
    unless_committed(lambda: files.drop(stored_as))
    file.cleaned_as = stored_as


def drop_copy(file: CaseFile) -> None:
    """Drop the copy for others, once the transaction stands."""
    stored_as = file.cleaned_as
    if stored_as is not None:
        after_commit(lambda: files.drop(stored_as))
        file.cleaned_as = None


def shown_name(file: CaseFile) -> str:
    """What others find it under: a name of ours, never the presenter's."""
    return f"{file.case.shown}-{file.id}.{reading.ENDINGS[file.media_type]}"


def answer(file: CaseFile, *, for_others: bool = False) -> Response:
    """An attachment to be saved under a name of ours, never opened in the page: the presenter's own, or the copy for others."""
    try:
        if not for_others:
            data = files.fetch(file.stored_as)
        elif file.cleaned_as is not None:
            data = files.fetch(file.cleaned_as)
        else:
            data = copy_of(file)  # it was let out before there were copies
    except (FileNotFoundError, Refused):
        abort(404)
    found = Response(data, mimetype=file.media_type)
    found.headers["Content-Disposition"] = f'attachment; filename="{shown_name(file)}"'
    found.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return found


def _editable(case: EchoCase) -> None:
    if case.state not in rules.EDITABLE:
        raise Refused("Somebody reads this case now, so its attachments stay as they are.", 409)
