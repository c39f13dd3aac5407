"""The SPARQL page: an editor with the terms of the ontology, examples from the catalogue, and results with links.

The query runs in a worker for queries; this page gets what became of it (`PageRequest.outcome`) and shows it. So it
works without script, and the script asks for the same page and puts its results into the one that is open.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from spacepact.errors import ParameterError, nearest
from spacepact.graph.dereferencing import is_known
from spacepact.iris import BASE, PREFIXES, curie, expand, with_prefixes
from spacepact.ontology.vocabulary import vocabulary
from spacepact.queries.catalogue import catalogue, question
from spacepact.queries.names import labels
from spacepact.queries.result import Term
from spacepact.server.site import PageRequest, PageResponse, Site, page_path
from spacepact.visualizations.drawing import look

__all__ = ["API", "DRAWN", "LONGEST", "ROUTES", "query_page", "terms"]

ROUTES = {"/query": "query_page", "/api/terms": "terms"}

API: dict[str, dict[str, Any]] = {
    "/api/terms": {
        "summary": "The prefixes, the terms of the ontology, and what each class bears, for editors to complete",
        "answer": {
            "prefixes": {"*": "string"},
            "terms": [dict.fromkeys(("term", "label", "kind", "scheme", "range"), "string")],
            "bears": {"*": ["string"]},
        },
        "example": "/api/terms",
    },
}

LONGEST = 8000
"""Letters of an address that can be shared: longer ones are cut or refused by some program on their way."""

_SHOWN = 1000  # rows on the page; all of them are in the downloads
DRAWN = (20, 40, 80, 150)
"""How many things a drawing may show at most; of more, nothing can be read."""

_DOWNLOADS = {
    "rows": (("CSV", "text/csv"), ("TSV", "text/tab-separated-values"), ("JSON", "application/sparql-results+json"),
             ("XML", "application/sparql-results+xml")),
    "triples": (("Turtle", "text/turtle"), ("N-Triples", "application/n-triples"), ("JSON-LD", "application/ld+json")),
}  # fmt: skip

_START = """\
# Who promised what to whom, firmest first?
PREFIX pact: <https://w3id.org/spacepact/ns#>

SELECT ?by ?to ?statement ?strength WHERE {
  ?commitment a pact:Commitment ;
    pact:committedBy ?by ;
    pact:statement ?statement ;
    pact:strength ?strength .
  OPTIONAL { ?commitment pact:committedTo ?to }
}
ORDER BY ?strength ?by
LIMIT 50
"""


class _Shown(NamedTuple):
    """The results on the page. A cell is a pair of words and a link, which may be empty."""

    kind: str
    columns: list[str]
    rows: list[list[tuple[str, str]]]
    numbers: list[bool]
    total: int


def query_page(site: Site, request: PageRequest) -> PageResponse:
    """Return the editor, with the results of its query where one was asked."""
    request.knows("query")
    if (draw := request.one("draw")) and draw not in map(str, DRAWN):
        raise ParameterError(f"draw: at most {', '.join(map(str, DRAWN))} things can be drawn, not '{draw[:20]}'")
    example = request.one("example")
    sparql = with_prefixes(question(example).sparql) if example else "".join(request.given("query")) or _START
    outcome = request.outcome or {}
    shown = graph = None
    if "results" in outcome:
        kind, columns, rows = _read(outcome["results"], outcome["media_type"])
        shown = _shown(site, kind, columns, rows)
        graph = _graph(site, columns, rows)
    share = f"{site.settings.public_url}/query?{urlencode({'query': sparql})}"
    body = site.render(
        "query.html",
        request,
        sparql=sparql,
        example=example,
        examples=[(name, q.title) for name, q in catalogue().items()],
        outcome=outcome,
        shown=shown,
        graph=graph,
        unknown=_unknown(site, sparql) if shown and not shown.rows else (),
        most=_SHOWN,
        downloads=_DOWNLOADS[shown.kind] if shown and shown.kind in _DOWNLOADS else (),
        share=share if len(share) <= LONGEST else "",
        longest=LONGEST,
        draw=draw,
        most_drawn=DRAWN,
        endpoint=f"{site.settings.public_url}/sparql",
    )
    return PageResponse(body, status=outcome.get("status", 200))


def _read(text: str, media_type: str) -> tuple[str, list[str], list[Sequence[Term | None]]]:
    if media_type == "application/n-triples":
        triples = [(q.subject, q.predicate, q.object) for q in parse(text, format=RdfFormat.N_TRIPLES)]
        return "triples", ["subject", "predicate", "object"], list(triples)
    found = parse_query_results(text, QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return "yes" if found else "no", [], []
    assert isinstance(found, QuerySolutions), "results are rows or a boolean"
    return "rows", [variable.value for variable in found.variables], [tuple(row) for row in found]


_NAME = re.compile(
    r"""\"(?:[^"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|<(?P<iri>[^<>\s]*)>|\#[^\n]*|(?P<curie>[A-Za-z][\w-]*:[\w\\/.%-]*[\w/])""",
    re.VERBOSE,
)
"""A name in a query; strings and comments are passed over."""


