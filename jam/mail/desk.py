"""Staff pages: the outbox, what can still be called back, and one letter as its recipient sees it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor, safe_path
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.lookup import row_or_404
from jam.base.paging import paged
from jam.base.words import count
from jam.mail import (
    desk_delivery,  # noqa: F401 - its pages stand on the same blueprint
    desk_editing,  # noqa: F401 - so do its
    desk_wordings,  # noqa: F401 - and its
    preview,
    server,
)
from jam.mail.actions import hasten, hold, put_aside, release, retry, withdraw
from jam.mail.blueprint import blueprint
from jam.mail.desk_filters import wanted_letters
from jam.mail.editing import sent_before, why_not_again
from jam.mail.kinds import headings, kinds
from jam.mail.models import Letter
from jam.mail.queries import counts, found, held_batches, in_batch, waiting_batches
from jam.mail.refusing import lift, paused, paused_count
from jam.mail.rules import TONES, WORDS, State
from jam.mail.standing import address_now
from jam.mail.subjects import subjects

_CALLED_BACK, _WITHDRAWN = "Called back by staff.", "Withdrawn by staff."

#: What can be done with several letters: the deed, and what is said of it.
_DEEDS: dict[str, tuple[Callable[[list[Letter]], int], str]] = {
    "hold": (
        lambda letters: hold(letters, _CALLED_BACK, by=actor()),
        "called back. Nobody gets them until you say so",
    ),
    "send": (lambda letters: hasten(letters, by=actor()), "on the way"),
    "release": (lambda letters: release(letters, by=actor()), "on the way"),
    "withdraw": (lambda letters: withdraw(letters, _WITHDRAWN, by=actor()), "withdrawn. Nobody gets them"),
}


@blueprint.get("/desk/letters/")
@access("organizer")
def desk_letters() -> ResponseReturnValue:
    """Find letters, and call back what waits."""
    wanted, filters = wanted_letters()
    state = request.args.get("state", "")
    state = state if state in set(State) else ""
    asked = {"state": state, **filters}
    return render_template(
        "mail/desk_letters.html",
        found=paged(found(state, wanted)),
        counts=counts(wanted),
        waiting=waiting_batches(),
        held=held_batches(),
        all_held=counts().get(State.HELD, 0),
        trouble=server.trouble(),
        refusing=paused_count(),
        headings=headings(),
        subjects=subjects(wanted.scope),
        asked=asked,
        chosen={name: value for name, value in asked.items() if value},
        filters={name: value for name, value in filters.items() if value},
        **_words(),
    )


@blueprint.post("/desk/letters/held")
@access("organizer")
def desk_all_held() -> ResponseReturnValue:
    """Let all held letters leave, or withdraw them all."""
    return _do_with(list(db.session.scalars(found(State.HELD))), ("release", "withdraw"))


@blueprint.post("/desk/letters/batches/<batch>")
@access("organizer")
def desk_batch(batch: str) -> ResponseReturnValue:
    """Hold, send, release or withdraw the letters of one action."""
    return _do_with(in_batch(batch) if batch.isalnum() else [], tuple(_DEEDS))


@blueprint.get("/desk/letters/<int:id>")
@access("organizer")
def desk_letter(id: int) -> ResponseReturnValue:
    """One letter: where it stands and what it says."""
    letter = row_or_404(Letter, id)
    return render_template(
        "mail/desk_letter.html",
        letter=letter,
        text=preview.text(letter),
        sent_before=sent_before(letter),
        why_not_again=why_not_again(letter),
        address=address_now(letter),
        calendars=preview.calendars(letter),
        **_words(),
    )


@blueprint.get("/desk/letters/<int:id>/html")
@access("organizer")
def desk_letter_html(id: int) -> ResponseReturnValue:
    """The letter's HTML alone, for the frame on its page: it runs nothing, loads nothing and leads nowhere."""
    page = preview.html(row_or_404(Letter, id))
    answer = Response(page, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {preview.style_source(page)}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@blueprint.post("/desk/letters/<int:id>")
@access("organizer")
def desk_decide(id: int) -> ResponseReturnValue:
    """Hold, release, withdraw, try again or put aside one letter."""
    letter = row_or_404(Letter, id)
    deed = request.form.get("do", "")
    if deed == "retry":
        # Where it was to go, and where its recipient is reached by now.
        for row in paused([letter.to_address, address_now(letter) or ""]).values():
            lift(row, by=actor())
        done = letter.state == State.DUE or retry([letter], by=actor())
        words = "tried again within a minute"
    elif deed == "put-aside":
        put_aside(letter, by=actor())
        done, words = 1, "put aside"
    elif deed in ("hold", "release", "withdraw"):
        done, words = (
            _DEEDS[deed][0]([letter]),
            {"hold": "held back", "release": "on the way"}.get(deed, "withdrawn"),
        )
    else:
        abort(400)
    if not done:
        raise Refused("This letter has moved on meanwhile. Reload the page to see where it stands.", 409)
    db.session.commit()
    flash(f"The letter to {letter.to_name or letter.to_address} is {words}.", "success")
    return redirect(safe_path(request.form.get("next"), url_for("mail.desk_letter", id=id)), 303)


def _do_with(letters: list[Letter], allowed: tuple[str, ...]) -> ResponseReturnValue:
    deed = request.form.get("do", "")
    if deed not in allowed:
        abort(400)
    act, words = _DEEDS[deed]
    done = act(letters)
    db.session.commit()
    if done:
        flash(f"{count(done, 'letter is', 'letters are')} {words}.", "success")
    else:
        flash("Those letters have moved on meanwhile, so nothing was changed.", "error")
    return redirect(safe_path(request.form.get("next"), url_for("mail.desk_letters")), 303)


def _words() -> dict[str, object]:
    return {
        "words": WORDS,
        "tones": TONES,
        "titles": {name: kind.title for name, kind in kinds.items()},
    }
