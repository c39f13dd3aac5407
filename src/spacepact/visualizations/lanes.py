"""The dated lives of meeting series, agreements, activities and promises: one lane each, marks on it, links between.

Everything that is shown in the order of time, the timeline and the feeds, is made from `Lanes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from spacepact.dates import bounds, known
from spacepact.iris import NS
from spacepact.visualizations.asking import Things

__all__ = ["KINDS", "SIGNS", "SINGLE", "Document", "Lane", "Lanes", "Link", "Mark"]

KINDS = {"series": "Meetings", "agreement": "Agreements", "activity": "Missions and programmes", "promise": "Promises"}
"""The kinds of lanes, in the order in which they are shown, each with its heading."""

SINGLE = NS + "Meeting"
"""The IRI of the lane that holds the meetings of no series."""

SIGNS = {
    "held": "meeting held",
    "begun": "made, signed, dated",
    "going": "under way",
    "renewed": "renewed",
    "ended": "completed",
    "dropped": "dropped",
    "proposed": "proposed or announced",
    "planned": "planned, on that day",
    "due": "due, or planned for",
    "met": "was due; it has been done since, or dropped",
    "no data": "was due; no source tells what became of it",
    "moved": "was due; newer documents give another date",
    "linked": "fulfilled, established or taken up again by another",
    "missing": "meetings that no source tells of",
}
"""What a mark can say, and how a legend explains it."""


class Document(NamedTuple):
    """A document that tells of lanes. *issued* is an EDTF date, *latest* the last moment it can mean; or empty."""

    iri: str
    title: str
    publisher: str
    issued: str
    latest: str
    url: str
    rank: str

    @property
    def earliest(self) -> str:
        """The first moment it can have been issued, or empty.

        Of a page without a day no more is known than when it was read at the latest: by that it would ever be new.
        """
        return bounds(self.issued).earliest if self.issued else ""


@dataclass(frozen=True)
class Mark:
    """Something dated in a lane.

    *of* is the IRI of what it is about: a meeting of the series, or the lane's own engagement. *sign* says what is
    drawn, see `SIGNS`. *date* is an EDTF date, *earliest* and *latest* are the days it can mean; all three are empty
    where the date is unknown, but those of "missing" lie between the meetings known before and after. *to* is the IRI
    of what brought it about, such as a renewing promise. Of an earliest date, which has no end, *latest* is the
    last day that it can begin on.
    """

    of: str
    sign: str
    words: str
    date: str
    earliest: str
    latest: str
    note: str = ""
    to: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether the source doubts the date."""
        return "?" in self.date

    @property
    def endless(self) -> bool:
        """Whether it is the earliest date, which is never past."""
        return known(self.date) != self.date


@dataclass(frozen=True)
class Lane:
    """One engagement and its life. *kind* is one of `KINDS`, *what* its own kind, such as "study agreement".

    *actors* and *topics* are those it involves with all that are above them, *broad* the broad topics. *documents* tell
    of it or of its meetings. *first* and *last* are the days it was first and last told of, at the latest.
    """

    iri: str
    label: str
    kind: str
    what: str
    strength: str
    status: str
    actors: frozenset[str]
    topics: frozenset[str]
    broad: tuple[str, ...]
    documents: frozenset[str]
    first: str
    last: str
    marks: tuple[Mark, ...]

    @property
    def slipped(self) -> bool:
        """Whether newer documents give another due date."""
        return any(mark.sign == "moved" for mark in self.marks)


class Link(NamedTuple):
    """The lane *later* renews, supersedes, amends, fulfils or establishes *earlier*; *words* read from the earlier."""

    earlier: str
    later: str
    words: str


@dataclass(frozen=True)
class Lanes:
    """All lanes, the links between them, and the documents and names behind them; *as_of* is a day.

    *meetings* has a lane for each meeting, by its IRI; *lanes* has them on those of their series. *tells* has the IRIs
    of the documents that tell of a thing itself.
    """

    lanes: tuple[Lane, ...]
    meetings: dict[str, Lane]
    tells: dict[str, frozenset[str]]
    links: tuple[Link, ...]
    documents: dict[str, Document]
    names: Things
    version: str
    as_of: str

    @property
    def engagements(self) -> Iterator[Lane]:
        """A lane for each single engagement: meetings apart from their series."""
        yield from (lane for lane in self.lanes if lane.iri != SINGLE)
        yield from self.meetings.values()

    def label(self, iri: str) -> str:
        """Return the name of an actor, topic, code or class."""
        return self.names.label(iri)