def _unknown(site: Site, sparql: str) -> list[tuple[str, str]]:
    """Return the names of ours in *sparql* that the record does not know, with a hint at what may be meant."""
    named = {(m["iri"] or expand((m["curie"] or "").replace("\\", "")) or "") for m in _NAME.finditer(sparql)}
    ours = sorted(iri for iri in named - set(PREFIXES.values()) if iri.startswith(BASE))
    missing = [iri for iri in ours if not is_known(site.graph.store, iri) and not _is_graph(site, iri)][:5]
    if not missing:
        return []
    a = NamedNode(PREFIXES["rdf"] + "type")
    quads = site.graph.store.quads_for_pattern(None, a, None, DefaultGraph())
    known = sorted({curie(quad.subject.value) for quad in quads if isinstance(quad.subject, NamedNode)})
    return [
        (name, nearest(name, [k for k in known if k.startswith(name.partition(":")[0])]))
        for name in map(curie, missing)
    ]


def _is_graph(site: Site, iri: str) -> bool:
    """Whether *iri* names a graph; so it is taken where it is no IRI, but a piece of a long text."""
    try:
        name = NamedNode(iri)
    except ValueError:
        return True
    return next(iter(site.graph.store.quads_for_pattern(None, None, None, name)), None) is not None


def _shown(site: Site, kind: str, columns: list[str], rows: list[Sequence[Term | None]]) -> _Shown:
    first = rows[:_SHOWN]
    names = labels(site.graph.engine, {t.value for row in first for t in row if isinstance(t, NamedNode)})
    cells = [[_cell(term, names) for term in row] for row in first]
    numeric = [
        any(row[at] for row in first) and all(row[at] is None or _is_number(row[at]) for row in first)
        for at in range(len(columns))
    ]
    return _Shown(kind, columns, cells, numeric, len(rows))


def _cell(term: Term | None, names: dict[str, str]) -> tuple[str, str]:
    if term is None:
        return "", ""
    if isinstance(term, NamedNode):
        return names.get(term.value) or curie(term.value), page_path(term.value)
    return getattr(term, "value", None) or str(term), ""


def _is_number(term: Term | None) -> bool:
    kind = getattr(term, "datatype", None)
    return kind is not None and kind.value in {
        PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float")
    }


