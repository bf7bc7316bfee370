"""`jam statistics`: the measures from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import click
from flask import Flask

from jam.base.database import reading
from jam.base.errors import Refused
from jam.base.words import count
from jam.statistics.choice import Choice
from jam.statistics.counting import Given
from jam.statistics.definitions import page
from jam.statistics.measures import MEASURES
from jam.statistics.queries import Statistics, as_json, statistics
from jam.statistics.rules import in_words
from jam.statistics.summaries import rebuild as rebuild_all
from jam.vocabulary.queries import terms
from jam.vocabulary.rules import Kind


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise Refused(f"“{str(value)[:40]}” is not a date. Write it like 2026-12-15.") from None


@click.command("statistics")
@click.option("--program", metavar="SLUG", help="Only the sessions of this program.")
@click.option("--from", "first", type=_Day(), help="The first day that counts.")
@click.option("--to", "last", type=_Day(), help="The last day that counts.")
@click.option("--cohort", metavar="SLUG", help="Only the sessions of this cohort.")
@click.option("--lever", metavar="SLUG", help="Only the sessions that were about this lever.")
@click.option("--state", metavar="OH", help="Only people who gave this state.")
@click.option("--sector", metavar="SLUG", help="Only people who gave this sector.")
@click.option("--json", "as_document", is_flag=True, help="Print one JSON document.")
@click.option(
    "--rebuild", is_flag=True, help="Count every session anew from its rows, and say what differed."
)
@click.option("--definitions", is_flag=True, help="Print what every measure means, as Markdown.")
@click.pass_obj
def statistics_command(
    make_app: Callable[[], Flask],
    program: str | None,
    first: date | None,
    last: date | None,
    cohort: str | None,
    lever: str | None,
    state: str | None,
    sector: str | None,
    as_document: bool,
    rebuild: bool,
    definitions: bool,
) -> None:
    """Count registrations and attendance of the sessions held."""
    if definitions:
        click.echo(page(), nl=False)
        return
    if rebuild:
        _rebuild(make_app(), as_document, any((program, first, last, cohort, lever, state, sector)))
        return
    with make_app().app_context(), reading():
        found = statistics(Choice(program, first, last, cohort, lever, Given(state, _sector(sector))))
        document = as_json(found)
    click.echo(json.dumps(document, ensure_ascii=False) if as_document else _words(found))


def _sector(slug: str | None) -> int | None:
    """The number of a sector. Refused for one that is not there, with those that are."""
    if slug is None:
        return None
    known = {each.slug: each.id for each in terms(Kind.SECTOR, with_retired=True)}
    if slug not in known:
        raise Refused(f"There is no sector “{slug[:60]}”. There are: {', '.join(known)}.")
    return known[slug]


def _rebuild(app: Flask, as_document: bool, narrowed: bool) -> None:
    """Exits with 1 when something that was kept differed."""
    if narrowed:
        raise Refused("Everything is counted anew at once. Leave out whatever narrows it.")
    with app.app_context():
        done = rebuild_all()
    if as_document:
        click.echo(json.dumps({"sessions": done.sessions, "different": done.different}))
    else:
        said = (
            f"These differed: {', '.join(done.different)}."
            if done.different
            else "Nothing differed from what was kept."
        )
        click.echo(f"{count(done.sessions, 'session was', 'sessions were')} counted anew. {said}")
    if done.different:
        raise SystemExit(1)


def _words(found: Statistics) -> str:
    figures = {name: in_words(name, value) or "not known" for name, value in found.measures.items()}
    width = max(len(figure) for figure in figures.values())
    return "\n".join(f"{figure:>{width}}  {MEASURES[name].title}" for name, figure in figures.items())
