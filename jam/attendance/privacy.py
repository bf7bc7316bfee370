"""What this room holds about a person: lines of reports, in rows and in the stored files, and how long they were there.

A person who is erased stays as a number: their rows keep the times and lose name and address; the stored files are
written anew without their lines.
"""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from sqlalchemy import or_, select

from jam.attendance import uploads
from jam.attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceMove,
    AttendanceReport,
    AttendanceRequest,
    AttendanceRow,
)
from jam.attendance.reading.cells import address as compared
from jam.attendance.reading.decoding import all_lines
from jam.attendance.redaction import Whose, lines_in, without
from jam.attendance.rules import Asked
from jam.base import files
from jam.base.database import after_commit, db
from jam.base.privacy import ERASED, Export, Holding, Objects, hand_in, items, plain
from jam.people.models import Address, Person
from jam.registration.actions import lock
from jam.registration.models import Registration
from jam.schedule.models import Event

_LINE_ERASED = "This line was erased at its owner's wish."


def objects(person_id: int) -> Objects:
    """The person's lines, what was said of them by hand, and what they asked."""
    tables = (AttendanceRow, AttendanceCorrection, AttendanceRequest, AttendanceAlias)
    found = {
        table.__tablename__: list(db.session.scalars(select(table.id).where(table.person_id == person_id)))
        for table in tables
    }
    return found | {"attendance_move": [each.id for each in _moves(person_id)]}


def export(person_id: int) -> Export:
    """How long the person was at each session, the lines that say so, and these lines whole, as the files have them."""
    whole = [
        {"session": event.title, "line": number, "cells": cells}
        for event in _events(person_id)
        for report in _reports(event)
        for number, cells in lines_in(_bytes(report), _whose(person_id, event))
    ]
    there = select(Attendance, Event.title).join(Event).where(Attendance.person_id == person_id)
    lines = select(AttendanceRow, Event.title).join(Event, Event.id == AttendanceRow.event_id)
    return {
        "attendance": [
            {"session": title, **items([each], "role", "seconds", "first_joined_at", "last_left_at")[0]}
            for each, title in db.session.execute(there.order_by(Attendance.id))
        ],
        "attendance_lines": [
            {
                "session": title,
                **items([row], "section", "attended", "name", "email", "registrant")[0],
                "joined_at": plain(row.joined_at),
                "left_at": plain(row.left_at),
            }
            for row, title in db.session.execute(
                lines.where(AttendanceRow.person_id == person_id).order_by(AttendanceRow.id)
            )
        ],
        "report_lines": whole,
        **_export_hand(person_id),
    }


def _export_hand(person_id: int) -> Export:
    """What staff said of the person by hand and why, what the person asked and was answered, and remembered addresses."""
    said = (
        select(AttendanceCorrection, Event.title)
        .join(Event)
        .where(AttendanceCorrection.person_id == person_id)
    )
    asked = select(AttendanceRequest).where(AttendanceRequest.person_id == person_id)
    aliases = select(AttendanceAlias).where(AttendanceAlias.person_id == person_id)
    return {
        "attendance_corrections": [
            {"session": title, **items([each], "came", "seconds", "reason", "made_at", "taken_back_at")[0],
             "stretches": each.stretches}
            for each, title in db.session.execute(said.order_by(AttendanceCorrection.id))
        ],
        "attendance_moves": [
            {"to_you": each.person_id == person_id, **items([each], "email", "reason", "made_at", "taken_back_at")[0],
             # The name on lines that were found to be somebody else's is that somebody's.
             **({"name": each.name} if each.person_id == person_id else {})}
            for each in _moves(person_id)
        ],
        "attendance_requests": [
            {"session": each.event.title, **items([each], "words", "asked_at", "state", "answer", "answered_at")[0]}
            for each in db.session.scalars(asked.order_by(AttendanceRequest.id))
        ],
        "attendance_addresses": items(db.session.scalars(aliases.order_by(AttendanceAlias.id)).all(), "address", "said_at"),
    }  # fmt: skip


def _moves(person_id: int) -> list[AttendanceMove]:
    bears = or_(AttendanceMove.person_id == person_id, AttendanceMove.from_person_id == person_id)
    return list(db.session.scalars(select(AttendanceMove).where(bears).order_by(AttendanceMove.id)))


def _erase_hand(person_id: int) -> int:
    """Words go; what they did to the figures stays."""
    corrections = select(AttendanceCorrection).where(AttendanceCorrection.person_id == person_id)
    requests = select(AttendanceRequest).where(AttendanceRequest.person_id == person_id)
    moves = _moves(person_id)
    done = len(moves)
    for correction in db.session.scalars(corrections).all():
        correction.reason = ERASED
        done += 1
    for request in db.session.scalars(requests).all():
        request.words = ERASED
        request.answer = ERASED if request.answer else ""
        request.state = Asked.WITHDRAWN if request.state == Asked.OPEN else request.state
        done += 1
    for move in moves:
        # Nothing may be matched by a name or an address any more.
        move.email, move.name, move.reason = f"erased {move.id}", "", ERASED
    for alias in db.session.scalars(
        select(AttendanceAlias).where(AttendanceAlias.person_id == person_id)
    ).all():
        db.session.delete(alias)
        done += 1
    return done


