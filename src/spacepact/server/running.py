"""Runs the service: builds the store, opens the address, and serves until it is told to stop."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from spacepact.errors import SpacepactError
from spacepact.server.settings import Settings

_FILES = 200  # files and pipes that are open beside the connections, and some to spare
_ENOUGH = 4096  # files that may be open
_BUFFER = 128 * 1024  # bytes on their way to one reader that the kernel holds; with more, a slow one seems to stand

__all__ = ["Lines", "listen", "log_to_stderr", "run"]


def listen(host: str, port: int, *, others: int = 0) -> socket.socket:
    """Return a socket that listens on *port* of *host*, or on one of the *others* next ones where it is taken.

    Port 0 is any free one. Raises SpacepactError where none can be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in range(port, port + others + 1):
        found = socket.socket(family)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)  # that of every connection it takes
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
    from spacepact.graph.opening import build
    from spacepact.server.application import application
    from spacepact.server.connections import Server
    from spacepact.server.protocol.described import build_described
    from spacepact.server.publishing import files_written

    settings = replace(settings, max_connections=min(settings.max_connections, max(_allow_files() - _FILES, 50)))
    record, described = _held(build), _held(lambda: build_described(settings))
    server = Server(application(settings, str(record), str(described)), settings, ready)
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


def _allow_files() -> int:
    """Let this process open as many files as the system allows, within reason; return how many. Each client is one."""
    from spacepact.server.confinement import resource

    if resource is None:
        return _ENOUGH
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return int(most)


class Lines(logging.Formatter):
    """Writes each record of the log as one line of JSON, whoever it is from."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a message that is a mapping is part of it.

        >>> made = {"name": "spacepact.access", "levelname": "INFO", "msg": {"status": 200}, "created": 0}
        >>> Lines().format(logging.makeLogRecord(made))
        '{"time": "1970-01-01T00:00:00.000+00:00", "level": "info", "from": "spacepact.access", "status": 200}'
        """
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = record.msg if isinstance(record.msg, dict) else {"message": record.getMessage()}
        if record.exc_info:
            told = {**told, "trace": self.formatException(record.exc_info)}
        return json.dumps({"time": time, "level": record.levelname.lower(), "from": record.name, **told})


def log_to_stderr(level: int) -> None:
    """Write the log to standard error as `Lines`: ours from *level*, that of the libraries from warnings."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(Lines())
    logging.basicConfig(handlers=[out], level=logging.WARNING)
    logging.getLogger("spacepact").setLevel(level)
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # of requests we tell more
