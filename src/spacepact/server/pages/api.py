"""The JSON addresses that belong to no other page: an entity, the version, and the description of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import NamedNode

from spacepact import __version__
from spacepact.errors import NotFound
from spacepact.graph.dereferencing import data_path, is_known, replacement
from spacepact.iris import ENTITY, LICENCE, NS, curie, expand
from spacepact.queries.entities import Entity, names_of, read_entity
from spacepact.queries.evidence import proofs
from spacepact.queries.facts import Fact
from spacepact.queries.result import Term
from spacepact.server.openapi import PROOF, declared, specification
from spacepact.server.protocol.negotiation import preferred
from spacepact.server.site import PageRequest, PageResponse, Site, page_path, record_of

__all__ = ["API", "ROUTES", "api_page", "described", "entity_json", "moved", "ontology", "version_json"]

ROUTES = {
    "/api": "api_page",
    "/openapi.json": "moved",
    "/ontology": "ontology",
    "/api/openapi.json": "described",
    "/api/version": "version_json",
    "/api/entities/{slug:path}": "entity_json",
}

_VARY = {"Vary": "Accept"}
_STATEMENT = {
    "property": "string",
    "words": "string",
    "id": "string",
    "value": "string",
    "language": "string",
    "said_by": ["string"],
    "derived": "boolean",
}
API: dict[str, dict[str, Any]] = {
    "/api/openapi.json": {
        "summary": "This description",
        "answer": {
            "openapi": "string",
            "info": {"*": "string|object"},
            "servers": [{"url": "string"}],
            "paths": {"*": "object"},
            "components": {"*": "object"},
        },
        "example": "/api/openapi.json",
    },
    "/api/version": {
        "summary": "The version of the program and of the data, and the day the record is read for",
        "answer": {"version": "string", "data_version": "string", "as_of": "string", "licence": "string"},
        "example": "/api/version",
    },
    "/api/entities/{slug:path}": {
        "summary": "All that the record says of an entity, each statement with the passages that make it",
        "parameters": {
            "slug": {"description": "its slug, as in its address", "type": "string", "example": "nasa"},
            "as_of": {"description": "the record as it stood at the end of this day", "type": "string"},
        },
        "moved": {"301": "To the entity that this one has been merged into"},
        "answer": {
            "id": "string",
            "iri": "string",
            "label": "string",
            "kinds": ["string"],
            "names": [{"name": "string", "language": "string", "usual": "boolean"}],
            "links": ["string"],
            "statements": [_STATEMENT],
            "pointing": [_STATEMENT],
            "sources": [PROOF],
            "page": "string",
            "data": "string",
            "data_version": "string",
            "as_of": "string",
            "licence": "string",
        },
        "example": "/api/entities/kasa",
    },
}


def api_page(site: Site, request: PageRequest) -> PageResponse:
    """Describe the JSON addresses in words; a client that prefers JSON is led to their description as OpenAPI."""
    if preferred(request.accept, ["text/html", "application/json"]) == "application/json":
        return PageResponse.redirect("/api/openapi.json", headers=_VARY)
    body = site.render("api.html", request, paths=declared(), url=site.settings.public_url)
    return PageResponse(body, headers=_VARY)


def moved(_: Site, request: PageRequest) -> PageResponse:
    """Lead from where many look for OpenAPI first to where it is."""
    return PageResponse.redirect("/api/openapi.json")


def ontology(_: Site, request: PageRequest) -> PageResponse:
    """Lead to the ontology, which answers as the client prefers."""
    return PageResponse.redirect("/ns")


def described(site: Site, _: PageRequest) -> PageResponse:
    """Describe the JSON addresses as OpenAPI."""
    return PageResponse.json(specification(site.settings.public_url))


def version_json(site: Site, _: PageRequest) -> PageResponse:
    """Return the version of the program and of the data."""
    return PageResponse.json({"version": __version__, **_data(site)})


def entity_json(site: Site, request: PageRequest) -> PageResponse:
    """Return all that the record says of an entity."""
    site = record_of(site, request)
    slug = request.params["slug"]
    iri = ENTITY + slug
    known = is_known(site.graph.store, iri)
    if known and (other := replacement(site.graph.store, iri)):
        return PageResponse.redirect(request.stay(f"/api/entities/{other.removeprefix(ENTITY)}"), status=301)
    found = read_entity(site.graph.engine, iri) if known else None
    if found is None:
        raise NotFound(f"The record has no entity '{slug[:80]}'.")
    return PageResponse.json(_as_json(site, found) | _data(site))


def _data(site: Site) -> dict[str, str]:
    return {"data_version": site.graph.version, "as_of": site.graph.as_of, "licence": LICENCE}


def _as_json(site: Site, found: Entity) -> dict[str, Any]:
    """Return what is said on *found*, and of what other things sources say that it is the value."""
    own, incoming = list(found.own), list(found.incoming)
    words = names_of(site.graph.engine, own, incoming, more=[found.iri])
    links = found.own.iris(found.iri, "schema:sameAs")
    apart = {"rdf:type", "schema:sameAs", "skos:prefLabel", "skos:altLabel"}
    return {
        "id": curie(found.iri),
        "iri": found.iri,
        "label": words[found.iri],
        "kinds": sorted(words[NS + name] for name in found.classes),
        "names": sorted(
            ({"name": f.text, "language": f.language, "usual": f.predicate == "skos:prefLabel"} for f in found.names),
            key=lambda name: tuple(name.values()),
        ),
        "links": sorted(links),
        "statements": _statements(((f, f.value) for f in own if f.predicate not in apart), words),
        "pointing": _statements(
            ((f, NamedNode(f.subject)) for f in incoming if f.proofs and f.predicate.startswith("pact:")), words
        ),
        "sources": [
            {name: getattr(proof.shortened, name) for name in PROOF}
            for proof in proofs(site.graph.engine, [found.iri], mentions=True)
        ],
        "page": page_path(found.iri),
        "data": data_path(found.iri) + ".ttl",
    }


def _statements(facts: Iterable[tuple[Fact, Term]], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return *facts*, each with the value to be shown, which of what points to an entity is the subject."""
    found = [
        {
            "property": fact.predicate,
            "words": words[expand(fact.predicate) or fact.predicate],
            "id": curie(value.value) if isinstance(value, NamedNode) else "",
            "value": words[value.value] if isinstance(value, NamedNode) else fact.text,
            "language": "" if isinstance(value, NamedNode) else fact.language,
            "said_by": sorted(curie(proof.passage) for proof in fact.proofs),
            "derived": not fact.proofs,
        }
        for fact, value in facts
    ]
    return sorted(found, key=lambda statement: tuple(statement.values()))
