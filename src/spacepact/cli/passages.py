"""Print the skeleton of a source file: the paragraphs of a document with their offsets and hashes.

The words themselves are not printed: they are not to be copied into the record.

example:
  spacepact passages copies/statement.txt --slug csd-5-joint-statement > graph/sources/2027-05-01-csd-5.yaml
"""

from __future__ import annotations

import argparse
from pathlib import Path

from spacepact.errors import SpacepactError

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("file", type=Path, help="the document, a text file")
    parser.add_argument("--slug", default="", help="the name of the document in the record (default: that of the file)")


def run(options: argparse.Namespace) -> int:
    """Print the skeleton."""
    from spacepact.graph.verifying import skeleton

    slug = options.slug or "".join(c if c.isalnum() else "-" for c in options.file.stem.lower()).strip("-")
    try:
        print(skeleton(options.file, slug), end="")
    except (OSError, UnicodeDecodeError) as error:
        raise SpacepactError(f"{options.file}: {error}") from None
    return 0
