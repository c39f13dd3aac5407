"""Hostile queries, asked of a service that runs: each is refused, answered or stopped, and others are answered."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from hostile import HOSTILE, Hostile, Outcome, outcome, outward
from service import Live, live, until

SMALL = "SELECT ?s { ?s a pact:State } LIMIT 3"


@contextmanager
def listener() -> Iterator[tuple[int, list[object]]]:
    """Listen on a port of 127.0.0.1; give it, and the list of those who called."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as open_port:

        def hear() -> None:
            while True:
                try:
                    connection, caller = open_port.accept()
                except OSError:
                    return
                calls.append(caller)
                connection.close()

        threading.Thread(target=hear, daemon=True).start()
        yield open_port.getsockname()[1], calls
        open_port.shutdown(socket.SHUT_RDWR)


def asked(served: Live, query: str) -> Outcome:
    answer = httpx.post(f"{served.url}/sparql", data={"query": query}, timeout=60)
    return outcome(answer.status_code, answer.text if answer.status_code != 200 else "")


def test_the_service_outlives_every_hostile_query_and_calls_nobody() -> None:
    with listener() as (port, calls), live("--deadline", "1", "--workers", "5", "--log", "warnings") as served:
        before = served.process.pid

        def told(hostile: Hostile) -> str:
            became = asked(served, hostile.query.replace("@", str(port)))
            if became == "stopped" not in hostile.right:  # the machine was busy; what never ends is stopped again
                became = asked(served, hostile.query.replace("@", str(port)))
            small = asked(served, SMALL)
            right = became in hostile.right and small == "answered"
            return "" if right else f"{hostile.name}: {became}, not {' or '.join(hostile.right)}; then {small}"

        with ThreadPoolExecutor(4) as pool:
            wrong = [text for text in pool.map(told, HOSTILE) if text]
        assert wrong == []
        assert calls == []
        assert served.process.poll() is None
        assert served.process.pid == before
        health = httpx.get(f"{served.url}/healthz").json()
        assert health["status"] == "ok"
        assert "Traceback" not in served.log.read_text()


def test_there_are_at_least_120_shapes_and_the_listener_can_hear() -> None:
    assert len({hostile.query for hostile in HOSTILE}) == len(HOSTILE) >= 120
    with listener() as (port, calls):
        socket.create_connection(("127.0.0.1", port)).close()
        until(lambda: calls)
        assert len(calls) == 1


def test_service_calls_what_is_allowed_and_nobody_else() -> None:
    with listener() as (port, calls), listener() as (allowed_port, allowed_calls):
        allowed = f"http://127.0.0.1:{allowed_port}/"
        with live("--allow-service", allowed, "--deadline", "5", "--log", "warnings") as served:
            for hostile in outward():
                if hostile.name.startswith("SERVICE"):
                    assert asked(served, hostile.query.replace("@", str(port))) == "refused", hostile.name
            assert (calls, allowed_calls) == ([], [])
            assert asked(served, f"SELECT * {{ SERVICE <{allowed}sparql> {{ ?s ?p ?o }} }}") != "answered"
            assert allowed_calls
            assert not calls
            assert asked(served, SMALL) == "answered"
