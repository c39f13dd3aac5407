"""Explore the record in the browser: starts the service on this machine and opens its first page.

examples:
  spacepact explore
  spacepact explore --port 9000 --no-browser
  spacepact explore --documents ~/documents       shows the words of passages from your copies
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from spacepact.cli._common import note_other_facts, progress
from spacepact.errors import SpacepactError

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--port", type=int, default=8000, help="default: 8000, or the next one that is free")
    parser.add_argument("--no-browser", action="store_true", help="only say the address")
    parser.add_argument(
        "--documents",
        metavar="DIR",
        type=Path,
        help="folder with local copies of the documents: shows passages with words",
    )


def run(options: argparse.Namespace) -> int:
    """Serve on loopback until interrupted."""
    from spacepact.graph.opening import build
    from spacepact.server.running import listen, log_to_stderr
    from spacepact.server.running import run as serve
    from spacepact.server.settings import Settings

    if options.documents is not None and not options.documents.is_dir():
        raise SpacepactError(f"--documents {options.documents}: there is no such folder")
    note_other_facts()
    build(progress=progress)
    at = listen("127.0.0.1", options.port, others=0 if options.port == 0 else 20)
    address = f"http://127.0.0.1:{at.getsockname()[1]}"
    settings = Settings(
        port=at.getsockname()[1],
        public_url=address,
        hosts=("127.0.0.1", "localhost"),
        documents=options.documents,
    )
    log_to_stderr(logging.WARNING)

    def ready() -> None:
        print(f"{address}/  (Ctrl-C stops)", flush=True)
        if not options.no_browser:
            import webbrowser

            if not webbrowser.open(address):
                print("spacepact: no browser could be opened; go to the address above", file=sys.stderr)

    serve(settings, at, ready)
    return 0
