"""Serve the explorer, SPARQL and linked data to others, safe in public. The record is read-only.

examples:
  spacepact serve                                            on http://127.0.0.1:8000, for a proxy before it
  spacepact serve --host 0.0.0.0 --port 80 --public-url https://pact.example.org
  spacepact serve --deadline 30 --max-rows 100000
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from spacepact.cli._common import progress
from spacepact.errors import SpacepactError

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, this machine alone)"
    )
    parser.add_argument("--port", type=int, default=8000, help="default: 8000")
    parser.add_argument("--public-url", metavar="URL", help="the address that feeds, downloads and descriptions give")
    parser.add_argument("--documents", metavar="DIR", type=Path, help="folder with local copies of the documents")
    limits = parser.add_argument_group("limits")
    limits.add_argument("--deadline", type=float, default=10.0, metavar="SECONDS", help="for one query (default: 10)")
    limits.add_argument("--max-rows", type=int, default=10_000, metavar="N", help="of one answer (default: 10000)")
    limits.add_argument("--memory", type=int, default=1024, metavar="MB", help="of one worker process (default: 1024)")
    limits.add_argument(
        "--workers", type=int, metavar="N", help="processes for SPARQL (default: at least 4, or one a core)"
    )
    limits.add_argument(
        "--allow-service", action="append", default=[], metavar="URL",
        help="let SPARQL's SERVICE call addresses that begin with this; may be repeated (default: none)",
    )  # fmt: skip
    parser.add_argument(
        "--log", choices=("all", "warnings"), default="all", help="default: all, one line of JSON a request"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from spacepact.graph.opening import build
    from spacepact.server.confinement import missing
    from spacepact.server.running import listen, log_to_stderr
    from spacepact.server.running import run as serve

    settings = _settings(options)
    if lacking := missing():
        print(f"spacepact: on this platform queries are not limited in {', '.join(lacking)}", file=sys.stderr)
    build(progress=progress)
    at = listen(options.host, options.port)
    log_to_stderr(logging.INFO if options.log == "all" else logging.WARNING)
    serve(settings, at, lambda: print(f"spacepact: serving on {settings.public_url}/", file=sys.stderr, flush=True))
    return 0


def _settings(options: argparse.Namespace):  # type: ignore[no-untyped-def]
    from urllib.parse import urlsplit

    from spacepact.graph.engines.refusals import check_services
    from spacepact.server.settings import Settings

    check_services(options.allow_service)
    if options.documents is not None and not options.documents.is_dir():
        raise SpacepactError(f"--documents {options.documents}: there is no such folder")
    for name in ("deadline", "max_rows", "memory", "workers"):
        value = getattr(options, name)
        if value is not None and value <= 0:
            raise SpacepactError(f"--{name.replace('_', '-')} {value:g}: give a number above 0")
    url = (options.public_url or f"http://{options.host}:{options.port}").rstrip("/")
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise SpacepactError(f"--public-url {url}: an address begins with http:// or https://")
    more = {} if options.workers is None else {"query_workers": options.workers}
    return Settings(
        host=options.host,
        port=options.port,
        public_url=url,
        hosts=_hosts(options),
        documents=options.documents,
        services=tuple(options.allow_service),
        deadline=options.deadline,
        deadline_when_busy=min(options.deadline, Settings.deadline_when_busy),
        max_rows=options.max_rows,
        memory=options.memory * 1024 * 1024,
        **more,
    )


def _hosts(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the names to answer to: those of this machine and of the public address, any where neither is known."""
    from urllib.parse import urlsplit

    local = ("127.0.0.1", "localhost", "[::1]")
    if options.public_url:
        return (*local, (urlsplit(options.public_url).hostname or "").lower())
    return local if options.host in ("127.0.0.1", "localhost", "::1") else ()
