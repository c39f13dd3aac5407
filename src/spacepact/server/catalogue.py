"""The data described for those who collect descriptions of data: DCAT 3 (W3C, 2024)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad

from spacepact.iris import BASE, LICENCE, ONTOLOGY, PREFIXES
from spacepact.queries.downloads import FILES, Download
from spacepact.server.site import Site

__all__ = ["CATALOGUE", "catalogue"]

CATALOGUE = BASE + "data/catalog"
"""The IRI of the catalogue; those of the files and services in it are fragments of it."""

_DCAT, _SPDX, _DCTERMS = "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#", PREFIXES["dcterms"]
_XSD, _IANA = PREFIXES["xsd"], "https://www.iana.org/assignments/media-types/"
_TYPE = PREFIXES["rdf"] + "type"
_WORDS = ("space", "international cooperation", "knowledge graph", "agreements", "commitments")


def catalogue(site: Site, files: Mapping[str, Download | None]) -> list[Quad]:
    """Return the catalogue: the dataset, its files, of which those written have sizes and hashes, and its services."""
    return [
        Quad(NamedNode(s), NamedNode(p), o if isinstance(o, Literal) else NamedNode(o))
        for s, p, o in (*_catalog(site), *_dataset(site), *_services(site), *_files(site, files))
    ]


def _text(words: str) -> Literal:
    return Literal(words, language="en")


def _catalog(site: Site) -> Iterator[tuple[str, str, Literal | str]]:
    yield CATALOGUE, _TYPE, _DCAT + "Catalog"
    yield CATALOGUE, _DCTERMS + "title", _text("Data of Spacepact")
    yield CATALOGUE, _DCTERMS + "description", _text("The record of Spacepact as data: files and services.")
    yield CATALOGUE, _DCTERMS + "license", LICENCE
    yield CATALOGUE, _DCTERMS + "publisher", CATALOGUE + "#publisher"
    yield CATALOGUE + "#publisher", _TYPE, "http://xmlns.com/foaf/0.1/Agent"
    yield CATALOGUE + "#publisher", "http://xmlns.com/foaf/0.1/name", Literal("The Spacepact authors")
    yield CATALOGUE, "http://xmlns.com/foaf/0.1/homepage", site.settings.public_url + "/"
    yield CATALOGUE, _DCAT + "dataset", BASE
    for service in ("sparql", "api"):
        yield CATALOGUE, _DCAT + "service", f"{CATALOGUE}#{service}"


def _dataset(site: Site) -> Iterator[tuple[str, str, Literal | str]]:
    yield BASE, _TYPE, _DCAT + "Dataset"
    yield BASE, _DCTERMS + "title", _text("Spacepact: who cooperates with whom in space")
    yield (
        BASE,
        _DCTERMS + "description",
        _text(
            "Agreements, commitments, meetings and missions of space cooperation, each fact in the named graph of the "
            "passage that states it, with a status that is computed from dated events."
        ),
    )
    yield BASE, _DCTERMS + "license", LICENCE
    yield BASE, _DCTERMS + "publisher", CATALOGUE + "#publisher"
    yield BASE, _DCTERMS + "identifier", Literal(BASE)
    yield BASE, _DCTERMS + "language", "http://id.loc.gov/vocabulary/iso639-1/en"
    yield BASE, _DCTERMS + "modified", Literal(site.graph.as_of, datatype=NamedNode(_XSD + "date"))
    yield BASE, _DCTERMS + "conformsTo", ONTOLOGY
    yield BASE, _DCAT + "version", Literal(site.graph.version)
    yield BASE, _DCAT + "landingPage", site.settings.public_url + "/data"
    for word in _WORDS:
        yield BASE, _DCAT + "keyword", _text(word)


def _services(site: Site) -> Iterator[tuple[str, str, Literal | str]]:
    url = site.settings.public_url
    for name, title, endpoint, description, standard in (
        ("sparql", "SPARQL endpoint", "/sparql", "/sparql", "https://www.w3.org/TR/sparql11-protocol/"),
        ("api", "JSON API", "/api", "/api/openapi.json", "https://spec.openapis.org/oas/v3.1.0"),
    ):
        service = f"{CATALOGUE}#{name}"
        yield service, _TYPE, _DCAT + "DataService"
        yield service, _DCTERMS + "title", _text(title)
        yield service, _DCTERMS + "license", LICENCE
        yield service, _DCTERMS + "conformsTo", standard
        yield service, _DCAT + "endpointURL", url + endpoint
        yield service, _DCAT + "endpointDescription", url + description
        yield service, _DCAT + "servesDataset", BASE


def _files(site: Site, files: Mapping[str, Download | None]) -> Iterator[tuple[str, str, Literal | str]]:
    for name, file in FILES.items():
        one = f"{CATALOGUE}#{name}"
        yield BASE, _DCAT + "distribution", one
        yield one, _TYPE, _DCAT + "Distribution"
        yield one, _DCTERMS + "title", _text(file.title + (", packed" if file.packed else ""))
        yield one, _DCTERMS + "license", LICENCE
        yield one, _DCAT + "accessURL", site.settings.public_url + "/data"
        yield one, _DCAT + "downloadURL", f"{site.settings.public_url}/data/download/{name}"
        yield one, _DCAT + "mediaType", _IANA + file.syntax
        if file.packed and file.format != "csv":
            yield one, _DCAT + "compressFormat", _IANA + file.media_type
        if found := files.get(name):
            yield one, _DCAT + "byteSize", Literal(str(found.size), datatype=NamedNode(_XSD + "nonNegativeInteger"))
            yield one, _SPDX + "checksum", f"{one}-sha256"
            yield f"{one}-sha256", _TYPE, _SPDX + "Checksum"
            yield f"{one}-sha256", _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256"
            value = Literal(found.sha256, datatype=NamedNode(_XSD + "hexBinary"))
            yield f"{one}-sha256", _SPDX + "checksumValue", value
