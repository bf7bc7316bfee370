"""`jam solutions`: the memory of the cohorts from the command line."""

from __future__ import annotations

import click

from jam.base.database import db
from jam.base.words import count
from jam.solutions.index import rebuild


@click.group("solutions")
def solutions_commands() -> None:
    """What cohorts brought, recommended and tried, as it is searched."""


@solutions_commands.command("rebuild")
def rebuild_command() -> None:
    """Make the index of the search anew from the cases, and say how much of it was not as it should be."""
    entries, changed = rebuild()
    db.session.commit()
    click.echo(f"{count(entries, 'case', 'cases')} can be found; {changed} of the entries had to be changed.")
