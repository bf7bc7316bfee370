"""Staff pages: another wording for letters that have not left, one by one or all of an action, and sending one again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor, safe_path
from jam.base.database import db
from jam.base.lookup import row_or_404
from jam.base.words import count, moment
from jam.base.zones import EASTERN
from jam.mail.blueprint import blueprint
from jam.mail.checks import Problem, Typed, problems, typed
from jam.mail.editing import mark_of, names_in, needed_in, rewrite, send_again
from jam.mail.kinds import is_link, kinds, words_of
from jam.mail.models import Letter
from jam.mail.preview import Explained, Seen, page_policy, seen
from jam.mail.queries import in_batch
from jam.mail.rules import UNSENT, WORDS, State
from jam.mail.wording import joined, parts, write

#: How many recipients there are to choose from in a preview.
_SHOWN = 50


@blueprint.route("/desk/letters/<int:id>/edit", methods=["GET", "POST"])
@access("organizer")
def desk_edit(id: int) -> ResponseReturnValue:
    """Change the words of one letter."""
    letter = row_or_404(Letter, id)
    if letter.state == State.DRAFT and letter.data.get("continued_at"):
        return redirect(safe_path(letter.data["continued_at"], url_for("mail.desk_letter", id=id)), 303)
    return _edit([letter], url_for("mail.desk_edit", id=id), url_for("mail.desk_letter", id=id))


@blueprint.route("/desk/letters/batches/<batch>/<kind>", methods=["GET", "POST"])
@access("organizer")
def desk_edit_batch(batch: str, kind: str) -> ResponseReturnValue:
    """Change the words of all letters of a kind that one action wrote."""
    letters = [each for each in in_batch(batch) if each.kind == kind] if batch.isalnum() else []
    if not letters:
        abort(404)
    here = url_for("mail.desk_edit_batch", batch=batch, kind=kind)
    return _edit(letters, here, url_for("mail.desk_letters"))


@blueprint.post("/desk/letters/<int:id>/again")
@access("organizer")
def desk_send_again(id: int) -> ResponseReturnValue:
    """Send a letter once more."""
    copy = send_again(row_or_404(Letter, id), by=actor())
    db.session.commit()
    flash(f"The letter is on its way again to {copy.to_address}.", "success")
    return redirect(url_for("mail.desk_letter", id=copy.id), 303)


def _edit(letters: Sequence[Letter], here: str, back: str) -> ResponseReturnValue:
    waiting = [each for each in letters if each.state in UNSENT]
    if not waiting or any(not each.wording for each in waiting):
        flash(_gone(letters), "error")
        return redirect(back, 303)
    [(common, _)] = Counter(each.wording for each in waiting).most_common(1)
    if request.method == "GET":
        return _page(waiting, Typed(*parts(common)), here, back)
    given = typed(request.form.get("subject", ""), request.form.get("body", ""))
    wrong = problems(waiting[0].kind, given, needed_in(waiting), names_in(waiting))
    if wrong or request.form.get("do") != "save":
        return _page(waiting, given, here, back, wrong)
    if request.form.get("mark") != mark_of(waiting):
        wrong = [Problem("body", _MEANWHILE)]
        return _page(waiting, given, here, back, wrong, status=409)
    done, gone = rewrite(waiting, joined(given.subject, given.body), by=actor())
    db.session.commit()
    if not done:
        flash(_gone(letters), "error")
        return redirect(back, 303)
    left = f" {count(gone, 'letter', 'letters')} had left by then and stayed as they were." if gone else ""
    said = "This letter says" if len(letters) == 1 else f"{count(done, 'letter says', 'letters say')}"
    flash(f"Saved. {said} this now.{left}", "success")
    return redirect(back, 303)


_MEANWHILE = (
    "Somebody else changed these words while you were writing, or some of the letters left. Yours are below and not "
    "saved yet; save again if they should count."
)


def _gone(letters: Sequence[Letter]) -> str:
    if len(letters) > 1:
        return "These letters have left or were withdrawn meanwhile, so nothing was changed."
    [letter] = letters
    if letter.state == State.SENT and letter.sent_at is not None:
        return f"This letter left on {moment(letter.sent_at, EASTERN)}, so nothing was changed."
    return f"This letter cannot be changed any more. It is: {WORDS[State(letter.state)]}."


def _page(
    letters: Sequence[Letter],
    given: Typed,
    here: str,
    back: str,
    wrong: Sequence[Problem] = (),
    status: int | None = None,
) -> ResponseReturnValue:
    asked = request.values.get("example", "")
    shown = next((each for each in letters if str(each.id) == asked), letters[0])
    needs, names = needed_in(letters), names_in(letters)
    known = kinds[shown.kind].placeholders if shown.kind in kinds else {}
    explained = [
        Explained(
            name,
            known.get(name, name),
            words_of(name) if name in shown.links else shown.values.get(name, ""),
            name in needs,
            is_link(name),
        )
        for name in names
    ]
    page = render_template(
        "mail/desk_edit.html",
        letters=letters,
        given=given,
        wrong=wrong,
        here=here,
        back=back,
        mark=mark_of(letters),
        different=len({each.wording for each in letters}) > 1,
        leaves=min((each.due_at for each in letters if each.state == State.DUE), default=None),
        examples=list(letters)[:_SHOWN],
        example=shown,
        seen=_seen(shown, given),
        explained=explained,
    )
    answer = make_response(page, status or (400 if wrong and request.form.get("do") == "save" else 200))
    answer.headers["Content-Security-Policy"] = page_policy(write("Subject: \n\n", {}, {}).html)
    return answer


def _seen(letter: Letter, given: Typed) -> Seen | None:
    try:
        written = write(joined(given.subject, given.body), letter.values, letter.links)
    except KeyError:  # uses what this letter has not
        return None
    return seen(letter.kind, written, letter.links)
