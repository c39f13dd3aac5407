"""The shapes in ``ontology/shapes``: SHACL run on a store, and what it finds as plain violations."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, RdfFormat, Store, parse, serialize

from spacepact.errors import MissingExtra, VocabularyError
from spacepact.folders import folder
from spacepact.iris import curie

if TYPE_CHECKING:
    from rdflib import Graph

__all__ = ["Violation", "shape_violations"]

_IRI = re.compile(r"<?(https?://[^\s<>,;]*[^\s<>,;.])>?")


@dataclass(frozen=True)
class Violation:
    """A fact that a shape or a style check refuses.

    ``subject`` is the IRI of what is wrong and ``path`` the IRI of the property to look at, where there is one;
    ``value`` is the value that is wrong, if it is one value; ``rule`` names the style check, if it is one.

    >>> print(Violation("https://w3id.org/spacepact/id/kps", None, "has no English name"))
    id:kps has no English name
    """

    subject: str
    path: str | None
    message: str
    value: str | None = None
    rule: str = ""

    @property
    def order(self) -> tuple[str, str, str, str]:
        """What violations are sorted by: subject, path, message and value."""
        return (self.subject, self.path or "", self.message, self.value or "")

    def __str__(self) -> str:
        text = _IRI.sub(lambda match: curie(match[1]), f"{curie(self.subject)} {self.message}")
        shown = self.value is None or curie(self.value) in text
        return text if shown else f"{text} (found: {curie(self.value or '')})"

    def at(self, places: Callable[[str, str | None, str | None], Sequence[object]]) -> str:
        """Return the violation behind the place where it is written, given a way to look places up.

        *places* takes the IRIs of a subject and of a property, and a value, of which the latter may be None, and
        returns where they stand: for facts, ``Places.of``.

        >>> violation = Violation("https://w3id.org/spacepact/id/kps", None, "has no English name")
        >>> violation.at(lambda subject, path, value: ["register/missions.yaml:8:5"])
        'register/missions.yaml:8:5: id:kps has no English name'
        """
        found = places(self.subject, self.path, self.value)
        return f"{found[0]}: {self}" if found else str(self)


def shape_violations(store: Store, where: Path | None = None) -> list[Violation]:
    """Return what the shapes refuse in the default graph of *store*, sorted.

    The shapes are those of the ontology in the folder *where*, by default of the one that is shipped; the
    ontology itself must be in the store. Raises MissingExtra without pyshacl, VocabularyError for shapes that
    cannot be used.
    """
    try:
        import pyshacl
        from pyparsing import ParseException
        from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    except ModuleNotFoundError:
        raise MissingExtra("check", "checking facts against the shapes") from None
    data = _graph(store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()))
    try:
        report = pyshacl.validate(data, shacl_graph=_shapes(where), inference="none")[1]
    except (ReportableRuntimeError, ParseException) as error:
        raise VocabularyError(f"ontology/shapes: {error}") from None
    if isinstance(report, ValidationFailure):
        raise VocabularyError(f"ontology/shapes: {report.message}")
    return sorted(_violations(report, data), key=lambda violation: violation.order)


def _shapes(where: Path | None) -> Graph:
    triples = []
    for path in sorted(((where or folder("ontology")) / "shapes").glob("*.ttl")):
        try:
            triples += [q.triple for q in parse(path=str(path), format=RdfFormat.TURTLE, rename_blank_nodes=True)]
        except SyntaxError as error:
            raise VocabularyError(f"ontology/shapes/{path.name}:{error.lineno}:{error.offset}: {error.msg}") from None
    return _graph(serialize(triples, format=RdfFormat.N_TRIPLES))


def _graph(triples: bytes | None) -> Graph:
    """Return the rdflib graph of N-Triples: quicker than handing over each triple."""
    from rdflib import Graph

    return Graph().parse(data=triples or b"", format="nt")


def _violations(report: Graph, data: Graph) -> list[Violation]:
    from rdflib import RDF, SH, URIRef

    found = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, path, value = (report.value(result, p) for p in (SH.focusNode, SH.resultPath, SH.value))
        path = path if isinstance(path, URIRef) else None  # an inverse path is a blank node, and no key of a file
        subject = focus
        # A constraint that is asked once of a series or a property names the culprit as its value.
        if path and isinstance(value, URIRef) and (focus, path, None) not in data and (value, path, None) in data:
            subject, value = value, None
        message = str(report.value(result, SH.resultMessage))
        shown = None if value in (None, subject) else str(value)
        found.append(Violation(str(subject), str(path) if path else None, message, shown))
    return found
