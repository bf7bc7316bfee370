"""Staff pages: addresses that refuse mail, and a mail server that cannot be used."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access, actor
from jam.base.database import db
from jam.base.lookup import row_or_404
from jam.base.paging import paged
from jam.base.words import count
from jam.mail import server
from jam.mail.blueprint import blueprint
from jam.mail.models import PausedAddress
from jam.mail.refusing import all_paused, lift


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
