"""What the service says of itself: service description, VoID and examples, as documents and in the endpoint's store."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from service import page, site
from spacepact.graph.engines.refusals import form
from spacepact.iris import BASE, PREFIXES
from spacepact.queries.catalogue import catalogue
from spacepact.server.protocol.described import build_described, descriptions, graphs
from spacepact.server.protocol.description import service
from spacepact.server.protocol.statements import NAMESPACES
from spacepact.server.settings import Settings

SETTINGS = Settings(public_url="https://spacepact.example")


def loaded(path: str, accept: str = "text/turtle", format: RdfFormat = RdfFormat.TURTLE) -> Store:
    response = page(path, accept)
    assert (response.status, response.media_type.partition(";")[0]) == (200, accept)
    store = Store()
    store.load(response.body, format=format)
    return store


def rows(store: Store, sparql: str) -> list[tuple[str | None, ...]]:
    found = store.query(sparql, prefixes=NAMESPACES)
    assert isinstance(found, QuerySolutions)
    return [tuple(getattr(term, "value", None) for term in row) for row in found]


# What SIB's editor asks of an endpoint, or of its service description where the endpoint gives no rows.
ITS_PREFIXES = "SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix"
ITS_EXAMPLES = """SELECT DISTINCT ?sq ?comment ?query {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query } ORDER BY ?sq"""
ITS_VOID = """SELECT DISTINCT ?class ?prop ?objectClass ?objectDatatype {
  ?cp void:class ?class ; void:propertyPartition ?pp . ?pp void:property ?prop
  OPTIONAL { { ?pp void:classPartition [ void:class ?objectClass ] }
             UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] } } }"""


def test_an_editor_finds_all_in_the_service_description() -> None:
    found = loaded("/sparql")
    assert sorted(rows(found, ITS_PREFIXES)) == sorted(PREFIXES.items())
    expected = {question.title: question.sparql for question in catalogue().values()}
    assert {comment: query for _, comment, query in rows(found, ITS_EXAMPLES)} == expected
    pact, xsd = PREFIXES["pact"], PREFIXES["xsd"]
    void = rows(found, ITS_VOID)
    assert (pact + "Passage", pact + "inDocument", pact + "Document", None) in void
    assert (pact + "Meeting", pact + "ordinal", None, xsd + "integer") in void


def test_an_example_has_one_query_for_our_endpoint() -> None:
    found = loaded("/.well-known/sparql-examples")
    of_example = "?e a sh:SPARQLExecutable ; schema:target ?target ; rdfs:seeAlso ?see"
    examples = rows(found, f"SELECT ?e ?target ?see {{ {of_example} }}")
    url = site().settings.public_url
    assert {(target, see) for _, target, see in examples} == {
        (f"{url}/sparql", f"{url}/questions/{name}") for name in catalogue()
    }
    for name, question in catalogue().items():
        kind = form(question.sparql).capitalize()
        example = f"<{url}/.well-known/sparql-examples/{name}>"
        assert rows(found, f"SELECT ?q {{ {example} a sh:SPARQL{kind}Executable ; sh:{kind.lower()} ?q }}") == [
            (question.sparql,)
        ]


def number(store: Store, sparql: str) -> int:
    ((value,),) = rows(store, sparql)
    return int(str(value))


def test_what_is_counted_is_there() -> None:
    facts = [quad.triple for quad in site().graph.store.quads_for_pattern(None, None, None, DefaultGraph())]
    found = loaded("/void")
    assert number(found, f"SELECT ?n {{ <{BASE}> void:triples ?n }}") == len(facts)
    assert number(found, f"SELECT ?n {{ <{BASE}> void:distinctSubjects ?n }}") == len({t.subject for t in facts})
    assert number(found, f"SELECT ?n {{ <{BASE}> void:distinctObjects ?n }}") == len({t.object for t in facts})
    typed = [t for t in facts if t.predicate.value == PREFIXES["rdf"] + "type"]
    ours = {t.subject for t in typed if str(t.subject).startswith(f"<{BASE}")}
    assert number(found, f"SELECT ?n {{ <{BASE}> void:entities ?n }}") == len(ours)
    partition = f"<{BASE}> void:propertyPartition [ void:property ?p ; void:triples ?n ]"
    properties = rows(found, f"SELECT ?p ?n {{ {partition} }}")
    assert {p: int(str(n)) for p, n in properties} == Counter(t.predicate.value for t in facts)
    classes = rows(found, f"SELECT ?c ?n {{ <{BASE}> void:classPartition [ void:class ?c ; void:entities ?n ] }}")
    assert {c: int(str(n)) for c, n in classes} == Counter(getattr(t.object, "value", None) for t in typed)
    assert number(found, f"SELECT ?n {{ <{BASE}> void:classes ?n }}") == len(classes)
    assert number(found, f"SELECT ?n {{ <{BASE}> void:properties ?n }}") == len(properties)


def test_each_outside_dataset_has_its_linkset_with_as_many_links() -> None:
    found = loaded("/void")
    linksets = rows(
        found,
        f"""SELECT ?set ?other ?n {{ <{BASE}> void:subset ?set . ?set a void:Linkset ; void:subjectsTarget <{BASE}> ;
              void:objectsTarget ?other ; void:linkPredicate <http://schema.org/sameAs> ; void:triples ?n .
              ?other a void:Dataset }}""",
    )
    assert len(linksets) == len(list(Path(__file__).parents[1].glob("graph/links/*.sssom.tsv")))
    same = NamedNode(PREFIXES["schema"] + "sameAs")
    for linkset, _, count in linksets:
        links = site().graph.store.quads_for_pattern(None, same, None, NamedNode(str(linkset)))
        assert len(list(links)) == int(str(count))


def test_the_dataset_names_its_licence_version_and_examples() -> None:
    found = loaded("/void")
    ((licence, version, modified),) = rows(
        found, f"SELECT ?l ?v ?m {{ <{BASE}> dcterms:license ?l ; dcterms:hasVersion ?v ; dcterms:modified ?m }}"
    )
    assert licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert (version, modified) == (site().graph.version, site().graph.as_of)
    for (example,) in rows(found, f"SELECT ?e {{ <{BASE}> void:exampleResource ?e }}"):
        assert any(site().graph.store.quads_for_pattern(NamedNode(str(example)), None, None, DefaultGraph()))


def test_every_dump_is_a_file_that_can_be_had() -> None:
    dumps = [str(dump) for (dump,) in rows(loaded("/void"), f"SELECT ?d {{ <{BASE}> void:dataDump ?d }}")]
    offered = page("/data").body
    assert any(dump.endswith((".ttl", ".trig")) for dump in dumps)
    for dump in dumps:
        path = dump.removeprefix(site().settings.public_url)
        assert path in (offered if isinstance(offered, str) else offered.decode())


def described(settings: Settings) -> Store:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in service(site().graph.store, settings))
    return store


def test_the_service_tells_what_it_can_and_its_limits() -> None:
    store = described(replace(SETTINGS, deadline=7.0, max_rows=1234))
    endpoint = "<https://spacepact.example/sparql>"
    assert rows(store, f"SELECT ?e {{ ?e a sd:Service ; sd:endpoint {endpoint} }}") == [(endpoint[1:-1],)]
    comments = " ".join(str(text) for (text,) in rows(store, f"SELECT ?c {{ {endpoint} rdfs:comment ?c }}"))
    assert "take 7 seconds" in comments
    assert "at most 1,234 rows" in comments
    formats = {str(f) for (f,) in rows(store, f"SELECT ?f {{ {endpoint} sd:resultFormat ?f }}")}
    assert len(formats) == 10


@pytest.mark.parametrize("services", [(), ("https://query.wikidata.org/",)])
def test_federation_is_told_where_it_is_allowed(services: tuple[str, ...]) -> None:
    store = described(replace(SETTINGS, services=services))
    assert bool(rows(store, "SELECT ?s { ?s sd:feature sd:BasicFederatedQuery }")) == bool(services)


def test_the_named_graphs_that_are_listed_are_as_large_as_told() -> None:
    listed = rows(loaded("/sparql"), "SELECT ?name ?n { ?g sd:name ?name ; sd:graph [ void:triples ?n ] }")
    assert BASE + "graph/derived" in {name for name, _ in listed}
    own = graphs(site().settings).values()
    for name, count in listed:
        if name in own:
            continue
        quads = site().graph.store.quads_for_pattern(None, None, None, NamedNode(str(name)))
        assert len(list(quads)) == int(str(count))


def test_the_store_of_the_endpoint_is_the_record_with_three_graphs_more() -> None:
    path = build_described(SETTINGS)
    store = Store.read_only(str(path))
    record = site().graph.store
    named = graphs(SETTINGS)
    added = {NamedNode(iri) for iri in named.values()}
    assert set(store.named_graphs()) == set(record.named_graphs()) | added
    assert {quad for quad in store if quad.graph_name not in added} == set(record)
    for name, triples in descriptions(record, SETTINGS).items():
        assert {q.triple for q in store.quads_for_pattern(None, None, None, NamedNode(named[name]))} == set(triples)
    examples = rows(store, f"SELECT ?q {{ GRAPH <{named['examples']}> {{ ?q a sh:SPARQLExecutable }} }}")
    assert len(examples) == len(catalogue())
    assert rows(store, "SELECT ?q { ?q a sh:SPARQLExecutable }") == []


def test_the_service_lists_its_own_graphs_with_their_sizes() -> None:
    store = Store.read_only(str(build_described(SETTINGS)))
    named = graphs(SETTINGS)
    listed = rows(
        store,
        f"""SELECT ?name ?n {{ GRAPH <{named["service"]}> {{
              ?set a sd:Dataset ; sd:namedGraph [ sd:name ?name ; sd:graph ?g ]
              OPTIONAL {{ ?g void:triples ?n }} }} }}""",
    )
    sizes = {str(name): size for name, size in listed}
    assert set(named.values()) <= sizes.keys()
    about_all = {g.value for g in store.named_graphs() if not re.search("/source/(?!links-|register-)", g.value)}
    assert sizes.keys() == about_all
    for name in ("dataset", "examples"):
        triples = store.quads_for_pattern(None, None, None, NamedNode(named[name]))
        assert int(str(sizes[named[name]])) == len(list(triples))


def test_the_store_of_the_endpoint_is_kept_until_something_in_it_changes() -> None:
    first = build_described(SETTINGS)
    assert build_described(SETTINGS) == first
    assert build_described(replace(SETTINGS, public_url="https://other.example")) != first


@pytest.mark.parametrize(
    ("accept", "format"),
    [
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/trig", RdfFormat.TRIG),
        ("application/n-quads", RdfFormat.N_QUADS),
    ],
)
@pytest.mark.parametrize("path", ["/void", "/.well-known/sparql-examples", "/sparql"])
def test_every_format_says_the_same(path: str, accept: str, format: RdfFormat) -> None:
    assert {q.triple for q in loaded(path, accept, format)} == {q.triple for q in loaded(path)}


def test_a_browser_is_led_to_the_page_for_queries() -> None:
    response = page("/sparql", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (response.status, response.headers["Location"], response.headers["Vary"]) == (303, "/query", "Accept")
    assert page("/void", "text/html,*/*;q=0.8").media_type == "text/turtle; charset=utf-8"


def test_the_well_known_address_leads_to_void() -> None:
    response = page("/.well-known/void")
    assert (response.status, response.headers["Location"]) == (303, "/void")


def test_the_prefixes_told_anywhere_are_those_of_the_data() -> None:
    declared = {name: NAMESPACES[name] for name in NAMESPACES.keys() & PREFIXES.keys()}
    assert declared == PREFIXES
    paths = ("/sparql", "/void", "/.well-known/sparql-examples", "/data/nasa.ttl", "/data/ns.ttl", "/data/catalog.ttl")
    turtle = [str(page(path, "text/turtle").body, "utf-8") for path in paths]  # type: ignore[arg-type]
    told = [dict(re.findall(r"@prefix (\S+): <(.*?)>", text)) for text in turtle]
    told += [
        json.loads(page("/api/terms").body)["prefixes"],
        json.loads(Path("graph/context.jsonld").read_text())["@context"],
    ]
    told += [dict(re.findall(r"(?i)\bprefix (\S+): <(.*?)>", question.sparql)) for question in catalogue().values()]
    for prefixes in told:
        for name in prefixes.keys() & PREFIXES.keys():
            if str(prefixes[name]).startswith("http"):  # in a context a key may have the name of a prefix
                assert prefixes[name] == PREFIXES[name]
    data = next(
        site().graph.store.quads_for_pattern(None, NamedNode(NAMESPACES["schema"] + "sameAs"), None, None), None
    )
    assert data is not None, "the record uses the prefix as it is told"


def test_the_service_description_begins_with_the_service() -> None:
    text = page("/sparql", "application/n-triples").body.decode()  # type: ignore[union-attr]
    subjects = list(dict.fromkeys(line.split()[0] for line in text.splitlines()))
    url = site().settings.public_url
    assert subjects[0] == f"<{url}/sparql>"
    examples = f"<{url}/.well-known/sparql-examples"
    places = [at for at, subject in enumerate(subjects) if subject.startswith(examples)]
    assert places == list(range(places[0], len(subjects))), "examples and their prefixes stand last"
