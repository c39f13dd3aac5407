"""Say what the record holds: version, day, counts, engine.

examples:
  spacepact info
  spacepact info --endpoint http://localhost:7878/query
"""

from __future__ import annotations

import argparse
import json

from spacepact.cli._common import graph_options, open_from, width
from spacepact.queries.describing import inventory

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    graph_options(parser)


def run(options: argparse.Namespace) -> int:
    """Print the inventory."""
    found = inventory(open_from(options))
    if options.format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    from spacepact.queries.formats import text_table

    print(text_table(["what", "value"], [[name, str(value)] for name, value in found.items()], width()))
    return 0
