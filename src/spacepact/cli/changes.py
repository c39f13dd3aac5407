"""Say in words what the record holds now that it did not hold in an earlier release, or on an earlier day.

A release is a file that 'spacepact export' wrote. What is new is told by kind: documents, agreements, commitments and
so on that were added or taken away, and those that stand otherwise than before.

examples:
  spacepact changes spacepact-0.1.0.nq                 since a release
  spacepact changes spacepact-0.1.0.nq spacepact-0.2.0.nq
  spacepact changes 2025-01-01                         what documents issued after that day have added
  spacepact changes 2022 2023 --format json            between the ends of two years
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from spacepact.cli._common import progress, width

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("old", help="a file of 'spacepact export' (.nq, .trig, .jsonld), or a day, month or year")
    parser.add_argument("new", nargs="?", help="another of these; without it, the record as it is")
    parser.add_argument("--format", choices=("text", "table", "csv", "tsv", "json", "markdown"), default="text")
    parser.add_argument("--most", type=int, default=5, metavar="N", help="in text, names of each kind (default: 5)")


def run(options: argparse.Namespace) -> int:
    """Print the changes."""
    from spacepact.queries.comparing import Change, compare

    found = compare(_opened(options.old), _opened(options.new))
    if options.format == "json":
        print(json.dumps([change._asdict() for change in found], ensure_ascii=False, indent=2))
    elif options.format != "text":
        from spacepact.queries.formats import rows_as

        rows = [[str(change.number), change.words, "; ".join(change.which)] for change in found]
        print(rows_as(options.format, ["number", "change", "which"], rows, width()))
    elif not found:
        print("nothing has changed")
    else:

        def told(change: Change) -> str:
            shown = change.names[: max(options.most, 0)]
            more = (
                [f"... and {len(change.names) - len(shown)} more"] if shown and len(shown) < len(change.names) else []
            )
            return "\n".join([change.words, *(f"  {name}" for name in [*shown, *more])])

        print("\n".join(map(told, found)))
    return 0


def _opened(given: str | None) -> KnowledgeGraph:
    from spacepact.queries.comparing import open_release
    from spacepact.queries.knowledge import open_graph

    if given is None:
        return open_graph(progress=progress)
    path = Path(given)
    return open_release(path) if path.suffix or path.exists() else open_graph(as_of=given)
