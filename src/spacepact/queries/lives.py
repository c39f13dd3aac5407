"""Lives: the dated events of agreements, commitments, meetings and activities, with where each is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacepact.dates import bounds, known
from spacepact.queries.evidence import Proof
from spacepact.queries.facts import Facts, read_facts

if TYPE_CHECKING:
    from spacepact.graph.engines.embedded import Engine

__all__ = ["Event", "Life", "Moment", "lives"]

_OWN = ("pact:hasStatusEvent", "pact:dueBy", "pact:currentStatus")
_TOLD = ("pact:newStatus", "pact:when", "pact:date", "pact:byActor", "pact:atMeeting", "pact:evidencedBy", "skos:note")


@dataclass(frozen=True)
class Moment:
    """A date as the record has it, an EDTF string, with its first and last day as ``YYYY-MM-DD``.

    Of one without an end, an earliest date, the *last* day is that of the date on which it begins.
    """

    edtf: str
    first: str
    last: str

    @classmethod
    def of(cls, edtf: str) -> Moment:
        """Return the moment that *edtf* names. Raises DateError.

        >>> Moment.of("2020-02?")
        Moment(edtf='2020-02?', first='2020-02-01', last='2020-02-29')
        """
        found = bounds(known(edtf))
        return cls(edtf, found.earliest[:10], found.latest[:10])


@dataclass(frozen=True)
class Event:
    """An event in a life. *status* is the slug of the status from then on; *when* is None where no date is known.

    *also_dated* are the other dates that sources give. *follows_from* are the engagements that a derived event, which
    has no *proofs*, follows from.
    """

    iri: str
    status: str
    when: Moment | None
    also_dated: tuple[str, ...]
    actors: tuple[str, ...]
    meetings: tuple[str, ...]
    follows_from: tuple[str, ...]
    notes: tuple[str, ...]
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Life:
    """The life of an engagement: its events, oldest first, what it is due by, and how it stands.

    *status* is the slug of the status on the day of the record, empty where it has none.
    """

    engagement: str
    events: tuple[Event, ...]
    due: tuple[Moment, ...]
    status: str


def lives(engine: Engine, engagements: Iterable[str], *, sourced: bool = True) -> dict[str, Life]:
    """Return the life of each of *engagements*, given as IRIs; one without events has an empty one.

    Where it need not be *sourced*, no event has proofs, and the answer comes sooner.
    """
    wanted = sorted(set(engagements))
    own = Facts(read_facts(engine, wanted, only=_OWN, sourced=False))
    events = {event for iri in wanted for event in own.iris(iri, "pact:hasStatusEvent")}
    told = Facts(read_facts(engine, events, only=_TOLD, sourced=sourced))
    return {iri: _life(iri, own, told) for iri in wanted}


def _life(engagement: str, own: Facts, told: Facts) -> Life:
    events = [_event(iri, engagement, told) for iri in own.iris(engagement, "pact:hasStatusEvent")]
    # What has no date stands last: where it belongs, nobody knows.
    events.sort(key=lambda e: (e.when is None, e.when and (e.when.last, e.when.first), e.iri))
    return Life(
        engagement,
        tuple(events),
        tuple(sorted(map(Moment.of, own.texts(engagement, "pact:dueBy")), key=lambda m: m.last)),
        next(iter(own.slugs(engagement, "pact:currentStatus")), ""),
    )


def _event(iri: str, engagement: str, told: Facts) -> Event:
    when = told.text(iri, "pact:when")
    statuses = told.of(iri, "pact:newStatus")
    return Event(
        iri,
        told.slugs(iri, "pact:newStatus")[0],
        Moment.of(when) if when else None,
        tuple(date for date in told.texts(iri, "pact:date") if date != when),
        tuple(told.iris(iri, "pact:byActor")),
        tuple(told.iris(iri, "pact:atMeeting")),
        tuple(told.iris(iri, "pact:evidencedBy")),
        tuple(told.texts(iri, "skos:note")),
        statuses[0].proofs,
    )
