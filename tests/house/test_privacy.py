"""Every table says whether it holds anything about people, and a room answers for those that do."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Column, LargeBinary, Table

from jam.base.database import db
from jam.base.privacy import holdings
from jam.rooms import ROOMS
from tests.house.test_tables import room_of_each_table

#: Tables without personal data, and why.
NOBODYS = {
    "agenda_item": "the published program; speakers stand there as the public reads them, tied to no row of a person, beside staff's working notes",
    "agenda_template": "what sessions of a program begin with",
    "attendance_layout": "what staff said the columns of a kind of table hold",
    "calendar_entry": "public bytes of a session",
    "calendar_feed": "public bytes of all sessions",
    "criterion": "what reviewers score, in staff's words",
    "cohort": "a group's dates; its members stand in tables of their own",
    "cohort_application_term": "tags of an organization's application",
    "cohort_plan": "what a group is for and what it expects of its members",
    "event": "a session",
    "echo_case_term": "tags of a case",
    "event_term": "a session's tags",
    "heartbeat": "machine and number of a process, and when it last did what",
    "invitation_term": "what an invitation suggests",
    "mail_server": "how fast the mail server may be used, and what keeps it from being used",
    "program": "a program",
    "proposal_distinct": "pairs of proposals that are not the same",
    "proposal_term": "a proposal's tags",
    "question": "what staff ask on a form",
    "recording_entry": "since when a public session can be watched",
    "rate_count": "counts of tries by network address and hashed typed address, forgotten when their window of at most an hour is over",
    "reminder": "when the letters before and after a session go out; who gets one is asked of the seats",
    "reminder_rule": "which letters go out before and after sessions",
    "report_snapshot": "figures of many people at one moment, which name nobody; the files leave small counts out",
    "review_sheet": "how proposals of a program are reviewed",
    "kept_mark": "that an organization was at a session, and that something was asked for there, without by whom",
    "session_numbers": "how many seats and people a session had",
    "session_answer": "how many seats of a session gave one answer",
    "solution_entry": "words of what others may read, cut to their stems; they follow the case's own rows, and nobody is named",
    "term": "words of a vocabulary",
    "touched_session": "numbers of sessions",
    "wording": "what a kind of letter says to everybody",
}

#: Columns that look personal by their name or by what they point to, and are not.
NOT_PERSONAL = {
    "agenda_item.notes": "staff's words on how a session runs, tied to no row of a person",
    "agenda_item.speakers": "published",
    "agenda_template.name": "what staff call a template",
    "attendance_alias.said_by": "an account's number",
    "attendance_correction.made_by": "an account's number",
    "attendance_correction.taken_back_by": "an account's number",
    "attendance_move.made_by": "an account's number",
    "attendance_move.taken_back_by": "an account's number",
    "attendance_report.file_name": "what staff called a file",
    "attendance_report.imported_by": "an account's number",
    "attendance_layout.said_by": "an account's number",
    "attendance_report.replaced_by_id": "a report's number",
    "calendar_entry.content": "public",
    "calendar_feed.content": "public",
    "case_text.name": "which text of a case it is",
    "cohort.name": "a group's",
    "criterion.name": "what reviewers score, in staff's words",
    "event.state": "of a session",
    "event.summary": "published",
    "letter.message_id": "random",
    "letter.recipient_kind": "a kind",
    "letter.state": "of a letter",
    "letter_part.name": "of a kind of part",
    "paused_address.recipient_kind": "a kind",
    "proposal.state_at": "of a proposal",
    "program.name": "a program's",
    "program.summary": "published",
    "reminder.reason": "of a session's letters, in words of ours",
    "reminder.state": "of a session's letters",
    "reminder_rule.name": "what staff call a rule",
    "report_snapshot.figures": "figures",
    "report_snapshot.made_by": "an account's number",
    "report_snapshot.pdf": "a document that names nobody",
    "report_snapshot.xlsx": "the same",
    "term.name": "a word",
    "attendance_request.answered_by": "an account's number",
    "wish.answered_by": "an account's number",
    "wording.body": "staff's words, with placeholders where a person's would stand",
    "wording.by": "an account's number",
}

LOOKS_PERSONAL = re.compile(
    r"(^|_)(name|address|normal|email|mail|phone|zip|state|organization|person|actor|by|text|html|subject|content|"
    r"message|note|notes|words|bio|body|summary|speakers|recipient|before|after|answer|answers|question|reason)(_|$)|^to_"
)
#: Rows of these are somebody's.
SOMEBODYS = {"person", "account", "address", "registration", "series_pass", "attendance_row", "letter"}

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def answered_for() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for holding in holdings():
        for table, columns in holding.columns.items():
            found.setdefault(table, set()).update(columns)
    return found


def looks_personal(column: Column[object]) -> bool:
    if any(key.column.table.name in SOMEBODYS for key in column.foreign_keys):
        return True
    return bool(LOOKS_PERSONAL.search(column.name)) or isinstance(column.type, LargeBinary)


def every_column() -> list[tuple[Table, Column[object]]]:
    return [(table, column) for table in db.metadata.sorted_tables for column in table.columns]


def test_every_table_is_answered_for_or_holds_nothing_about_people(app: Flask) -> None:
    assert sorted([*answered_for(), *NOBODYS]) == sorted(db.metadata.tables)


def test_a_room_answers_for_its_own_tables_with_columns_that_exist(app: Flask) -> None:
    owner = room_of_each_table()
    for holding in holdings():
        assert {table: owner[table] for table in holding.columns} == dict.fromkeys(
            holding.columns, holding.room
        )
        for table, columns in holding.columns.items():
            assert set(columns) <= set(db.metadata.tables[table].columns.keys()), table


def test_no_column_that_looks_personal_is_forgotten(app: Flask) -> None:
    registered = answered_for()
    forgotten = {
        f"{table.name}.{column.name}"
        for table, column in every_column()
        if looks_personal(column) and column.name not in registered.get(table.name, ())
    }
    assert sorted(forgotten) == sorted(NOT_PERSONAL)


def test_rooms_are_asked_in_their_order(app: Flask) -> None:
    rooms = [holding.room for holding in holdings()]
    assert rooms == [room for room in ROOMS if room in rooms]


def test_every_part_of_an_export_is_explained_once(app: Flask) -> None:
    names = [name for holding in holdings() for name in holding.parts]
    assert len(names) == len(set(names))
    for holding in holdings():
        assert set(holding.export.__annotations__) == {"person_id", "return"}
        assert all(words.endswith(".") for words in holding.parts.values())
