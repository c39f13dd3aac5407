"""The IRIs of Spacepact: how they are made, and their short forms (CURIEs).

Terms are ``ns#Term``, entities ``id/<slug>``, topics ``topic/<slug>``, codes ``code/<scheme>/<slug>``,
documents ``source/<slug>`` and passages ``source/<slug>/p<n>``.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = [
    "BASE",
    "CODE",
    "DERIVED",
    "ENTITY",
    "LICENCE",
    "LICENCE_WORDS",
    "NS",
    "ONTOLOGY",
    "PREFIXES",
    "SOURCE",
    "TOPIC",
    "curie",
    "expand",
    "safe_url",
    "source_url",
    "with_prefixes",
]

BASE = "https://w3id.org/spacepact/"
ONTOLOGY = BASE + "ns"
NS = BASE + "ns#"
ENTITY = BASE + "id/"
TOPIC = BASE + "topic/"
CODE = BASE + "code/"
SOURCE = BASE + "source/"
DERIVED = BASE + "graph/derived"

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
"""The licence of the data."""
LICENCE_WORDS = f"CC0 1.0 ({LICENCE})"
"""The licence of the data for readers."""

PREFIXES: dict[str, str] = {
    "pact": NS,
    "id": ENTITY,
    "topic": TOPIC,
    **{
        scheme: f"{CODE}{scheme}/"
        for scheme in (
            "action-kind",
            "agreement-type",
            "basis",
            "binding-force",
            "certainty",
            "level",
            "role",
            "source-rank",
            "status",
            "strength",
        )
    },
    "code": CODE,
    "source": SOURCE,
    "graph": BASE + "graph/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "schema": "http://schema.org/",
    "sssom": "https://w3id.org/sssom/",
    "wd": "http://www.wikidata.org/entity/",
    "ror": "https://ror.org/",
}
"""Prefix to namespace. The first that fits is the one a CURIE is written with."""


def curie(iri: str) -> str:
    """Return the short form of *iri*, or *iri* itself where no prefix fits.

    >>> curie("https://w3id.org/spacepact/id/nasa")
    'id:nasa'
    >>> curie("https://example.org/x")
    'https://example.org/x'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def expand(name: str) -> str | None:
    """Return the IRI that a CURIE or a full IRI stands for, or None where *name* is neither.

    >>> expand("id:nasa")
    'https://w3id.org/spacepact/id/nasa'
    >>> expand("https://example.org/x")
    'https://example.org/x'
    >>> expand("NASA") is None
    True
    """
    prefix, colon, local = name.partition(":")
    if not colon:
        return None
    if local.startswith("//"):
        return name
    namespace = PREFIXES.get(prefix)
    return namespace + local if namespace else None


def safe_url(url: str) -> str:
    """Return *url* if it leads to the web, else an empty string.

    >>> safe_url("javascript:alert(1)")
    ''
    """
    return url if url.lower().startswith(("https://", "http://")) else ""


def source_url(url: str) -> str:
    """Return *url* if a document can be at it, else an empty string: a site's front page shows nobody the document.

    >>> source_url("https://www.nasa.gov/"), source_url("https://www.state.gov/x"), source_url("javascript:alert(1)")
    ('', 'https://www.state.gov/x', '')
    """
    parts = urlsplit(safe_url(url))
    return url if parts.path not in ("", "/") or parts.query else ""


_DECLARED = re.compile(r"(?im)\bprefix\s+([\w-]*):")


def with_prefixes(sparql: str) -> str:
    """Return *sparql* with those of our prefixes declared, before its first word, that it uses and does not declare.

    >>> with_prefixes("ASK { id:nasa ?p ?o }")
    'PREFIX id: <https://w3id.org/spacepact/id/> ASK { id:nasa ?p ?o }'
    """
    declared = set(_DECLARED.findall(sparql))
    missing = [p for p in PREFIXES if p not in declared and f"{p}:" in sparql]
    return "".join(f"PREFIX {p}: <{PREFIXES[p]}> " for p in missing) + sparql
