"""Runs the service: builds the store, opens the address, and serves until it is told to stop."""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from spacepact.errors import SpacepactError
from spacepact.server.settings import Settings

_MOST = 1000  # connections at a time; beyond, the answer is 503

__all__ = ["listen", "log_to_stderr", "run"]


def listen(host: str, port: int, *, others: int = 0) -> socket.socket:
    """Return a socket that listens on *port* of *host*, or on one of the *others* next ones where it is taken.

    Port 0 is any free one. Raises SpacepactError where none can be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, port + others + 1):
        found = socket.socket(family)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, number))
        except OSError as error:
            found.close()
            if number == port + others:
                raise SpacepactError(f"--port {port}: cannot listen on {host}: {error.strerror}") from None
        else:
            return found
    raise AssertionError("unreachable")


def run(settings: Settings, at: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Serve on the socket *at* until the process is told to stop; requests under way are finished first.

    *ready* is called once the service answers.
    """
    import uvicorn

    from spacepact.graph.opening import build
    from spacepact.server.application import application
    from spacepact.server.protocol.described import build_described
    from spacepact.server.publishing import files_written

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    record, described = _held(build), _held(lambda: build_described(settings))
    config = uvicorn.Config(
        application(settings, str(record), str(described)),
        limit_concurrency=_MOST,
        log_config=None,
        access_log=False,
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=int(settings.deadline) + 1,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=2 * settings.max_query,
        proxy_headers=True,
    )
    server = Server(config)
    with files_written(), contextlib.suppress(KeyboardInterrupt):  # the way to stop it
        server.run([at])
    if not server.started:
        raise SpacepactError("the service could not start; its messages above say why")


def _held(make: Callable[[], Path]) -> Path:
    """Return the folder that *make* builds, which is kept until this process ends."""
    from spacepact.graph.opening import hold

    while True:
        found = make()
        with contextlib.suppress(FileNotFoundError):  # another process was tidying up just then
            hold(found)
            return found


def log_to_stderr(level: int) -> None:
    """Write the log to standard error, one line of JSON a request."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(logging.Formatter("%(message)s"))
    for name, least in (("spacepact", level), ("uvicorn.error", max(level, logging.WARNING))):
        logging.getLogger(name).addHandler(out)
        logging.getLogger(name).setLevel(least)
