"""Staff pages: writing to a group of a session's people, and what was written."""

from __future__ import annotations

import secrets

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.mail.kinds import STOP
from jam.mail.rules import TONES, WORDS
from jam.mail.wording import fill
from jam.people.login import account, actor
from jam.registration import group
from jam.registration.asking import asked, event_or_404
from jam.registration.blueprint import blueprint
from jam.registration.models import Registration
from jam.schedule.workspace import workspace


@blueprint.route("/desk/sessions/<slug>/people/write", methods=["GET", "POST"])
@access("organizer")
def desk_write(slug: str) -> ResponseReturnValue:
    """Write the letter, look at it, try it on oneself, send it."""
    event, wish = event_or_404(slug), asked()
    to = group.recipients(event, wish)
    subject, body = group.first_words()
    deed, mark, error, seen = "", secrets.token_hex(8), "", None
    if request.method == "POST":
        form = request.form
        subject, body, deed = form.get("subject", ""), form.get("body", ""), form.get("do", "")
        mark = form.get("mark", "")[:40] or mark
        try:
            words = group.wording(subject, body)
            if not to:
                raise Refused("Nobody who fits has an address to write to.")
            if deed in ("send", "hold"):
                batch = group.send(event, to, words, mark=mark, by=actor(), held=deed == "hold")
                return _sent(slug, batch, len(to), held=deed == "hold")
            if deed == "test":
                _try(to[0], words, mark)
            seen = _seen(to[0], words)
        except Refused as refusal:
            db.session.rollback()
            error, event = refusal.message, event_or_404(slug)
    page = render_template(
        "registration/desk_write.html",
        number=len(to),
        first=to[0].name if to else "",
        subject=subject,
        body=body,
        mark=mark,
        error=error,
        seen=seen,
        explained=group.explained(),
        asked=wish,
        chosen=wish.chosen(),
        **workspace(event, "people"),
    )
    return page, 400 if error else 200


@blueprint.get("/desk/sessions/<slug>/people/letters")
@access("organizer")
def desk_group_letters(slug: str) -> ResponseReturnValue:
    """What was written to groups of this session's people."""
    event = event_or_404(slug)
    return render_template(
        "registration/desk_group_letters.html",
        sent=group.sent(event),
        words=WORDS,
        **workspace(event, "people"),
    )


@blueprint.get("/desk/sessions/<slug>/people/letters/<batch>")
@access("organizer")
def desk_group_letter(slug: str, batch: str) -> ResponseReturnValue:
    """Who got one of them."""
    event = event_or_404(slug)
    letters = group.who_got(event, batch) if batch.isalnum() else []
    if not letters:
        abort(404)
    return render_template(
        "registration/desk_group_letter.html",
        letters=letters,
        batch=batch,
        states={letter.state for letter in letters},
        words=WORDS,
        tones=TONES,
        **workspace(event, "people"),
    )


def _sent(slug: str, batch: str | None, number: int, *, held: bool) -> ResponseReturnValue:
    db.session.commit()
    if batch is None:
        flash("This letter is written already. Nobody gets it twice.", "error")
        return redirect(url_for("registration.desk_group_letters", slug=slug), 303)
    letters = count(number, "letter is", "letters are")
    flash(
        f"{letters} held back until you let them go."
        if held
        else f"{letters} written. They leave in ten minutes.",
        "success",
    )
    return redirect(url_for("registration.desk_group_letter", slug=slug, batch=batch), 303)


def _try(seat: Registration, words: str, mark: str) -> None:
    if not group.try_on(seat, account(), words, mark=mark):
        raise Refused("Your account has no address to send a test to.")
    db.session.commit()
    flash("A test is on its way to you. Its links lead to your own page.", "success")


def _seen(seat: Registration, words: str) -> tuple[str, str]:
    """Subject and text as this recipient reads them; links are named, never shown."""
    written = group.shown(seat, words)
    said = dict(group.explained())
    said[STOP] = "link to the page that stops letters like this one"
    return written.subject, fill(
        written.text, {name: f"[{said[name]}]" for name in ("my_page", "join_page", STOP)}
    )
