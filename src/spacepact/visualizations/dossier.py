"""The dossier of a pair: every engagement in which two actors both have a part, in what role, and where it is said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from spacepact.dates import bounds
from spacepact.iris import ENTITY, NS
from spacepact.queries.evidence import Proof
from spacepact.queries.names import labels
from spacepact.visualizations.cooperation import build_showings
from spacepact.visualizations.dossier_standing import moved, planned, rows, standing, values
from spacepact.visualizations.folding import passages_of
from spacepact.visualizations.model import Showing, Tie, Topic, View
from spacepact.visualizations.renewals import Renewal, renewals
from spacepact.visualizations.years import years_of

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["GROUPS", "TIED", "Dossier", "Entry", "Part", "Role", "Side", "Wanted", "build_dossier", "merged", "side"]

TIED = ("agreement", "commitment", "activity")
"""The groups of engagements that make two actors cooperate."""

GROUPS = (*TIED, "meeting", "no tie", "attendance")
"""The groups of a dossier, in its order. A meeting is one that both convene or host; attendance is to have been there.
What is in "no tie" names both, and ties them not: considered, proposed, open to any state, or of one state."""

_UNFIRM = {"proposed", "planned", "announced", "no data"}
# In the order in which they are told.
_ROLES = ["committedBy", "committedTo", "party", "ledBy", "partner", "convenedBy", "hostedBy", "participant"]


@dataclass(frozen=True)
class Side:
    """One actor of a pair. *members* are the IRIs that count for it, its own first; *parts* all that could.

    *state* is the IRI of the state it is a body of, empty for a state.
    """

    iri: str
    label: str
    state: str
    members: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def slug(self) -> str:
        """The end of its IRI, as in addresses."""
        return self.iri.removeprefix(ENTITY)


class Part(NamedTuple):
    """An actor in a role. *more* are a person's posts and those it acts for, in words."""

    iri: str
    name: str
    more: str = ""

    @property
    def words(self) -> str:
        """The name and what more there is to say."""
        return ", ".join(filter(None, (self.name, self.more)))


@dataclass(frozen=True)
class Role:
    """Who has a part in an engagement in one way, and how many others do."""

    name: str
    actors: tuple[Part, ...]
    others: int = 0


@dataclass(frozen=True)
class Entry:
    """An engagement of a dossier. *a* and *b* are the IRIs of those of each side who have a part in it.

    *why* tells of what is in the group "no tie" why it ties nobody, and of a planned meeting why it is here.
    *standing* is what of `dossier_standing.STANDINGS` holds of it.
    """

    showing: Showing
    group: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    roles: tuple[Role, ...]
    why: str = ""
    standing: tuple[str, ...] = ()
    renewals: tuple[Renewal, ...] = ()

    @property
    def statuses(self) -> set[str]:
        """The labels of its status, with how it stands."""
        return {*self.showing.status.split(" or "), *self.standing} - {""}

    @property
    def years(self) -> range:
        """The years in which it can have been; none without a date."""
        return years_of(self.showing.date)


@dataclass(frozen=True)
class Wanted:
    """What a reader wants to see: any of each, everything where nothing is given.

    *topics* are IRIs, narrower topics count; *bases* are groups or bases, *statuses* labels or words of
    `dossier_standing.STANDINGS`; *since* and *until* are days, and what can have been between them counts.
    """

    topics: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def takes(self, entry: Entry, topics: Mapping[str, Topic]) -> bool:
        """Whether *entry* is wanted; *topics* are all topics by IRI."""
        shown = entry.showing
        above = {iri for topic in shown.topics for iri in topics[topic].path}
        return (
            (not self.topics or not above.isdisjoint(self.topics))
            and (not self.bases or entry.group in self.bases or shown.kind in self.bases)
            and (not self.statuses or not entry.statuses.isdisjoint(self.statuses))
            and self._dated(shown.date)
        )

    def _dated(self, date: str) -> bool:
        if not (self.since or self.until):
            return True
        if not date:
            return False
        earliest, latest = bounds(date)
        return latest[:10] >= self.since and earliest[:10] <= (self.until or "9999")


