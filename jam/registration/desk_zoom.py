"""Staff pages: registrants for Zoom to import, and the personal join links that it gives back."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.csvfile import csv_response
from jam.base.database import db
from jam.base.text import clean_line
from jam.base.words import count
from jam.people.login import account, actor
from jam.registration import held, zoom
from jam.registration.asking import event_or_404
from jam.registration.blueprint import blueprint
from jam.registration.desk_intake import FileForm, load
from jam.schedule.workspace import workspace

#: So many names can be put right on the page.
_SHOWN = 200


@blueprint.route("/desk/sessions/<slug>/people/zoom", methods=["GET", "POST"])
@access("organizer")
def desk_zoom(slug: str) -> ResponseReturnValue:
    """Names that may be split wrongly, to be put right before the download; and the way in for links."""
    event, form = event_or_404(slug), FileForm()
    reference = load(form, event, "links") if request.method == "POST" else None
    if reference:
        return redirect(url_for("registration.desk_zoom_links", slug=slug, upload=reference), 303)
    people = [(seat, zoom.split(seat.name)) for seat, _ in zoom.going(event)]
    unsure = [(seat, parts) for seat, parts in people if not parts.sure]
    page = render_template(
        "registration/desk_zoom.html",
        form=form,
        number=len(people),
        unsure=unsure[:_SHOWN],
        more=max(0, len(unsure) - _SHOWN),
        linked=sum(seat.platform_url is not None for seat, _ in people),
        **workspace(event, "people"),
    )
    return page, 400 if form.errors else 200


@blueprint.post("/desk/sessions/<slug>/people/zoom.csv")
@access("organizer")
def desk_zoom_file(slug: str) -> Response:
    """The file that Zoom imports, with the names as they were put right."""
    event = event_or_404(slug)
    rows = []
    for seat, address in zoom.going(event):
        parts = zoom.split(seat.name)
        first = clean_line(request.form.get(f"first-{seat.id}", parts.first)[:120]) or parts.first
        last = clean_line(request.form.get(f"last-{seat.id}", parts.last)[:120]) or zoom.NO_LAST_NAME
        rows.append((address, first, last))
    return csv_response(f"{event.slug}-zoom.csv", zoom.HEADER, rows)


@blueprint.route("/desk/sessions/<slug>/people/zoom/links", methods=["GET", "POST"])
@access("organizer")
def desk_zoom_links(slug: str) -> ResponseReturnValue:
    """Whose each link is, before and when they are kept."""
    event, reference = event_or_404(slug), request.values.get("upload", "")
    table = held.held(reference, event.id, account().id, "links")
    if request.method == "POST":
        changed = zoom.take_links(event, table, by=actor())
        db.session.commit()
        held.drop(reference, event.id, account().id, "links")
        flash(f"{count(changed, 'personal join link is', 'personal join links are')} in.", "success")
        return redirect(url_for("registration.desk_zoom", slug=slug), 303)
    links = zoom.read_links(event, table)
    return render_template(
        "registration/desk_zoom_links.html",
        reference=reference,
        kept=sum(link.seat is not None for link in links),
        total=len(links),
        left_out=[link for link in links if link.seat is None][:_SHOWN],
        **workspace(event, "people"),
    )