def _graph(site: Site, columns: list[str], rows: list[Sequence[Term | None]]) -> dict[str, Any] | None:
    """Return nodes and edges where the results have two columns of IRIs; None where they make no network.

    Where there are more nodes than can be drawn, those with most neighbours are kept. These stand first in any case.
    """
    pairs = _pairs(columns, rows)
    if not pairs:
        return None
    near: dict[str, set[str]] = {}
    for a, b in pairs:
        near.setdefault(a, set()).add(b)
        near.setdefault(b, set()).add(a)
    nodes = sorted(near, key=lambda iri: -len(near[iri]))[: max(DRAWN)]
    names, actors = labels(site.graph.engine, nodes), {node.iri: node.kind for node in site.view.nodes}
    kinds = {iri: actors.get(iri, "other things") for iri in nodes}
    return {
        "nodes": [
            {
                "id": iri,
                "label": names[iri],
                "path": page_path(iri),
                "ties": len(near[iri]),
                **dict(zip(("kind", "shape", "colour"), (kinds[iri], *look(kinds[iri])), strict=True)),
            }
            for iri in nodes
        ],
        "edges": [
            {"from": a, "to": b, "label": ", ".join(sorted(filter(None, words)))}
            for (a, b), words in pairs.items()
            if a in kinds and b in kinds
        ],
        "whole": {"nodes": len(near), "edges": len(pairs)},
        "kinds": sorted((kind, *look(kind)) for kind in set(kinds.values())),
    }


def _pairs(columns: list[str], rows: list[Sequence[Term | None]]) -> dict[tuple[str, str], set[str]]:
    """Return which things the rows bring together, with the properties that do, as CURIEs, where they are triples."""
    triples = columns == ["subject", "predicate", "object"]
    iris = [0, 2] if triples else [at for at in range(len(columns)) if any(isinstance(r[at], NamedNode) for r in rows)]
    pairs: dict[tuple[str, str], set[str]] = {}
    for row in rows if len(iris) > 1 else ():
        a, b = row[iris[0]], row[iris[1]]
        if isinstance(a, NamedNode) and isinstance(b, NamedNode):
            words = row[1] if triples else None
            pairs.setdefault((a.value, b.value), set()).add(curie(words.value) if isinstance(words, NamedNode) else "")
    return pairs


def terms(site: Site, request: PageRequest) -> PageResponse:
    """Return the prefixes and the terms of the ontology with their labels, for the editor to complete.

    A code has its scheme, a property the scheme of its values or the class they are of, each where it has one.
    """
    found = site.graph.query(
        """SELECT DISTINCT ?term ?label ?kind ?scheme WHERE {
          { ?term a owl:Class ; rdfs:label ?label BIND ("class" AS ?kind) }
          UNION { VALUES ?type { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
                  ?term a ?type ; rdfs:label ?label BIND ("property" AS ?kind) }
          UNION { ?term skos:inScheme ?scheme ; skos:prefLabel ?label BIND ("code" AS ?kind) }
          FILTER (LANG(?label) = "en") } ORDER BY ?term"""
    )
    rows = [dict(zip(("term", "label", "kind", "scheme"), map(_text, row), strict=True)) for row in found.rows]
    known = {curie(each.iri): each for each in vocabulary().properties.values()}
    for row in rows:
        described = known.get(row["term"])
        row["scheme"] = row["scheme"] or curie((described and described.values_from) or "")
        row["range"] = curie((described and described.range) or "")
    return PageResponse.json({"prefixes": PREFIXES, "terms": rows, "bears": _bears(site)})


def _text(cell: Any) -> str:
    return "" if cell is None else curie(cell.value) if isinstance(cell, NamedNode) else str(cell.value)


def _bears(site: Site) -> dict[str, list[str]]:
    """Return the properties that things of each class have, those that most of them have first."""
    found = site.graph.query(
        """SELECT ?class ?property (COUNT(DISTINCT ?thing) AS ?number) WHERE {
          ?thing a ?class ; ?property ?value FILTER (STRSTARTS(STR(?class), STR(pact:))) }
          GROUP BY ?class ?property"""
    )
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for name, borne, number in found.rows:
        for above in vocabulary().superclasses.get(name.value, ()):  # type: ignore[union-attr]
            counted[curie(above)][_text(borne)] += int(number.value)  # type: ignore[union-attr]
    return {name: [each for each, _ in sorted(of.items(), key=lambda e: (-e[1], e[0]))] for name, of in counted.items()}
