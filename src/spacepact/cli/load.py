"""Fill a SPARQL server with the facts, through the SPARQL 1.1 Graph Store Protocol.

Graphs of an earlier load that are no longer there are removed; nothing else on the server is touched. User and
password come from the URL or from SPACEPACT_USER and SPACEPACT_PASSWORD.

examples:
  spacepact load --to http://localhost:7878/store
  spacepact load --to http://localhost:8890/sparql-graph-crud-auth --query http://localhost:8890/sparql
"""

from __future__ import annotations

import argparse

from spacepact.cli._common import progress

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--to", required=True, metavar="URL", help="the graph store of the server")
    parser.add_argument("--query", metavar="URL", help="its query endpoint (default: found from the graph store's)")
    parser.add_argument("--as-of", metavar="DATE", help="load the record as it stood on this day")


def run(options: argparse.Namespace) -> int:
    """Load, and print the number of triples in all graphs."""
    from spacepact.graph.engines.loading import load
    from spacepact.queries.knowledge import open_graph

    def tell(done: int, total: int, name: str) -> None:
        if done * 10 // total > (done - 1) * 10 // total or not done:  # a line for each tenth
            progress(f"{done} of {total}: {name}")

    counts = load(open_graph(as_of=options.as_of).store, options.to, query=options.query, progress=tell)
    own = "and the default graph" if "" in counts else "; the server makes up its default graph from them"
    print(f"{sum(counts.values())} triples in {len(counts) - ('' in counts)} named graphs {own}".replace(" ;", ";"))
    return 0
