"""Invented people, and which of them registered for what and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from jam.base.now import now
from jam.base.text import slugify
from jam.base.zones import EASTERN, to_utc, wall
from jam.demo import places
from jam.registration.rules import Source, Status

#: Confirmed registrations of a held Jam, on average.
AVERAGE = 577

#: Of so many people, most come to few Jams and some to many.
_POOL = 7_000
_OPENS = timedelta(days=35)


@dataclass
class Someone:
    """A person to be."""

    name: str
    address: str
    organization: str
    sector: str
    job_role: str
    state: str
    zip: str | None
    keenness: float
    #: The Jam at which they first heard of it, counted from 0.
    since: int = 0
    first_seen: datetime | None = None
    #: Known once the rows are there.
    id: int = 0
    organization_id: int | None = None
    sector_id: int | None = None
    job_role_id: int | None = None

    def seen(self, at: datetime) -> None:
        """Jam knows them from the first time on."""
        self.first_seen = min(self.first_seen or at, at)


@dataclass
class Seat:
    """A registration to be."""

    who: Someone
    at: datetime
    source: Source
    cancelled_at: datetime | None = None

    @property
    def status(self) -> Status:
        """Confirmed, unless it was given back."""
        return Status.CANCELLED if self.cancelled_at else Status.CONFIRMED


@dataclass
class Namesakes:
    """Makes people whose addresses are all different."""

    rng: Random
    taken: set[str] = field(default_factory=set)

    def someone(self, sector: str = "", state: str = "") -> Someone:
        """Another invented person, of this sector and state if they are given."""
        rng = self.rng
        sector = sector or _pick(rng, places.SECTOR_SHARES)
        state = state or _pick(rng, places.STATE_SHARES)
        starts = places.ZIP_STARTS[state]
        known = places.ORGANIZATIONS.get(sector)
        organization = rng.choice(known) if known and rng.random() < 0.96 else ""
        name = f"{rng.choice(places.FIRST)} {rng.choice(places.LAST)}"
        return Someone(
            name=name,
            address=self.address(name, organization),
            organization=organization,
            sector=sector,
            job_role=_pick(rng, places.ROLE_SHARES),
            state=state,
            zip=f"{rng.choice(starts)}{rng.randrange(100):02}" if starts else None,
            keenness=rng.paretovariate(1.25),
        )

    def guest(self, name: str = "", address: str = "") -> Someone:
        """Somebody of whom a report says a name and an address, and nothing else."""
        name = name or f"{self.rng.choice(places.FIRST)} {self.rng.choice(places.LAST)}"
        return Someone(name, address or self.address(name), "", "", "", "", None, 0)

    def address(self, name: str, organization: str = "") -> str:
        """An address that nobody has yet, in a domain reserved for examples (RFC 2606)."""
        home = slugify(organization).replace("-", "")
        domain = places.DOMAINS[len(organization) % 3]
        stem = name.lower().replace(" ", ".").replace("'", "")
        for number in range(1, 10_000):
            local = stem if number == 1 else f"{stem}{number}"
            address = f"{local}@{home}.{domain}" if home else f"{local}@{domain}"
            if address not in self.taken:
                self.taken.add(address)
                return address
        raise RuntimeError("Ten thousand people cannot share a name.")


def pool(namesakes: Namesakes, jams: int) -> list[Someone]:
    """People who hear of the Jam sooner or later: many at its beginning, then a steady stream."""
    rng = namesakes.rng
    # A keen one from each state and territory, so that even the smallest is on the map.
    everybody = [namesakes.someone(state=state) for state in places.STATE_SHARES]
    for each in everybody:
        each.keenness += 4
    for _ in range(_POOL - len(everybody)):
        each = namesakes.someone()
        each.since = 0 if rng.random() < 0.12 else rng.randrange(max(1, jams + 3))
        everybody.append(each)
    return everybody


def sizes(rng: Random, jams: int) -> list[int]:
    """Confirmed registrations of each held Jam: growing, quieter in summer and December, their mean exactly 577."""
    weights = [
        (0.62 + 0.76 * n / max(1, jams - 1))
        * rng.uniform(0.92, 1.08)
        * (0.88 if (n + 4) % 12 in (6, 7, 11) else 1)
        for n in range(jams)
    ]
    whole = AVERAGE * jams
    found = [int(whole * weight / sum(weights)) for weight in weights]
    for n in range(whole - sum(found)):
        found[n % jams] += 1
    return found


def register(
    rng: Random, everybody: Sequence[Someone], number: int, starts_at: datetime, confirmed: int
) -> list[Seat]:
    """The seats of a held Jam: so many confirmed ones, and some that were given back."""
    cancelled = round(confirmed * rng.uniform(0.025, 0.055))
    seats = [_seat(rng, who, starts_at) for who in _drawn(rng, everybody, number, confirmed + cancelled)]
    on_time = [seat for seat in seats if seat.at < starts_at - timedelta(hours=2)]
    for seat in rng.sample(on_time, cancelled):
        seat.cancelled_at = _between(rng, seat.at, starts_at - timedelta(minutes=5))
    return seats


def register_ahead(
    rng: Random, everybody: Sequence[Someone], number: int, starts_at: datetime, expected: int, early: int
) -> list[Seat]:
    """The seats that a planned Jam has by now: `early` ones from people who plan far ahead, then the usual curve."""
    drawn = _drawn(rng, everybody, number, expected + early)
    usual = [_seat(rng, who, starts_at) for who in drawn[early:]]
    opened = now() - timedelta(days=27)
    ahead = [Seat(who, _between(rng, opened, now()), Source.FORM) for who in drawn[:early]]
    return ahead + [seat for seat in usual if seat.at <= now()]


def _seat(rng: Random, who: Someone, starts_at: datetime) -> Seat:
    return Seat(who, _moment(rng, starts_at), _source(rng))


def _drawn(rng: Random, everybody: Sequence[Someone], number: int, count: int) -> list[Someone]:
    """So many different people, the keen ones more often (weighted sampling: Efraimidis and Spirakis, 2006)."""
    heard = [each for each in everybody if each.since <= number]
    if len(heard) < count:
        heard = list(everybody)
    keys = {id(each): rng.random() ** (1 / _weight(each, number)) for each in heard}
    return sorted(heard, key=lambda each: keys[id(each)], reverse=True)[:count]


def _weight(each: Someone, number: int) -> float:
    # Somebody who has just heard of it comes; the others come by how keen they are.
    return each.keenness + (6 if each.since == number else 0)


def _moment(rng: Random, starts_at: datetime) -> datetime:
    """When somebody registers: within five weeks, a third of them in the last two days, one in a hundred too late."""
    chance = rng.random()
    if chance < 0.01:
        return starts_at + timedelta(seconds=rng.randrange(30, 1500))
    if chance < 0.36:
        ago = timedelta(days=min(rng.expovariate(1.3), 1.99))
        return (starts_at - ago - timedelta(minutes=2)).replace(microsecond=0)
    days = rng.uniform(0, 5) if chance < 0.5 else rng.uniform(0, 33)
    return _by_day(rng, starts_at - _OPENS + timedelta(days=days))


def _by_day(rng: Random, at: datetime) -> datetime:
    """The same day between 7 a.m. and 10 p.m. Eastern, mostly around noon."""
    minute = int(rng.triangular(7 * 60, 22 * 60, 12 * 60))
    local = to_utc(wall(at, EASTERN).date(), time(minute // 60, minute % 60), EASTERN)
    return local + timedelta(seconds=rng.randrange(60))


def _source(rng: Random) -> Source:
    return rng.choices((Source.FORM, Source.PLATFORM, Source.DESK), (92, 5, 3))[0]


def _between(rng: Random, first: datetime, last: datetime) -> datetime:
    return first + timedelta(seconds=rng.randrange(max(1, int((last - first).total_seconds()))))


def _pick(rng: Random, shares: dict[str, float]) -> str:
    return rng.choices(tuple(shares), tuple(shares.values()))[0]


def used(crowds: Iterable[Iterable[Someone]]) -> list[Someone]:
    """Everybody who is needed, once, in the order in which Jam came to know them."""
    found = {id(each): each for crowd in crowds for each in crowd}
    return sorted(found.values(), key=lambda each: each.first_seen or now())
