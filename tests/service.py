"""The service for the tests: its pages answered in this process, or the whole of it in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import httpx

from servers import free_port
from spacepact.queries.knowledge import open_graph
from spacepact.server.routing import answer
from spacepact.server.settings import Settings
from spacepact.server.site import PageResponse, Site

__all__ = ["PAGES", "Live", "live", "page", "serving", "site", "until"]

PAGES = (
    "/", "/search?q=kasa", "/search?q=zzzzzz", "/explore", "/explore?view=matrix", "/explore?view=table",
    "/between/usa/rok", "/between/nasa/kasa?topic=pnt", "/page/nasa", "/page/usa", "/page/scwg", "/page/csd-4",
    "/page/artemis-accords", "/page/gps-kps-twg-2", "/page/ns", "/page/source/csd-4-retold",
    "/page/source/csd-4-retold/p6", "/page/topic/pnt", "/page/code/strength", "/sources", "/topics",
    "/path?from=kasa&to=isro", "/timeline", "/questions", "/questions/commitments-of?actor=rok",
    "/questions/due", "/questions/partners-of?actor=nassa", "/changes?from=2024&to=2025", "/query",
    "/query?query=SELECT%20*%20%7B%3Fs%20a%20%3Ftype%7D%20LIMIT%2020", "/query?query=SELECT", "/feeds", "/data", "/api",
    "/no-such-page",
)  # fmt: skip
"""An address of each kind of page, with some that find nothing or are mistaken."""


@cache
def site() -> Site:
    """Return the site of the whole record."""
    return Site(open_graph(), Settings())


def page(url: str, accept: str = "text/html") -> PageResponse:
    """Return the answer to *url*, a path with its query string."""
    return answer(site(), url, accept)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until *true* is, and fail where it is not within so many *seconds*."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


@dataclass(frozen=True)
class Live:
    """A service that runs: its address, and the process, to be looked at or hurt."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def workers(self) -> list[int]:
        """Return the numbers of the worker processes (Linux)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        commands = {int(number): Path(f"/proc/{number}/cmdline") for number in children.split()}
        return [number for number, command in commands.items() if b"spacepact.server.worker" in command.read_bytes()]

    def halt(self, how: signal.Signals = signal.SIGSTOP) -> None:
        """Stop all workers where they are, so that whatever is asked is slow; or with SIGCONT, let them go on."""
        for worker in self.workers():
            os.kill(worker, how)

    def idle(self, workers: Literal["pages", "queries"] = "pages") -> tuple[int, int]:
        """Return how many of the *workers* for one or the other have nothing to do, and how many there are."""
        pool = httpx.get(f"{self.url}/healthz", timeout=30).json()[workers]
        return pool["idle"], pool["workers"]


_SERVE = "import sys; from spacepact.cli import main; sys.exit(main())"
_SERVE_STORE = """
import sys
from spacepact.server.application import application
from spacepact.server.connections import Server
from spacepact.server.running import listen
from spacepact.server.settings import Settings
settings = Settings(port=int(sys.argv[1]), public_url=f"http://127.0.0.1:{sys.argv[1]}")
Server(application(settings, sys.argv[2], sys.argv[2]), settings).run([listen(settings.host, settings.port)])
"""


@contextmanager
def live(*options: str, port: int | None = None) -> Iterator[Live]:
    """Run ``spacepact serve`` with *options* on *port* of 127.0.0.1, or a free one, while the body runs."""
    port = port or free_port()
    with _running([sys.executable, "-c", _SERVE, "serve", "--port", str(port), *options], port) as found:
        yield found


@contextmanager
def serving(store: Path) -> Iterator[Live]:
    """Run the service on the store in the folder *store*, which need not be the record."""
    port = free_port()
    with _running([sys.executable, "-c", _SERVE_STORE, str(port), str(store)], port) as found:
        yield found


@contextmanager
def _running(command: list[str], port: int) -> Iterator[Live]:
    url = f"http://127.0.0.1:{port}"
    with TemporaryDirectory() as folder:
        log = Path(folder, "log")
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while not _answers(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the service did not start:\n{log.read_text(errors='replace')[-3000:]}")
                time.sleep(0.05)
            yield Live(url, process, log)
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
