"""Ego networks: an actor with its partners, and those of partners that are opened, each at a place that stays.

They are made from a view as it is, or from one that is folded to states.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from spacepact.visualizations.folding import leading_topic
from spacepact.visualizations.model import Node, Tie, View

__all__ = ["MOST", "Bundle", "Ego", "Member", "Neighbours", "ego"]

MOST = 150
"""Actors in a drawing: with more, nobody can follow a line."""

_STEP = 185.0  # between two rings, in pixels
_ROOM = 125.0  # along a ring, for an actor and its label
_WIDE, _FLAT = 1.6, 0.8  # a ring is an ellipse, since labels are wide


class Bundle:
    """The *tie* as a partner of one of its ends sees it: what is counted are the bases that the view shows at first."""

    def __init__(self, tie: Tie, view: View) -> None:
        self.a, self.b = tie.a, tie.b
        self.tie, self._view = tie, view
        self._firm = Tie(tie.a, tie.b, tuple(s for s in tie.showings if s.kind in view.shown))

    @property
    def weight(self) -> int:
        """The number of engagements behind it."""
        return self._firm.weight

    @property
    def everything(self) -> int:
        """The number of engagements on any basis."""
        return self.tie.weight

    @property
    def bases(self) -> dict[str, int]:
        """All bases, each with the number of engagements."""
        return self.tie.bases

    @property
    def topics(self) -> dict[str, int]:
        """The IRIs of topics, each with the number of engagements on it, most first."""
        return dict(sorted(self._firm.topics.items(), key=lambda entry: (-entry[1], entry[0])))

    @cached_property
    def leading(self) -> str:
        """The IRI of the broad topic of most engagements, or empty."""
        return leading_topic(self._view, self._firm)

    @property
    def latest(self) -> str:
        """The EDTF date of the newest engagement that counts; where none does, of what else ties them; or empty."""
        return next((s.date for s in (self._firm.showings or self.tie.showings) if s.date), "")

    @property
    def engagements(self) -> set[str]:
        """The IRIs of the engagements that count."""
        return {s.iri for s in self._firm.showings}

    def other(self, actor: str) -> str:
        """Return the end that is not *actor*."""
        return self.b if actor == self.a else self.a


class Neighbours:
    """The actors of a view with their bundles, those of most engagements first.

    Where the view is folded to states, a state stands for its bodies, and the same engagement counts once.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.nodes: Mapping[str, Node] = {node.iri: node for node in view.nodes}
        self.of: dict[str, list[Bundle]] = defaultdict(list)
        for tie in view.ties:
            bundle = Bundle(tie, view)
            self.of[tie.a].append(bundle)
            self.of[tie.b].append(bundle)
        for actor, bundles in self.of.items():
            bundles.sort(key=partial(self._order, actor))

    def _order(self, actor: str, bundle: Bundle) -> tuple[int, int, str, str]:
        other = self.nodes[bundle.other(actor)]
        return (-bundle.weight, -bundle.everything, other.label, other.iri)

    def label(self, actor: str) -> str:
        """Return the name of *actor*."""
        return self.nodes[actor].label

    def weight(self, actor: str) -> int:
        """Return the number of engagements behind all bundles of *actor*."""
        return len(set().union(*(bundle.engagements for bundle in self.of.get(actor, ()))))


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
            first = self._first(len(some))
            for number, actor in enumerate(some):
                self._put(actor, ring, first + 2 * math.pi * number / len(some))

    def _first(self, count: int) -> float:
        """Return the angle of the first of *count* actors of a ring, so that none stands behind one of an inner ring.

        Two in one line from the centre would hide the tie of the outer one.
        """
        step = 2 * math.pi / count
        inner = [angle for actor, angle in self._angle.items() if actor != self.centre]
        tries = [math.pi / 2 + step * part / 12 for part in (6, 0, 3, 9, 1, 2, 4, 5, 7, 8, 10, 11)]

        def room(first: float) -> float:
            return min((abs(_turn(first + step * n - angle)) for n in range(count) for angle in inner), default=0.0)

        return max(tries, key=lambda first: round(room(first), 6))

    def _group(self, actor: str) -> tuple[str, str, str]:
        """Order actors of a ring: states by what they are tied by, bodies by their states."""
        node = self.around.nodes[actor]
        bundle = next(b for b in self.around.of[actor] if b.other(actor) in self.at)
        leading = bundle.leading if node.kind == "state" else ""
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
