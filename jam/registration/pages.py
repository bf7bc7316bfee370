"""Registering, and the personal way into a session. A personal link is never shown to whoever fills in a form: it
goes by mail, to the address itself."""

from __future__ import annotations

from flask import Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import PUBLIC, access
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.limits import limiter, per_address, public_form
from jam.base.links import url
from jam.base.lookup import LARGEST_ID, typed
from jam.base.now import now
from jam.base.tokens import make, read
from jam.base.web import private
from jam.interest.actions import VISITOR, ask_for_news
from jam.mail.kinds import link
from jam.people.models import Person
from jam.registration import (
    actions,
    causes,  # noqa: F401 - when letters are true no more
    examples,  # noqa: F401 - what previews of letters show
    passes,
)
from jam.registration.accommodations import provided
from jam.registration.blueprint import blueprint
from jam.registration.colleagues import register_colleagues
from jam.registration.forms import ColleaguesForm, ShortForm
from jam.registration.joining import Door, door, opens_at, way_in, web_address
from jam.registration.models import Registration
from jam.registration.queries import known_organizations, queue_length, usual_domains
from jam.registration.question_forms import asking, said
from jam.registration.questions import asked_at
from jam.registration.rules import Source, Status, first_status
from jam.registration.seats import free_for_newcomers
from jam.schedule.models import Event, Program
from jam.schedule.queries import coming, program_by_slug, shown
from jam.schedule.rules import Visibility, why_closed


@link("join")
def join_link(id: int) -> str:
    """The address of a seat's join page."""
    return url("registration.join", token=join_token(db.session.get_one(Registration, id)))


def join_token(seat: Registration) -> str:
    """The token in that address; it dies when the person's links are made anew."""
    return make("join", seat.id, seat.person.link_version)


def shown_or_404(slug: str) -> Event:
    """The event of an address that everybody may see; 404 for any other."""
    event = None if "\x00" in slug else shown(slug)
    if event is None:
        abort(404)
    return event


def outlook(event: Event) -> Status | None:
    """What somebody who registers now would get: a seat, a place on the waiting list, the organizers' attention; None
    when the session is full."""
    return first_status(
        approval=event.approval, seats=free_for_newcomers(event), waiting_list=event.waiting_list
    )


def closed_reason(event: Event) -> str | None:
    """Why nobody can register now, in a sentence; None when anybody can."""
    reason = why_closed(event.state, event.visibility, event.closed, event.ends_at, now())
    return "This session is full." if reason is None and outlook(event) is None else reason


def next_open(but: Event) -> Event | None:
    """The next session that anybody may register for, other than this one."""
    open_ones = (event for event in coming(12) if event.id != but.id and closed_reason(event) is None)
    return next(open_ones, None)


