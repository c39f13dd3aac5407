"""Find things by words in their names, in any language, or in the text of commitments.

examples:
  spacepact find joint study
  spacepact find 우주 --kind Actor
  spacepact find positioning --format csv
"""

from __future__ import annotations

import argparse

from spacepact.cli._common import graph_options, open_from, width
from spacepact.queries.names import find

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("words", nargs="+", help="words or parts of words that must all stand in one name")
    parser.add_argument(
        "--kind", default="entity", metavar="CLASS", help="only this class, such as Actor or Commitment"
    )
    parser.add_argument("--format", choices=("table", "csv"), default="table", help="default: table")
    graph_options(parser)


def run(options: argparse.Namespace) -> int:
    """Print what is found, the shortest names first; exit with 1 if it is nothing."""
    found = find(open_from(options).engine, " ".join(options.words), options.kind)
    columns, rows = ["id", "name", "kind"], [list(row) for row in found]
    if options.format == "csv":
        from spacepact.queries.formats import csv_text

        print(csv_text(columns, rows), end="")
    elif rows:
        from spacepact.queries.formats import text_table

        print(text_table(columns, rows, width()))
    else:
        print(f"Nothing in the record is called so: {' '.join(options.words)}")
    return 0 if rows else 1
