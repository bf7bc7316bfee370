"""The memory of a cohort: what was brought, what was recommended for it, what became of it. For its members and faculty."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from jam.base.access import access
from jam.base.database import db
from jam.base.lookup import typed
from jam.base.zones import EASTERN
from jam.cases.fields import texts_of
from jam.cases.models import Copy
from jam.cases.opening import note
from jam.cohorts.access import viewer
from jam.cohorts.rules import SETTING_WORDS, Setting
from jam.outcomes.rules import ANSWER_TONES, ANSWER_WORDS
from jam.schedule.models import Cohort
from jam.schedule.queries import cohort_by_slug
from jam.solutions import index as _index  # noqa: F401 - listens to what is written
from jam.solutions import rules
from jam.solutions.queries import Hit, Search, find, opened, reach, tally
from jam.vocabulary.queries import all_terms
from jam.vocabulary.rules import Kind

blueprint = Blueprint("solutions", __name__)

#: Cases on a page.
PER = 10


def _cohort(slug: str) -> Cohort:
    cohort = cohort_by_slug(slug)
    if cohort is None:
        abort(404)
    return cohort


def _looked_for() -> tuple[dict[str, str], Search]:
    """What stands in the address, as it was typed and as it is looked for."""
    levers = {each.slug: each.id for each in all_terms()[Kind.LEVER]}
    asked = {name: typed(name) for name in ("q", "lever", "setting")}
    if asked["lever"] not in levers:
        asked["lever"] = ""
    if asked["setting"] not in set(Setting):
        asked["setting"] = ""
    search = Search(tuple(rules.asked(asked["q"])), levers.get(asked["lever"]), asked["setting"] or None)
    return {name: value for name, value in asked.items() if value}, search


def _page_of(hits: list[Hit]) -> tuple[list[Hit], int, int]:
    """The cases of the page that the address asks for, its number, and how many pages there are."""
    pages = max(1, -(-len(hits) // PER))
    asked = request.args.get("page", "")
    page = min(max(1, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1), pages)
    return hits[(page - 1) * PER : page * PER], page, pages


@blueprint.get("/cohorts/<slug>/solutions")
@access("member")
def search(slug: str) -> str:
    """What was found: the cases, and their words for those that this reader has open."""
    cohort, looks = _cohort(slug), viewer()
    asked, looked_for = _looked_for()
    hits = find(looked_for, reach(cohort, looks))
    shown, page, pages = _page_of(hits)
    open_ones = opened(looks.person, [each.case for each in shown])
    nothing = bool(asked.get("q")) and not looked_for.words
    return render_template(
        "solutions/search.html",
        cohort=cohort,
        asked=asked,
        nothing=nothing,
        found=[_shown(each, looked_for.words, each.case.id in open_ones) for each in shown],
        closed=[each for each in shown if each.case.id not in open_ones],
        number=len(hits),
        some=bool(hits) and not hits[0].whole,
        told=rules.tally_words(tally(hits)) if asked and hits else "",
        fewest=rules.FEWEST,
        page=page,
        pages=pages,
        levers=[each for each in all_terms()[Kind.LEVER] if not each.retired],
        settings=SETTING_WORDS,
        answers=ANSWER_WORDS,
        tones=ANSWER_TONES,
        zone=looks.person.time_zone or EASTERN,
    )


def _shown(hit: Hit, words: tuple[str, ...], is_open: bool) -> dict[str, Any]:
    """What may be shown of a case: where the words stand; and, when it is open, the words."""
    released = hit.case.words(Copy.RELEASED)
    texts = [(name, heading) for name, heading, *_ in texts_of(hit.case) if released.get(name)]
    holding = [
        (name, heading) for name, heading in texts if set(rules.asked_all(released[name])) & set(words)
    ]
    recommended = hit.asked.recommendations
    found = {
        "case": hit.case,
        "open": is_open,
        "places": [heading for _, heading in holding],
        "recommended": len(recommended),
        "in_recommendations": sum(
            bool(set(rules.asked_all(each.words)) & set(words)) for each in recommended
        ),
    }
    if not is_open:
        return found
    lead = [("situation", "")] if not holding and released.get("situation") else []
    snippets = [(heading, rules.around(released[name], words)) for name, heading in [*holding, *lead][:3]]
    ranked = sorted(recommended, key=lambda each: -len(set(rules.asked_all(each.words)) & set(words)))
    lines = [
        (rules.marked(each.words, words), hit.newest(each), _happened(hit, each.id, words))
        for each in ranked[:5]
    ]
    return {**found, "snippets": snippets, "lines": lines, "more": len(recommended) - len(lines)}


def _happened(hit: Hit, recommendation_id: int, words: tuple[str, ...]) -> list[tuple[str, bool]]:
    """What happened, in the newest words that were released."""
    answers = hit.asked.answers_before(None).get(recommendation_id, [])
    released = [each.released_words for _, each in answers if each.released_words]
    return rules.marked(released[-1], words) if released else []


@blueprint.post("/cohorts/<slug>/solutions")
@access("member")
def search_open(slug: str) -> ResponseReturnValue:
    """Open the cases of this page: that is noted for each, and then their words are shown."""
    cohort, looks = _cohort(slug), viewer()
    asked, looked_for = _looked_for()
    shown, page, _ = _page_of(find(looked_for, reach(cohort, looks)))
    there = opened(looks.person, [each.case for each in shown])
    for hit in shown:
        if hit.case.id not in there:
            note(hit.case, looks.person, Copy.RELEASED)
    db.session.commit()
    if not shown:
        flash("Nothing is found any more.", "error")
    place: dict[str, Any] = {**asked, "page": page} if page > 1 else {**asked}
    return redirect(url_for("solutions.search", slug=slug, **place), 303)