@blueprint.route("/sessions/<slug>/register", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
@per_address
def register(slug: str) -> ResponseReturnValue:
    """The form, and a seat for whoever sends it. The answer is the same for known and unknown addresses."""
    event = shown_or_404(slug)
    reason = closed_reason(event)
    if reason is not None:
        page = render_template(
            "registration/register.html", event=event, reason=reason, other=next_open(event)
        )
        return page, 409 if request.method == "POST" else 200
    form, likely = asking(ShortForm, event)(), None
    if form.validate_on_submit() and (likely := form.slip(usual_domains())) is None:
        try:
            actions.lock(event)
            begins = outlook(event)
            seat = actions.register(
                event,
                form.email.data,
                form.details(),
                source=Source.FORM,
                said=said(form),
                heard=form.heard.data or "",
            )
            news_if_wanted(form, seat.person)
            db.session.commit()
            # What a newcomer got, whoever this was: the address must not tell who had been here before.
            how = begins if begins in (Status.WAITING, Status.PENDING) else None
            return redirect(url_for("registration.registered", slug=slug, how=how), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    page = render_template(
        "registration/register.html",
        event=event,
        form=form,
        likely=likely,
        reason=None,
        begins=outlook(event),
        queue=queue_length(event),
    )
    return page, 400 if form.errors else 200


def news_if_wanted(form: ShortForm, person: Person) -> None:
    """Ask by mail whether somebody wants the news, when the box was ticked: anybody can type any address."""
    if form.news.data:
        ask_for_news(person, by=VISITOR)


#: Each form writes to as many as ten people who did not ask for it.
_colleagues_per_place = limiter.limit("10 per hour", methods=["POST"])


@blueprint.route("/sessions/<slug>/register/colleagues", methods=["GET", "POST"])
@access(PUBLIC)
@_colleagues_per_place
@per_address
def colleagues(slug: str) -> ResponseReturnValue:
    """Register up to ten colleagues. The answer is the same whether any of them was known or not."""
    event = shown_or_404(slug)
    reason = closed_reason(event)
    if reason is not None:
        return redirect(url_for("registration.register", slug=slug), 303)
    form, likely = ColleaguesForm(), None
    if form.validate_on_submit() and (likely := form.slip(usual_domains())) is None:
        try:
            host = register_colleagues(event, form.email.data, form.details(), form.named(), by=VISITOR)
            news_if_wanted(form, host)
            db.session.commit()
            return redirect(url_for("registration.colleagues_done", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    page = render_template(
        "registration/colleagues.html",
        event=event,
        form=form,
        likely=likely,
        questions=asked_at(event),
        provided=provided(event),
    )
    return page, 400 if form.errors else 200


@blueprint.get("/sessions/<slug>/registered/colleagues")
@access(PUBLIC)
def colleagues_done(slug: str) -> str:
    """What happens next. It knows nothing of who was registered."""
    event = shown_or_404(slug)
    return render_template("registration/colleagues_done.html", event=event, asks=bool(asked_at(event)))


@blueprint.get("/sessions/<slug>/registered")
@access(PUBLIC)
def registered(slug: str) -> ResponseReturnValue:
    """What happens next. It knows nothing of who registered, so anybody may open it at any time."""
    event = shown_or_404(slug)
    if why_closed(event.state, event.visibility, False, event.ends_at, now()):
        return redirect(url_for("site.session", slug=slug), 303)
    possible = {Status.WAITING: event.waiting_list, Status.PENDING: event.approval}
    how = next((each for each, may in possible.items() if may and each == request.args.get("how")), None)
    return render_template("registration/registered.html", event=event, how=how)


@blueprint.route("/programs/<slug>/register", methods=["GET", "POST"])
@access(PUBLIC)
@public_form
@per_address
def register_pass(slug: str) -> ResponseReturnValue:
    """The form for the series pass. The answer is the same for known and unknown addresses."""
    program = _program_or_404(slug)
    if program.visibility != Visibility.PUBLIC:
        page = render_template("registration/pass.html", program=program, reason="Seats are for members.")
        return page, 409 if request.method == "POST" else 200
    form, likely = asking(ShortForm, program)(), None
    if form.validate_on_submit() and (likely := form.slip(usual_domains())) is None:
        try:
            held = passes.take(
                program, form.email.data, form.details(), said=said(form), heard=form.heard.data or ""
            )
            news_if_wanted(form, held.person)
            db.session.commit()
            return redirect(url_for("registration.pass_taken", slug=slug), 303)
        except Refused as error:
            db.session.rollback()
            form.form_errors.append(error.message)
    ahead = [event for event in coming(24, program) if closed_reason(event) is None]
    page = render_template(
        "registration/pass.html", program=program, form=form, likely=likely, reason=None, ahead=ahead
    )
    return page, 400 if form.errors else 200


@blueprint.get("/programs/<slug>/registered")
@access(PUBLIC)
def pass_taken(slug: str) -> ResponseReturnValue:
    """What happens next. It knows nothing of who took the pass, so anybody may open it at any time."""
    program = _program_or_404(slug)
    if program.visibility != Visibility.PUBLIC:
        return redirect(url_for("site.program", slug=slug), 303)
    return render_template("registration/pass_taken.html", program=program)


def _program_or_404(slug: str) -> Program:
    found = None if "\x00" in slug else program_by_slug(slug)
    if found is None or found.visibility == Visibility.MEMBERS:
        abort(404)
    return found


@blueprint.get("/organizations")
@access(PUBLIC)
@limiter.limit("60 per minute")
def organizations() -> Response:
    """Names to choose from while somebody types their organization; `at` is the domain of their address."""
    answer = jsonify(names=known_organizations(typed(), typed("at")))
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


@blueprint.route("/join/<token>", methods=["GET", "POST"])
@access(PUBLIC)
def join(token: str) -> ResponseReturnValue:
    """A seat's own way in: the GET shows where the door stands, the POST goes through it."""
    private()
    seat = _seat_of(token)
    if seat is None:
        return _not_a_link()
    stands = door(seat, now())
    if request.method == "POST":
        if stands is Door.OPEN:
            return _go_through(seat)
        return redirect(url_for("registration.join", token=token), 303)
    return render_template(
        "registration/join.html",
        seat=seat,
        event=seat.event,
        door=stands,
        opens=opens_at(seat.event.starts_at),
        zone=seat.person.time_zone or seat.event.time_zone,
        has_page=seat.event.visibility != Visibility.MEMBERS,
        recording=web_address(seat.event.recording_url),
        slides=web_address(seat.event.slides_url),
    )


def _seat_of(token: str) -> Registration | None:
    taken_apart = read(token, "join")
    if taken_apart is None or taken_apart.id > LARGEST_ID:
        return None
    seat = db.session.get(Registration, taken_apart.id)
    return seat if seat is not None and taken_apart.is_for(seat.person.link_version) else None


def _go_through(seat: Registration) -> Response:
    target = way_in(seat)
    assert target is not None
    actions.record_join(seat)
    db.session.commit()
    # Not a redirect: the content policy lets forms lead to this site only, and browsers hold redirects to it too.
    answer = make_response(render_template("registration/join.html", event=seat.event, target=target))
    answer.headers["Refresh"] = f"0; url={target}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _not_a_link() -> ResponseReturnValue:
    page = render_template(
        "errors/error.html",
        status=404,
        title="This link does not work",
        message="It may be cut off or mistyped, or a newer one has taken its place. Open the link in the newest mail we "
        "sent you about the session. If it is broken over two lines there, copy both.",
    )
    return page, 404
