"""Ego networks: an actor with its partners, and those of partners that are opened, each at a place that stays.

A state stands for its bodies too, and so do the states among its partners: the same engagement counts once.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from spacepact.dates import bounds
from spacepact.visualizations.model import Node, Showing, View

__all__ = ["MOST", "Bundle", "Ego", "Member", "Neighbours", "ego"]

MOST = 150
"""Actors in a drawing: with more, nobody can follow a line."""

_STEP = 185.0  # between two rings, in pixels
_ROOM = 125.0  # along a ring, for an actor and its label
_WIDE, _FLAT = 1.25, 0.9  # a ring is an ellipse, since labels are wide


@dataclass(frozen=True)
class Bundle:
    """All that ties the actors *a* and *b* or, where they are states, any of their bodies; newest first."""

    a: str
    b: str
    showings: tuple[Showing, ...]
    shown: tuple[str, ...]

    @cached_property
    def weight(self) -> int:
        """The number of engagements behind it, on the bases that the view shows at first."""
        return len({s.iri for s in self._firm})

    @cached_property
    def bases(self) -> dict[str, int]:
        """The bases, each with the number of engagements."""
        return dict(sorted(Counter(kind for kind, _ in {(s.kind, s.iri) for s in self.showings}).items()))

    @cached_property
    def topics(self) -> dict[str, int]:
        """The IRIs of topics, each with the number of engagements on it, most first."""
        found = Counter(topic for topic, _ in {(t, s.iri) for s in self._firm for t in s.topics})
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))

    @property
    def latest(self) -> str:
        """The EDTF date of the newest engagement, or empty."""
        return next((s.date for s in self.showings if s.date), "")

    @property
    def _firm(self) -> list[Showing]:
        return [s for s in self.showings if s.kind in self.shown]

    def other(self, actor: str) -> str:
        """Return the end that is not *actor*."""
        return self.b if actor == self.a else self.a


class Neighbours:
    """The bundles of a view: of actors one by one, or *folded*, with each state standing for its bodies."""

    def __init__(self, view: View, *, folded: bool) -> None:
        self.view = view
        self.nodes: Mapping[str, Node] = {node.iri: node for node in view.nodes}
        states = {node.label: node.iri for node in view.nodes if node.kind == "state"}
        self._stands = {n.iri: states.get(n.state or "", n.iri) if folded else n.iri for n in view.nodes}
        between: dict[tuple[str, str], dict[tuple[str, str], Showing]] = defaultdict(dict)
        for tie in view.ties:
            a, b = sorted((self._stands[tie.a], self._stands[tie.b]))
            if a != b:
                between[a, b] |= {(s.iri, s.kind): _joined(between[a, b].get((s.iri, s.kind)), s) for s in tie.showings}
        self.of: dict[str, list[Bundle]] = defaultdict(list)
        for (a, b), showings in sorted(between.items()):
            bundle = Bundle(a, b, _newest(showings.values()), view.shown)
            self.of[a].append(bundle)
            self.of[b].append(bundle)
        for actor, bundles in self.of.items():
            bundles.sort(key=lambda one, me=actor: (-one.weight, -len(one.showings), self.label(one.other(me))))  # type: ignore[misc]

    def label(self, actor: str) -> str:
        """Return the name of *actor*."""
        return self.nodes[actor].label

    def standing_for(self, actor: str) -> list[Node]:
        """Return the bodies for which the state *actor* stands, those with most engagements first."""
        return [n for n in self.view.nodes if self._stands[n.iri] == actor and n.iri != actor]

    def weight(self, actor: str) -> int:
        """Return the number of engagements behind all bundles of *actor*."""
        return len({s.iri for b in self.of.get(actor, ()) for s in b.showings if s.kind in self.view.shown})

    def leading(self, bundle: Bundle) -> str:
        """Return the IRI of the broad topic of most engagements of *bundle*, or an empty string."""
        path = {topic.iri: topic.path[-1] for topic in self.view.topics}
        broad = Counter(path[t] for t, _ in {(t, s.iri) for s in bundle.showings for t in s.topics} if t in path)
        return min(broad, key=lambda iri: (-broad[iri], iri), default="")


def _joined(one: Showing | None, other: Showing) -> Showing:
    """Return the showing that stands for both: two ties by one engagement may be on different topics."""
    if one is None or set(other.topics) <= set(one.topics):
        return one or other
    from dataclasses import replace

    return replace(one, topics=tuple(sorted({*one.topics, *other.topics})))


def _newest(showings: Iterable[Showing]) -> tuple[Showing, ...]:
    ordered = sorted(showings, key=lambda s: (s.label, s.iri, s.kind))
    return tuple(sorted(ordered, key=lambda s: bounds(s.date).latest if s.date else "", reverse=True))


@dataclass(frozen=True)
class Member:
    """An actor of a drawing with its place, in pixels; y grows downwards. *more* counts partners that are not drawn."""

    node: Node
    x: int
    y: int
    weight: int
    more: int


@dataclass(frozen=True)
class Ego:
    """The drawing around *centre*: its members, the centre first, and the ties between them, thick ones first.

    *opened* are the actors whose partners were added, *left_out* counts partners that found no place.
    """

    centre: str
    opened: tuple[str, ...]
    members: tuple[Member, ...]
    ties: tuple[Bundle, ...]
    left_out: int
    partners: int


def ego(around: Neighbours, centre: str, opened: Sequence[str] = (), most: int = MOST) -> Ego:
    """Return the ego network of *centre* with the partners of *opened*, at most *most* actors in all.

    The same actors have the same places whatever is opened; those that are added stand outside. An actor that is not
    drawn cannot be opened, and is passed over.
    """
    places = _Places(around, centre, most)
    kept = [actor for actor in dict.fromkeys(opened) if actor != centre and places.open(actor)]
    at = places.at
    ties = {(b.a, b.b): b for actor in at for b in around.of.get(actor, ()) if b.a in at and b.b in at}
    # What only attendance ties is drawn where it is the reason that somebody is in the drawing.
    hubs = {centre, *kept}
    drawn = [b for b in ties.values() if b.weight or not hubs.isdisjoint((b.a, b.b))]
    members = []
    for actor, (x, y) in at.items():
        more = sum(b.other(actor) not in at for b in around.of.get(actor, ()))
        members.append(Member(around.nodes[actor], x, y, around.weight(actor), more))
    return Ego(
        centre,
        tuple(kept),
        tuple(members),
        tuple(sorted(drawn, key=lambda b: (-b.weight, b.a, b.b))),
        places.left_out,
        len(around.of.get(centre, ())),
    )


@dataclass
class _Places:
    """The places of actors: rings around the centre, and outside them those that are added later."""

    around: Neighbours
    centre: str
    most: int
    at: dict[str, tuple[int, int]] = field(default_factory=dict)
    left_out: int = 0

    def __post_init__(self) -> None:
        self.at[self.centre] = (0, 0)
        self._angle = {self.centre: 0.0}
        self._taken: set[tuple[int, int]] = set()
        found = [bundle.other(self.centre) for bundle in self.around.of.get(self.centre, ())]
        inner = found[: self.most - 1]
        self.left_out += len(found) - len(inner)
        self._rings = _rings(len(inner))
        start = 0
        for ring, room in enumerate(self._rings, start=1):
            some = sorted(inner[start : start + room], key=self._group)
            start += room
            for number, actor in enumerate(some):
                self._put(actor, ring, 2 * math.pi * (number + (ring % 2) / 2) / len(some))

    def _group(self, actor: str) -> tuple[str, str, str]:
        """Order actors of a ring: states by what they are tied by, bodies by their states."""
        node = self.around.nodes[actor]
        bundle = next(b for b in self.around.of[actor] if b.other(actor) in self.at)
        leading = self.around.leading(bundle) if node.kind == "state" else ""
        return (node.state or "" if node.kind != "state" else "", leading, node.label)

    def _put(self, actor: str, ring: int, angle: float) -> None:
        radius = max(ring * _STEP, 1.0)
        self._angle[actor] = angle
        self.at[actor] = (round(radius * _WIDE * math.sin(angle)), round(-radius * _FLAT * math.cos(angle)))

    def open(self, actor: str) -> bool:
        """Add the partners of *actor*, as near to its direction as there is room; whether it was there to be opened."""
        if actor not in self.at:
            return False
        found = [b.other(actor) for b in self.around.of.get(actor, ()) if b.other(actor) not in self.at]
        added = found[: max(0, self.most - len(self.at))]
        self.left_out += len(found) - len(added)
        slots = self._free(self._angle[actor], len(added))
        # In the order of their angles, so that lines do not cross.
        for one, (ring, angle) in zip(sorted(added, key=self._group), slots, strict=True):
            self._put(one, ring, angle)
        return True

    def _free(self, angle: float, count: int) -> list[tuple[int, float]]:
        """Return *count* free places outside the rings, the nearest to *angle*, and take them."""
        found: list[tuple[int, float]] = []
        ring = len(self._rings) + 1
        while len(found) < count:
            room = _room(ring)
            slots = sorted(range(room), key=lambda slot: (abs(_turn(2 * math.pi * slot / room - angle)), slot))
            # A fan, not a ring: further round than a sixth of the circle the next ring is nearer.
            near = [s for s in slots[: max(1, room // 3)] if (ring, s) not in self._taken][: count - len(found)]
            self._taken |= {(ring, slot) for slot in near}
            found += [(ring, 2 * math.pi * slot / room) for slot in near]
            ring += 1
        return sorted(found, key=lambda place: (_turn(place[1] - angle), place[0]))


def _turn(angle: float) -> float:
    """Return *angle* between minus and plus half a turn."""
    return math.remainder(angle, 2 * math.pi)


def _room(ring: int) -> int:
    """Return how many actors a ring has room for."""
    return max(8, int(2 * math.pi * ring * _STEP / _ROOM))


def _rings(count: int) -> list[int]:
    """Return how many of *count* actors each ring takes, so that the outermost is not nearly empty.

    >>> _rings(5), _rings(27)
    ([5], [9, 18])
    """
    rings, room = 0, 0
    while room < count:
        rings += 1
        room += _room(rings)
    shares = [count * _room(ring) // room for ring in range(1, rings + 1)]
    return [*shares[:-1], count - sum(shares[:-1])] if shares else []
