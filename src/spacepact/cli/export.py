"""Write the whole graph to a file: RDF for triple stores, or the cooperation network for network tools.

TriG, N-Quads and JSON-LD hold the evidence (named graphs) and the default graph; Turtle the default graph alone.
GraphML and GEXF hold the network of actors. The same facts always give the same bytes.

examples:
  spacepact export spacepact.trig
  spacepact export --format nquads > spacepact.nq
  spacepact export network.graphml --as-of 2023-01-01
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import BinaryIO

from spacepact.cli._common import graph_options, open_from
from spacepact.errors import ParameterError, nearest
from spacepact.folders import write_aside

__all__ = ["arguments", "run"]

_SUFFIXES = {
    ".trig": "trig",
    ".nq": "nquads",
    ".ttl": "turtle",
    ".jsonld": "jsonld",
    ".graphml": "graphml",
    ".gexf": "gexf",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("file", nargs="?", type=Path, help="where to; without it, to standard output")
    parser.add_argument("--format", choices=sorted(_SUFFIXES.values()), help="default: by the suffix of the file")
    graph_options(parser)


def run(options: argparse.Namespace) -> int:
    """Export."""
    suffix = options.file.suffix if options.file else ""
    format = options.format or _SUFFIXES.get(suffix)
    if format is None:
        hint = nearest(suffix, sorted(_SUFFIXES)) or f"; give --format or one of {' '.join(sorted(_SUFFIXES))}"
        raise ParameterError(f"file: no format has the suffix '{suffix}'{hint}")
    if options.file is None and sys.stdout.isatty() and format in ("graphml", "gexf"):
        raise ParameterError("file: name a file for a network")
    if options.file is None:
        _write(options, format, sys.stdout.buffer)
        return 0

    def fill(path: Path) -> None:
        with path.open("wb") as target:
            _write(options, format, target)

    write_aside(options.file, fill)
    print(options.file)
    return 0


def _write(options: argparse.Namespace, format: str, target: BinaryIO) -> None:
    graph = open_from(options)
    if format in ("graphml", "gexf"):
        from spacepact.visualizations.cooperation import build_view
        from spacepact.visualizations.exports import to_gexf, to_graphml

        view = build_view(graph, "cooperation")
        target.write((to_graphml if format == "graphml" else to_gexf)(view).encode())
    else:
        from spacepact.graph.exporting import export

        export(graph.store, format, target)
