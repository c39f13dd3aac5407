"""Draw a network view as one offline HTML file.

examples:
  spacepact view                         the views
  spacepact view cooperation             writes cooperation.html
  spacepact view cooperation --out korea.html --as-of 2023-01-01
"""

from __future__ import annotations

import argparse
from pathlib import Path

from spacepact.cli._common import graph_options

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("view", nargs="?", help="the name of the view; without it, they are listed")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: the name of the view with .html")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    graph_options(parser)


def run(options: argparse.Namespace) -> int:
    """Write the page and print its path."""
    raise NotImplementedError
