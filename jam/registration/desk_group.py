"""Staff pages: writing to a group of a session's people, and what was written."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.words import count
from jam.mail.checks import Problem, Typed, typed
from jam.mail.kinds import STOP, examples_of
from jam.mail.models import Letter
from jam.mail.preview import Seen, empty_letter, explained, page_policy, seen
from jam.mail.rules import CONTINUED_AT, TONES, WORDS
from jam.mail.wording import joined, parts
from jam.people.login import account, actor
from jam.registration import group
from jam.registration.asking import asked, event_or_404
from jam.registration.blueprint import blueprint
from jam.registration.letters import GROUP
from jam.registration.models import Registration
from jam.registration.roster import Asked
from jam.schedule.models import Event
from jam.schedule.workspace import workspace

#: With how many people's eyes the letter can be seen.
_MOST_EYES = 20


@blueprint.route("/desk/sessions/<slug>/people/write", methods=["GET", "POST"])
@access("organizer")
def desk_write(slug: str) -> ResponseReturnValue:
    """Write the letter, look at it, keep it for later, try it on oneself, send it."""
    event, wish = event_or_404(slug), asked()
    to = group.recipients(event, wish)
    page = _Page(to, wish, group.unfinished_one(event, _draft_id()))
    if request.method == "GET":
        return page.show(event, Typed(*(parts(page.kept.wording) if page.kept else group.first_words(event))))
    given = typed(request.form.get("subject", ""), request.form.get("body", ""))
    deed = request.form.get("do", "")
    if deed in ("keep", "drop"):
        return _put_aside(event, page, given, deed)
    wrong = group.wrong(given)
    if not to:
        wrong.append(Problem("body", "Nobody who fits has an address to write to."))
    if wrong:
        return page.show(event, given, wrong, 200 if deed == "preview" else 400)
    words = group.wording(given.subject, given.body)
    if deed in ("send", "hold"):
        batch = group.send(event, to, words, mark=page.mark, by=actor(), held=deed == "hold")
        if batch is not None:
            group.finish(event, page.draft_id, f"Sent to {count(len(to), 'person', 'people')}.", by=actor())
        return _sent(slug, batch, len(to), held=deed == "hold")
    if deed == "test":
        _try(page.seat or to[0], words, page.mark)
    return page.show(event_or_404(slug), given, looked=True)


@dataclass(frozen=True)
class _Page:
    """The page on which a letter is written, to whom, and the draft it goes on from."""

    to: list[Registration]
    wish: Asked
    kept: Letter | None

    @property
    def draft_id(self) -> int | None:
        return self.kept.id if self.kept else None

    @property
    def mark(self) -> str:
        if self.kept:
            return str(self.kept.data["mark"])
        return request.form.get("mark", "")[:40] or secrets.token_hex(8)

    @property
    def seat(self) -> Registration | None:
        """With whose eyes the letter is seen."""
        chosen = request.form.get("example", "")
        return next(
            (each for each in self.to if f"registration:{each.id}" == chosen), self.to[0] if self.to else None
        )

    def show(
        self,
        event: Event,
        given: Typed,
        wrong: list[Problem] | None = None,
        status: int = 200,
        *,
        looked: bool = False,
    ) -> Response:
        seat = self.seat
        eyes = group.example(seat) if seat else examples_of(GROUP, None)[0]
        page = render_template(
            "registration/desk_write.html",
            number=len(self.to),
            given=given,
            mark=self.mark,
            kept=self.kept,
            wrong=wrong or [],
            looked=looked,
            seen=_seen(seat, given) if seat else None,
            eyes=eyes,
            examples=[group.example(each) for each in self.to[:_MOST_EYES]],
            explained=explained(GROUP, eyes, ()),
            asked=self.wish,
            chosen=self.wish.chosen(),
            **workspace(event, "people"),
        )
        answer = make_response(page, status)
        answer.headers["Content-Security-Policy"] = page_policy(empty_letter())
        return answer


@blueprint.get("/desk/sessions/<slug>/people/letters")
@access("organizer")
def desk_group_letters(slug: str) -> ResponseReturnValue:
    """What was written to groups of this session's people."""
    event = event_or_404(slug)
    return render_template(
        "registration/desk_group_letters.html",
        sent=group.sent(event),
        unfinished=group.unfinished(event),
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


def _put_aside(event: Event, page: _Page, given: Typed, deed: str) -> ResponseReturnValue:
    if deed == "drop":
        group.finish(event, page.draft_id, "Thrown away by staff.", by=actor())
        said = "The draft is thrown away."
    else:
        kept = group.keep(
            event, page.wish, given, account(), mark=page.mark, draft_id=page.draft_id, by=actor()
        )
        chosen: dict[str, Any] = dict(page.wish.chosen())
        path = url_for("registration.desk_write", slug=event.slug, draft=kept.id, **chosen)
        kept.data = {**kept.data, CONTINUED_AT: path}
        said = "Kept as a draft. Nobody gets it until you send it."
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("registration.desk_group_letters", slug=event.slug), 303)


def _draft_id() -> int | None:
    typed_id = request.values.get("draft", "")
    return int(typed_id) if typed_id.isascii() and typed_id.isdigit() and len(typed_id) < 11 else None


def _seen(seat: Registration, given: Typed) -> Seen | None:
    """The letter as this recipient gets it; links are named, never shown. None while it cannot be written."""
    try:
        written = group.shown(seat, joined(given.subject, given.body))
    except KeyError:
        return None
    return seen(GROUP, written, (*group.example(seat).links, STOP))
