"""Show what the record holds on one entity: names, facts, and where each is said.

examples:
  spacepact show KASA
  spacepact show id:csd-4
  spacepact show "Korean Positioning System" --documents copies/ --evidence
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from spacepact.cli._common import graph_options, open_from, width, words_of
from spacepact.iris import curie
from spacepact.queries.describing import Description, describe

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("entity", help="a name, alias, slug, CURIE or IRI")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument("--evidence", action="store_true", help="list the passages that speak of it")
    parser.add_argument(
        "--documents", metavar="DIR", type=Path, help="copies of the documents: shows the evidence with its words"
    )
    graph_options(parser)


def run(options: argparse.Namespace) -> int:
    """Print the description of the entity."""
    graph = open_from(options)
    found = describe(graph, graph.resolve(options.entity))
    words = words_of(options.documents) if options.documents else None
    if options.format == "json":
        document = {**found._asdict(), "statements": [s._asdict() for s in found.statements]}
        if options.evidence:
            from spacepact.queries.formats import proof_data

            document["evidence"] = [proof_data(p) for p in graph.evidence(found.iri)]
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return 0
    _print(found)
    if options.evidence or options.documents:
        from spacepact.queries.formats import evidence_rows, text_table

        print("\n" + text_table(*evidence_rows(graph.evidence(found.iri), words), width()))
    return 0


def _print(found: Description) -> None:
    from spacepact.queries.formats import text_table

    print(f"{found.label}  ({curie(found.iri)}, {', '.join(found.kinds) or 'of no kind'})")
    if found.names:
        print("also: " + "; ".join(found.names))
    if found.links:
        print("same as: " + "  ".join(found.links))
    print()
    rows = [[s.property, s.value, ", ".join(s.passages) or "derived"] for s in found.statements]
    print(text_table(["what", "value", "said in"], rows, width()) if rows else "Nothing is said of it.")
