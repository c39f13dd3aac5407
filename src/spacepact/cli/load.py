"""Fill a SPARQL server with the facts, through the SPARQL 1.1 Graph Store Protocol.

Graphs of an earlier load that are no longer there are removed; nothing else on the server is touched. User and
password come from the URL or from SPACEPACT_USER and SPACEPACT_PASSWORD.

examples:
  spacepact load --to http://localhost:7878/store
  spacepact load --to http://localhost:8890/sparql-graph-crud-auth --query http://localhost:8890/sparql
"""

from __future__ import annotations

import argparse

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--to", required=True, metavar="URL", help="the graph store of the server")
    parser.add_argument(
        "--query", metavar="URL", help="its query endpoint (default: found from the graph store's)"
    )
    parser.add_argument("--as-of", metavar="DATE", help="load the record as it stood on this day")


def run(options: argparse.Namespace) -> int:
    """Load."""
    raise NotImplementedError
