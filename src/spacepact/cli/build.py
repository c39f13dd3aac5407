"""Compile the facts into the cache now, or write the JSON Schema for editors.

Every command does so by itself where it has to; this shows what it does and refuses facts with mistakes.

examples:
  spacepact build
  spacepact build --force
  spacepact build --schema spacepact.schema.json
"""

from __future__ import annotations

import argparse
from pathlib import Path

from spacepact.cli._common import note_other_facts, progress
from spacepact.folders import write_aside

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--force", action="store_true", help="compile even if nothing has changed")
    parser.add_argument(
        "--schema",
        type=Path,
        metavar="FILE",
        help="write the JSON Schema that completes keys of fact files in editors",
    )


def run(options: argparse.Namespace) -> int:
    """Build, and print where the store is."""
    note_other_facts()
    if options.schema:
        import json

        from spacepact.graph.editors import source_schema

        text = json.dumps(source_schema(), ensure_ascii=False, indent=2) + "\n"
        write_aside(options.schema, lambda path: path.write_text(text, encoding="utf-8"))
        print(options.schema)
        return 0
    from spacepact.graph.opening import build

    print(build(force=options.force, progress=progress))
    return 0
