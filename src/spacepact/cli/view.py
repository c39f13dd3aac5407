"""Draw a network view as one offline HTML file.

examples:
  spacepact view                         the views
  spacepact view cooperation             writes cooperation.html
  spacepact view cooperation --out korea.html --as-of 2023-01-01
"""

from __future__ import annotations

import argparse
from pathlib import Path

from spacepact.cli._common import graph_options, open_from, progress, width
from spacepact.errors import ViewError

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("view", nargs="?", help="the name of the view; without it, they are listed")
    parser.add_argument("--out", "-o", type=Path, metavar="FILE", help="default: the name of the view with .html")
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    graph_options(parser)


def run(options: argparse.Namespace) -> int:
    """Write the page and print its path."""
    from spacepact.visualizations.views import definition, view_names

    if options.view is None:
        from spacepact.queries.formats import text_table

        print(text_table(["view", "what it shows"], [[n, definition(n).title] for n in view_names()], width()))
        return 0
    definition(options.view)  # an unknown view is said before the graph is opened
    path = options.out or Path(f"{options.view}.html")
    if not path.parent.is_dir():
        raise ViewError(f"--out {path}: there is no folder {path.parent}")
    progress("drawing")
    from spacepact.visualizations.cooperation import build_view
    from spacepact.visualizations.page import write_page

    write_page(build_view(open_from(options), options.view), path)
    print(path)
    if options.open:
        import webbrowser

        webbrowser.open(path.resolve().as_uri())
    return 0
