"""Connections: whoever sends too much, too slowly or nothing, or reads nothing, keeps nobody else from the service."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from service import until
from spacepact.server.connections import Server
from spacepact.server.envelope import Envelope
from spacepact.server.running import Lines, listen
from spacepact.server.settings import Settings

LARGE = b"x" * 20_000_000


class Served:
    """A service that runs in a thread, with some answers in place of the record."""

    def __init__(self, **limits: Any) -> None:
        self.go_on = threading.Event()
        self.asked = 0
        self.clients: list[socket.socket] = []
        self.settings = Settings(**limits)
        self.server = Server(Envelope(self._answer, self.settings), self.settings)
        self._at = listen("127.0.0.1", 0)
        self.port: int = self._at.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.run, args=([self._at],))

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.asked += 1
        if scope["path"] == "/body":
            while (await receive()).get("more_body"):
                pass
        if scope["path"] == "/slow":
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)
        body = LARGE if scope["path"] == "/large" else LARGE[:200_000] if scope["path"] == "/some" else b"here"
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def connections(self) -> int:
        return len(self.server.server_state.connections)

    def connect(self, say: bytes = b"", *, room: int | None = None) -> socket.socket:
        found = socket.socket()
        self.clients.append(found)
        if room:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        found.settimeout(20)
        found.connect(("127.0.0.1", self.port))
        found.sendall(say)
        return found

    def answers(self) -> bool:
        return httpx.get(self.url, timeout=20).text == "here"


@contextmanager
def served(**limits: Any) -> Iterator[Served]:
    running = Served(**limits)
    running.thread.start()
    try:
        until(lambda: running.server.started)
        yield running
    finally:
        running.server.should_exit = running.server.force_exit = True
        running.thread.join(30)
        for client in running.clients:
            client.close()


def is_closed(client: socket.socket) -> bool:
    """Wait for what comes; tell whether it is the end. A timeout is an error."""
    try:
        while client.recv(65_536):
            pass
    except ConnectionError:
        pass
    return True


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ",
        b"GET /",
        b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-A: ",
        b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
    ids=["a header", "an address", "a trailer", "the mark of a chunk"],
)
def test_what_has_no_end_is_refused(beginning: bytes) -> None:
    with served() as running, running.connect(beginning) as endless:
        with pytest.raises(ConnectionError):
            endless.sendall(b"a" * 50_000_000)
        assert running.answers()


def test_a_head_that_is_too_long_is_told_so() -> None:
    with served(max_query=1024) as running, running.connect(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 3000) as client:
        head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 431 ")
        assert "2 KiB" in json.loads(body)["error"]


def test_what_is_no_request_is_refused_as_every_error_is(caplog: pytest.LogCaptureFixture) -> None:
    with served() as running, running.connect(b"HELLO\r\n\r\n") as client, caplog.at_level(logging.INFO):
        head, _, body = client.makefile("rb").read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"access-control-allow-origin: *" in head.lower()
        assert b"x-content-type-options: nosniff" in head.lower()
        told = json.loads(body)
        assert told["status"] == 400
        logged = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
        assert [(line["id"], line["status"]) for line in logged] == [(told["id"], 400)]


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET / HTTP/1.1\r\nHost: x\r\n", b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_does_not_send_a_whole_request_is_dropped(beginning: bytes) -> None:
    with served(patience=1) as running, running.connect(beginning) as client:
        assert is_closed(client)


def test_who_asks_again_and_again_is_not() -> None:
    with served(patience=1) as running, httpx.Client(timeout=20) as client:
        began, ports = time.monotonic(), set()
        while time.monotonic() - began < 3:
            answer = client.get(running.url)
            ports.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
            time.sleep(0.1)
        assert len(ports) == 1, "the connection was not kept"


def test_who_has_waited_longest_makes_way() -> None:
    with served(max_connections=5) as running:
        idle = [running.connect(b"GET / HTTP/1.1\r\n")]
        until(lambda: running.connections() == 1)
        time.sleep(0.05)  # the clock of the loop may have a resolution of a millisecond
        idle += [running.connect(b"GET / HTTP/1.1\r\n") for _ in range(4)]
        until(lambda: running.connections() == 5)
        assert running.answers()
        assert is_closed(idle[0])


def test_nobody_whose_answer_is_under_way_makes_way() -> None:
    with served(max_connections=2) as running:
        asking = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
        slow = [running.connect(asking) for _ in range(2)]
        until(lambda: running.connections() == 2)
        refused = httpx.get(running.url)
        assert refused.status_code == 503
        assert refused.json()["id"] == refused.headers["x-request-id"]
        assert int(refused.headers["retry-after"]) > 0
        running.go_on.set()
        assert [client.recv(15) for client in slow] == [b"HTTP/1.1 200 OK"] * 2


@pytest.mark.parametrize("path", ["large", "some"], ids=["while it is sent", "when it has been sent"])
@pytest.mark.parametrize("header", ["Connection: close", "X-A: b"])
def test_who_takes_nothing_of_an_answer_is_dropped(path: str, header: str) -> None:
    asking = f"GET /{path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode()
    with served(patience=1) as running, running.connect(asking, room=4096):
        until(lambda: running.asked)
        until(lambda: running.connections() == 0)


def test_who_reads_slowly_but_steadily_gets_all_of_it() -> None:
    # With the buffers that the kernel likes to make, 4 MB are on their way, and the writer hears nothing for seconds.
    with served(patience=1.5) as running, running.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as client:
        began, read = time.monotonic(), 0
        while read < 4_800_000:
            if read < (time.monotonic() - began) * 400_000:
                heard = len(client.recv(16_384))
                assert heard, f"cut off after {read} bytes"
                read += heard
            else:
                time.sleep(0.01)


def test_the_log_calls_no_answer_whole_that_did_not_arrive(caplog: pytest.LogCaptureFixture) -> None:
    with served(patience=1) as running, caplog.at_level(logging.INFO):
        running.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n", room=4096).close()
        until(lambda: any(isinstance(record.msg, dict) and "bytes" in record.msg for record in caplog.records))
        lines = [record.msg for record in caplog.records if isinstance(record.msg, dict) and "bytes" in record.msg]
        assert [line["whole"] for line in lines] == [False]
        assert running.answers()
        until(lambda: any(isinstance(r.msg, dict) and r.msg.get("whole") for r in caplog.records))


def test_every_line_of_the_log_is_json() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int("several\nlines")
    told = (caught.type, caught.value, caught.tb)
    records = [
        logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception in %s\n", ("ASGI",), told),
        logging.LogRecord("spacepact.access", logging.INFO, "", 0, {"status": 200}, None, None),
    ]
    failed, access = (Lines().format(record) for record in records)
    assert "\n" not in failed + access
    assert "several\\nlines" in json.loads(failed)["trace"]
    assert json.loads(access)["status"] == 200
