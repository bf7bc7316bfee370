"""Staff pages: addresses that refuse mail, a mail server that cannot be used, and trying what failed once more."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.lookup import row_or_404
from jam.base.paging import paged
from jam.base.words import count
from jam.mail import server
from jam.mail.blueprint import blueprint
from jam.mail.desk_filters import wanted_letters
from jam.mail.models import PausedAddress
from jam.mail.queries import found
from jam.mail.refusing import all_paused, lift, of_use, paused, try_all
from jam.mail.rules import State
from jam.mail.standing import address_now


@blueprint.get("/desk/letters/addresses")
@access("organizer")
def desk_addresses() -> str:
    """Addresses that a mail server refused for good."""
    return render_template("mail/desk_addresses.html", found=paged(all_paused()))


@blueprint.post("/desk/letters/addresses/<int:id>")
@access("organizer")
def desk_try_address(id: int) -> ResponseReturnValue:
    """Write to an address again."""
    row = row_or_404(PausedAddress, id)
    address, again = row.address, lift(row, by=actor())
    db.session.commit()
    said = f"{count(again, 'letter is', 'letters are')} on the way" if again else "The next letter goes there"
    flash(f"{address} is tried again. {said}.", "success")
    return redirect(url_for("mail.desk_addresses"), 303)


@blueprint.post("/desk/letters/server")
@access("organizer")
def desk_try_server() -> ResponseReturnValue:
    """Have the mail server tried at once."""
    server.try_now()
    db.session.commit()
    flash("The mail server is tried within a few seconds. Reload the page to see what it said.", "success")
    return redirect(url_for("mail.desk_letters"), 303)


@blueprint.route("/desk/letters/failed", methods=["GET", "POST"])
@access("organizer")
def desk_try_failed() -> ResponseReturnValue:
    """Try all letters again that failed, of those somebody looks for, after a look at how many there are and why."""
    wanted, filters = wanted_letters()
    chosen: dict[str, Any] = {name: value for name, value in filters.items() if value}
    failed = list(db.session.scalars(found(State.FAILED, wanted)))
    letters = of_use(failed)
    if request.method == "POST":
        tried = try_all(letters, by=actor())
        db.session.commit()
        said = f"{count(tried, 'letter is', 'letters are')} tried again within a minute."
        flash(said if tried else "Those letters have moved on meanwhile, so nothing was changed.", "success")
        return redirect(url_for("mail.desk_letters", **chosen), 303)
    return render_template(
        "mail/desk_failed.html",
        letters=letters,
        idle=len(failed) - len(letters),
        reasons=Counter(letter.reason or "" for letter in letters).most_common(),
        refusing=len(paused(address_now(letter) or "" for letter in letters)),
        trouble=server.trouble(),
        chosen=chosen,
    )
