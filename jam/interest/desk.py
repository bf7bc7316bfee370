"""Staff pages: wishes that wait for an answer, and who gets the news."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.audit.queries import history
from jam.base.access import access, actor
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.lookup import row_or_404, typed
from jam.base.paging import paged
from jam.base.zones import EASTERN, wall
from jam.interest import actions
from jam.interest.blueprint import blueprint
from jam.interest.forms import AnswerForm
from jam.interest.links import end_link
from jam.interest.models import Wish
from jam.interest.queries import names_of, open_count, subscriber_count, subscribers, wishes
from jam.interest.rules import ANSWERED_BY_STAFF, Way
from jam.people.models import Person
from jam.vocabulary.queries import names
from jam.vocabulary.rules import STATES, Kind

#: How the record of a wish reads.
_DONE = {
    "interest.ask": "Asked",
    "interest.answer": "Marked as answered",
    "interest.reopen": "Opened again",
    "interest.move": "Moved to this person, found to be the same",
}

_STATES = {"open": "waiting for an answer", "answered": "answered"}


@blueprint.get("/desk/interest/")
@access("organizer")
def desk() -> ResponseReturnValue:
    """What needs a person first: open wishes, the oldest first."""
    kind = request.args.get("wish", "")
    kind = kind if kind in set(ANSWERED_BY_STAFF) else ""
    state = "answered" if request.args.get("state") == "answered" else "open"
    return render_template(
        "interest/desk.html",
        found=paged(wishes(kind, answered=state == "answered")),
        kind=kind,
        state=state,
        words=ANSWERED_BY_STAFF,
        states=_STATES,
        waiting=open_count(),
        listed=subscriber_count(),
    )


@blueprint.route("/desk/interest/<int:id>", methods=["GET", "POST"])
@access("organizer")
def desk_wish(id: int) -> ResponseReturnValue:
    """One wish with its message; the POST marks it as answered, with a note."""
    wish = row_or_404(Wish, id)
    form = AnswerForm(note=wish.note)
    if form.validate_on_submit():
        actions.answer(wish, form.note.data or "", by=actor())
        db.session.commit()
        flash(f"{wish.name}'s wish is marked as answered.", "success")
        return redirect(url_for("interest.desk"), 303)
    steps = history("wish", wish.id)
    page = render_template(
        "interest/desk_wish.html",
        wish=wish,
        form=form,
        words=ANSWERED_BY_STAFF,
        steps=steps,
        done=_DONE,
        who={actions.VISITOR: "the public form", **names_of({entry.actor for entry, _ in steps})},
        job_role=names(Kind.JOB_ROLE).get(wish.job_role_id or 0),
        sector=names(Kind.SECTOR).get(wish.sector_id or 0),
        place=STATES.get(wish.state or ""),
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/interest/<int:id>/reopen")
@access("organizer")
def desk_reopen(id: int) -> ResponseReturnValue:
    """Take an answer back: the wish waits again."""
    wish = row_or_404(Wish, id)
    actions.reopen(wish, by=actor())
    db.session.commit()
    flash(f"{wish.name}'s wish waits for an answer again.", "success")
    return redirect(url_for("interest.desk_wish", id=id), 303)


@blueprint.get("/desk/interest/open.csv")
@access("organizer")
def desk_open_csv() -> Response:
    """The wishes that wait, as a file."""
    roles, sectors = names(Kind.JOB_ROLE), names(Kind.SECTOR)
    header = [
        "Wish", "Name", "E-mail", "Organization", "Job role", "Sector", "State", "Message", f"Asked at ({EASTERN})"
    ]  # fmt: skip
    rows = [
        [
            ANSWERED_BY_STAFF[Way(each.kind)], each.name, each.person.address, each.organization,
            roles.get(each.job_role_id or 0), sectors.get(each.sector_id or 0), each.state, each.message,
            f"{wall(each.asked_at, EASTERN):%Y-%m-%d %H:%M}",
        ]
        for each in db.session.scalars(wishes())
    ]  # fmt: skip
    return csv_response("wishes-open.csv", header, rows)


@blueprint.get("/desk/interest/news")
@access("organizer")
def desk_news() -> ResponseReturnValue:
    """Who gets the news."""
    q = typed()
    return render_template("interest/desk_news.html", found=paged(subscribers(q)), q=q)


@blueprint.get("/desk/interest/news.csv")
@access("organizer")
def desk_news_csv() -> Response:
    """Who gets the news, as a file, each with the link that every news mail to them must hold."""
    header = ["Name", "E-mail", f"Confirmed at ({EASTERN})", "Link to stop the news"]
    rows = [
        [
            name,
            address,
            f"{wall(confirmed_at, EASTERN):%Y-%m-%d %H:%M}" if confirmed_at else None,
            end_link(id),
        ]
        for id, name, address, confirmed_at in db.session.execute(subscribers())
    ]
    return csv_response("news-subscribers.csv", header, rows)


@blueprint.post("/desk/interest/news/<int:id>/end")
@access("organizer")
def desk_end_news(id: int) -> ResponseReturnValue:
    """Take somebody off the list who asked for it by another way."""
    person = row_or_404(Person, id)
    actions.end_news(person, by=actor())
    db.session.commit()
    flash(f"{person.name} gets no more news.", "success")
    return redirect(url_for("interest.desk_news"), 303)
