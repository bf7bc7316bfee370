"""Staff page: who was on the stage by sectors and places, what is missing there, and who could fill it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.lookup import typed
from jam.proposals import gaps
from jam.proposals.blueprint import blueprint
from jam.proposals.gaps import OF_WORDS, Of
from jam.schedule import coverage


@blueprint.get("/desk/coverage/people")
@access("organizer")
def desk_gaps() -> ResponseReturnValue:
    """The gaps with suggestions, and maps of sectors and places. One term or place alone opens to more suggestions."""
    of, slug = typed("of"), typed("term")
    whole = gaps.maps()
    if of in set(Of) and slug and not typed("month"):
        row = next((row for row in whole[Of(of)].rows if row.term.slug == slug), None)
        if row is not None:
            known = gaps.suggestions(gaps.MANY).get((Of(of), gaps.key_of(row)), [])
            words = gaps.gap_words(Of(of), row)
            return render_template("proposals/desk_gap.html", of=of, row=row, known=known, words=words)
    known_all = gaps.suggestions()
    people = "All presenters"
    return render_template(
        "proposals/desk_gaps.html",
        gaps=[(of, OF_WORDS[of], gaps.gaps(of, found, known_all)) for of, found in whole.items()],
        maps=[
            (
                each,
                OF_WORDS[each],
                whole[each].with_something(),
                coverage.opened(whole[each], slug, typed("month"), people) if of == each else None,
            )
            for each in (Of.SECTOR, Of.PLACE)
        ],
        shown=set(Of),
        people=people,
    )
