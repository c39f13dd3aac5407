"""Reads the lives of all engagements from the graph: seven plain queries, joined here to `Lanes`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from spacepact.dates import bounds, known
from spacepact.iris import NS
from spacepact.visualizations.asking import Queryable, Things
from spacepact.visualizations.lanes import KINDS, SINGLE, Document, Lane, Lanes, Link, Mark
from spacepact.visualizations.renewals import AGAIN, read_renewing

__all__ = ["ordinal", "read_lanes"]

_CLASSES = {
    "MeetingSeries": "series",
    "Meeting": "meeting",
    "Agreement": "agreement",
    "Mission": "activity",
    "Programme": "activity",
    "SpaceSystem": "activity",
    "Commitment": "promise",
}

# In sub-selects of their own, or Oxigraph tries every property on every thing.
_LIVES = f"""
SELECT DISTINCT ?thing ?property ?value WHERE {{
  {{ SELECT DISTINCT ?thing WHERE {{
      VALUES ?class {{ {" ".join("pact:" + name for name in _CLASSES)} }} ?thing a ?class }} }}
  VALUES ?property {{
    rdf:type skos:prefLabel skos:altLabel pact:statement pact:when pact:strength pact:currentStatus pact:agreementType
    pact:inSeries pact:ordinal pact:topic pact:involves pact:firstTold pact:lastTold pact:hasStatusEvent
    pact:renews pact:supersedes pact:amends pact:fulfils pact:establishes pact:outcomeOf pact:committedBy
  }}
  ?thing ?property ?value .
}}"""

_EVENTS = """
SELECT DISTINCT ?event ?property ?value WHERE {
  { SELECT DISTINCT ?event WHERE { ?thing pact:hasStatusEvent ?event } }
  VALUES ?property { pact:newStatus pact:when pact:atMeeting pact:byActor skos:note }
  ?event ?property ?value .
}"""

_NAMES = """
SELECT DISTINCT ?thing ?property ?value WHERE {
  { SELECT DISTINCT ?thing WHERE {
      { ?engagement pact:involves ?thing } UNION { ?event pact:byActor ?thing } UNION { ?body pact:ofState ?thing }
      UNION { ?body pact:partOf ?thing } UNION { ?thing skos:inScheme ?scheme } UNION { ?thing a owl:Class }
  } }
  VALUES ?property { rdf:type rdfs:label skos:prefLabel skos:broader skos:inScheme pact:ofState pact:partOf }
  ?thing ?property ?value .
}"""

_DOCUMENTS = """
SELECT DISTINCT ?thing ?property ?value WHERE {
  { SELECT DISTINCT ?thing WHERE { ?passage pact:inDocument ?thing } }
  VALUES ?property { dcterms:title dc:publisher pact:issued pact:latest schema:url pact:sourceRank }
  ?thing ?property ?value .
}"""

# Asked from the passages: from the things, every graph of the store is looked at for each of them.
_TELLS = """
SELECT DISTINCT ?document ?thing WHERE {
  ?passage pact:inDocument ?document .
  { GRAPH ?passage { ?thing ?property ?value } } UNION { GRAPH ?passage { ?naming ?of ?thing } }
}"""

_DUE = """
SELECT DISTINCT ?thing ?due ?document WHERE {
  ?passage pact:inDocument ?document . GRAPH ?passage { ?thing pact:dueBy ?due }
}"""

_LINKS = {
    "renews": "renewed by",
    "supersedes": "superseded by",
    "amends": "amended by",
    "fulfils": "fulfilled by",
    "establishes": "established by",
}


def ordinal(number: int) -> str:
    """Return *number* as English writes an ordinal.

    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th']
    """
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def read_lanes(graph: Queryable, version: str = "", as_of: str = "") -> Lanes:
    """Ask *graph* for all lanes. Seven plain queries; proof against default graphs that give a fact more than once."""
    return _Reading(graph, version, as_of).lanes()


class _Reading:
    def __init__(self, graph: Queryable, version: str, as_of: str) -> None:
        self.version, self.as_of = version, as_of
        self.things, self.events, self.names, papers = Things(), Things(), Things(), Things()
        for into, query in ((self.things, _LIVES), (self.events, _EVENTS), (self.names, _NAMES), (papers, _DOCUMENTS)):
            into.add(graph.query(query).rows)
        self.documents = {iri: _document(papers, iri) for iri in papers.values}
        self.kind = {iri: kind for iri in self.things.values if (kind := self._kind(iri))}
        self.tells: dict[str, set[str]] = defaultdict(set)
        for document, thing in graph.query(_TELLS).rows:
            if thing.value in self.kind:
                self.tells[thing.value].add(document.value)
        self.due: dict[str, dict[str, list[Document]]] = defaultdict(lambda: defaultdict(list))
        for thing, due, document in graph.query(_DUE).rows:
            self.due[thing.value][due.value].append(self.documents[document.value])
        self.renewing = read_renewing(graph)
        self.renewed_by = {found.event: found.later for found in self.renewing}
        self.links = tuple(self._links())
        self.meetings: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(iri for iri, kind in self.kind.items() if kind == "meeting"):
            for series in self.things.texts(iri, "pact:inSeries") or [SINGLE]:
                self.meetings[series].append(iri)

    def lanes(self) -> Lanes:
        found = [self._lane(iri, kind) for iri, kind in sorted(self.kind.items()) if kind in KINDS]
        # In the record of an earlier day the register has what no document had told of by then.
        found = [lane for lane in found if lane.documents]
        meetings = {iri: self._lane(iri, "series") for iri, kind in sorted(self.kind.items()) if kind == "meeting"}
        if single := [meetings[iri] for iri in self.meetings.get(SINGLE, [])]:
            found.append(_together(single))
        return Lanes(
            tuple(found),
            meetings,
            {iri: frozenset(documents) for iri, documents in self.tells.items()},
            self.links,
            self.documents,
            self.names,
            self.version,
            self.as_of,
        )

    def _kind(self, iri: str) -> str:
        kinds = {_CLASSES.get(name.removeprefix(NS), "") for name in self.things.texts(iri, "rdf:type")}
        return next(iter(sorted(kinds - {""})), "")

    def _lane(self, iri: str, kind: str) -> Lane:
        things, names = self.things, self.names
        own = [iri, *(self.meetings[iri] if kind == "series" else [])]
        topics = set(things.texts(iri, "pact:topic")) or {t for each in own for t in things.texts(each, "pact:topic")}
        classes = sorted(names.label(c) for c in things.texts(iri, "rdf:type") if c.removeprefix(NS) in _CLASSES)
        marks = self._marks(iri) + [mark for meeting in own[1:] for mark in self._marks(meeting)]
        return Lane(
            iri=iri,
            label=self._label(iri),
            kind=kind,
            what=" or ".join(self._words(iri, "pact:agreementType")) or next(iter(classes), ""),
            strength=" or ".join(self._words(iri, "pact:strength")),
            status=" or ".join(self._words(iri, "pact:currentStatus")),
            actors=frozenset(self._above(actor for each in own for actor in things.texts(each, "pact:involves"))),
            topics=frozenset(above for topic in topics for above in self._path(topic)),
            broad=tuple(sorted({self._path(topic)[-1] for topic in topics})),
            documents=frozenset(document for each in own for document in self.tells[each]),
            first=things.text(iri, "pact:firstTold")[:10],
            last=max((things.text(each, "pact:lastTold")[:10] for each in own), default=""),
            marks=tuple(sorted([*marks, *self._missing(own[1:], marks)], key=_by_time)),
        )

    def _label(self, iri: str) -> str:
        for prop in ("pact:statement", "skos:prefLabel", "skos:altLabel"):
            if text := self.things.text(iri, prop):
                return text
        series = self.things.text(iri, "pact:inSeries")  # a meeting without a name is known by its series
        if not series:
            return self.things.label(iri)
        ordinal, when = self.things.text(iri, "pact:ordinal"), self.things.text(iri, "pact:when")
        return ", ".join(filter(None, (self._label(series), f"meeting {ordinal}" if ordinal else when)))

    def _words(self, iri: str, prop: str) -> list[str]:
        return sorted(self.names.label(code) for code in self.things.texts(iri, prop))

    def _above(self, actors: Iterable[str]) -> Iterator[str]:
        """Yield *actors*, their states and what they are part of."""
        for actor in actors:
            yield actor
            yield from self.names.texts(actor, "pact:ofState")
            ahead, seen = self.names.texts(actor, "pact:partOf"), {actor}
            while ahead:
                whole = ahead.pop()
                if whole not in seen:
                    seen.add(whole)
                    yield whole
                    ahead += self.names.texts(whole, "pact:partOf")

    def _path(self, topic: str) -> list[str]:
        path = [topic]
        while (above := self.names.text(path[-1], "skos:broader")) and above not in path:
            path.append(above)
        return path

    def _marks(self, iri: str) -> list[Mark]:
        events = [self._event(iri, event) for event in self.things.texts(iri, "pact:hasStatusEvent")]
        done = {mark.to for mark in events}
        linked = [
            _mark(iri, "linked", f"{link.words} {self._label(link.later)}", self._date(link.later), to=link.later)
            for link in self.links
            if link.earlier == iri and link.later not in done
        ]
        own = self.things.text(iri, "pact:when")
        # An agreement may have a date, and no event that says what happened on it.
        if own and own not in {mark.date for mark in events}:
            events.append(_mark(iri, "begun", "dated", own))
        return events + linked + self._due_marks(iri)

    def _event(self, iri: str, event: str) -> Mark:
        events = self.events
        status = events.text(event, "pact:newStatus").rsplit("/", 1)[-1]
        word = self.names.label(events.text(event, "pact:newStatus"))
        by = self.renewed_by.get(event, "")
        meeting = events.text(event, "pact:atMeeting")
        if self.kind[iri] == "meeting":
            word = f"{'held' if status == 'completed' else word}: {self._label(iri)}"
        if actors := sorted(self.names.label(actor) for actor in events.texts(event, "pact:byActor")):
            word += " by " + ", ".join(actors)
        if by:
            word += f" by “{self._label(by)}”"
        if meeting and meeting != iri:
            word += f", at {self._label(meeting)}"
        sign = _SIGNS.get(status, "going")
        if self.kind[iri] == "meeting" and status == "completed":
            sign = "held"
        return _mark(iri, sign, word, events.text(event, "pact:when"), events.text(event, "skos:note"), by)

    def _due_marks(self, iri: str) -> list[Mark]:
        """Return the due dates that documents give, those that exclude the ones of the newest document as moved."""
        told = self.due.get(iri, {})
        last = max((document.latest for documents in told.values() for document in documents), default="")
        now = [bounds(due) for due, documents in told.items() if any(d.latest == last for d in documents)]
        status = self.things.text(iri, "pact:currentStatus").rsplit("/", 1)[-1]
        marks = []
        for due, documents in sorted(told.items()):
            at = bounds(due)
            sign = _DUE_SIGNS.get(status, "due")
            if self.kind[iri] == "agreement" and status in ("made", "signed", "in-force", "under-way"):
                sign = "met"  # an agreement is due to be signed
            if all(at.latest < other.earliest or other.latest < at.earliest for other in now):
                sign = "moved"
            words = _DUE_WORDS[sign] + (f": {self._label(iri)}" if self.kind[iri] == "meeting" else "")
            days = sorted({d.issued for d in documents if d.issued})
            marks.append(_mark(iri, sign, words, due, f"told {', '.join(days) or 'in a document without date'}"))
        return marks

    def _date(self, iri: str) -> str:
        return self.things.text(iri, "pact:when")

    def _links(self) -> Iterator[Link]:
        renewing = {(found.earlier, found.later) for found in self.renewing}
        for later in sorted(self.kind):
            for prop, words in _LINKS.items():
                for earlier in self.things.texts(later, f"pact:{prop}"):
                    if earlier not in self.kind:
                        continue
                    again = prop == "renews" and (earlier, later) not in renewing
                    yield Link(earlier, later, AGAIN if again else words)

    def _missing(self, meetings: Sequence[str], marks: Sequence[Mark]) -> Iterator[Mark]:
        """Yield a mark for each run of numbers below the highest known one that no source tells of."""
        known: dict[int, str] = {}
        for meeting in meetings:
            for text in self.things.texts(meeting, "pact:ordinal"):
                known.setdefault(int(text), meeting)
        dated = {mark.of: mark for mark in sorted(marks, key=_by_time, reverse=True) if mark.date}
        before = 0
        for number in sorted(known):
            if number > before + 1:
                run = (ordinal(before + 1), ordinal(number - 1))
                words = f"{run[0]} not on record" if run[0] == run[1] else f"{run[0]} to {run[1]} not on record"
                earlier, later = dated.get(known.get(before, "")), dated.get(known[number])
                if later:
                    start = earlier.latest if earlier else ""
                    yield Mark(known[number], "missing", words, "", start, later.earliest, str(number - before - 1))
            before = number


_DUE_SIGNS = {"completed": "met", "dropped": "met", "no-data": "no data"}
_DUE_WORDS = {
    "due": "due",
    "met": "was due",
    "no data": "due, no source tells what became of it",
    "moved": "was due, newer documents say otherwise",
}
_SIGNS = {
    "proposed": "proposed",
    "announced": "proposed",
    "planned": "planned",
    "made": "begun",
    "signed": "begun",
    "in-force": "begun",
    "under-way": "going",
    "renewed": "renewed",
    "completed": "ended",
    "dropped": "dropped",
    "overdue": "going",
}
"""What is drawn for an event, by the slug of its status."""


def _together(lanes: Sequence[Lane]) -> Lane:
    """Return one lane for the single meetings that *lanes* hold."""
    return replace(
        lanes[0],
        iri=SINGLE,
        label="Meetings of no series",
        what="single meetings",
        status="",
        actors=frozenset[str]().union(*(lane.actors for lane in lanes)),
        topics=frozenset[str]().union(*(lane.topics for lane in lanes)),
        broad=(),
        documents=frozenset[str]().union(*(lane.documents for lane in lanes)),
        first=min(lane.first for lane in lanes),
        last=max(lane.last for lane in lanes),
        marks=tuple(sorted((mark for lane in lanes for mark in lane.marks), key=_by_time)),
    )


def _document(papers: Things, iri: str) -> Document:
    return Document(
        iri,
        papers.text(iri, "dcterms:title"),
        papers.text(iri, "dc:publisher"),
        papers.text(iri, "pact:issued"),
        papers.text(iri, "pact:latest"),
        papers.text(iri, "schema:url"),
        papers.text(iri, "pact:sourceRank"),
    )


def _mark(of: str, sign: str, words: str, date: str, note: str = "", to: str = "") -> Mark:
    # A date with a mistake in it does not get past the checks of facts; its bounds are days here.
    first, last = (moment[:10] for moment in bounds(known(date))) if date else ("", "")
    return Mark(of, sign, words, date, first, last, note, to)


def _by_time(mark: Mark) -> tuple[Any, ...]:
    return (not mark.latest, mark.latest, mark.earliest, re.sub("[?]", "", mark.date), mark.of, mark.words)
