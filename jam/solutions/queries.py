"""Looking for what others brought and tried, within what somebody may read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_login import current_user
from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select, text
from sqlalchemy.orm import joinedload, selectinload

from jam.base.database import db
from jam.base.now import now
from jam.cases.models import CaseOpening, CaseText, Copy, EchoCase, echo_case_term
from jam.cases.rules import HELD, OPEN_FOR
from jam.cohorts.models import CohortMember
from jam.cohorts.queries import cohorts_for
from jam.cohorts.rules import Standing
from jam.cohorts.sections import Viewer
from jam.outcomes.following import Asked, asked_of_all
from jam.outcomes.models import CaseOutcome, CaseRecommendation
from jam.outcomes.rules import SENT, Answer
from jam.people.login import account
from jam.people.models import Person
from jam.people.presence import person_here
from jam.people.queries import rows_of
from jam.schedule.models import Cohort
from jam.solutions.models import VECTOR, SolutionEntry
from jam.solutions.rules import Tally

#: Cases that a search looks at, the best ones first.
MOST = 500


@dataclass(frozen=True)
class Search:
    """What is looked for: words as they stand in the index, a lever, a setting."""

    words: tuple[str, ...] = ()
    term_id: int | None = None
    setting: str | None = None


@dataclass(frozen=True)
class Hit:
    """A case that was found, and what may be shown of it to somebody who has it open."""

    case: EchoCase
    asked: Asked
    #: Whether each word was found, rather than some of them.
    whole: bool

    def newest(self, recommendation: CaseRecommendation) -> CaseOutcome | None:
        """What became of a recommendation, by the newest answer."""
        answers = self.asked.answers_before(None).get(recommendation.id, [])
        return answers[-1][1] if answers else None


def reach(cohort: Cohort, looks: Viewer) -> list[int]:
    """The cohorts whose presented cases somebody may look through: the one they look at, those of which they are a member by
    their link, and those that they lead or advise by their account. Cases of no other cohort are found, whatever its program.

    Of somebody else who is signed in on the same device nothing counts: what is opened stands on record under one name.
    """
    found, own, here = {cohort.id}, rows_of(looks.person), person_here()
    if here is not None and here.id in own:
        mine = select(CohortMember.cohort_id).where(
            CohortMember.person_id.in_(own), CohortMember.standing == Standing.CONFIRMED
        )
        found |= set(db.session.scalars(mine))
    if current_user.is_authenticated and account().person_id in own:
        found |= {each.id for each, _ in cohorts_for(account(), all_of_them=current_user.organizer)}
    return sorted(found)


def _readable(cohort_ids: Collection[int]) -> Select[int]:
    """What may be found at all, asked of the cases themselves and not of the index: presented, in one of these cohorts."""
    return (
        select(EchoCase.id)
        .join(SolutionEntry, SolutionEntry.case_id == EchoCase.id)
        .where(
            EchoCase.cohort_id.in_(list(cohort_ids)),
            EchoCase.state.in_(HELD),
            exists().where(CaseText.case_id == EchoCase.id, CaseText.copy == Copy.RELEASED),
        )
    )


def _holding(words: Collection[str], joined: str) -> ColumnElement[bool]:
    """The condition that an entry holds these words, by the engine's own index. The words are letters and digits alone."""
    if db.engine.dialect.name == "sqlite":
        match = f" {'AND' if joined == '&' else 'OR'} ".join(f'"{each}"' for each in words)
        query = text("SELECT rowid FROM solution_fts WHERE solution_fts MATCH :words").bindparams(words=match)
        return SolutionEntry.case_id.in_(query.columns(SolutionEntry.case_id))
    return literal_column(VECTOR).op("@@")(
        func.to_tsquery(literal_column("'simple'::regconfig"), f" {joined} ".join(words))
    )


