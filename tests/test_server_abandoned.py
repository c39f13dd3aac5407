"""Pages that nobody waits for any more: the work on them ends, and only on them."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from service import Live, live, until
from spacepact.server.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="stops processes as Linux does")
EVERY = Settings().page_workers


@pytest.fixture(scope="module")
def running() -> Iterator[Live]:
    # A deadline too late to be what ends anything here.
    with live("--deadline", "100", "--workers", "1") as found:
        yield found


@pytest.fixture
def served(running: Live) -> Live:
    until(lambda: running.idle() == (EVERY, EVERY))
    return running


def asked(served: Live, path: str) -> socket.socket:
    """Ask for a page as a browser does; to hang up, close what is returned."""
    line = socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), timeout=30)
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n".encode())
    return line


def test_the_work_on_a_page_ends_when_the_last_who_waits_has_hung_up(served: Live) -> None:
    served.halt()
    stopped = set(served.workers())
    lines = [asked(served, f"/explore?from={2000 + number}") for number in range(EVERY)]
    lines += [asked(served, "/explore?from=2000")]  # two wait for this one
    until(lambda: served.idle()[0] == 0)
    for line in lines:
        line.close()
    until(lambda: served.idle()[0] == EVERY)
    assert len(stopped & set(served.workers())) == len(stopped) - EVERY, "what is idle now are new workers"
    served.halt(signal.SIGCONT)
    assert httpx.get(f"{served.url}/explore?from=2000", headers={"Accept": "text/html"}, timeout=30).status_code == 200


def test_who_still_waits_for_a_page_gets_it_from_the_same_worker(served: Live) -> None:
    workers = set(served.workers())
    served.halt()
    with ThreadPoolExecutor() as threads:
        gone = asked(served, "/timeline")
        until(lambda: served.idle()[0] == 1)
        stays = threads.submit(httpx.get, f"{served.url}/timeline", headers={"Accept": "text/html"}, timeout=60)
        time.sleep(0.5)
        gone.close()
        time.sleep(3)  # longer than an abandoned page is given
        served.halt(signal.SIGCONT)
        assert stays.result().status_code == 200
    assert set(served.workers()) == workers


def test_a_page_abandoned_for_a_moment_is_there_for_the_next_who_asks(served: Live) -> None:
    workers = set(served.workers())
    served.halt()
    asked(served, "/explore?topic=pnt").close()
    until(lambda: served.idle()[0] == 1)
    served.halt(signal.SIGCONT)
    answer = httpx.get(f"{served.url}/explore?topic=pnt", headers={"Accept": "text/html"}, timeout=60)
    assert answer.status_code == 200
    assert set(served.workers()) == workers
