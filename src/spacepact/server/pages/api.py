"""The JSON addresses that belong to no other page: an entity, the version, and the description of all of them."""

from __future__ import annotations

from typing import Any

from spacepact import __version__
from spacepact.errors import NotFound
from spacepact.graph.dereferencing import data_path, is_known, replacement
from spacepact.iris import ENTITY, LICENCE, curie
from spacepact.queries.statements import Entity, Statement, entity
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
    if not is_known(site.graph.store, iri):
        raise NotFound(f"The record has no entity '{slug[:80]}'.")
    if other := replacement(site.graph.store, iri):
        return PageResponse.redirect(request.stay(f"/api/entities/{other.removeprefix(ENTITY)}"), status=301)
    return PageResponse.json(_as_json(entity(site.graph, iri)) | _data(site))


def _data(site: Site) -> dict[str, str]:
    return {"data_version": site.graph.version, "as_of": site.graph.as_of, "licence": LICENCE}


def _as_json(found: Entity) -> dict[str, Any]:
    def plain(statements: tuple[Statement, ...]) -> list[dict[str, Any]]:
        return [each._asdict() for each in statements]

    sources = [{name: getattr(proof, name) for name in PROOF} for proof in found.sources]
    names = [{"name": name, "language": language, "usual": usual} for name, language, usual in found.names]
    return {
        "id": curie(found.iri),
        "iri": found.iri,
        "label": found.label,
        "kinds": found.kinds,
        "names": names,
        "links": found.links,
        "statements": plain(found.statements),
        "pointing": plain(found.pointing),
        "sources": sources,
        "page": page_path(found.iri),
        "data": data_path(found.iri) + ".ttl",
    }
