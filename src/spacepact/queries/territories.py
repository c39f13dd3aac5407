"""Names of states in many languages, to find them by: those of the Unicode CLDR, as Babel carries it.

They are no facts of the record, whose licence is not theirs; nothing that is exported has them.
"""

from __future__ import annotations

from pyoxigraph import QuerySolutions

from spacepact.graph.engines.embedded import Engine
from spacepact.iris import ENTITY

__all__ = ["LANGUAGES", "names_of_territories"]

LANGUAGES = ("ar", "de", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi", "zh")
"""The languages, by their codes of ISO 639-1."""

_ISO = "https://www.iso.org/obp/ui/#iso:code:3166:"
_RESERVED = {f"{ENTITY}eu": "EU", f"{ENTITY}un": "UN"}
"""What is no country and has a code nevertheless: ISO 3166-1 reserves it."""


def names_of_territories(engine: Engine) -> dict[str, list[str]]:
    """Return the names of each state on record by its IRI, and of the European Union and the United Nations.

    >>> from spacepact.queries.knowledge import open_graph
    >>> names = names_of_territories(open_graph().engine)[f"{ENTITY}japan"]
    >>> [name in names for name in ("日本", "일본", "Japon", "Япония")]
    [True, True, True, True]
    """
    from babel import Locale

    rows = engine.query(
        f'SELECT ?iri ?code WHERE {{ ?iri schema:sameAs ?code FILTER (STRSTARTS(STR(?code), "{_ISO}")) }}'
    )
    assert isinstance(rows, QuerySolutions)
    codes = {row["iri"].value: row["code"].value.removeprefix(_ISO) for row in rows}
    tables = [Locale(language).territories for language in LANGUAGES]
    return {
        iri: list(dict.fromkeys(table[code] for table in tables if code in table))
        for iri, code in (codes | _RESERVED).items()
    }