def erase(person_id: int, *, by: str) -> int:
    """Take name and address out of the person's lines, in rows, in stored files and in files that wait for their import.

    Lines that bear their name and no address, and that nobody has decided about, lose the name too. What the rows add
    up to stays as it is.
    """
    done = _erase_hand(person_id)
    for event in _events(person_id):
        lock(event)
        whose, heads = _whose(person_id, event), dict[str, str]()
        for report in _reports(event):
            _rewrite(report, whose)
        for row in _rows(event, person_id, whose):
            if row.person_id or row.decided != "head":  # a head stays one
                row.decided = None if row.person_id else "unknown"
            # It was made of name and address. Lines of one name stay recognizable as one entry by their first half.
            row.row_key = heads.setdefault(row.name.casefold(), secrets.token_hex(16)) + secrets.token_hex(16)
            row.name, row.email, row.registrant = "", None, None
            done += 1
    everywhere = _whose(person_id, None)
    uploads.drop_if(lambda data: any(everywhere.is_in(line) for line in all_lines(data)))
    db.session.flush()
    return done


def _events(person_id: int) -> list[Event]:
    """Sessions whose reports may name the person, in the order in which events are locked."""
    seats = select(Registration.event_id).where(Registration.person_id == person_id)
    lines = select(AttendanceRow.event_id).where(AttendanceRow.person_id == person_id)
    query = select(Event).where(or_(Event.id.in_(seats), Event.id.in_(lines))).order_by(Event.id)
    return list(db.session.scalars(query))


def _reports(event: Event) -> list[AttendanceReport]:
    query = select(AttendanceReport).where(AttendanceReport.event_id == event.id)
    return list(db.session.scalars(query.order_by(AttendanceReport.id)))


def _whose(person_id: int, event: Event | None) -> Whose:
    """How reports name the person; a name that staff decided to be somebody else's at this event is not theirs."""
    mine = AttendanceRow.person_id == person_id
    addresses = set(db.session.scalars(select(Address.normal).where(Address.person_id == person_id)))
    addresses |= {
        found
        for email in db.session.scalars(
            select(AttendanceRow.email).where(mine, AttendanceRow.email.is_not(None))
        )
        if (found := compared(email))
    }
    numbers = {
        *db.session.scalars(select(AttendanceRow.registrant).where(mine)),
        *db.session.scalars(select(Registration.platform_id).where(Registration.person_id == person_id)),
    } - {None}
    names = {
        *db.session.scalars(select(Person.name).where(Person.id == person_id)),
        *db.session.scalars(select(Registration.name).where(Registration.person_id == person_id)),
        *db.session.scalars(select(AttendanceRow.name).where(mine)),
    }
    others = set[str]()
    if event is not None:
        of_others = select(AttendanceRow.name).where(
            AttendanceRow.event_id == event.id, AttendanceRow.email.is_(None), ~mine
        )
        others = {name.casefold() for name in db.session.scalars(of_others)}
    mine_alone = {each.casefold() for each in names} - others - {"", ERASED.casefold()}
    return Whose(frozenset(addresses), frozenset(mine_alone), frozenset(numbers))


def _rows(event: Event, person_id: int, whose: Whose) -> list[AttendanceRow]:
    nameless = AttendanceRow.person_id.is_(None) & AttendanceRow.email.is_(None)
    query = select(AttendanceRow).where(
        AttendanceRow.event_id == event.id, or_(AttendanceRow.person_id == person_id, nameless)
    )
    found = db.session.scalars(query)
    mine = [row for row in found if row.person_id == person_id or row.name.casefold() in whose.names]
    # Lines with their address that staff moved to somebody else.
    others = select(AttendanceRow).where(
        AttendanceRow.event_id == event.id, AttendanceRow.person_id != person_id, AttendanceRow.email.is_not(None)
    )  # fmt: skip
    moved = {move.id for move in _moves(person_id) if move.event_id == event.id}
    return (
        mine + [row for row in db.session.scalars(others) if compared(row.email) in whose.addresses]
        if moved
        else mine
    )


def _rewrite(report: AttendanceReport, whose: Whose) -> None:
    redacted = without(_bytes(report), whose)
    if redacted is None:
        return
    data, gone = redacted
    # Until the change stands, so must the file that it began from.
    after_commit(partial(files.drop, report.stored_as))
    report.stored_as = files.keep("reports", data)
    refused: list[dict[str, Any]] = report.figures.get("rows_refused", [])
    report.figures = report.figures | {
        "rows_refused": [
            each | {"reason": _LINE_ERASED} if each["line"] in gone else each for each in refused
        ]
    }


def _bytes(report: AttendanceReport) -> bytes:
    try:
        return files.fetch(report.stored_as)
    except FileNotFoundError:
        return b""


hand_in(
    Holding(
        room="attendance",
        columns={
            "attendance_row": (
                "row_key",
                "name",
                "email",
                "registrant",
                "person_id",
                "joined_at",
                "left_at",
                "seconds",
            ),
            "attendance": ("person_id", "seconds", "first_joined_at", "last_left_at"),
            "attendance_alias": ("address", "person_id"),
            "attendance_correction": ("person_id", "came", "seconds", "stretches", "reason"),
            "attendance_move": ("email", "name", "from_person_id", "person_id", "reason"),
            "attendance_request": ("person_id", "words", "answer", "state"),
            "attendance_report": ("stored_as", "figures", "made_people"),
        },
        parts={
            "attendance": "How long you were at each session, in seconds.",
            "attendance_lines": "Lines of the video platform's reports that are yours.",
            "report_lines": "The same lines whole, as they stand in the stored report files.",
            "attendance_corrections": "What the organizers said of your attendance by hand, and why.",
            "attendance_moves": "Lines of reports that the organizers gave to you, or took from you.",
            "attendance_requests": "Corrections of your attendance that you asked for, and the answers.",
            "attendance_addresses": "Addresses in reports that were said to be yours.",
        },
        export=export,
        erase=erase,
        objects=objects,
    )
)
