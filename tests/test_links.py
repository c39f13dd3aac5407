"""Links to outside datasets: the accepted tie, the rejected are kept, and a mistake is caught at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from spacepact.errors import FactError
from spacepact.folders import folder
from spacepact.graph.links import link_quads
from spacepact.graph.reading import Mapping, Sequence, read
from spacepact.graph.sssom import read_mappings
from spacepact.iris import BASE, ENTITY, NS, PREFIXES, SOURCE
from spacepact.ontology import ontology_triples

_SAME, _SEE = NamedNode(PREFIXES["schema"] + "sameAs"), NamedNode(PREFIXES["rdfs"] + "seeAlso")
_TYPE, _SSSOM = NamedNode(PREFIXES["rdf"] + "type"), PREFIXES["sssom"]
_VOID = "http://rdfs.org/ns/void#"
_KNOWN = {ENTITY + slug for slug in ("nasa", "noaa", "kari")}

_HEADER = """\
# curie_map:
#   id: https://w3id.org/spacepact/id/
#   wikidata: http://www.wikidata.org/entity/
#   skos: http://www.w3.org/2004/02/skos/core#
#   semapv: https://w3id.org/semapv/vocab/
# mapping_set_id: https://w3id.org/spacepact/source/links-wikidata
# mapping_set_title: "Ties to Wikidata"
# license: https://creativecommons.org/publicdomain/zero/1.0/
# subject_source: https://w3id.org/spacepact/
# object_source: https://www.wikidata.org/
"""
_COLUMNS = (
    "subject_id\tpredicate_id\tpredicate_modifier\tobject_id\tmapping_justification\tauthor_label\tmapping_date"
    "\tconfidence\tcomment\n"
)
_NASA = (
    "id:nasa\tskos:exactMatch\t\twikidata:Q23548\tsemapv:ManualMappingCuration\tSpacepact editors\t2026-11-21"
    "\t0.95\tBy its record.\n"
)
_GOOD = _HEADER + _COLUMNS + _NASA
_ROW = 12


def links(tmp_path: Path, text: str) -> list[Quad]:
    (tmp_path / "wikidata.sssom.tsv").write_text(text, encoding="utf-8")
    return list(link_quads(tmp_path, _KNOWN))


@pytest.fixture(scope="module")
def entities() -> set[str]:
    found = set()
    for path in sorted((folder("graph") / "register").glob("*.yaml")):
        says = read(path, path.name).get("says")
        for node in says.items if isinstance(says, Sequence) else ():
            assert isinstance(node, Mapping)
            found.add(ENTITY + (node.text("id") or ""))
    return found


# --- The files that are there


def test_the_files_are_read_and_tie_entities_of_the_register(entities: set[str]) -> None:
    quads = list(link_quads(folder("graph") / "links", entities))
    same = {(q.subject.value, q.object.value) for q in quads if q.predicate == _SAME}  # type: ignore[union-attr]
    assert (ENTITY + "nasa", "http://www.wikidata.org/entity/Q23548") in same
    assert (ENTITY + "nasa", "https://ror.org/027ka1x80") in same
    assert (ENTITY + "usa", "https://www.iso.org/obp/ui/#iso:code:3166:US") in same
    assert (ENTITY + "washington-dc", "https://sws.geonames.org/4140963/") in same
    assert {subject for subject, _ in same} <= entities


def test_each_file_is_a_document_and_a_linkset(entities: set[str]) -> None:
    quads = list(link_quads(folder("graph") / "links", entities))
    for path in sorted((folder("graph") / "links").glob("*.sssom.tsv")):
        document = NamedNode(SOURCE + "links-" + path.name.removesuffix(".sssom.tsv"))
        about = [q for q in quads if q.subject == document]
        assert {q.object for q in about if q.predicate == _TYPE} == {
            NamedNode(NS + "Document"),
            NamedNode(_VOID + "Linkset"),
        }
        ties = sum(q.predicate == _SAME and q.graph_name == document for q in quads)
        assert ties > 0
        count = next(q.object for q in about if q.predicate == NamedNode(_VOID + "triples"))
        assert isinstance(count, Literal)
        assert int(count.value) == ties


def test_the_same_files_give_the_same_quads(entities: set[str]) -> None:
    where = folder("graph") / "links"
    assert list(link_quads(where, entities)) == list(link_quads(where, entities | {ENTITY + "another"}))


def test_rejected_and_close_candidates_of_the_files_are_not_the_same_as_ours(entities: set[str]) -> None:
    where = folder("graph") / "links"
    quads = set(link_quads(where, entities))
    naval = NamedNode("https://ror.org/01dh9vr61")
    assert not [q for q in quads if q.object == naval and q.predicate in (_SAME, _SEE)]
    assert [q for q in quads if q.object == naval and q.predicate.value == _SSSOM + "object_id"]
    kari = [q.object.value for q in quads if q.subject.value == ENTITY + "kari" and q.predicate == _SEE]  # type: ignore[union-attr]
    assert sorted(str(iri).rpartition("#")[2] for iri in kari) == ["KARI", "KARIK"]


def test_the_labels_are_those_of_the_register() -> None:
    labels: dict[str, str | None] = {}
    for path in sorted((folder("graph") / "register").glob("*.yaml")):
        says = read(path, path.name).get("says")
        for node in says.items if isinstance(says, Sequence) else ():
            assert isinstance(node, Mapping)
            names = node.get("prefLabel")
            if isinstance(names, Mapping) and names.text("en"):
                labels["id:" + (node.text("id") or "")] = names.text("en")
    for path in sorted((folder("graph") / "links").glob("*.sssom.tsv")):
        for mapping in read_mappings(path).mappings:
            assert mapping.cells["subject_label"] == labels[mapping.cells["subject_id"]], path.name


def test_every_foreign_term_is_declared_in_the_ontology(entities: set[str]) -> None:
    declared = {
        t.subject.value for t in ontology_triples() if t.predicate == _TYPE and isinstance(t.subject, NamedNode)
    }
    quads = list(link_quads(folder("graph") / "links", entities))
    used = {q.predicate.value for q in quads} | {q.object.value for q in quads if q.predicate == _TYPE}  # type: ignore[union-attr]
    assert {iri for iri in used if not iri.startswith((PREFIXES["rdf"], PREFIXES["rdfs"]))} <= declared


# --- What a row becomes


def test_an_accepted_row_ties_and_keeps_its_justification(tmp_path: Path) -> None:
    quads = links(tmp_path, _GOOD)
    graph, node = NamedNode(SOURCE + "links-wikidata"), NamedNode(BASE + "mapping/wikidata/nasa-q23548")
    target = NamedNode("http://www.wikidata.org/entity/Q23548")
    assert Quad(NamedNode(ENTITY + "nasa"), _SAME, target, graph) in quads
    said = {q.predicate.value.removeprefix(_SSSOM): q.object for q in quads if q.subject == node}
    assert said[_TYPE.value] == NamedNode(_SSSOM + "Mapping")
    assert said["object_id"] == target
    assert said["mapping_justification"] == NamedNode("https://w3id.org/semapv/vocab/ManualMappingCuration")
    assert said["mapping_date"] == Literal("2026-11-21")
    assert said["confidence"] == Literal("0.95", datatype=NamedNode(PREFIXES["xsd"] + "double"))
    assert "predicate_modifier" not in said
    assert {q.graph_name for q in quads} == {graph}


def test_a_rejected_row_is_kept_and_ties_nothing(tmp_path: Path) -> None:
    quads = links(tmp_path, _GOOD.replace("exactMatch\t\t", "exactMatch\tNot\t"))
    assert not [q for q in quads if q.predicate in (_SAME, _SEE)]
    assert [q.object for q in quads if q.predicate.value == _SSSOM + "predicate_modifier"] == [Literal("Not")]
    assert [q.object for q in quads if q.predicate.value == _SSSOM + "object_id"]


def test_a_close_match_is_something_to_see_and_not_the_same(tmp_path: Path) -> None:
    quads = links(tmp_path, _GOOD.replace("exactMatch", "closeMatch"))
    assert [q.predicate for q in quads if q.subject == NamedNode(ENTITY + "nasa")] == [_SEE]


def test_no_skos_match_is_written_as_a_triple(entities: set[str]) -> None:
    quads = link_quads(folder("graph") / "links", entities)
    assert not [
        q for q in quads if q.predicate.value.startswith(PREFIXES["skos"]) and q.predicate.value.endswith("Match")
    ]


def test_a_quoted_cell_holds_quotation_marks(tmp_path: Path) -> None:
    quads = links(tmp_path, _GOOD.replace("By its record.", '"By ""its"" record."'))
    assert Literal('By "its" record.') in {q.object for q in quads}


def test_no_files_give_no_links(tmp_path: Path) -> None:
    assert list(link_quads(tmp_path, _KNOWN)) == []


# --- Mistakes

_PLANTED = [
    (_ROW, "id:nasa", "id:nasaa", "unknown entity 'id:nasaa'; did you mean 'id:nasa'"),
    (_ROW, "id:nasa", "wikidata:Q1", "'wikidata:Q1' is no entity of ours; write subject_id like 'id:nasa'"),
    (
        _ROW,
        "wikidata:Q23548",
        "wikidta:Q23548",
        "begins with no prefix of the curie_map; did you mean 'wikidata'?",
    ),
    (_ROW, "wikidata:Q23548", "Q23548", "object_id 'Q23548' begins with no prefix of the curie_map"),
    (_ROW, "wikidata:Q23548", "wikidata:Q 23548", "takes letters, digits, dots and hyphens after its prefix"),
    (_ROW, "skos:exactMatch", "skos:broadMatch", "unknown predicate 'skos:broadMatch'; write skos:exactMatch"),
    (_ROW, "exactMatch\t\t", "exactMatch\tnot\t", "unknown predicate_modifier 'not'; write Not, or nothing"),
    (_ROW, "0.95", "1.5", "confidence '1.5' is not from 0 to 1"),
    (_ROW, "0.95", "high", "confidence 'high' is not from 0 to 1"),
    (_ROW, "0.95", "", "no confidence"),
    (_ROW, "2026-11-21", "21.11.2026", "mapping_date '21.11.2026' is no day; write it like 2026-11-21"),
    (_ROW, "2026-11-21", "2026-02-30", "mapping_date '2026-02-30' is no day"),
    (_ROW, "2026-11-21", "20261121", "mapping_date '20261121' is no day"),
    (_ROW, "\tBy its record.", "", "8 cells, not 9 as in line 11; put one tab between cells"),
    (_ROW, "By its record.", '"By its record.', "cannot be read"),
    (_ROW - 1, "confidence", "confidense", "unknown column 'confidense'; did you mean 'confidence'?"),
    (_ROW - 1, "\tmapping_date", "", "missing column mapping_date"),
    (_ROW - 1, "\tcomment", "\tconfidence", "the column 'confidence' stands twice"),
    (1, '# mapping_set_title: "Ties to Wikidata"\n', "", "the header lacks mapping_set_title"),
    (
        1,
        "source/links-wikidata",
        "source/links-ror",
        "mapping_set_id is 'https://w3id.org/spacepact/source/links-ror'",
    ),
    (7, '"Ties to Wikidata"', "Ties: to Wikidata", "the header is no YAML: mapping values are not allowed here"),
    (3, "http://www.wikidata.org/entity/", "www.wikidata.org", "the prefix 'wikidata' takes a full IRI"),
    (8, "https://creativecommons.org/publicdomain/zero/1.0/", "CC0", "license takes a full IRI, not 'CC0'"),
    (1, "https://w3id.org/spacepact/id/", "https://example.org/id/", "the prefix 'id' stands for"),
]


@pytest.mark.parametrize(
    ("line", "old", "new", "message"), _PLANTED, ids=[f"{n}-{p[2]}" for n, p in enumerate(_PLANTED)]
)
def test_a_planted_mistake_is_caught_at_its_line(tmp_path: Path, line: int, old: str, new: str, message: str) -> None:
    assert old in _GOOD
    with pytest.raises(FactError) as caught:
        links(tmp_path, _GOOD.replace(old, new, 1))
    found = [m for m in caught.value.mistakes if message in m]
    assert found, caught.value.mistakes
    assert found[0].startswith(f"links/wikidata.sssom.tsv:{line}:1: ")


def test_a_row_that_stands_twice(tmp_path: Path) -> None:
    with pytest.raises(FactError, match=r":13:1: id:nasa and wikidata:Q23548 stand twice \(first at line 12\)"):
        links(tmp_path, _GOOD + _NASA)


def test_one_object_is_the_exact_match_of_one_entity(tmp_path: Path) -> None:
    with pytest.raises(FactError, match=r":13:1: wikidata:Q23548 is an exact match of id:nasa at line 12 already"):
        links(tmp_path, _GOOD + _NASA.replace("id:nasa", "id:noaa"))


def test_one_object_may_be_rejected_for_a_second_entity(tmp_path: Path) -> None:
    rejected = _NASA.replace("id:nasa", "id:noaa").replace("exactMatch\t\t", "exactMatch\tNot\t")
    assert len([q for q in links(tmp_path, _GOOD + rejected) if q.predicate == _SAME]) == 1


def test_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "other.sssom.tsv").write_bytes(b"\xff\xfe")
    bad = _GOOD.replace("id:nasa", "id:nasaa") + _NASA.replace("0.95", "2")
    with pytest.raises(FactError) as caught:
        links(tmp_path, bad)
    assert [m.partition(": ")[0] for m in caught.value.mistakes] == [
        "links/other.sssom.tsv:1:1",
        "links/wikidata.sssom.tsv:12:1",
        "links/wikidata.sssom.tsv:13:1",
    ]
