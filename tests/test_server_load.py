"""Many at once: with hostile queries beside them, and while the service is stopped and started again."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor

import httpx

from hostile import HOSTILE
from servers import free_port
from service import live

SMALL = "SELECT ?s {{ ?s a pact:State . BIND({} AS ?n) }} ORDER BY ?s LIMIT 3"
GREEDY = [hostile.query for hostile in HOSTILE if hostile.name.startswith(("products in", "path ", "new n"))]
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_64_who_ask_little_are_answered_beside_one_who_asks_too_much() -> None:
    numbers = itertools.count()
    with live("--deadline", "2", "--log", "warnings") as served:

        def small(client: httpx.Client) -> httpx.Response:
            """Ask what no answer is kept for: each query has a number of its own."""
            return client.post(f"{served.url}/sparql", data={"query": SMALL.format(next(numbers))})

        def asking(client: httpx.Client, until: float) -> list[httpx.Response]:
            """Ask again and again *until* then, or on a slow machine until some have been answered."""
            found: list[httpx.Response] = []
            while time.monotonic() < until or sum(answer.status_code == 200 for answer in found) < 2:
                assert time.monotonic() < until + 60, Counter(answer.status_code for answer in found)
                found.append(small(client))
            return found

        def hostile(query: str) -> int:
            return httpx.post(f"{served.url}/sparql", data={"query": query}, timeout=60).status_code

        with (
            httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=64)) as client,
            ThreadPoolExecutor(64) as pool,
            ThreadPoolExecutor(4) as others,
        ):
            right = [row["s"]["value"] for row in small(client).json()["results"]["bindings"]]
            until = time.monotonic() + 3
            asked = [pool.submit(asking, client, until) for _ in range(64)]
            wild: list[Future[int]] = []
            while time.monotonic() < until:
                wild.append(others.submit(hostile, GREEDY[len(wild) % len(GREEDY)]))
                time.sleep(1)
            answers = [answer for each in asked for answer in each.result()]
        counted = Counter(answer.status_code for answer in answers)
        assert set(counted) <= {200, 429}, counted
        for answer in answers:
            if answer.status_code == 200:
                assert [row["s"]["value"] for row in answer.json()["results"]["bindings"]] == right
            else:
                assert int(answer.headers["retry-after"]) > 0
        assert {each.result() for each in wild} <= {429, 504, 507}
        assert httpx.get(f"{served.url}/healthz").json()["status"] == "ok"


def test_who_asks_while_the_service_starts_again_gets_a_whole_answer_or_none() -> None:
    port = free_port()
    whole = threading.Event()

    def asked(path: str) -> httpx.Response | None:
        """Return the answer, or None where there is none. Raises RemoteProtocolError where it breaks off."""
        try:
            found = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=60)
        except (httpx.ConnectError, httpx.ReadError):
            return None
        except httpx.RemoteProtocolError as error:
            if "without sending a response" in str(error):
                return None
            raise
        whole.set()
        return found

    query = str(httpx.QueryParams({"query": "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 500"}))
    paths = [path for _ in range(10) for path in (f"/sparql?{query}", "/changes?from=2023&to=2025")]
    with live("--deadline", "30", port=port) as first, ThreadPoolExecutor(20) as pool:
        whole_answers = {path: answer.content for path in set(paths) if (answer := asked(path)) is not None}
        whole.clear()
        under_way = [(path, pool.submit(asked, path)) for path in paths]
        assert whole.wait(30)
        first.process.send_signal(signal.SIGTERM)
        answers = [(path, each.result()) for path, each in under_way]
        assert first.process.wait(timeout=60) in (0, -signal.SIGTERM)
        log = first.log.read_text()
    with live("--deadline", "30", port=port):
        answers += [(path, asked(path)) for path in set(paths)]
        assert all(answer is not None for _, answer in answers[-2:])
    for path, answer in answers:
        if answer is not None and answer.status_code == 200:
            assert answer.content == whole_answers[path]
        elif answer is not None:
            assert answer.status_code in (429, 504), log
            assert answer.json()["error"]