def find(search: Search, cohort_ids: Collection[int]) -> list[Hit]:
    """The cases that fit, the best first: with each of the words, or where there is none, with any. A fixed number of queries."""
    query = _readable(cohort_ids)
    if search.term_id is not None:
        tagged = exists().where(
            echo_case_term.c.case_id == EchoCase.id, echo_case_term.c.term_id == search.term_id
        )
        pulled = exists().where(
            CaseRecommendation.case_id == EchoCase.id, CaseRecommendation.term_id == search.term_id,
            CaseRecommendation.removed_at.is_(None), EchoCase.state.in_(SENT), EchoCase.recommendations_sent_at.is_not(None),
        )  # fmt: skip
        query = query.where(tagged | pulled)
    if search.setting is not None:
        query = query.where(EchoCase.setting == search.setting)
    newest = (EchoCase.presented_at.desc(), EchoCase.id.desc())
    if not search.words:
        ids = list(db.session.scalars(query.order_by(*newest).limit(MOST)))
        return _hits(ids, whole=True)
    for joined in ("&", "|"):
        ids = list(
            db.session.scalars(query.where(_holding(search.words, joined)).order_by(*newest).limit(MOST))
        )
        if ids:
            return _hits(_best_first(ids, search.words), whole=joined == "&")
    return []


def _best_first(ids: list[int], words: Collection[str]) -> list[int]:
    """By where the words stand: what was brought counts most, then what was recommended. Of equal ones the order stays."""
    entries = {
        each.case_id: each
        for each in db.session.scalars(select(SolutionEntry).where(SolutionEntry.case_id.in_(ids)))
    }

    def points(id: int) -> int:
        entry = entries[id]
        places = ((entry.brought, 3), (entry.recommended, 2), (entry.happened, 1))
        return sum(weight * len(set(words) & set(place.split())) for place, weight in places)

    return sorted(ids, key=points, reverse=True)


def _hits(ids: list[int], *, whole: bool) -> list[Hit]:
    query = (
        select(EchoCase)
        .where(EchoCase.id.in_(ids))
        .options(
            selectinload(EchoCase.texts), selectinload(EchoCase.terms), joinedload(EchoCase.event), joinedload(EchoCase.cohort),
            joinedload(EchoCase.person), joinedload(EchoCase.member).joinedload(CohortMember.application),
        )
    )  # fmt: skip
    cases = {each.id: each for each in db.session.scalars(query)}
    ordered = [cases[id] for id in ids]
    told = {each.case.id: each for each in asked_of_all([each for each in ordered if each.state in SENT])}
    return [Hit(case, told.get(case.id, Asked(case, [], [])), whole) for case in ordered]


def tally(hits: Collection[Hit]) -> Tally:
    """How many organizations stand behind these cases: brought, tried at least one recommendation, and have one adopted now."""
    brought, tried, kept = set[tuple[str, int]](), set[tuple[str, int]](), set[tuple[str, int]]()
    for hit in hits:
        home = hit.case.member.application
        organization = ("o", home.organization_id) if home.organization_id is not None else ("a", home.id)
        brought.add(organization)
        for recommendation in hit.asked.recommendations:
            answers = [each.answer for _, each in hit.asked.answers_before(None).get(recommendation.id, [])]
            if any(each in (Answer.TRIED, Answer.ADOPTED) for each in answers):
                tried.add(organization)
            if answers and answers[-1] == Answer.ADOPTED:
                kept.add(organization)
    return Tally(len(brought), len(tried), len(tried & kept))


def opened(person: Person, cases: Collection[EchoCase]) -> set[int]:
    """Those of these cases whose released words somebody has open, on record."""
    query = select(CaseOpening.case_id).where(
        CaseOpening.person_id == person.id,
        CaseOpening.copy == Copy.RELEASED,
        CaseOpening.at > now() - OPEN_FOR,
        CaseOpening.case_id.in_([each.id for each in cases]),
    )
    return set(db.session.scalars(query))
