"""The service over HTTP: what surrounds every answer, and what stays up when something breaks."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from service import Live, live, until
from spacepact.server.protocol.described import build_described
from spacepact.server.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = (
    'SELECT (STRLEN(?x30) AS ?n) { BIND ("0123456789" AS ?x0) '
    + " ".join(f"BIND (CONCAT(?x{at}, ?x{at}) AS ?x{at + 1})" for at in range(30))
    + "}"
)
SMALL = "SELECT ?s { ?s a pact:State } LIMIT 3"
PREFIXED = "PREFIX pact: <https://w3id.org/spacepact/ns#> "


@pytest.fixture(scope="module")
def served() -> Iterator[Live]:
    with live("--deadline", "2", "--workers", "3") as running:
        yield running


def asked(served: Live, sparql: str, **options: object) -> httpx.Response:
    return httpx.post(f"{served.url}/sparql", data={"query": PREFIXED + sparql}, timeout=30, **options)  # type: ignore[arg-type]


def line_of_log(served: Live, name: str) -> dict[str, object]:
    """Return the line that tells of the request *name*. It is written once the answer is sent, so it may be awaited."""
    for _ in range(200):
        for line in served.log.read_text().splitlines():
            if line.startswith("{") and json.loads(line).get("id") == name:
                return dict(json.loads(line))
        time.sleep(0.05)
    raise AssertionError(f"the log says nothing of request {name}:\n{served.log.read_text()[-2000:]}")


# --- What surrounds every answer


@pytest.mark.parametrize(
    "path", ["/", "/sparql?query=ASK%20%7B%7D", "/static/explorer.css", "/no-such-page", "/healthz"]
)
def test_every_answer_has_the_headers_that_keep_browsers_safe(served: Live, path: str) -> None:
    answer = httpx.get(served.url + path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.headers["x-request-id"]) == 12
    assert "server" not in answer.headers


def test_pages_are_compressed_and_not_sent_again_to_who_has_them(served: Live) -> None:
    plain = httpx.get(served.url, headers={"Accept-Encoding": "identity", "Accept": "text/html"})
    with httpx.stream("GET", served.url, headers={"Accept-Encoding": "gzip", "Accept": "text/html"}) as small:
        sent = b"".join(small.iter_raw())
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) == len(sent) < len(plain.content) / 2
    assert gzip.decompress(sent) == plain.content
    again = httpx.get(served.url, headers={"If-None-Match": plain.headers["etag"], "Accept": "text/html"})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("path", ["/", "/static/explorer.css", "/sparql?query=ASK%20%7B%7D"])
def test_head_is_get_without_the_body(served: Live, path: str) -> None:
    head, get = httpx.head(served.url + path), httpx.get(served.url + path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/static/explorer.css"])
def test_pages_and_files_can_only_be_read(served: Live, path: str) -> None:
    answer = httpx.post(served.url + path, content=b"x")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_errors_have_an_id_that_the_log_has_too(served: Live) -> None:
    answer = httpx.get(f"{served.url}/no-such-page", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    line = line_of_log(served, answer.headers["x-request-id"])
    assert (line["path"], line["status"], line["method"]) == ("/no-such-page", 404, "GET")


def test_large_bodies_are_refused_before_they_are_read(served: Live) -> None:
    answer = httpx.post(
        f"{served.url}/sparql", content=b"x" * 3_000_000, headers={"Content-Type": "application/sparql-query"}
    )
    assert answer.status_code == 413

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 100_000

    answer = httpx.post(f"{served.url}/sparql", content=endless(), headers={"Content-Type": "application/sparql-query"})
    assert answer.status_code == 413


# --- Queries that take too much


def test_a_query_is_stopped_at_its_deadline_and_others_are_answered_meanwhile(served: Live) -> None:
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(asked, served, ENDLESS)
        until(lambda: served.idle("queries")[0] == 2)
        assert asked(served, SMALL).status_code == 200
        answer = slow.result()
    assert answer.status_code == 504
    assert "2 seconds" in answer.json()["error"]
    assert asked(served, SMALL).status_code == 200


def test_a_query_that_takes_too_much_memory_is_stopped() -> None:
    with live("--deadline", "30", "--workers", "1", "--memory", "400") as small:
        answer = asked(small, LARGE)
        assert answer.status_code == 507
        assert "memory" in answer.json()["error"]
        assert asked(small, SMALL).status_code == 200


def test_with_every_worker_taken_long_queries_give_way_and_short_ones_are_answered() -> None:
    with live("--deadline", "20", "--workers", "2") as busy, ThreadPoolExecutor() as threads:
        slow = [threads.submit(asked, busy, ENDLESS) for _ in range(2)]
        until(lambda: busy.idle("queries")[0] == 0)
        assert asked(busy, SMALL).status_code == 200  # waits two seconds, not twenty
        first = next(as_completed(slow)).result()
        assert first.status_code == 429
        assert int(first.headers["retry-after"]) > 0


def test_more_than_can_wait_are_told_to_come_back() -> None:
    with live("--deadline", "1", "--workers", "1") as busy, ThreadPoolExecutor(160) as threads:
        answers = [f.result() for f in [threads.submit(asked, busy, ENDLESS) for _ in range(150)]]
        statuses = {answer.status_code for answer in answers}
        assert statuses <= {429, 504}
        assert 429 in statuses
        assert all("retry-after" in a.headers for a in answers if a.status_code == 429)
        assert asked(busy, SMALL).status_code == 200


def test_a_client_that_hangs_up_frees_its_worker() -> None:
    with live("--deadline", "1000", "--workers", "1") as one:  # only a client that is gone can free it in time
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{one.url}/sparql", data={"query": ENDLESS}, timeout=httpx.Timeout(30, read=0.5))
        assert asked(one, SMALL).status_code == 200


def test_killed_workers_are_replaced(served: Live) -> None:
    killed = served.workers()
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    until(lambda: len(served.workers()) == len(killed) and not set(killed) & set(served.workers()))
    until(lambda: served.idle("queries")[0] == 3 and served.idle("pages")[0])
    assert asked(served, SMALL).status_code == 200
    assert httpx.get(served.url, headers={"Accept": "text/html", "Cache-Control": "no-cache"}).status_code == 200


def test_workers_for_queries_can_open_nothing(served: Live) -> None:
    limits = [Path(f"/proc/{worker}/limits").read_text() for worker in served.workers()]
    files = [
        int(next(line for line in text.splitlines() if line.startswith("Max open files")).split()[3]) for text in limits
    ]
    for worker, most in zip(served.workers(), files, strict=True):
        opened = len(os.listdir(f"/proc/{worker}/fd"))
        if most < 1000:  # a worker for queries
            assert opened >= most
    assert sum(most < 1000 for most in files) == 3


# --- A result cut short never looks complete


def test_rows_beyond_the_limit_are_told_in_the_header() -> None:
    with live("--max-rows", "50") as few:
        answer = httpx.get(
            f"{few.url}/sparql", params={"query": "SELECT ?s { ?s ?p ?o }"}, headers={"Accept": "text/csv"}
        )
        assert answer.status_code == 200
        assert answer.headers["spacepact-truncated"] == "50 rows"
        assert len(answer.text.splitlines()) == 51
        whole = httpx.get(f"{few.url}/sparql", params={"query": "SELECT ?s { ?s ?p ?o } LIMIT 50"})
        assert "spacepact-truncated" not in whole.headers


def test_a_stream_that_is_stopped_breaks_off() -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    with (
        live("--max-rows", "1000000000", "--deadline", "3") as running,
        httpx.stream("GET", f"{running.url}/sparql", params={"query": endless}, timeout=30) as answer,
    ):
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            sum(map(len, answer.iter_bytes()))


def test_without_chunks_an_answer_is_whole_or_an_error() -> None:
    endless = "/sparql?query=SELECT%20*%20%7B%3Fa%20%3Fb%20%3Fc%20.%20%3Fd%20%3Fe%20%3Ff%7D"
    with live("--max-rows", "1000000000", "--deadline", "2") as running:
        port = int(running.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
            plain.sendall(f"GET {endless} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
            heard = b""
            while chunk := plain.recv(65536):
                heard += chunk
        assert heard.startswith(b"HTTP/1.1 5"), heard[:200]


# --- Stopping


def test_requests_under_way_are_finished_when_the_service_is_told_to_stop() -> None:
    with live("--deadline", "2", "--workers", "1") as running, ThreadPoolExecutor() as threads:
        under_way = threads.submit(asked, running, ENDLESS)
        until(lambda: running.idle("queries")[0] == 0)
        running.process.send_signal(signal.SIGTERM)
        assert under_way.result().status_code == 504
        running.process.wait(timeout=30)
        assert running.process.returncode in (0, -signal.SIGTERM)


def test_no_worker_outlives_the_service() -> None:
    with live("--workers", "2", "--deadline", "1") as running, ThreadPoolExecutor() as threads:
        workers = running.workers()
        under_way = threads.submit(asked, running, ENDLESS)
        until(lambda: running.idle("queries")[0] == 1)
        running.process.kill()
        running.process.wait()
        assert isinstance(under_way.exception(), httpx.TransportError)
    until(lambda: not any(os.path.exists(f"/proc/{worker}") for worker in workers))


def test_a_page_that_many_ask_for_at_once_is_made_once() -> None:
    with live("--deadline", "100") as running, ThreadPoolExecutor(40) as threads:
        asked_for = f"{running.url}/changes?from=2023&to=2025"
        headers = {"Accept": "text/html"}
        answers = [
            f.result() for f in [threads.submit(httpx.get, asked_for, headers=headers, timeout=60) for _ in range(40)]
        ]
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert httpx.get(f"{running.url}/healthz").json()["pages"]["killed"] == {}


# --- What only a reviewer would try


def test_readers_who_take_nothing_do_not_hold_the_workers() -> None:
    wide = "SELECT ?a ?d (CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), STR(?e)) AS ?x) { ?a ?b ?c . ?d ?e ?f }"
    with live("--max-rows", "1000000000", "--deadline", "2", "--workers", "2") as running:
        port = int(running.url.rpartition(":")[2])
        sockets = []
        for _ in range(2):
            lazy = socket.create_connection(("127.0.0.1", port))
            lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            query = urlencode({"query": wide})
            lazy.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            sockets.append(lazy)
        until(lambda: running.idle("queries")[0] == 0)
        until(lambda: running.idle("queries")[0] == 2)
        assert asked(running, SMALL).status_code == 200
        for lazy in sockets:
            lazy.close()


def test_an_answer_of_too_many_bytes_is_an_error() -> None:
    large = 'SELECT ?x ?s { BIND ("' + "x" * 50_000 + '" AS ?x) ?s ?p ?o } LIMIT 1000'
    with live("--deadline", "20") as running:
        answer = asked(running, large)
        assert answer.status_code == 507
        assert "32 MB" in answer.json()["error"]


def test_what_answers_anew_each_time_is_not_kept(served: Live) -> None:
    random = "SELECT (RAND() AS ?r) (STRUUID() AS ?u) {}"
    assert asked(served, random).text != asked(served, random).text


@pytest.mark.parametrize(("name", "status"), [("127.0.0.1", 200), ("localhost", 200), ("evil.example", 421)])
def test_a_service_on_loopback_answers_to_the_names_of_this_machine(served: Live, name: str, status: int) -> None:
    port = served.url.rpartition(":")[2]
    assert httpx.get(f"{served.url}/healthz", headers={"Host": f"{name}:{port}"}).status_code == status


def test_a_service_with_a_public_address_answers_to_that_too() -> None:
    with live("--public-url", "https://Pact.example.org") as running:
        statuses = {
            name: httpx.get(f"{running.url}/healthz", headers={"Host": name}).status_code
            for name in ("pact.example.org", "127.0.0.1", "evil.example")
        }
    assert statuses == {"pact.example.org": 200, "127.0.0.1": 200, "evil.example": 421}


def test_the_store_of_a_running_service_is_not_removed() -> None:
    with live("--workers", "1", "--deadline", "1") as running:
        for number in range(7):  # as many services with other addresses, each with a store of its own
            build_described(Settings(public_url=f"http://other.example:{number}"))
        assert asked(running, ENDLESS).status_code == 504
        assert asked(running, SMALL).status_code == 200, "the worker could not be replaced"


def test_workers_have_nearly_all_their_memory_for_their_jobs(served: Live) -> None:
    until(lambda: served.idle("queries")[0] + served.idle("pages")[0] == len(served.workers()) > 3)
    for worker in served.workers():
        limits = Path(f"/proc/{worker}/limits").read_text()
        allowed = int(next(line for line in limits.splitlines() if line.startswith("Max address space")).split()[3])
        taken = int(Path(f"/proc/{worker}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        assert taken < allowed / 4, "the store, or the allocator, takes what queries should have"


# --- Who asks for much, and who asks for little


def from_another(address: str) -> httpx.Client:
    """Return a client whom the service sees at *address*, one of those of this machine."""
    return httpx.Client(transport=httpx.HTTPTransport(local_address=address), timeout=60)


def test_one_client_cannot_fill_the_queue() -> None:
    with live("--deadline", "4", "--workers", "2") as running, ThreadPoolExecutor(150) as threads:
        greedy = [threads.submit(asked, running, ENDLESS) for _ in range(150)]
        until(lambda: any(each.done() for each in greedy))  # one was turned away: the queue is full
        with from_another("127.0.0.2") as other:
            answers = [other.post(f"{running.url}/sparql", data={"query": "ASK {}"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3
        assert {each.result().status_code for each in greedy} <= {429, 504}


def test_pages_of_earlier_days_leave_a_worker_to_those_of_today() -> None:
    days = (f"{year}-{month:02}" for year in range(2010, 2025) for month in range(1, 13))
    with live() as running, ThreadPoolExecutor(8) as threads, from_another("127.0.0.2") as other:
        html = {"Accept": "text/html"}
        earlier = [
            threads.submit(httpx.get, f"{running.url}/timeline?{name}={day}", headers=html, timeout=60)
            for day, name in zip(itertools.islice(days, 8), itertools.cycle(["as_of", "as%5Fof"]), strict=False)
        ]
        while not all(each.done() for each in earlier):
            assert other.get(f"{running.url}/search?q=korea+{time.monotonic_ns()}", headers=html).status_code == 200
            health = other.get(f"{running.url}/healthz")
            assert (health.status_code, health.json()["status"]) == (200, "ok")
        assert {each.result().status_code for each in earlier} <= {200, 429}
        assert 200 in {each.result().status_code for each in earlier}
        assert httpx.get(f"{running.url}/healthz").json()["pages"]["killed"] == {}
