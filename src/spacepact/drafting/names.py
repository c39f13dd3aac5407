"""The names of the record, found in a text: all of them at once, in any language, the longest first.

A name that is all capitals (NASA, US) must stand so in the text, a single word must begin with its capital, a longer
name may have either case. Latin and Cyrillic names end where a word ends; a Korean name may carry a particle.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from spacepact.drafting.found import Mention
from spacepact.errors import MissingExtra
from spacepact.graph.checking import FactFile
from spacepact.graph.context import context
from spacepact.graph.reading import Mapping, Scalar, Value, items, nodes, scalars
from spacepact.graph.reading import Sequence as Listed
from spacepact.iris import NS
from spacepact.ontology.vocabulary import vocabulary
from spacepact.text import normalise

if TYPE_CHECKING:
    import ahocorasick_rs

__all__ = ["Entity", "Names", "key"]

# What a name of another kind may stand in: "Secretary of Defense of the United States", "4th Civil Space Dialogue".
_AROUND = ("Post", "Meeting")
# Bodies that many states have by the same name: they are meant only where their state is named too.
_SHARED = re.compile(
    r"(?i)(?:the )?(?:ministry|department|office|embassy|national security|cabinet|secretary|minister|congress"
    r"|parliament|state department|defense department|intelligence|외교부|국방부|대통령실|국회|과학기술정보통신부)\b"
)
_PARTICLES = re.compile(
    r"(?:은|는|이|가|을|를|과|와|의|에|에서|에게|으로|로|도|만|측|간|부터|까지|및|이나|나|이며|며|인|에는|에서는|과의|와의|으로서|로서|이라는|라는|등|차원)?"
    r"(?![가-힣])"
)
# States in Korean compounds such as 한미 or 한·미·일, one syllable each; they are no names elsewhere.
_SYLLABLES = {
    "한": "대한민국",
    "미": "미국",
    "일": "일본",
    "중": "중국",
    "영": "영국",
    "불": "프랑스",
    "독": "독일",
    "호": "호주",
}
_COMPOUND = re.compile(
    r"(?<![가-힣])(?:한(?:[・·‧ㆍ]?[미일중영불독호]){1,2}|미(?:[・·‧ㆍ]?[일중영호]){1,2})(?=[가-힣\s,・·ㆍ]|$)"
)


@dataclass(frozen=True)
class Entity:
    """An entity that can be named: its id, the IRIs of its classes, the state it is of, its names, the usual first."""

    id: str
    types: frozenset[str]
    state: str
    names: tuple[str, ...]

    def is_a(self, kind: str) -> bool:
        """Tell whether it is of the class *kind*, such as ``Actor``."""
        return vocabulary().is_a(self.types, NS + kind)


@dataclass
class _Found:
    types: set[str] = field(default_factory=set)
    state: str = ""
    usual: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


class Names:
    """All names of the record, ready to be looked for."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entities = {entity.id: entity for entity in entities}
        self._by_name: dict[str, list[tuple[str, str]]] = {}
        for entity in self.entities.values():
            for name in entity.names:
                for written in _spellings(name):
                    known = self._by_name.setdefault(_fold(written), [])
                    if (written, entity.id) not in known:
                        known.append((written, entity.id))
        self._patterns = sorted(self._by_name)
        self._within: dict[str, set[str]] = {}

    @classmethod
    def of(cls, files: Sequence[FactFile], *, without: str = "") -> Names:
        """Return the names in *files*, of drafts only the names that are already the record's.

        *without* leaves out a document, by its id, and the entities that no other one speaks of: what a drafter
        would have known before that document was curated.
        """
        sources = [f for f in files if not f.register and f.content.text("draft") is None]
        kept = [f for f in sources if f.content.text("id") != without]
        spoken = {s.text for f in kept for s in _scalars(f.content)} if without else set()
        found: dict[str, _Found] = {}
        for file in [f for f in files if f.register] + kept:
            for node in nodes(file.content):
                if node.text("id") and node.get("draft") is None:
                    _take(node, found.setdefault(node.text("id") or "", _Found()))
        gone = {node.text("id") for f in sources if f.content.text("id") == without for node in nodes(f.content)} | {
            s.text for f in sources if f.content.text("id") == without for s in _scalars(f.content)
        }
        return cls(
            Entity(name, frozenset(e.types), e.state, tuple(dict.fromkeys(map(normalise, [*e.usual, *e.other]))))
            for name, e in found.items()
            if e.types
            and (e.usual or e.other)
            and not (name in gone and name not in spoken)
            and not vocabulary().is_a(e.types, NS + "Evidence")
        )

    @cached_property
    def _machine(self) -> ahocorasick_rs.AhoCorasick:
        try:
            import ahocorasick_rs
        except ImportError:
            raise MissingExtra("draft", "'spacepact draft'") from None
        return ahocorasick_rs.AhoCorasick(self._patterns, matchkind=ahocorasick_rs.MatchKind.Standard)

    def find(self, text: str) -> list[Mention]:
        """Return the names in the normalised *text*, in their order; of names that overlap, the longest.

        Posts and meetings are found beside the names within them. Where a name fits several entities, those count
        whose state the text names most.
        """
        hits = [*self._hits(text), *self._compounds(text)]
        inner = _longest([h for h in hits if not self._around(h)])
        outer = _longest([h for h in hits if self._around(h)])
        states = Counter(i for hit in inner for i in hit.ids if self.entities[i].is_a("State"))
        chosen = (self._chosen(hit, text, states) for hit in [*inner, *outer])
        return sorted((hit for hit in chosen if hit), key=lambda m: (m.start, -m.length))

    def named(self, name: str) -> tuple[str, ...]:
        """Return the ids of the entities called *name*, whatever the case."""
        return tuple(sorted({i for _, i in self._by_name.get(_fold(normalise(name)), [])}))

    def near(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return the three names nearest to *name* that are near at all, each with its entity."""
        import difflib

        words = _words(name)
        sharing = Counter(p for word in words for p in self._with_word.get(word, ()))
        # Names that share a word, and of these the likelier ones: comparing with all of them would take seconds.
        likely = [p for p, _ in sorted(sharing.items(), key=lambda i: (-i[1], abs(len(i[0]) - len(name)), i[0]))[:60]]
        close = difflib.get_close_matches(_fold(name), likely, n=6, cutoff=0.6)
        found: dict[str, str] = {}
        for pattern in close:
            written, entity = self._by_name[pattern][0]
            found.setdefault(entity, written)
        return tuple((written, entity) for entity, written in list(found.items())[:3])

    @cached_property
    def _with_word(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for pattern in self._patterns:
            for word in _words(pattern):
                found.setdefault(word, []).append(pattern)
        return found

    def _around(self, mention: Mention) -> bool:
        return all(any(self.entities[i].is_a(kind) for kind in _AROUND) for i in mention.ids)

    def _hits(self, text: str) -> Iterator[Mention]:
        for number, start, end in self._machine.find_matches_as_indexes(_fold(text), overlapping=True):
            if not _whole(text, start, end):
                continue
            known = self._by_name[self._patterns[number]]
            fitting = [(written, entity) for written, entity in known if _fits(text[start:end], written)]
            for around in (False, True):
                ids = {i for _, i in fitting if any(self.entities[i].is_a(k) for k in _AROUND) is around}
                if ids:
                    yield Mention(tuple(sorted(ids)), start, end - start)

    def _compounds(self, text: str) -> Iterator[Mention]:
        """Find states in Korean compounds: 한미, and the bodies of both that 한미 국방부 stands for."""
        for match in _COMPOUND.finditer(text):
            states = []
            for at, syllable in enumerate(match[0], match.start()):
                ids = [i for i in self.named(_SYLLABLES.get(syllable, "")) if self.entities[i].is_a("State")]
                states += ids
                for state in ids:
                    yield Mention((state,), at, 1)
            body = re.match(r"\s?([가-힣]{2,}(?:부|청|원))", text[match.end() :])
            bodies = [i for s in states for i in self._bodies(body[1], s)] if body else []
            if body and len(bodies) == len(states):
                for one in bodies:
                    yield Mention((one,), match.start(), len(match[0]) + body.end())

    def _states_within(self, entity: str) -> set[str]:
        if entity not in self._within:
            found = self.entities[entity]
            bound = any(found.is_a(kind) for kind in ("MeetingSeries", "Coalition", "Agreement"))
            parts = self._hits(found.names[0]) if bound else []
            self._within[entity] = {i for h in parts for i in h.ids if self.entities[i].is_a("State")}
        return self._within[entity]

    def _bodies(self, name: str, state: str) -> list[str]:
        full = [f"{n} {name}" for n in self.entities[state].names]
        ids = [i for n in (name, *full) for i in self.named(n) if self.entities[i].state == state]
        return list(dict.fromkeys(ids))[:1]

    def _chosen(self, mention: Mention, text: str, states: Counter[str]) -> Mention | None:
        ids = mention.ids
        name = text[mention.start : mention.end]
        if _SHARED.match(name):
            ids = tuple(i for i in ids if not self.entities[i].state or states[self.entities[i].state])
        # The short name of a dialogue, coalition or agreement of certain states means it only where these are named.
        ids = tuple(
            i for i in ids if self._states_within(i) <= states.keys() or _fold(self.entities[i].names[0]) == _fold(name)
        )
        if len(ids) > 1:  # the one whose usual name it is, or whose state is named most
            usual = [i for i in ids if _fold(self.entities[i].names[0]) == _fold(name)]
            ids = tuple(usual) if len(usual) == 1 else ids
            most = max(states[self.entities[i].state] for i in ids)
            ids = tuple(i for i in ids if states[self.entities[i].state] == most)
        return Mention(ids, mention.start, mention.length) if ids else None


def key(name: str) -> str:
    """Return *name* as it is compared: without case, article, and what is written now and then.

    >>> key("The U.S.-ROK alliance") == key("US ROK Alliance")
    True
    """
    return " ".join(_words(name))


def _take(node: Mapping, entity: _Found) -> None:
    for kind in scalars(node.get("type")):
        if found := context().classes.get(kind.text):
            entity.types.add(found)
    for name, into in (("prefLabel", entity.usual), ("altLabel", entity.other)):
        for label in items(node.get(name)):
            if isinstance(label, Mapping):
                into += [s.text for _, texts in label.entries for s in items(texts) if isinstance(s, Scalar) and s.text]
    for name in ("ofState", "inState"):
        entity.state = entity.state or node.text(name) or ""


def _scalars(value: Value) -> Iterator[Scalar]:
    if isinstance(value, Scalar):
        yield value
    elif isinstance(value, Listed):
        for item in value.items:
            yield from _scalars(item)
    else:
        for _, item in value.entries:
            yield from _scalars(item)


def _spellings(name: str) -> set[str]:
    """Return *name* as documents may write it: U.S. or US, with or without a hyphen, and without its country."""
    found = {name}
    if "U.S." in name:
        found.add(name.replace("U.S.", "US"))
    elif re.search(r"\bUS\b", name):
        found.add(re.sub(r"\bUS\b", "U.S.", name))
    if department := re.fullmatch(r"Department of (\w+)", name):
        found.add(f"{department[1]} Department")
    if korean := re.match(r"한미(?=\s?[가-힣])", name):
        found |= {f"한{dot}미{name[korean.end() :]}" for dot in "·・‧ㆍ"}
    found |= {n.replace("-", " ") for n in found if " " in n}
    return {n for n in found if len(n) > 1}


def _fold(text: str) -> str:
    """Return *text* in lower case, character by character, so that every offset stays what it is."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)


def _fits(there: str, written: str) -> bool:
    if there == written:
        return True
    letters = [c for c in written if c.isalpha()]
    if not any(c.islower() for c in letters) and any(c.isupper() for c in letters):
        return False
    if " " not in written:
        return there == written.upper() and len(written) > 3
    return there[0].isupper() or not written[0].isupper() or there.islower()


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if "가" <= text[start] <= "힣":
        if "가" <= before <= "힣":
            return False
    elif before.isalnum() and not _east_asian(text[start]):
        return False
    if "가" <= text[end - 1] <= "힣":
        return end - start >= 3 or bool(_PARTICLES.match(text, end))
    return not after.isalnum() or _east_asian(text[end - 1]) or _east_asian(after)


def _east_asian(character: str) -> bool:
    return "⺀" <= character <= "퟿" or "豈" <= character <= "﫿"


def _longest(hits: list[Mention]) -> list[Mention]:
    """Return of *hits* that overlap the longest; hits with the very same place stay together as one or as both."""
    taken: list[Mention] = []
    for hit in sorted(set(hits), key=lambda h: (-h.length, h.start, h.ids)):
        if all(
            hit.end <= t.start or t.end <= hit.start or (hit.start, hit.length) == (t.start, t.length) for t in taken
        ):
            taken.append(hit)
    return taken


def _words(name: str) -> list[str]:
    words = re.findall(r"\w+", _fold(name).replace(".", ""))
    return words[1:] if words[:1] == ["the"] else words
