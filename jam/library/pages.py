"""The library as everybody reads it. Its pages are the same for all and leave the session alone."""

from __future__ import annotations

from dataclasses import asdict, replace

from flask import abort, render_template

from jam.base.access import PUBLIC, access
from jam.base.lookup import typed
from jam.base.markdown import plain
from jam.base.paging import paged
from jam.library.blueprint import blueprint
from jam.library.models import Entry
from jam.library.queries import Asked, beside, found, said_of, shown
from jam.proposals.rules import FORMAT_WORDS, Format
from jam.vocabulary.queries import all_terms
from jam.vocabulary.rules import STATES, Kind

#: Entries on a page.
_PER = 24


@blueprint.get("/library/")
@access(PUBLIC)
def library() -> str:
    """What was shared, by words, lever, focus area, sector, place and format."""
    asked = _asked()
    words = all_terms()
    return render_template(
        "library/library.html",
        asked=asked,
        filters={name: value for name, value in asdict(asked).items() if value},
        page=paged(found(asked), _PER),
        said_of=said_of,
        opening=opening,
        levers=[term for term in words[Kind.LEVER] if not term.retired],
        focus=[term for term in words[Kind.FOCUS_AREA] if not term.retired],
        sectors=[term for term in words[Kind.SECTOR] if not term.retired],
        formats=FORMAT_WORDS,
        places=STATES,
    )


def _asked() -> Asked:
    asked = Asked(**{name: typed(name) for name in asdict(Asked())})
    odd = {"place": asked.place not in STATES, "format": asked.format not in set(Format)}
    return replace(asked, **{name: "" for name, wrong in odd.items() if wrong})


@blueprint.get("/library/<slug>")
@access(PUBLIC)
def entry(slug: str) -> str:
    """One entry."""
    one = None if "\x00" in slug else shown(slug)
    if one is None:
        abort(404)
    terms = one.proposal.terms
    return render_template(
        "library/entry.html",
        entry=one,
        said=said_of(one),
        opening=opening(one),
        levers=[term for term in terms if term.kind == Kind.LEVER],
        focus=[term for term in terms if term.kind == Kind.FOCUS_AREA],
        sector={term.id: term.name for term in all_terms()[Kind.SECTOR]}.get(said_of(one).sector_id or 0),
        place=STATES.get(said_of(one).state or ""),
        formats=FORMAT_WORDS,
        others=[each for each in beside(terms, 4) if each is not one][:3],
    )


def opening(one: Entry, most: int = 180) -> str:
    """The first words of an entry's first paragraph, without marks, for lists."""
    words = " ".join(plain(one.story).partition("\n\n")[0].split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
