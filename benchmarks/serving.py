"""The service under load, beside ``oxigraph serve`` on the same data in the same run.

python benchmarks/serving.py [--seconds 10]

It needs wrk (apt install wrk) and the program oxigraph (pip install oxigraph).

For each kind of request: 64 connections for so many seconds, quiet, and with one hostile query a second from another
address. Requests that differ in a comment cannot be answered from memory ("fresh"); equal ones can. Then the first byte
and the whole of a large CSV, and the time from ``spacepact explore`` to its first page.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from servers import free_port, oxigraph_binary
from service import live
from spacepact.graph.exporting import export
from spacepact.graph.opening import open_store
from spacepact.iris import with_prefixes
from spacepact.queries.catalogue import question
from spacepact.queries.knowledge import open_graph
from spacepact.queries.names import term_for

SMALL = "PREFIX pact: <https://w3id.org/spacepact/ns#> SELECT ?s { ?s a pact:State } LIMIT 3"
LARGE = """SELECT ?s ?p ?o { { ?s ?p ?o } UNION {
  GRAPH ?g { ?s ?p ?o } FILTER (STRSTARTS(STR(?g), "https://w3id.org/spacepact/")) } } LIMIT 50000"""
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT DISTINCT ?a ?f { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
    "SELECT * { ?a (<urn:x>|!<urn:x>)* ?b . ?b (<urn:x>|!<urn:x>)* ?c }",
    "SELECT (GROUP_CONCAT(?x) AS ?y) { ?a ?b ?c . ?d ?e ?f BIND (CONCAT(STR(?a), STR(?f)) AS ?x) }",
)
SCRIPT = """
local n = 0
function request()
  n = n + 1
  return wrk.format("GET", "%s" .. (%s and ("%%20%%23" .. tostring(n) .. tostring(os.clock())) or ""))
end
"""


@contextmanager
def oxigraph_with_the_record() -> Iterator[str]:
    """Run ``oxigraph serve-read-only`` on the record and give its address."""
    program = oxigraph_binary()
    assert program is not None, "no oxigraph program: pip install oxigraph"
    with TemporaryDirectory() as folder:
        data = Path(folder, "record.nq")
        with data.open("wb") as target:
            export(open_store(), "nquads", target)
        subprocess.run(
            [program, "load", "--location", f"{folder}/store", "--file", str(data)], check=True, capture_output=True
        )
        port = free_port()
        command = [str(program), "serve-read-only", "--location", f"{folder}/store", "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/query", params={"query": "ASK {}"})
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def load(url: str, path: str, seconds: int, *, fresh: bool) -> str:
    """Return requests a second, the median and the 99th percentile, and what was no answer, as wrk has them."""
    with TemporaryDirectory() as folder:
        script = Path(folder, "load.lua")
        script.write_text(SCRIPT % (path, str(fresh).lower()))
        command = ["wrk", "-t2", "-c64", f"-d{seconds}s", "--latency", "--timeout", "15s", "-s", str(script), url]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    half, most = ((re.search(rf"(?m)^\s+{p}%\s+(\S+)\s*$", said) or [said] * 2)[1] for p in (50, 99))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: (.*)", said)
    return (
        f"{rate:8.0f}/s  median {half:>8}  p99 {most:>8}"
        + (f"  not 2xx: {bad[1]}" if bad else "")
        + (f"  {broken[1]}" if broken else "")
    )


@contextmanager
def attacked(url: str, path: str) -> Iterator[list[str]]:
    """Send one hostile query a second from another address while the body runs; give what became of each."""
    over = threading.Event()
    told: list[str] = []

    def one(sparql: str) -> None:
        with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=60) as client:
            try:
                told.append(str(client.post(url + path, data={"query": sparql}).status_code))
            except httpx.TransportError as error:
                told.append(type(error).__name__)

    def attack() -> None:
        for sparql in cycle(HOSTILE):
            threading.Thread(target=one, args=(sparql,), daemon=True).start()
            if over.wait(1):
                return

    thread = threading.Thread(target=attack)
    thread.start()
    try:
        yield told
    finally:
        over.set()
        thread.join()


def first_and_whole(url: str) -> str:
    """Return the seconds to the first byte and to the end of a CSV of 50,000 rows: medians of five."""
    first, whole, rows = [], [], 0
    for turn in range(5):
        began = time.perf_counter()
        params = {"query": f"{LARGE} #{turn}"}
        with httpx.stream("GET", url, params=params, headers={"Accept": "text/csv"}, timeout=60) as answer:
            chunks = answer.iter_raw()
            rows = next(chunks).count(b"\n")
            first.append(time.perf_counter() - began)
            rows += sum(chunk.count(b"\n") for chunk in chunks)
            whole.append(time.perf_counter() - began)
    return f"first byte {statistics.median(first):.2f} s, whole {statistics.median(whole):.2f} s ({rows:,} lines)"


def cold_start() -> float:
    """Return the seconds from ``spacepact explore`` to the end of its first page."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("spacepact"), "explore", "--no-browser", "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/", timeout=30).status_code == 200:
                    return time.perf_counter() - began
            except httpx.TransportError:
                time.sleep(0.01)
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Run all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=10, help="of each load (default: 10)")
    seconds = parser.parse_args().seconds
    if not shutil.which("wrk"):
        parser.error("no wrk program: apt install wrk")
    graph = open_graph()
    asked = question("partners-of")
    terms = {"actor": term_for(graph.engine, asked.parameters["actor"], "NASA")}
    catalogue = with_prefixes(asked.bind(terms))
    with live("--log", "warnings", "--max-rows", "10000") as ours, oxigraph_with_the_record() as theirs:
        cases = [
            ("page of a question", ours.url, "/questions/partners-of?actor=nasa", False, "/sparql"),
            ("small query, equal", ours.url, "/sparql?query=" + quote(SMALL), False, "/sparql"),
            ("small query, fresh", ours.url, "/sparql?query=" + quote(SMALL), True, "/sparql"),
            ("  oxigraph serve", theirs, "/query?query=" + quote(SMALL), True, "/query"),
            ("catalogue question, equal", ours.url, "/sparql?query=" + quote(catalogue), False, "/sparql"),
            ("catalogue question, fresh", ours.url, "/sparql?query=" + quote(catalogue), True, "/sparql"),
            ("  oxigraph serve", theirs, "/query?query=" + quote(catalogue), True, "/query"),
        ]
        for name, url, path, fresh, endpoint in cases:
            print(f"{name:28} quiet    {load(url, path, seconds, fresh=fresh)}", flush=True)
            if url == theirs:
                continue  # one hostile query would hold it for good: that comes last
            with attacked(url, endpoint) as told:
                said = load(url, path, seconds, fresh=fresh)
            print(f"{'':28} hostile  {said}  hostile answers: {', '.join(sorted(set(told))) or 'none yet'}", flush=True)
        for name, path in (("small query", SMALL), ("catalogue question", catalogue)):
            with attacked(theirs, "/query") as told:
                said = load(theirs, "/query?query=" + quote(path), seconds, fresh=True)
            print(f"oxigraph serve, {name:18} hostile  {said}  hostile answers: {sorted(set(told))}", flush=True)
    with live("--log", "warnings", "--max-rows", "100000") as ours, oxigraph_with_the_record() as theirs:
        print(f"CSV of 50,000 rows           {first_and_whole(f'{ours.url}/sparql')}")
        print(f"  oxigraph serve             {first_and_whole(f'{theirs}/query')}")
    times = [cold_start() for _ in range(5)]
    print(f"spacepact explore to the first page: median {statistics.median(times):.2f} s")


if __name__ == "__main__":
    main()