@dataclass(frozen=True)
class Dossier:
    """All engagements in which both sides have a part, newest first in each of `GROUPS`."""

    a: Side
    b: Side
    entries: tuple[Entry, ...]
    topics: Mapping[str, Topic]

    def wanted(self, wanted: Wanted) -> Dossier:
        """Return the dossier with only what is *wanted*."""
        return replace(self, entries=tuple(e for e in self.entries if wanted.takes(e, self.topics)))

    @property
    def groups(self) -> dict[str, list[Entry]]:
        """The entries of each group that has some."""
        found = {group: [entry for entry in self.entries if entry.group == group] for group in GROUPS}
        return {group: entries for group, entries in found.items() if entries}

    @property
    def tied(self) -> list[Entry]:
        """The entries that make the two cooperate, newest first."""
        return [entry for entry in _newest_first(self.entries) if entry.group in TIED]

    @property
    def years(self) -> dict[int, tuple[int, int]]:
        """For each year how many entries tie the two, and how many do not; one that may be of several is in each."""
        found = Counter((year, entry.group in TIED) for entry in self.entries for year in entry.years)
        counted = sorted({year for year, _ in found})
        span = range(counted[0], counted[-1] + 1) if counted else ()
        return {year: (found[year, True], found[year, False]) for year in span}

    @property
    def passages(self) -> tuple[Proof, ...]:
        """The passages behind the entries, those of the newest document first."""
        return passages_of(entry.showing for entry in self.entries)

    def counted(self, what: str) -> dict[str, int]:
        """Return how many entries there are on each topic (IRI, wider ones too), of each group, or of each status."""
        values: dict[str, dict[Entry, set[str]]] = defaultdict(dict)
        for entry in self.entries:
            shown = entry.showing
            values["topic"][entry] = {iri for topic in shown.topics for iri in self.topics[topic].path}
            values["group"][entry] = {entry.group}
            values["status"][entry] = entry.statuses
        return dict(sorted(Counter(v for found in values[what].values() for v in found).items()))


def side(graph: KnowledgeGraph, iri: str, *, parts: bool | None = None) -> Side:
    """Return the actor *iri* as a side of a dossier.

    With *parts* all its bodies and their parts count for it; if nothing is said, those of a state do.
    """
    term = NamedNode(iri)
    found = graph.query(
        f"""SELECT DISTINCT ?state ?body WHERE {{ VALUES ?actor {{ {term} }}
          {{ ?actor pact:ofState ?state }} UNION {{ ?body pact:ofState ?actor }} UNION {{ ?body pact:partOf+ ?actor }}
        }}"""
    ).rows
    state = min((str(row[0].value) for row in found if isinstance(row[0], NamedNode)), default="")
    bodies = tuple(sorted({row[1].value for row in found if isinstance(row[1], NamedNode)} - {iri}))
    is_state = bool(graph.query(f"ASK {{ {term} a pact:State }}").rows[0][0].value == "true")  # type: ignore[union-attr]
    counts = is_state if parts is None else parts
    return Side(iri, labels(graph.engine, [iri])[iri], state, (iri, *bodies) if counts else (iri,), bodies)


def build_dossier(graph: KnowledgeGraph, view: View, a: Side, b: Side) -> Dossier:
    """Return the dossier of *a* and *b*: the ties of *view* between them, and what else both have a part in.

    A series that both have a part in brings along its planned meetings, of which the record knows at most the host.
    """
    of_a, of_b = _involved(graph, a.members), _involved(graph, b.members)
    both = {e for e in of_a.keys() & of_b.keys() if len(of_a[e] | of_b[e]) > 1}
    due = {meeting: series for meeting, series in planned(graph, both).items() if meeting not in both}
    tied = {s.iri: s for s in merged(tie for tie in view.ties if _between(tie, a, b))}
    shown, topics = _shown(graph, tied, both | due.keys())
    roles = _roles(graph, sorted(shown), {*a.members, *b.members})
    renewed, slipped = renewals(graph, shown), moved(graph)
    entries = {}
    for iri, showing in shown.items():
        ends = tuple(sorted(of_a.get(iri, ()))), tuple(sorted(of_b.get(iri, ())))
        group = _group(showing, roles.get(iri, {}), ends)
        why = _why(showing, roles.get(iri, {}), a, b) if group == "no tie" else ""
        told = tuple(roles.get(iri, {}).values())
        entries[iri] = Entry(showing, group, *ends, told, why, standing(showing, slipped), renewed.get(iri, ()))
    for meeting, series in due.items():
        entries[meeting] = _as_planned(entries[meeting], entries[series])
    return Dossier(a, b, _newest_first(entries.values()), topics)


