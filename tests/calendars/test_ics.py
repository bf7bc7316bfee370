"""Calendar files as readers see them and as octets."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jam.calendars.ics import PRODID, Entry, etag, feed, invitation, vevent
from jam.schedule.recurrence import Recurrence, occurrences
from tests.calendars import rawlines, readers
from tests.calendars.rawlines import Line
from tests.calendars.readers import Seen

MADE = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
CHANGED = datetime(2026, 10, 2, 15, 30, 59, 999, tzinfo=UTC)
START = datetime(2026, 12, 15, 18, 0, tzinfo=UTC)

ENTRY = Entry(
    uid="7d1f0c2e@jam.workforce-solutions",
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    created_at=MADE,
    changed_at=CHANGED,
    sequence=0,
    cancelled=False,
    summary="Retention: what works; what doesn’t, and why",
    description="Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern\n\nWelcome, then a talk.",
    location="Online",
    url="https://jam.example.org/sessions/retention?from=feed,a;b",
    organizer_name="Workforce Solutions Jam",
    organizer_email="jam@example.org",
    categories=("Pay, benefits", "Supervision"),
)

CALENDAR = "0c4b@jam.workforce-solutions"
SOURCE = "https://jam.example.org/calendar/all.ics"


def publish(*entries: Entry) -> bytes:
    newest = max(entry.changed_at for entry in entries)
    vevents = [vevent(entry) for entry in entries]
    return feed(
        "Workforce Solutions Jam", "All sessions, in one place", CALENDAR, SOURCE, "teal", vevents, newest
    )


def invite(entry: Entry = ENTRY, sequence: int = 0, name: str = "Ada Lovelace") -> bytes:
    return invitation(
        entry,
        method="REQUEST",
        sequence=sequence,
        attendee_email="ada@example.com",
        attendee_name=name,
        stamped_at=CHANGED,
    )


def values(lines: list[Line]) -> dict[str, str]:
    assert len({line.name for line in lines}) == len(lines), "a property stands there twice"
    return {line.name: line.value for line in lines}


def event_of(content: bytes) -> list[Line]:
    (event,) = rawlines.blocks(rawlines.read(content), "VEVENT")
    return event


# --- one event --------------------------------------------------------------------------------------------------------


def test_an_event_holds_these_properties_and_no_others() -> None:
    assert event_of(vevent(ENTRY)) == [
        Line("UID", {}, "7d1f0c2e@jam.workforce-solutions"),
        Line("DTSTAMP", {}, "20261002T153059Z"),
        Line("LAST-MODIFIED", {}, "20261002T153059Z"),
        Line("CREATED", {}, "20260901T120000Z"),
        Line("DTSTART", {}, "20261215T180000Z"),
        Line("DTEND", {}, "20261215T190000Z"),
        Line("SEQUENCE", {}, "0"),
        Line("STATUS", {}, "CONFIRMED"),
        Line("TRANSP", {}, "OPAQUE"),
        Line("SUMMARY", {}, "Retention: what works; what doesn’t, and why"),
        Line("LOCATION", {}, "Online"),
        Line(
            "DESCRIPTION",
            {},
            "Tuesday, December 15, 2026, 1:00 to 2:00 p.m. Eastern\n\nWelcome, then a talk.",
        ),
        Line("URL", {}, "https://jam.example.org/sessions/retention?from=feed,a;b"),
        Line("CATEGORIES", {}, r"Pay\, benefits,Supervision"),
        Line("ORGANIZER", {"CN": "Workforce Solutions Jam"}, "mailto:jam@example.org"),
    ]


def test_a_cancelled_event_says_so_three_times_and_keeps_its_time() -> None:
    event = values(event_of(vevent(replace(ENTRY, cancelled=True, sequence=4))))
    assert event["STATUS"] == "CANCELLED"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["SUMMARY"] == "CANCELLED: Retention: what works; what doesn’t, and why"
    assert event["SEQUENCE"] == "4"
    assert event["DTSTART"] == "20261215T180000Z"


def test_what_is_empty_is_left_out() -> None:
    bare = replace(ENTRY, description=" \n", location="", url="", categories=("", "\x07"))
    names = {line.name for line in event_of(vevent(ENTRY))} - {line.name for line in event_of(vevent(bare))}
    assert names == {"DESCRIPTION", "LOCATION", "URL", "CATEGORIES"}


def test_times_of_any_zone_are_written_in_utc() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert vevent(replace(ENTRY, starts_at=START.astimezone(eastern))) == vevent(ENTRY)


def test_the_same_entry_gives_the_same_bytes() -> None:
    assert vevent(ENTRY) == vevent(replace(ENTRY))
    assert publish(ENTRY) == publish(ENTRY)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"starts_at": datetime(2026, 12, 15, 18, 0)}, "aware"),  # noqa: DTZ001
        ({"ends_at": START}, "must end after it starts"),
        ({"sequence": -1}, "never negative"),
    ],
)
def test_an_impossible_entry_cannot_be_made(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(ENTRY, **change)  # type: ignore[arg-type]


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Pay; benefits, and time: all of it", "Pay; benefits, and time: all of it"),
        (r"C:\data, \; and \\ too\ ", "C:\\data, \\; and \\\\ too\\"),
        ('A "fair" wage', 'A "fair" wage'),
        ("one\r\ntwo\nthree", "one two three"),
        ("one\rtwo\x0bthree\x0cfour", "one two three four"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff\ufeffg\ud800h", "abcdefgh"),
        ("  blanks\t\tand   more  ", "blanks and more"),
        ("BEGIN:VEVENT", "BEGIN:VEVENT"),
        ("x\r\nEND:VEVENT\r\nBEGIN:VALARM", "x END:VEVENT BEGIN:VALARM"),
        ("100 % &amp; <b>", "100 % &amp; <b>"),
        ("\x01\x02", "Session"),
    ],
)
def test_a_title_and_a_place_read_as_typed_on_one_line(typed: str, shown: str) -> None:
    (seen,) = readers.agreed(publish(replace(ENTRY, summary=typed, location="at " + typed)))
    assert seen.summary == shown
    assert seen.location == ("at" if shown == "Session" else "at " + shown)
    assert values(event_of(publish(replace(ENTRY, summary=typed))))["SUMMARY"] == shown


def test_a_description_keeps_its_lines() -> None:
    (seen,) = readers.agreed(publish(replace(ENTRY, description="One;\r\n\r\nTwo, \\three\n\u2028Four\n")))
    assert seen.description == "One;\n\nTwo, \\three\n Four"


def test_a_backslash_before_n_stays_a_backslash() -> None:
    # The reader "ics" takes an escaped backslash and an n for a line break; the others follow RFC 5545 3.3.11.
    content = publish(replace(ENTRY, summary=r"Folders C:\new and C:\New"))
    assert values(event_of(content))["SUMMARY"] == r"Folders C:\new and C:\New"
    for read in (readers.with_icalendar, readers.with_ical, readers.with_vobject):
        assert [seen.summary for seen in read(content)] == [r"Folders C:\new and C:\New"]


@pytest.mark.parametrize("ahead", range(50, 80))
@pytest.mark.parametrize("character", ["👩‍⚕️", "é", ",", "\\", "\n", " "])
def test_a_long_text_is_folded_between_characters(ahead: int, character: str) -> None:
    text = "x" * ahead + character + "y, z; " * 20 + "end"
    content = publish(replace(ENTRY, summary=text, description=text))
    (seen,) = readers.agreed(content)
    assert seen.description == text
    assert values(event_of(content))["SUMMARY"] == text.replace("\n", " ")


def test_uris_are_not_escaped_and_hold_nothing_a_uri_may_not() -> None:
    odd = replace(ENTRY, url='https://jam.example.org/a b?q="é"&x=%41,1;2\r\nX-EVIL:1')
    assert values(event_of(vevent(odd)))["URL"] == (
        "https://jam.example.org/a%20b?q=%22%C3%A9%22&x=%41,1;2%20X-EVIL:1"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('Ada "Countess" Lovelace', "Ada 'Countess' Lovelace"),
        ("Lovelace, Ada; PhD: maths", "Lovelace, Ada; PhD: maths"),
        ("Ada\r\nATTENDEE:mailto:eve@example.com", "Ada ATTENDEE:mailto:eve@example.com"),
        ("Ada^nLovelace \\ x", "AdanLovelace / x"),
        ("Zoë 👩‍🔬 O’Neil", "Zoë 👩‍🔬 O’Neil"),
    ],
)
def test_a_name_stays_inside_its_parameter(name: str, shown: str) -> None:
    content = invite(name=name)
    (attendee,) = [line for line in event_of(content) if line.name == "ATTENDEE"]
    assert attendee.parameters["CN"] == shown
    assert attendee.value == "mailto:ada@example.com"
    assert readers.names_of_attendees(content) == [shown]
    assert len(readers.agreed(content)) == 1


TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab ,;:\\\n\r\t\"'^=%\x00\x07\x0b\x1c\x7f\x85\u200d\u2028\u2029\ufeff—é👩日"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=120,
).filter(lambda text: not re.search(r"\\[nNrR]", several_lines(text)))  # the reader "ics" has these wrong


def one_line(text: str) -> str:
    return several_lines(text.replace("\n", " "))


def several_lines(text: str) -> str:
    breaks = "\t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
    spaced = "".join(" " if c in breaks else c for c in text.replace("\r\n", "\n"))
    kept = "".join(
        c for c in spaced if c == "\n" or not (ord(c) < 32 or 127 <= ord(c) < 160 or c == "\ufeff")
    )
    return re.sub(" +", " ", kept).strip()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4))
@example([("a\\" + "," * 70, "\\", ";" * 80)])
def test_any_text_reads_back_in_every_reader(texts: list[tuple[str, str, str]]) -> None:
    entries = [
        replace(ENTRY, uid=f"{n}@jam.workforce-solutions", summary=title, location=place, description=text)
        for n, (title, place, text) in enumerate(texts)
    ]
    content = publish(*entries)
    assert len(rawlines.blocks(rawlines.read(content), "VEVENT")) == len(texts)
    assert [(seen.summary, seen.location, seen.description) for seen in readers.agreed(content)] == [
        (one_line(title) or "Session", one_line(place), several_lines(text)) for title, place, text in texts
    ]


# --- feeds ------------------------------------------------------------------------------------------------------------


def series() -> list[Entry]:
    pattern = Recurrence(kind="monthly", nth=3, weekday=1)
    times = occurrences(pattern, time(13, 0), 60, "America/New_York", date(2025, 12, 31), 24)
    return [
        replace(
            ENTRY, uid=f"{n}@jam.workforce-solutions", starts_at=start, ends_at=end, summary=f"Session {n}"
        )
        for n, (start, end) in enumerate(times)
    ]


def test_two_years_of_sessions_with_one_moved_and_one_cancelled_read_alike_everywhere() -> None:
    entries = series()
    entries[5] = replace(entries[5], starts_at=START, ends_at=START + timedelta(hours=2), sequence=1)
    entries[9] = replace(entries[9], cancelled=True, sequence=1)
    expected = [
        Seen(
            entry.uid,
            entry.starts_at,
            entry.ends_at,
            "CANCELLED: Session 9" if n == 9 else f"Session {n}",
            "CANCELLED" if n == 9 else "CONFIRMED",
            1 if n in (5, 9) else 0,
            "Online",
            entry.description,
        )
        for n, entry in enumerate(entries)
    ]
    assert readers.agreed(publish(*entries)) == expected


def test_a_feed_names_itself_before_its_events() -> None:
    content = publish(ENTRY)
    lines = rawlines.read(content)
    assert lines[: lines.index(Line("BEGIN", {}, "VEVENT"))] == [
        Line("BEGIN", {}, "VCALENDAR"),
        Line("VERSION", {}, "2.0"),
        Line("PRODID", {}, PRODID),
        Line("CALSCALE", {}, "GREGORIAN"),
        Line("METHOD", {}, "PUBLISH"),
        Line("UID", {}, CALENDAR),
        Line("LAST-MODIFIED", {}, "20261002T153059Z"),
        Line("NAME", {}, "Workforce Solutions Jam"),
        Line("DESCRIPTION", {}, "All sessions, in one place"),
        Line("X-WR-CALNAME", {}, "Workforce Solutions Jam"),
        Line("X-WR-CALDESC", {}, "All sessions, in one place"),
        Line("SOURCE", {"VALUE": "URI"}, SOURCE),
        Line("REFRESH-INTERVAL", {"VALUE": "DURATION"}, "PT6H"),
        Line("X-PUBLISHED-TTL", {}, "PT6H"),
        Line("COLOR", {}, "teal"),
    ]
    assert content.endswith(vevent(ENTRY) + b"END:VCALENDAR\r\n")


def test_a_feed_names_no_attendee_and_nothing_that_recurs() -> None:
    names = {line.name for line in rawlines.read(publish(*series()))}
    assert names & {"ATTENDEE", "RRULE", "RDATE", "RECURRENCE-ID", "TZID", "ATTACH", "CONFERENCE"} == set()
    assert {line.value for line in rawlines.read(publish(*series())) if line.name == "BEGIN"} == {
        "VCALENDAR",
        "VEVENT",
    }


def test_a_name_with_a_comma_is_escaped_alike_in_both_places() -> None:
    content = feed("Pay, benefits; more", "", CALENDAR, SOURCE, None, [vevent(ENTRY)], CHANGED)
    assert rb"NAME:Pay\, benefits\; more" in content
    assert rb"X-WR-CALNAME:Pay\, benefits\; more" in content
    assert [line.name for line in rawlines.read(content) if line.name in ("COLOR", "X-WR-CALDESC")] == []


def test_a_feed_without_events_is_still_a_calendar() -> None:
    content = feed("Workforce Solutions Jam", "", CALENDAR, SOURCE, None, [], CHANGED)
    assert [line.value for line in rawlines.read(content) if line.name == "BEGIN"] == [
        "VCALENDAR",
        "VTIMEZONE",
        "STANDARD",
    ]
    assert readers.agreed(content) == []


# --- invitations ------------------------------------------------------------------------------------------------------


def test_an_invitation_names_one_person_and_asks_for_an_answer() -> None:
    private = replace(
        ENTRY,
        location="https://jam.example.org/join/x_Y-z",
        description="Join: https://jam.example.org/join/x_Y-z",
    )
    content = invite(private, sequence=3)
    (calendar,) = rawlines.blocks(rawlines.read(content), "VCALENDAR")
    assert calendar == [
        Line("VERSION", {}, "2.0"),
        Line("PRODID", {}, PRODID),
        Line("CALSCALE", {}, "GREGORIAN"),
        Line("METHOD", {}, "REQUEST"),
    ]
    event = event_of(content)
    assert event[-2:] == [
        Line("ORGANIZER", {"CN": "Workforce Solutions Jam"}, "mailto:jam@example.org"),
        Line(
            "ATTENDEE",
            {
                "CN": "Ada Lovelace",
                "CUTYPE": "INDIVIDUAL",
                "ROLE": "REQ-PARTICIPANT",
                "PARTSTAT": "NEEDS-ACTION",
                "RSVP": "TRUE",
            },
            "mailto:ada@example.com",
        ),
    ]
    assert readers.agreed(content) == [
        Seen(
            ENTRY.uid,
            START,
            START + timedelta(hours=1),
            ENTRY.summary,
            "CONFIRMED",
            3,
            "https://jam.example.org/join/x_Y-z",
            "Join: https://jam.example.org/join/x_Y-z",
        )
    ]


@pytest.mark.parametrize(
    ("session_cancelled", "summary"),
    [
        (True, "CANCELLED: Retention: what works; what doesn’t, and why"),
        (False, "Retention: what works; what doesn’t, and why"),
    ],
)
def test_a_cancellation_takes_the_same_event_back(session_cancelled: bool, summary: str) -> None:
    stamped = CHANGED + timedelta(days=2)
    content = invitation(
        replace(ENTRY, cancelled=session_cancelled),
        method="CANCEL",
        sequence=4,
        attendee_email="ada@example.com",
        attendee_name="",
        stamped_at=stamped,
    )
    event = values(event_of(content))
    assert Line("METHOD", {}, "CANCEL") in rawlines.read(content)
    assert Line(
        "ATTENDEE", {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"}, "mailto:ada@example.com"
    ) in event_of(content)
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == summary
    assert event["SEQUENCE"] == "4"
    assert event["DTSTAMP"] == event["LAST-MODIFIED"] == "20261004T153059Z"
    assert event["UID"] == ENTRY.uid
    assert event["DTSTART"] == "20261215T180000Z"
    assert event["ORGANIZER"] == "mailto:jam@example.org"


def test_nobody_is_invited_to_a_cancelled_session() -> None:
    with pytest.raises(ValueError, match="CANCEL, not REQUEST"):
        invite(replace(ENTRY, cancelled=True))


@pytest.mark.parametrize(
    ("address", "uri"),
    [
        ("Ada.O'Neil+jam@Example.com", "mailto:Ada.O'Neil+jam@Example.com"),
        ("a?b%c#d@example.com", "mailto:a%3Fb%25c%23d@example.com"),
    ],
)
def test_an_address_is_written_as_it_is_but_for_what_a_uri_forbids(address: str, uri: str) -> None:
    content = invitation(
        ENTRY, method="REQUEST", sequence=0, attendee_email=address, attendee_name="A", stamped_at=CHANGED
    )
    assert values(event_of(content))["ATTENDEE"] == uri


# --- etag -------------------------------------------------------------------------------------------------------------


def test_an_etag_is_strong_and_follows_the_content() -> None:
    assert re.fullmatch(r'"[0-9a-f]{32}"', etag(publish(ENTRY)))
    assert etag(publish(ENTRY)) == etag(publish(replace(ENTRY)))
    assert etag(publish(ENTRY)) != etag(publish(replace(ENTRY, summary="Other")))
