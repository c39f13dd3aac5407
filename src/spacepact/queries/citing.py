"""Citations: what is cited, in words, with the documents and paragraphs it stands in; as text, and for Zotero (RIS)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacepact.dates import date_words
from spacepact.iris import LICENCE_WORDS, expand, source_url
from spacepact.queries.evidence import Proof
from spacepact.queries.names import labels

if TYPE_CHECKING:
    from spacepact.graph.engines.embedded import Engine
    from spacepact.queries.entities import Entity

__all__ = ["RIS", "Citing", "cite_answer", "cite_entity"]

RIS = "application/x-research-info-systems; charset=utf-8"
"""The media type of files for programs that keep citations."""

_TOLD = (
    "pact:committedBy", "pact:committedTo", "pact:party", "pact:convenedBy", "pact:hostedBy", "pact:participant",
    "pact:ledBy", "pact:partner", "pact:strength", "pact:currentStatus", "pact:when", "pact:dueBy", "pact:place",
    "pact:ofState", "pact:partOf",
)  # fmt: skip
_NAMED = 8  # of the parties of an open treaty, or those in the room


@dataclass(frozen=True)
class Citing:
    """What is cited: its *title*, what else is *told* of it in lines, its *address*, and the passages that prove it.

    *version* and *as_of* are those of the data; *note* stands last.
    """

    title: str
    told: tuple[str, ...]
    address: str
    proofs: tuple[Proof, ...]
    version: str
    as_of: str
    note: str = ""

    @property
    def text(self) -> str:
        """The citation as text, its documents numbered."""
        documents = [f"  {number}. {_document(proofs)}" for number, proofs in enumerate(self._documents(), 1)]
        lines = (
            self.title,
            *self.told,
            f"Data: Spacepact {self.version}, the record as of {self.as_of}, {LICENCE_WORDS}",
            f"Address: {self.address}",
            *(["Sources:", *documents] if documents else ["Sources: none"]),
            self.note,
        )
        return "\n".join(filter(None, lines))

    @property
    def ris(self) -> str:
        """The same in RIS: an entry for what is cited, then one for each document, with its paragraphs as a note."""
        about = "; ".join((*self.told, f"Data: {LICENCE_WORDS}"))
        entries = [
            [("TY", "DATA"), ("TI", self.title), ("AU", "Spacepact"), *_dated(self.as_of), ("ET", self.version),
             ("UR", self.address), ("AB", about)],
            *(list(_entry(proofs)) for proofs in self._documents()),
        ]  # fmt: skip
        # A line is a field: one that goes on would be read as another.
        fields = [field for entry in entries for field in (*(f for f in entry if f[1]), ("ER", ""))]
        return "".join(f"{tag}  - {' '.join(text.split())}\r\n" for tag, text in fields)

    def _documents(self) -> list[list[Proof]]:
        """Return the proofs by their documents, in the order in which these come first."""
        found: dict[str, dict[str, Proof]] = defaultdict(dict)
        for proof in self.proofs:
            found[proof.document][proof.passage] = proof
        return [list(proofs.values()) for proofs in found.values()]


def cite_answer(
    question: str,
    parameters: Mapping[str, str],
    address: str,
    proofs: Iterable[Proof],
    data: tuple[str, str],
    note: str = "",
) -> Citing:
    """Return how to cite the answer to *question*; *data* are the version of the data and the day of the record."""
    given = ", ".join(f"{name}={text}" for name, text in parameters.items())
    return Citing(f"Question: {question}", (f"Parameters: {given}",), address, tuple(proofs), *data, note)


def cite_entity(engine: Engine, entity: Entity, address: str, data: tuple[str, str]) -> Citing:
    """Return how to cite *entity*: what it is, who has which part in it, when, how firmly, and where that is said."""
    own, iri = entity.own, entity.iri
    properties = {name: own.of(iri, name) for name in _TOLD if own.of(iri, name)}
    kinds = [name for name in own.iris(iri, "rdf:type") if name.rsplit("#", 1)[-1] in entity.classes]
    values = {fact.text for facts in properties.values() for fact in facts if fact.is_iri}
    names = labels(engine, {iri, *kinds, *values, *(expand(name) or name for name in properties)})
    told = []
    for name, facts in properties.items():
        said = list(dict.fromkeys(names[f.text] if f.is_iri else date_words(f.text) for f in facts))
        more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
        label = names[expand(name) or name]
        told.append(f"{label[:1].upper()}{label[1:]}: {'; '.join(said[:_NAMED])}{more}")
    kind = ", ".join(sorted(names[one] for one in kinds))
    proofs = {p.passage: p for s in entity.statements if not s.incoming for f in s.facts for p in f.proofs}
    title = f"{kind[:1].upper()}{kind[1:]}: {names[iri]}"
    ordered = sorted(proofs.values(), key=lambda p: p.order)
    return Citing(title, (*told, f"Identifier: {iri}"), address, tuple(ordered), *data)


def _paragraphs(proofs: Iterable[Proof]) -> str:
    """Say which paragraphs *proofs* are: "paragraphs 2, 6 (inferred)"."""
    found: dict[int, set[str]] = defaultdict(set)
    for proof in proofs:
        if proof.paragraph is not None:
            found[proof.paragraph].add(proof.certainty)
    words = [str(n) if "stated" in sure else f"{n} ({min(sure)})" for n, sure in sorted(found.items())]
    return f"paragraph{'s' if len(words) > 1 else ''} {', '.join(words)}" if words else ""


def _document(proofs: list[Proof]) -> str:
    one, where = proofs[0], _paragraphs(proofs)
    link = f" <{source_url(one.url)}>" if source_url(one.url) else " Address not kept." if one.url else ""
    return f"{one.title}. {one.publisher}, {one.issued or 'no date'}{', ' + where if where else ''}.{link}"


def _entry(proofs: list[Proof]) -> Iterator[tuple[str, str]]:
    one = proofs[0]
    yield from (("TY", "ELEC"), ("TI", one.title), ("AU", one.publisher), ("PB", one.publisher))
    yield from _dated(one.issued)
    yield from (("UR", source_url(one.url)), ("N1", _paragraphs(proofs)))


def _dated(date: str) -> list[tuple[str, str]]:
    """Return the fields of a date: of one that is not known for sure, none but a note, as RIS has no words for it."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", date):
        return [("N1", f"Issued {date}")] if date else []
    return [("PY", date[:4]), ("DA", "/".join(([*date.split("-"), "", ""])[:3]) + "/")]