def _shown(
    graph: KnowledgeGraph, tied: Mapping[str, Showing], wanted: set[str]
) -> tuple[dict[str, Showing], dict[str, Topic]]:
    """Return what there is to show of *tied* and all *wanted*, each with its own topics, and all topics by IRI.

    A view has topics on what makes two cooperate alone: here meetings have theirs.
    """
    loose = wanted - tied.keys()
    own = _topics(graph, loose | {iri for iri, showing in tied.items() if not showing.topics})
    others, topics = build_showings(graph, {iri: own[iri] for iri in sorted(loose)}, "no tie")
    topical = {iri: replace(s, topics=s.topics or tuple(sorted(own[iri]))) for iri, s in tied.items()}
    return topical | others, topics


def _as_planned(meeting: Entry, series: Entry) -> Entry:
    """Return *meeting*, planned, in the group of its *series*."""
    showing = replace(meeting.showing, kind=series.showing.kind)
    why = f"Planned in the series {series.showing.label}; no source on record says that it was held."
    return replace(meeting, showing=showing, group=series.group, why=why)


def merged(ties: Iterable[Tie]) -> tuple[Showing, ...]:
    """Return the engagements that show any of *ties*, each once, newest first."""
    found = {(s.iri, s.kind): s for tie in ties for s in tie.showings}
    return tuple(sorted(found.values(), key=lambda s: (_latest(s), s.iri), reverse=True))


def _newest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda e: (_latest(e.showing), e.showing.iri), reverse=True))


def _latest(showing: Showing) -> str:
    return bounds(showing.date).latest if showing.date else ""


def _between(tie: Tie, a: Side, b: Side) -> bool:
    return (tie.a in a.members and tie.b in b.members) or (tie.a in b.members and tie.b in a.members)


def _involved(graph: KnowledgeGraph, members: Iterable[str]) -> dict[str, set[str]]:
    """Return the engagements in which *members* have a part, each with which of them do."""
    found: dict[str, set[str]] = defaultdict(set)
    for engagement, member in rows(
        graph,
        f"""SELECT DISTINCT ?engagement ?member WHERE {{
          VALUES ?member {{ {values(members)} }} ?engagement pact:involves ?member }}""",
    ):
        found[engagement].add(member)
    return found


def _topics(graph: KnowledgeGraph, engagements: Iterable[str]) -> dict[str, list[str]]:
    """Return each of *engagements* with the IRIs of its topics; where it has none, those of its series or subjects."""
    found: dict[str, list[str]] = {iri: [] for iri in engagements}
    for engagement, topic in rows(
        graph,
        f"""SELECT DISTINCT ?engagement ?topic WHERE {{
          VALUES ?engagement {{ {values(found)} }}
          {{ ?engagement pact:topic ?topic }}
          UNION {{ ?engagement pact:concerns|pact:inSeries ?of . ?of pact:topic ?topic
            FILTER NOT EXISTS {{ ?engagement pact:topic ?own }} }} }}""",
    ):
        found[engagement].append(topic)
    return found


