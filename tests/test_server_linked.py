"""Linked data: every kind of IRI leads to a page and to data, and the data is what the store holds on it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, parse

from service import page, site
from spacepact import __version__
from spacepact.graph.dereferencing import SYNTAXES
from spacepact.graph.engines.embedded import Embedded
from spacepact.iris import BASE, DERIVED, ENTITY, PREFIXES, SOURCE
from spacepact.ontology.parts import PARTS, part
from spacepact.queries.knowledge import KnowledgeGraph
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import PageResponse, Site

KINDS = (
    "id/nasa",
    "source/scwg-18-report",
    "source/scwg-18-report/p4",
    "source/links-gcat",
    "topic",
    "topic/pnt",
    "code/strength",
    "code/strength/pledged",
    "mapping/gcat/nasa-nasa",
    "graph/derived",
)


def known_kinds() -> list[str]:
    """Return the IRIs above that the record has, and one of each other depth below ``id/``."""
    subjects = {
        q.subject.value
        for q in site().graph.store.quads_for_pattern(None, None, None, DefaultGraph())
        if isinstance(q.subject, NamedNode) and q.subject.value.startswith(ENTITY)
    }
    deep: dict[int, str] = {}
    for iri in sorted(subjects):
        deep.setdefault(iri.count("/"), iri.removeprefix(BASE))
    return [*KINDS, *deep.values()]


def quads_of(response: PageResponse, suffix: str) -> set[Quad]:
    body = response.body.encode() if isinstance(response.body, str) else response.body
    return set(parse(body, format=SYNTAXES[suffix].format))


def copied(quads: Iterable[Quad]) -> Store:
    store = Store()
    store.bulk_extend(quads)
    return store


def facts_on(iri: str, store: Store | None = None) -> set[Quad]:
    store = store or site().graph.store
    default, thing = DefaultGraph(), NamedNode(iri)
    return {*store.quads_for_pattern(thing, None, None, default), *store.quads_for_pattern(None, None, thing, default)}


@pytest.mark.parametrize("name", known_kinds())
def test_every_kind_of_iri_leads_to_its_page_and_its_data(name: str) -> None:
    shown = page(f"/{name}", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (shown.status, shown.headers["Vary"]) == (303, "Accept")
    assert shown.headers["Location"] == f"/page/{name.removeprefix('id/')}"
    for suffix, syntax in SYNTAXES.items():
        told = page(f"/{name}", f"text/html;q=0.3, {syntax.media_type}")
        assert (told.status, told.headers["Vary"]) == (303, "Accept")
        assert told.headers["Location"] == f"/data/{name.removeprefix('id/')}.{suffix}"
        assert page(f"/{name}.{suffix}", "text/html").headers["Location"] == told.headers["Location"]
        data = page(told.headers["Location"], "*/*")
        assert (data.status, data.media_type.partition(";")[0]) == (200, syntax.media_type)


@pytest.mark.parametrize("name", known_kinds())
def test_data_is_what_the_store_holds_on_the_thing(name: str) -> None:
    path = f"/data/{name.removeprefix('id/')}"
    about = NamedNode(BASE + path.lstrip("/"))
    facts = facts_on(BASE + name)
    for suffix in ("ttl", "nt", "rdf"):
        found = {quad for quad in quads_of(page(f"{path}.{suffix}"), suffix) if quad.subject != about}
        assert found == facts, suffix
    store = site().graph.store
    for suffix in ("trig", "nq", "jsonld"):
        found = quads_of(page(f"{path}.{suffix}"), suffix)
        assert facts <= found
        assert all(quad in store for quad in found if quad.subject != about)


def test_the_graphs_that_say_so_come_with_their_documents() -> None:
    found = quads_of(page("/data/scwg.trig"), "trig")
    passages = {
        quad.graph_name.value
        for quad in found
        if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(SOURCE)
    }
    assert passages
    title = NamedNode(PREFIXES["dcterms"] + "title")
    for passage in passages:
        document = NamedNode(SOURCE + passage.removeprefix(SOURCE).partition("/")[0])
        assert any(quad.subject == document and quad.predicate == title for quad in found), passage


def test_a_passage_has_what_it_says_and_a_document_what_all_its_passages_say() -> None:
    store = site().graph.store
    passage = NamedNode(SOURCE + "scwg-18-report/p4")
    said = set(store.quads_for_pattern(None, None, None, passage))
    assert said <= quads_of(page("/data/source/scwg-18-report/p4.trig"), "trig")
    assert said <= quads_of(page("/data/source/scwg-18-report.jsonld"), "jsonld")


def test_a_description_says_what_it_is_of_and_under_which_licence() -> None:
    quads = quads_of(page("/data/nasa.ttl"), "ttl")
    said = {
        (quad.predicate.value, getattr(quad.object, "value", ""))
        for quad in quads
        if quad.subject == NamedNode(BASE + "data/nasa")
    }
    assert ("http://xmlns.com/foaf/0.1/primaryTopic", ENTITY + "nasa") in said
    assert (PREFIXES["dcterms"] + "license", "https://creativecommons.org/publicdomain/zero/1.0/") in said
    assert (PREFIXES["dcterms"] + "hasVersion", site().graph.version) in said


def test_data_begins_with_the_thing_and_uses_our_prefixes() -> None:
    text = page("/data/nasa.ttl").body
    assert isinstance(text, bytes)
    lines = [line for line in text.decode().splitlines() if not line.startswith("@prefix")]
    assert lines[0].startswith("id:nasa a pact:")


def test_weights_decide_what_is_sent() -> None:
    def leads(accept: str) -> str:
        return page("/id/nasa", accept).headers["Location"]

    assert leads("*/*") == leads("text/html") == leads("image/png") == "/page/nasa"
    assert leads("text/turtle;q=0.4, application/trig;q=0.5") == "/data/nasa.trig"
    assert leads("application/json") == "/data/nasa.jsonld"
    assert leads("text/*") == "/page/nasa"
    assert page("/data/nasa", "text/html").headers["Location"] == "/page/nasa"
    assert page("/data/nasa", "*/*").headers["Location"] == "/data/nasa.ttl"


@pytest.mark.parametrize(
    "path", ["/id/nosa", "/source/nosa", "/topic/nosa", "/code/nosa/x", "/id/a<b>{c}", "/data/nosa"]
)
def test_what_is_unknown_is_not_found_in_the_syntax_asked_for(path: str) -> None:
    html, turtle, json = page(path, "text/html"), page(path, "text/turtle"), page(path, "application/ld+json")
    assert [each.status for each in (html, turtle, json)] == [404, 404, 404]
    assert "text/html" in html.media_type
    assert turtle.media_type.startswith("text/turtle")
    assert not quads_of(turtle, "ttl")
    assert json.media_type == "application/json"
    assert "<b>" not in str(html.body).partition("<h1>")[2].partition("</main>")[0]


def test_an_unknown_entity_is_answered_with_the_nearest_names() -> None:
    assert 'href="/page/kasa"' in str(page("/id/kassa").body)


def test_a_merged_entity_leads_to_what_stands_in_for_it() -> None:
    store = copied(site().graph.store)
    old, new = NamedNode(ENTITY + "old-nasa"), NamedNode(ENTITY + "nasa")
    store.add(Quad(old, NamedNode(PREFIXES["dcterms"] + "isReplacedBy"), new))
    merged = Site(KnowledgeGraph(Embedded(store)), Settings())
    moved = answer(merged, "/id/old-nasa", "text/html")
    assert (moved.status, moved.headers["Location"]) == (301, "/id/nasa")
    assert answer(merged, "/id/old-nasa.ttl").headers["Location"] == "/id/nasa.ttl"
    assert facts_on(old.value, store) <= quads_of(answer(merged, "/data/old-nasa.ttl"), "ttl")


def test_the_ontology_is_published_in_parts_that_are_its_files() -> None:
    for name in PARTS:
        for suffix in ("ttl", "jsonld", "nt", "rdf"):
            found = quads_of(page(f"/data/{name}.{suffix}"), suffix)
            plain = {quad for quad in found if "Blank" not in repr(quad)}
            assert plain == {quad for quad in part(name) if "Blank" not in repr(quad)}, (name, suffix)
            assert len(found) == len(set(part(name)))


@pytest.mark.parametrize("path", ["/ns", f"/ns/{__version__}"])
def test_the_ontology_and_its_version_lead_to_its_page_and_data(path: str) -> None:
    assert page(path, "text/html").headers["Location"] == "/page/ns"
    assert page(path, "text/turtle").headers["Location"] == "/data/ns.ttl"
    assert page(path + ".jsonld", "*/*").headers["Location"] == "/data/ns.jsonld"
    data = page("/data/ns.ttl")
    assert isinstance(data.body, bytes)
    assert b"owl:versionIRI" in data.body
    assert page("/data/ns", "text/html").headers["Location"] == "/page/ns"
    assert page("/data/codes", "application/ld+json").headers["Location"] == "/data/codes.jsonld"
    assert page("/ns/0.0.1").status == page("/data/ns.xyz").status == 404


def test_bytes_of_data_depend_on_the_facts_alone() -> None:
    again = Site(KnowledgeGraph(Embedded(copied(reversed(list(site().graph.store))))), Settings())
    for path in ("/data/kasa.ttl", "/data/kasa.trig", "/data/source/scwg-18-report.jsonld"):
        assert answer(again, path).body == page(path).body


def test_the_derived_graph_is_described_and_not_sent_whole() -> None:
    assert len(page("/data/graph/derived.trig").body) < 10_000
    assert facts_on(DERIVED) <= quads_of(page("/data/graph/derived.trig"), "trig")
