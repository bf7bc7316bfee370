"""A person's own pages, behind the personal link: what Jam holds of their attendance, and how they ask for a correction."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.attendance import requests
from jam.attendance.blueprint import blueprint
from jam.attendance.forms import AskForm
from jam.attendance.ledger import Ledger, enough_seconds, ledger_of, words_of
from jam.attendance.queries import known, sessions_of
from jam.attendance.requests import concerns, open_request
from jam.attendance.rules import Asked, merge
from jam.attendance.showing import ASKED_TONES, ASKED_WORDS, event_or_404, minutes, said_words
from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.paging import paged
from jam.base.web import private
from jam.base.zones import EASTERN
from jam.people.models import Person
from jam.schedule.models import Event


def me() -> Person:
    """Whose page this request is about; only behind the rule “person”."""
    person: Person = g.person
    return person


def actor() -> str:
    """How the audit log names whoever makes this request."""
    return f"person:{me().id}"


def _zone() -> str:
    return me().time_zone or EASTERN


@blueprint.get("/me/attendance")
@access("person")
def own() -> ResponseReturnValue:
    """Every session of mine that is over: whether I came, for how long, and whether that was enough."""
    private()
    found = paged(sessions_of(me().id))
    return render_template(
        "attendance/own.html",
        found=found,
        known=known([event.id for event, _, _ in found.items]),
        zone=_zone(),
        minutes=minutes,
        enough=enough_seconds,
        asked_words=ASKED_WORDS,
        asked_tones=ASKED_TONES,
    )


def _mine(slug: str) -> Event:
    event = event_or_404(slug)
    if not concerns(event, me()):
        abort(404)
    return event


@blueprint.get("/me/attendance/<slug>")
@access("person")
def own_session(slug: str) -> ResponseReturnValue:
    """One session: what counts, where it comes from, and the way to say that it is not so."""
    return _page(_mine(slug), AskForm(formdata=None))


def _page(event: Event, form: AskForm) -> str:
    private()
    found, zone = ledger_of(event, me()), _zone()
    waiting = open_request(event.id, me().id)
    if waiting is not None and form.words.data is None:
        form.words.data = waiting.words
    return render_template(
        "attendance/own_session.html",
        event=event,
        ledger=found,
        sources=_sources(found, zone),
        stretches=words_of(merge(found.stretches), zone) if found.presence else "",
        known=bool(known([event.id])),
        form=form,
        waiting=waiting,
        zone=zone,
        minutes=minutes,
        enough_minutes=round(enough_seconds(event) / 60),
        asked_words=ASKED_WORDS,
        asked_tones=ASKED_TONES,
        Asked=Asked,
    )


def _sources(found: Ledger, zone: str) -> list[tuple[str, str]]:
    """Where what counts comes from: what, and what it says. A correction by hand goes first and alone counts."""
    sources = []
    if found.standing is not None:
        said = said_words(found.standing, found.event, zone)
        sources.append(("The organizers, by hand", f"{_sentence(said)} Reason: {found.standing.reason}"))
    reports: dict[int, list[str]] = {}
    for row in found.lines:
        if row.was_there and row.joined_at and row.left_at and row.joined_at < row.left_at:
            reports.setdefault(row.report_id, []).append(words_of([(row.joined_at, row.left_at)], zone))
        elif row.was_there:
            reports.setdefault(row.report_id, []).append("that you were there")
        else:
            reports.setdefault(row.report_id, [])
    for times in reports.values():
        words = _sentence(f"It says {', '.join(times)}") if times else "It does not show you as there."
        sources.append(("The platform’s report", words))
    if found.clicks:
        sources.append(
            (
                "Your join button",
                f"You pressed it {len(found.clicks)} times."
                if len(found.clicks) > 1
                else "You pressed it once.",
            )
        )
    return sources


def _sentence(words: str) -> str:
    """With a full stop, which “p.m.” has already."""
    return words if words.endswith(".") else f"{words}."


@blueprint.post("/me/attendance/<slug>/ask")
@access("person")
def own_ask(slug: str) -> ResponseReturnValue:
    """Ask for a correction; asking again changes the words of what nobody has answered yet."""
    event, form = _mine(slug), AskForm()
    if not form.validate():
        return _page(event, form), 400
    try:
        requests.ask(event, me(), form.words.data or "", by=actor())
    except Refused as refusal:
        db.session.rollback()
        form.words.errors = [refusal.message]
        return _page(_mine(slug), form), 400
    db.session.commit()
    flash("Your request is with the organizers. You get a mail when they have looked.", "success")
    return redirect(url_for("attendance.own_session", slug=slug), 303)


@blueprint.post("/me/attendance/<slug>/withdraw")
@access("person")
def own_withdraw(slug: str) -> ResponseReturnValue:
    """Take a request back that nobody has answered."""
    event = _mine(slug)
    waiting = open_request(event.id, me().id)
    if waiting is not None:
        requests.withdraw(waiting, by=actor())
        db.session.commit()
    flash("Your request is taken back.", "success")
    return redirect(url_for("attendance.own_session", slug=slug), 303)
