"""How long compiling the facts takes: for each document, for each 1000 facts, and which step takes what share.

Each run is a process of its own, so that nothing is remembered from the one before. The measure that holds on any
machine is the last line: compiling relative to loading the finished quads from an N-Quads file.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

from measuring import show

STEPS = {
    "reading the YAML": "fact_files",
    "reading the ontology, as a schema": "vocabulary",
    "reading the ontology, as facts": "ontology_triples",
    "checking": "Checker.check",
    "links": "link_quads",
    "filling the store": "fill",
    "rules": "apply_rules",
}
REST = "the rest: YAML to quads"


@contextmanager
def timed(module: object, path: str, spent: dict[str, float]) -> Iterator[None]:
    """Add to *spent* the seconds of each call of the function *path* of *module*, without those of other steps."""
    *outer, name = path.split(".")
    owner = module
    for part in outer:
        owner = getattr(owner, part)
    real: Callable[..., object] = getattr(owner, name)

    def wrapped(*given: object, **named: object) -> object:
        others = sum(spent.values()) - spent[path]
        start = time.perf_counter()
        found = real(*given, **named)
        if isinstance(found, Iterator):
            found = list(found)  # what is yielded later would count elsewhere
        inner = sum(spent.values()) - spent[path] - others
        spent[path] += time.perf_counter() - start - inner
        return found

    with mock.patch.object(owner, name, wrapped):
        yield


def one_run(_: int) -> dict[str, float]:
    """Compile once; return the seconds in all, of each step, of the plain load, and the counts."""
    from pyoxigraph import DefaultGraph, RdfFormat, Store

    from spacepact.folders import folder
    from spacepact.graph import compiling

    spent = dict.fromkeys(STEPS.values(), 0.0)
    with ExitStack() as stack:
        for path in STEPS.values():
            stack.enter_context(timed(compiling, path, spent))
        start = time.perf_counter()
        store = compiling.compile_facts().store
        total = time.perf_counter() - start
    written = io.BytesIO()
    store.dump(written, format=RdfFormat.N_QUADS)
    start = time.perf_counter()
    Store().bulk_load(written.getvalue(), format=RdfFormat.N_QUADS)
    load = time.perf_counter() - start
    facts = sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
    documents = len(list((folder("graph") / "sources").glob("*.yaml")))
    return {"total": total, "load": load, "facts": facts, "documents": documents, **spent}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="compilations (default: 5)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        runs = pool.map(one_run, range(options.runs), chunksize=1)
    middle = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    total = middle["total"]
    shares = {step: middle[path] / total for step, path in STEPS.items()}
    shares[REST] = 1 - sum(shares.values())
    figures = {
        "ms here, all": total * 1000,
        f"ms here, a document ({middle['documents']:.0f} documents)": total * 1000 / middle["documents"],
        f"ms here, 1000 facts ({middle['facts']:.0f} facts)": total * 1e6 / middle["facts"],
        **{f"share, {step}": share for step, share in shares.items()},
        "compiling / loading the finished quads": total / middle["load"],
    }
    rows: list[dict[str, str | float]] = [{"what": what, "figure": figure} for what, figure in figures.items()]
    show(rows, as_json=options.json)


if __name__ == "__main__":
    main()
