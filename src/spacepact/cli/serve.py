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
from typing import TYPE_CHECKING

from spacepact.cli._common import progress
from spacepact.errors import SpacepactError

if TYPE_CHECKING:
    from spacepact.server.settings import Settings

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

    _check(options)
    if lacking := missing():
        print(f"spacepact: on this platform queries are not limited in {', '.join(lacking)}", file=sys.stderr)
    build(progress=progress)
    at = listen(options.host, options.port)
    settings = _settings(options, at.getsockname()[1])
    log_to_stderr(logging.INFO if options.log == "all" else logging.WARNING)
    serve(settings, at, lambda: print(f"spacepact: serving on {settings.public_url}/", file=sys.stderr, flush=True))
    return 0


def _check(options: argparse.Namespace) -> None:
    """Raise SpacepactError for options that make no sense, before anything is built."""
    from spacepact.graph.engines.refusals import check_services

    check_services(options.allow_service)
    if options.documents is not None and not options.documents.is_dir():
        raise SpacepactError(f"--documents {options.documents}: there is no such folder")
    for name in ("deadline", "max_rows", "memory", "workers"):
        value = getattr(options, name)
        if value is not None and value <= 0:
            raise SpacepactError(f"--{name.replace('_', '-')} {value:g}: give a number above 0")
    if options.public_url is not None:
        _check_address(options.public_url)


def _check_address(url: str) -> None:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError as error:
        raise SpacepactError(f"--public-url {url}: {error}") from None
    if not named:
        raise SpacepactError(f"--public-url {url}: an address begins with http:// or https://, and a host follows")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise SpacepactError(
            f"--public-url {url}: give no more than {parts.scheme}://{parts.netloc.rpartition('@')[2]}; "
            "links begin at the root of the host, so it cannot be shared with others"
        )


def _settings(options: argparse.Namespace, port: int) -> Settings:
    """Return the settings of a service that listens on *port*."""
    from spacepact.server.settings import Settings

    more = {} if options.workers is None else {"query_workers": options.workers}
    return Settings(
        host=options.host,
        port=port,
        public_url=(options.public_url or f"http://{_in_address(options.host)}:{port}").rstrip("/"),
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
    """Return the names to answer to: those of this machine, what it listens on, and the public one; any as ().

    A service that others reach and that is told no public address cannot know by which names they call it.
    """
    from urllib.parse import urlsplit

    local = ("127.0.0.1", "localhost", "[::1]")
    own = _in_address(options.host.lower())
    if options.public_url:
        public = _in_address(urlsplit(options.public_url).hostname or "")
        return tuple(dict.fromkeys((*local, own, public)))
    return local if own in local else ()


def _in_address(host: str) -> str:
    """Return *host* as addresses have it: IPv6 in brackets.

    >>> _in_address("::1"), _in_address("127.0.0.1")
    ('[::1]', '127.0.0.1')
    """
    return f"[{host}]" if ":" in host else host
