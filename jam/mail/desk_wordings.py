"""Staff pages: what each kind of letter says, for everybody and in each program, with its history."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from itertools import zip_longest

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.errors import Refused
from jam.base.links import url
from jam.base.lookup import LARGEST_ID
from jam.mail import versions
from jam.mail.actions import About, draft, say
from jam.mail.blueprint import blueprint
from jam.mail.checks import Problem, Typed, problems, typed
from jam.mail.homes import EVERYBODY, Home, called, homes, oneself
from jam.mail.kinds import (
    NOTHING,
    Example,
    Kind,
    examples_of,
    has_homes,
    headings,
    kinds,
    link,
    needed,
    with_foot,
)
from jam.mail.models import Wording
from jam.mail.preview import Seen, empty_letter, explained, page_policy, seen
from jam.mail.standing import TRIAL
from jam.mail.wording import joined, parts, placeholders, source, write

_HOME = re.compile(r"([a-z]{1,40})-(\d{1,10})")


@link(NOTHING)
def nothing(id: int) -> str:
    """Where the links of a test lead: the front page, for everybody."""
    return url("site.home")


@blueprint.get("/desk/letters/wordings/")
@access("organizer")
def desk_wordings() -> ResponseReturnValue:
    """All kinds of letters, and whose wording counts where."""
    known, places = versions.newest(), homes()
    counts = {
        (name, home.key): versions.standing(name, home, known)
        for name in kinds
        for home in (places if has_homes(name) else [EVERYBODY])
    }
    return render_template(
        "mail/desk_wordings.html",
        headings=headings(),
        homes=places,
        counts=counts,
        who=called({each.version.by for each in counts.values() if each.version}),
    )


@blueprint.route("/desk/letters/wordings/<kind>/<home>", methods=["GET", "POST"])
@access("organizer")
def desk_wording(kind: str, home: str) -> ResponseReturnValue:
    """Change what a kind of letter says; POSTs that only look at it or send a test change nothing."""
    what, where = _found(kind, home)
    own = versions.versions(what.name, where)
    subject, body = parts(_says(what, where))
    page = _Page(what, where, own, examples_of(what.name, where.pair))
    if request.method == "GET":
        return page.show(Typed(subject, body))
    given = typed(request.form.get("subject", ""), request.form.get("body", ""))
    wrong = problems(what.name, given, page.needs)
    deed = request.form.get("do", "")
    if wrong or deed not in ("save", "test"):
        return page.show(given, wrong, 400 if wrong and deed != "preview" else 200)
    if deed == "test":
        _test(page, given)
        return page.show(given)
    if given == Typed(subject, body):
        flash("Nothing was changed.", "success")
        return redirect(url_for("mail.desk_wordings"), 303)
    if request.form.get("version", "") != str(page.version):
        return page.show(given, other=own[0] if own else None, status=409)
    try:
        say(what.name, joined(given.subject, given.body), home=where.pair, by=actor())
        db.session.commit()
    except IntegrityError:  # somebody saved at this very moment
        db.session.rollback()
        page = _Page(what, where, versions.versions(what.name, where), page.examples)
        return page.show(given, other=page.own[0] if page.own else None, status=409)
    flash(f"Saved. From now on letters “{what.title}” say this{_to_whom(where)}.", "success")
    return redirect(url_for("mail.desk_wordings"), 303)


@blueprint.get("/desk/letters/wordings/<kind>/<home>/history")
@access("organizer")
def desk_wording_history(kind: str, home: str) -> ResponseReturnValue:
    """Every version, with what it changed."""
    what, where = _found(kind, home)
    own = versions.versions(what.name, where)
    _, beneath = versions.above(what.name, where, versions.newest())
    steps = []
    for each, earlier in zip_longest(own, own[1:]):
        before = (earlier.body if earlier else None) or beneath
        steps.append((each, versions.difference(before, each.body or beneath)))
    return render_template(
        "mail/desk_wording_history.html",
        kind=what,
        home=where,
        steps=steps,
        who=called({each.by for each in own}),
    )


@blueprint.post("/desk/letters/wordings/<kind>/<home>/versions/<int:version>")
@access("organizer")
def desk_wording_again(kind: str, home: str, version: int) -> ResponseReturnValue:
    """Bring an earlier version back, as a new one."""
    what, where = _found(kind, home)
    own = versions.versions(what.name, where)
    body = next((each.body for each in own if each.version == version), None)
    if body is None:
        abort(404)
    if wrong := problems(what.name, typed(*parts(body)), _needs(what)):
        raise Refused(f"This version cannot be used any more. {wrong[0].words}")
    _say(what, where, body)
    flash(
        f"Version {version} is back. From now on letters “{what.title}” say this{_to_whom(where)}.", "success"
    )
    return redirect(url_for("mail.desk_wording_history", kind=kind, home=home), 303)


@blueprint.route("/desk/letters/wordings/<kind>/<home>/reset", methods=["GET", "POST"])
@access("organizer")
def desk_wording_reset(kind: str, home: str) -> ResponseReturnValue:
    """Go back to what stands a level above, after a look at it."""
    what, where = _found(kind, home)
    known = versions.newest()
    level, beneath = versions.above(what.name, where, known)
    mine = known.get((what.name, where.kind, where.id))
    if mine is None or mine.body is None:
        flash("There is nothing to reset: no wording of its own counts here.", "success")
        return redirect(url_for("mail.desk_wording", kind=kind, home=home), 303)
    if request.method == "POST":
        _say(what, where, None)
        flash(f"Letters “{what.title}” say {_whose(level)} words again{_to_whom(where)}.", "success")
        return redirect(url_for("mail.desk_wordings"), 303)
    shown = _seen(what, examples_of(what.name, where.pair)[0], Typed(*parts(beneath)))
    answer = make_response(
        render_template(
            "mail/desk_wording_reset.html",
            kind=what,
            home=where,
            whose=_whose(level),
            seen=shown,
            lines=versions.difference(mine.body, beneath),
        )
    )
    answer.headers["Content-Security-Policy"] = page_policy(empty_letter())
    return answer


@dataclass(frozen=True)
class _Page:
    """The editor of a kind at a home."""

    kind: Kind
    home: Home
    own: list[Wording]
    examples: list[Example]

    @property
    def version(self) -> int:
        return self.own[0].version if self.own else 0

    @property
    def needs(self) -> tuple[str, ...]:
        return _needs(self.kind)

    @property
    def example(self) -> Example:
        asked = request.values.get("example", "")
        return next((each for each in self.examples if each.key == asked), self.examples[0])

    def show(
        self,
        given: Typed,
        wrong: list[Problem] | None = None,
        status: int = 200,
        other: Wording | None = None,
    ) -> Response:
        """The page with what was typed; `other` is what somebody else saved meanwhile."""
        known = versions.newest()
        shown = _seen(self.kind, self.example, given)
        theirs = (other.body or source(self.kind.name)) if other else ""
        page = render_template(
            "mail/desk_wording.html",
            kind=self.kind,
            home=self.home,
            homes=homes() if has_homes(self.kind.name) else [EVERYBODY],
            counts=versions.standing(self.kind.name, self.home, known),
            given=given,
            wrong=wrong or [],
            version=self.version,
            own=self.own,
            seen=shown,
            examples=self.examples,
            example=self.example,
            explained=explained(self.kind.name, self.example, self.needs),
            other=other,
            lines=versions.difference(theirs, joined(given.subject, given.body)) if other else [],
            who=called({each.by for each in [*known.values(), *self.own]}),
        )
        answer = make_response(page, status)
        answer.headers["Content-Security-Policy"] = page_policy(empty_letter())
        return answer


def _found(kind: str, home: str) -> tuple[Kind, Home]:
    if kind not in kinds:
        abort(404)
    if home == EVERYBODY.key:
        return kinds[kind], EVERYBODY
    asked = _HOME.fullmatch(home)
    if asked is None or int(asked[2]) > LARGEST_ID or not has_homes(kind):
        abort(404)
    where = next((each for each in homes() if each.key == home), None)
    if where is None:
        abort(404)
    return kinds[kind], where


def _says(kind: Kind, home: Home) -> str:
    level = versions.standing(kind.name, home, versions.newest())
    return (level.version.body if level.version else None) or source(kind.name)


def _needs(kind: Kind) -> tuple[str, ...]:
    return needed(kind.name, placeholders(source(kind.name)))


def _seen(kind: Kind, example: Example, given: Typed) -> Seen | None:
    values, links = with_foot(kind.name, example.values, example.links, None)
    try:
        return seen(kind.name, write(joined(given.subject, given.body), values, links), links)
    except KeyError:  # uses what this example has not
        return None


def _test(page: _Page, given: Typed) -> None:
    me = oneself()
    if me is None:
        raise Refused("Your account has no address to send a test to.")
    example = page.example
    values = {**example.values, **({"name": me.name} if "name" in example.values else {})}
    draft(
        page.kind.name,
        me,
        About(
            scope=(TRIAL, 0),
            values=values,
            links=dict.fromkeys(example.links, (NOTHING, 0)),
            trial=True,
        ),
        key=f"wording-test:{secrets.token_hex(16)}",
        wording=joined(f"Test: {given.subject}", given.body),
    )
    db.session.commit()
    flash("A test is on its way to you. Its links lead to the front page.", "success")


def _say(kind: Kind, home: Home, body: str | None) -> None:
    try:
        say(kind.name, body, home=home.pair, by=actor())
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Refused(
            "Somebody else saved this wording at the same moment. Look at it again.", 409
        ) from error


def _whose(level: versions.Standing) -> str:
    return "everybody's" if level.version else "Jam's own"


def _to_whom(home: Home) -> str:
    return f" in {home.name}" if home.kind else ""
