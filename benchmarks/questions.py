"""What an answer costs beyond its SPARQL: KnowledgeGraph.ask relative to the same query on the bare store.

Each question is asked with the parameters of its gold answers in tests/answers. "ask" looks up the names, binds the
parameters, runs the query and collects rows and citation; "store" runs the bound SPARQL on pyoxigraph.Store and goes
through its rows. Both on the embedded engine, in this process. Aim: ask / store within 1.3.
"""

from __future__ import annotations

import argparse
import shlex
import statistics
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

from measuring import interleaved, medians, show
from pyoxigraph import QuerySolutions, Store

from spacepact.queries.catalogue import catalogue
from spacepact.queries.knowledge import KnowledgeGraph, open_graph
from spacepact.queries.names import term_for

ANSWERS = Path(__file__).parents[1] / "tests" / "answers"


def asked(path: Path) -> tuple[str, dict[str, str]]:
    """Return question and parameters of a gold answer, whose first line is how one would ask it."""
    words = shlex.split(path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# spacepact ask "))
    return words[0], {words[i].removeprefix("--"): words[i + 1] for i in range(1, len(words), 2)}


def run_bare(store: Store, sparql: str) -> None:
    """Run *sparql* and go through the rows, as fast as Python can."""
    found = store.query(sparql)
    assert isinstance(found, QuerySolutions)
    deque(found, maxlen=0)


def measured(graph: KnowledgeGraph, path: Path, rounds: int) -> dict[str, str | float]:
    """Return the row of the gold answer *path*."""
    name, parameters = asked(path)
    question = catalogue()[name]
    terms = {n: term_for(graph.engine, question.parameters[n], text) for n, text in parameters.items()}
    cases: dict[str, Callable[[], object]] = {
        "ask": partial(graph.ask, name, **parameters),
        "store": partial(run_bare, graph.store, question.bind(terms)),
    }
    found = medians(interleaved(cases, rounds))
    return {
        "question": path.stem,
        "rows": str(len(graph.ask(name, **parameters))),
        "store, ms here": found["store"] * 1000,
        "beyond, ms here": (found["ask"] - found["store"]) * 1000,
        "ask / store": found["ask"] / found["store"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", nargs="*", metavar="QUESTION", help="default: all")
    parser.add_argument("--rounds", type=int, default=25, help="runs of each (default: 25)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    graph = open_graph()
    paths = [p for p in sorted(ANSWERS.glob("*.tsv")) if not options.questions or asked(p)[0] in options.questions]
    if not paths:
        parser.error(f"no gold answer of {' '.join(options.questions)} in tests/answers")
    rows = [measured(graph, path, options.rounds) for path in paths]
    show(rows, as_json=options.json)
    if not options.json:
        ratios = [float(row["ask / store"]) for row in rows]
        print(f"\nmedian of ask / store: {statistics.median(ratios):.2f}; highest: {max(ratios):.2f}")


if __name__ == "__main__":
    main()