def _roles(graph: KnowledgeGraph, engagements: Iterable[str], sides: set[str]) -> dict[str, dict[str, Role]]:
    """Return the roles in each of *engagements*. Of more than six actors, those of *sides* are named."""
    those = f"VALUES ?engagement {{ {values(engagements)} }}"
    had: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    named = " ".join(f"pact:{role}" for role in _ROLES)
    for engagement, role, actor in rows(
        graph,
        f"SELECT DISTINCT ?e ?role ?actor WHERE {{ {those} VALUES ?role {{ {named} }}"
        " BIND (?engagement AS ?e) ?engagement ?role ?actor }",
    ):
        had[engagement][role.removeprefix(NS)].append(actor)
    people = rows(
        graph,
        f"""SELECT DISTINCT ?engagement ?role ?actor ?post ?for WHERE {{ {those}
          ?engagement pact:hasParticipation ?part . ?part pact:actor ?actor
          OPTIONAL {{ ?part pact:role ?role }} OPTIONAL {{ ?part pact:inPost ?post }}
          OPTIONAL {{ ?part pact:onBehalfOf ?for }} }}""",
    )
    iris = {iri for found in had.values() for actors in found.values() for iri in actors}
    iris |= {iri for row in people for iri in row[1:] if iri} | {NS + role for role in _ROLES}
    names = labels(graph.engine, iris)
    told: dict[str, dict[str, Role]] = {}
    for engagement, found in had.items():
        # Who leads is a partner too, and who convenes takes part: said once.
        for above, below in (("partner", "ledBy"), ("participant", "convenedBy"), ("participant", "hostedBy")):
            found[above] = [iri for iri in found[above] if iri not in found[below]]
        told[engagement] = {role: _role(names[NS + role], found[role], names, sides) for role in _ROLES if found[role]}
        _tell_recipients(told[engagement], found["committedBy"], found["committedTo"])
    for (engagement, role, actor), parts in _by_person(people).items():
        if len(had[engagement].get("party", ())) > 6 and sides.isdisjoint((actor, *(side for _, side in parts))):
            continue  # who signed for others
        posts, behalf = ([names[iri] for iri in dict.fromkeys(column) if iri] for column in zip(*parts, strict=True))
        known = told.setdefault(engagement, {})
        before = known.get(role, Role(names[role] if role else "takes part", ()))
        more = ", ".join([*posts, *([f"for {' and '.join(behalf)}"] if behalf else [])])
        known[role] = replace(before, actors=(*before.actors, Part(actor, names[actor], more)))
    return told


def _tell_recipients(told: dict[str, Role], by: list[str], to: list[str]) -> None:
    """Say in words for whom it is, where that is said of some of those who commit themselves."""
    if by and set(by) == set(to):
        del told["committedTo"]
        told["committedBy"] = replace(told["committedBy"], name="committed to each other")
    elif to and set(to) < set(by):
        told["committedTo"] = replace(told["committedTo"], name="in favour of")


def _by_person(rows: Iterable[list[str]]) -> dict[tuple[str, str, str], list[tuple[str, str]]]:
    """Return the posts and sides of each actor in each role of each engagement."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    for engagement, role, actor, post, side_of in rows:
        found[engagement, role, actor].append((post, side_of))
    return found


def _role(name: str, actors: list[str], names: Mapping[str, str], sides: set[str]) -> Role:
    shown = actors if len(actors) <= 6 else [iri for iri in actors if iri in sides]
    return Role(name, tuple(Part(iri, names[iri]) for iri in shown), len(actors) - len(shown))


def _group(shown: Showing, roles: Mapping[str, Role], ends: tuple[tuple[str, ...], tuple[str, ...]]) -> str:
    if shown.kind != "attendance":
        return shown.kind
    callers = {iri for name in ("convenedBy", "hostedBy") if name in roles for iri, *_ in roles[name].actors}
    return "attendance" if any(callers.isdisjoint(end) for end in ends) else "meeting"


def _why(shown: Showing, roles: Mapping[str, Role], a: Side, b: Side) -> str:
    """Return why an engagement that names both ties them not."""
    if (a.state or a.iri) == (b.state or b.iri):
        return "Both are of one state."
    if shown.strength == "under consideration":
        return "Only under consideration: nobody has promised it."
    if shown.what in ("accords", "open treaty"):
        return "Open to any state: to have signed it ties no two of them."
    if shown.status in _UNFIRM and "party" in roles:
        return f"Its status is {shown.status}: on record it is not concluded."
    if "committedBy" in roles:
        return "Both have a part in it, and neither promises it to the other."
    return "Both have a part in it, but not as partners of each other."
