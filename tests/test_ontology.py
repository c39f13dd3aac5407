"""The gates around ontology and facts: each one lets the real record pass and catches what is planted."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Template

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from spacepact.errors import MissingExtra, SpacepactError, VocabularyError
from spacepact.folders import folder
from spacepact.graph.compiling import Compiled
from spacepact.iris import DERIVED, ENTITY, NS, ONTOLOGY, PREFIXES, SOURCE
from spacepact.ontology.consistency import consistency, java
from spacepact.ontology.shapes import Violation, shape_violations
from spacepact.ontology.style import Check, checks, style_violations

PLANT = NamedNode(SOURCE + "planted")
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + (
    "@prefix scheme: <https://w3id.org/spacepact/code/> .\n"
    "@prefix strength: <https://w3id.org/spacepact/code/strength/> .\n"
    "@prefix status: <https://w3id.org/spacepact/code/status/> .\n"
    "@prefix certainty: <https://w3id.org/spacepact/code/certainty/> .\n"
    "@prefix kind: <https://w3id.org/spacepact/code/agreement-type/> .\n"
    "@prefix rank: <https://w3id.org/spacepact/code/source-rank/> .\n"
    "@prefix basis: <https://w3id.org/spacepact/code/basis/> .\n"
)


# What a commitment, passage, document... needs to be right. A block leaves one of these out or adds what is wrong.
WORDS = {
    "SOURCED": """my:d a pact:Document ; dcterms:title "Planted"@en ; dc:publisher "P" ; dc:language "en" ;
                  pact:sourceRank rank:press ; pact:issued "2022" ; pact:sha256 $HASH .""",
    "CITED": """a pact:Document ; dcterms:title "Planted"@en ; dc:publisher "P" ; dc:language "en" ;
                pact:sourceRank rank:press ;""",
    "EXTENT": "pact:paragraph 1 ; pact:startOffset 0 ; pact:length 9 ; pact:sha256 $HASH ;",
    "COMMITMENT": """a pact:Commitment ; pact:statement "Planted."@en ; pact:strength strength:agreed ;
                     pact:topic topic:policy ;""",
    "BY": "pact:committedBy id:usa ;",
    "AGREEMENT": """a pact:Agreement ; skos:altLabel "planted in $CASE"@en ; pact:agreementType kind:treaty ;
                    pact:party id:usa""",
    "SERIES": 'my:s a pact:MeetingSeries ; skos:prefLabel "Planted series of $CASE"@en .',
    "PERSON": 'a pact:Person ; skos:prefLabel "Planted Person of $CASE"@en',
    "EVENT": "a pact:StatusEvent ; pact:newStatus status:made",
    "KEPT": '$TEXTS ; skos:editorialNote "Planted."@en',
    "TEXTS": 'rdfs:label "planted"@en ; skos:definition "Planted."@en ; skos:example "Planted."@en',
    "CODED": 'a skos:Concept ; skos:definition "Planted."@en ; skos:example "Planted."@en',
    "KOREAN": 'skos:prefLabel "심음"@ko',
    "HASH": '"' + "0" * 64 + '"',
    "P4": f"<{SOURCE}scwg-18-report/p4>",
}


@dataclass(frozen=True)
class Planted:
    """Wrong facts, in TriG, and a part of the one message that they must bring on the entity *subject*."""

    name: str
    subject: str
    message: str
    trig: str
    raw: bool = False

    @property
    def mine(self) -> str:
        return f"{ENTITY}planted-{self.name}-"

    @property
    def iri(self) -> str:
        prefix, _, local = self.subject.partition(":")
        return (self.mine if prefix == "my" else PREFIXES[prefix]) + local

    def quads(self) -> Iterator[Quad]:
        trig = self.trig
        while "$" in trig:
            trig = Template(trig).substitute(WORDS, CASE=self.name)
        for quad in parse(f"{HEADER}@prefix my: <{self.mine}> .\n{trig}", format=RdfFormat.TRIG):
            triple = (quad.subject, quad.predicate, quad.object)
            if self.raw:
                yield quad
            else:
                yield Quad(*triple, DefaultGraph())
                yield Quad(*triple, PLANT if quad.graph_name == DefaultGraph() else quad.graph_name)


def planted_in(file: str) -> list[Planted]:
    """Read the blocks of a file in the folder planted."""
    text = (Path(__file__).parent / "planted" / file).read_text(encoding="utf-8")
    found = []
    for block in text.split("\n## ")[1:]:
        head, _, trig = block.partition("\n")
        name, subject, message = head.split(" | ")
        found.append(Planted(name, subject.removesuffix(" raw"), message, trig, subject.endswith(" raw")))
    return found


IN_SHAPES = planted_in("shapes.trig")
IN_CHECKS = planted_in("checks.trig")


def copy(store: Store, planted: list[Planted]) -> Store:
    """Return a copy of *store* with the planted facts in it."""
    changed = Store()
    changed.bulk_extend(store)
    for case in planted:
        changed.bulk_extend(list(case.quads()))
    return changed


@pytest.fixture(scope="module")
def shaped(compiled: Compiled) -> list[Violation]:
    """What the shapes find when all cases are planted at once: each stands by itself."""
    return shape_violations(copy(compiled.store, IN_SHAPES))


@pytest.fixture(scope="module")
def styled(compiled: Compiled) -> list[Violation]:
    return style_violations(copy(compiled.store, IN_CHECKS))


# --- The real record passes


def test_the_record_conforms_to_the_shapes(compiled: Compiled) -> None:
    assert [v.at(compiled.places.of) for v in shape_violations(compiled.store)] == []


def test_the_record_is_in_style(compiled: Compiled) -> None:
    assert [v.at(compiled.places.of) for v in style_violations(compiled.store)] == []


# --- What is planted is caught


@pytest.mark.parametrize("case", IN_SHAPES, ids=lambda case: case.name)
def test_a_shape_catches(case: Planted, shaped: list[Violation]) -> None:
    mine = [v for v in shaped if v.subject.startswith(case.mine) and v.subject != case.mine + "p"]
    assert {v.subject for v in mine if case.message in str(v)} >= {case.iri}
    assert [str(v) for v in mine if case.message not in str(v)] == []


@pytest.mark.parametrize("case", IN_CHECKS, ids=lambda case: f"{case.name}-{case.subject}")
def test_a_check_catches(case: Planted, styled: list[Violation]) -> None:
    mine = [v for v in styled if v.subject == case.iri]
    assert [(v.rule, case.message in str(v)) for v in mine] == [(case.name, True)], [str(v) for v in mine]


def messages() -> list[str]:
    found = []
    for path in sorted((folder("ontology") / "shapes").glob("*.ttl")):
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if quad.predicate.value == "http://www.w3.org/ns/shacl#message" and isinstance(quad.object, Literal):
                found.append(quad.object.value)
    return found


@pytest.mark.parametrize("message", messages())
def test_each_message_of_a_shape_has_a_planted_case(message: str) -> None:
    assert [case.name for case in IN_SHAPES if case.message in message]


@pytest.mark.parametrize("case", IN_SHAPES, ids=lambda case: case.name)
def test_a_planted_case_is_of_one_message(case: Planted) -> None:
    assert len([message for message in messages() if case.message in message]) == 1


def test_each_check_has_a_planted_case() -> None:
    assert {check.name for check in checks()} == {case.name for case in IN_CHECKS}


@pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)
def test_each_message_of_a_check_has_a_planted_case(check: Check, styled: list[Violation]) -> None:
    texts = re.findall(r'"((?:is|has|needs|gives|uses) [^"]+)"', check.sparql)
    found = [v.message for v in styled if v.rule == check.name]
    assert texts
    assert [text for text in texts if not any(text in message for message in found)] == []


def test_a_violation_is_mapped_to_its_line(compiled: Compiled) -> None:
    violation = Violation(ENTITY + "scwg-18", NS + "ordinal", "is wrong")
    assert re.fullmatch(r"sources/\S+\.yaml:\d+:\d+: id:scwg-18 is wrong", violation.at(compiled.places.of))


# --- Files that cannot be used


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ("a .", "ontology/shapes/x.ttl:1:"),
        ("sh:property [ sh:minCount 1 ] .", "not a well-formed"),
        ('sh:sparql [ sh:select "SELECT $this { " ] .', "Expected"),
        ('sh:sparql [ sh:select "SELECT $this { VALUES ?x { 1 } }" ] .', "must not contain a VALUES clause"),
    ],
)
def test_a_shape_that_cannot_be_used_is_named(shape: str, message: str, tmp_path: Path, compiled: Compiled) -> None:
    begin = f"@prefix sh: <http://www.w3.org/ns/shacl#> . <{NS}x> a sh:NodeShape ; sh:targetClass <{NS}State> ; "
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "x.ttl").write_text(begin + shape + "\n")
    with pytest.raises(VocabularyError, match=re.escape(message)):
        shape_violations(compiled.store, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {}", "no title"),
        ("#+ title: a: b\nSELECT * {}", "no title"),
        ('#+ title: "x"\nSELECT ?x {', "ontology/checks/x.rq: "),
        ('#+ title: "x"\nASK {}', "columns ?subject and ?message"),
        ('#+ title: "x"\nSELECT ?subject {}', "columns ?subject and ?message"),
        ('#+ title: "x"\nSELECT ?subject ?message { BIND (1 AS ?subject) }', "a row without"),
    ],
)
def test_a_check_that_cannot_be_used_is_named(text: str, message: str, tmp_path: Path, compiled: Compiled) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "x.rq").write_text(text)
    with pytest.raises(VocabularyError, match=re.escape(message)):
        style_violations(compiled.store, tmp_path)


# --- Consistency

needs_java = pytest.mark.skipif(java() is None, reason="no Java on this machine; HermiT, the OWL reasoner, runs on it")
P4 = f"GRAPH <{SOURCE}scwg-18-report/p4>"


@pytest.fixture(scope="module")
def part(compiled: Compiled) -> Store:
    """The ontology, the register and the documents on one working group: a fifth of the record, as it is.

    The reasoner answers the sooner; that it can take in the whole, another test says.
    """
    graphs = [graph for graph in compiled.store.named_graphs() if isinstance(graph, NamedNode)]
    inside = {graph: graph.value.removeprefix(SOURCE) for graph in graphs if graph.value != DERIVED}
    kept = [graph for graph, name in inside.items() if name.startswith(("register-", "http")) or "scwg" in name]
    quads = [quad for graph in kept for quad in compiled.store.quads_for_pattern(None, None, None, graph)]
    store = Store()
    store.bulk_extend([*quads, *(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads)])
    return store


@needs_java
def test_ontology_and_facts_are_consistent(compiled: Compiled) -> None:
    assert consistency(compiled.store) is None


@needs_java
@pytest.mark.parametrize(
    ("trig", "message"),
    [
        (
            f"{P4} {{ id:john-d-hill a pact:State }}",
            "id:john-d-hill is both a pact:Person by rdf:type and a pact:State",
        ),
        (
            f"{P4} {{ id:scwg-18 a pact:Agreement }}",
            "id:scwg-18 is both a pact:Agreement by rdf:type and a pact:Meeting",
        ),
        (
            f"{P4} {{ id:scwg-18 pact:topic id:usa }}",
            "id:usa is both a skos:Concept by pact:topic and a pact:Actor by rdf:type",
        ),
    ],
)
def test_a_contradiction_is_caught(trig: str, message: str, part: Store) -> None:
    found = consistency(copy(part, [Planted("contradiction", "id:x", "", trig)]))
    assert found is not None
    assert message in str(found)


@needs_java
def test_the_document_that_brings_a_contradiction_is_found(part: Store) -> None:
    planted = Planted("culprit", "id:scwg-18", "", f'{P4} {{ id:scwg-18 pact:ordinal "one" }}')
    found = consistency(copy(part, [planted]))
    assert str(found) == "the facts become inconsistent with those of source:scwg-18-report"


@needs_java
def test_a_class_that_nothing_can_be_in_is_named(part: Store) -> None:
    planted = Planted(
        "class", "pact:Planted", "", "pact:Planted a owl:Class ; rdfs:subClassOf pact:State , pact:Person ."
    )
    assert str(consistency(copy(part, [planted]))).startswith("nothing can be a pact:Planted")


@needs_java
def test_a_datatype_that_the_reasoner_refuses_is_named(part: Store) -> None:
    planted = Planted("datatype", "id:scwg-18", "", 'id:scwg-18 pact:date "2022-04-25"^^xsd:date .')
    with pytest.raises(SpacepactError, match=r"HermiT cannot read .*XMLSchema#date"):
        consistency(copy(part, [planted]))


def test_without_java_the_message_says_so(monkeypatch: pytest.MonkeyPatch, compiled: Compiled) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SpacepactError, match="needs Java: install"):
        consistency(compiled.store)


@pytest.mark.parametrize("package", ["pyshacl", "owlready2"])
def test_without_the_extra_the_message_says_so(
    package: str, monkeypatch: pytest.MonkeyPatch, compiled: Compiled
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr("spacepact.ontology.consistency.java", lambda: "java")
    with pytest.raises(MissingExtra, match=r"spacepact\[check\]"):
        (shape_violations if package == "pyshacl" else consistency)(compiled.store)


def test_the_ontology_is_one_ontology(compiled: Compiled) -> None:
    rows = compiled.store.query("SELECT ?x { ?x a <http://www.w3.org/2002/07/owl#Ontology> }")
    assert [str(row["x"]) for row in rows] == [f"<{ONTOLOGY}>"]  # type: ignore[union-attr]
