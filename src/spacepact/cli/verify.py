"""Find the passages of the record again in local copies of the documents.

Exits with 1 if a passage is gone from a copy. A document without a copy is only counted.

examples:
  spacepact verify --documents copies/
  spacepact verify --documents copies/ --format csv --all
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from spacepact.cli._common import note_other_facts, progress, width

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--documents", type=Path, required=True, metavar="DIR", help="folder with copies, *.txt")
    parser.add_argument(
        "--all", action="store_true", help="list also the passages in place, and those of documents without a copy"
    )
    parser.add_argument("--format", choices=("table", "csv"), default="table", help="default: table")


def run(options: argparse.Namespace) -> int:
    """Verify, and print what became of the passages."""
    note_other_facts()
    from spacepact.folders import folder
    from spacepact.graph.verifying import verify
    from spacepact.queries.formats import csv_text, text_table

    progress("looking for the passages")
    found = list(verify(folder("graph"), options.documents))
    columns = ["source", "passage", "outcome", "copy", "offset"]
    rows = [
        [f.source, f.passage, f.outcome, f.copy, "" if f.offset is None else str(f.offset)]
        for f in found
        if options.all or f.outcome in ("moved", "gone")
    ]
    if options.format == "csv":
        print(csv_text(columns, rows), end="")
    elif rows:
        print(text_table(columns, rows, width()))
    counts = Counter(f.outcome for f in found)
    without = len({f.source for f in found if f.outcome == "no copy"})
    summary = ", ".join(f"{counts[o]} {o}" for o in ("in place", "moved", "gone", "no copy") if counts[o])
    if without:
        summary += f" ({without} documents)"
    print(f"{len(found)} passages: {summary}", file=sys.stderr if options.format == "csv" else sys.stdout)
    return 1 if counts["gone"] else 0
