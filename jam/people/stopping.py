"""Stopping letters by the link in them: a page with a button for people, one POST for mail programs (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import PUBLIC, access, csrf_exempt
from jam.base.database import db
from jam.base.lookup import LARGEST_ID
from jam.base.tokens import read
from jam.base.web import private
from jam.people.blueprint import blueprint
from jam.people.choices import choose, wants
from jam.people.models import Person
from jam.people.rules import Stop


@dataclass(frozen=True)
class _Words:
    """What the page says of one sort of letters."""

    ask: str
    what: str
    stopped: str
    button: str
    again: str


_WORDS = {
    Stop.REMINDERS: _Words(
        ask="Stop reminders?",
        what="Jam reminds you before each session you have a seat at. If you stop this, no reminder comes any more.",
        stopped="You get no reminders any more",
        button="Stop the reminders",
        again="Remind me again",
    ),
    Stop.FOLLOW_UPS: _Words(
        ask="Stop recordings and follow-ups?",
        what="After a session Jam sends you the recording and the slides, and sometimes the organizers write to people "
        "who have no seat, or ask whether they would like to present. If you stop this, none of it comes any more.",
        stopped="You get no follow-ups any more",
        button="Stop the follow-ups",
        again="Send them to me again",
    ),
    Stop.REVIEWS: _Words(
        ask="Stop letters about reviews?",
        what="Jam tells you at most once a day when new proposals wait for your review. If you stop this, they wait on your "
        "page all the same.",
        stopped="You get no letters about reviews any more",
        button="Stop these letters",
        again="Write to me again",
    ),
}


@blueprint.route("/letters/stop/<token>", methods=["GET", "POST"])
@access(PUBLIC)
@csrf_exempt
def stop_letters(token: str) -> ResponseReturnValue:
    """Show the button that stops letters of one sort; the POST may come from a mail program too, without a page before it.

    The link itself says who it is for, and it can do nothing but this and its opposite.
    """
    private()
    found = _whose(token)
    if found is None:
        return render_template("people/stop_no_link.html"), 404
    person, what = found
    if request.method == "POST" and person.erased_at is None:
        one_click = request.form.get("List-Unsubscribe") == "One-Click"
        again = request.form.get("do") == "again" and not one_click
        choose(person, what, again, by=f"person:{person.id}")
        db.session.commit()
        if not one_click:
            return redirect(url_for("people.stop_letters", token=token), 303)
        # RFC 8058 section 3.1: no redirect, which mail programs do not follow.
    comes = person.erased_at is None and wants(person, what)
    return render_template("people/stop_letters.html", words=_WORDS[what], comes=comes, person=person)


def _whose(token: str) -> tuple[Person, Stop] | None:
    """Whose link a token is, and what it stops; of a merged person, the one they became."""
    for what in Stop:
        found = read(token, what)
        if found is None or found.id > LARGEST_ID or not found.is_for(0):
            continue
        person = db.session.get(Person, found.id)
        while person is not None and person.merged_into_id is not None:
            person = db.session.get(Person, person.merged_into_id)
        return (person, what) if person is not None else None
    return None
