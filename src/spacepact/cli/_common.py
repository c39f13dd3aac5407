"""What the commands share: options, opening the graph, and writing results."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from spacepact.errors import SpacepactError

if TYPE_CHECKING:
    from collections.abc import Callable

    from spacepact.queries.knowledge import KnowledgeGraph
    from spacepact.queries.result import Proof, Result

__all__ = [
    "evidence_table",
    "graph_options",
    "open_from",
    "print_result",
    "progress",
    "result_options",
    "width",
    "words_of",
    "write_aside",
]


def graph_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which graph is meant."""
    parser.add_argument("--as-of", metavar="DATE", help="ask the record as it stood on this day, such as 2023-01-01")
    parser.add_argument(
        "--endpoint",
        metavar="URL",
        default=os.environ.get("SPACEPACT_ENDPOINT"),
        help="ask a SPARQL server that holds the facts (default: the environment's SPACEPACT_ENDPOINT)",
    )


def result_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a result is written."""
    parser.add_argument(
        "--format", choices=("table", "csv", "tsv", "json", "markdown"), default="table", help="default: table"
    )
    parser.add_argument("--cite", action="store_true", help="add question, parameters, data version and sources")
    parser.add_argument("--evidence", action="store_true", help="list the passages that prove the rows")
    parser.add_argument(
        "--documents",
        metavar="DIR",
        type=Path,
        help="folder with local copies of the documents: shows the evidence with its words",
    )


def open_from(options: argparse.Namespace) -> KnowledgeGraph:
    """Open the graph that *options* name."""
    from spacepact.queries.knowledge import open_graph

    return open_graph(as_of=options.as_of, endpoint=options.endpoint, progress=progress)


def width() -> int:
    """Return how many characters fit in a line: those of the terminal, or 120 where there is none."""
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 120


def progress(text: str) -> None:
    """Say on standard error what is being done."""
    print(f"spacepact: {text} ...", file=sys.stderr, flush=True)


def print_result(result: Result, options: argparse.Namespace) -> None:
    """Write *result* to standard output as *options* ask; what is no data goes to standard error."""
    from spacepact.queries.formats import citation_lines, write

    print(write(result, options.format, width=width(), cite=options.cite))
    if options.cite and options.format in ("csv", "tsv"):
        print("\n".join(citation_lines(result)), file=sys.stderr)
    if options.evidence or options.documents:
        out = sys.stdout if options.format in ("table", "markdown") else sys.stderr
        print("\n" + evidence_table(result.evidence(), options.documents), file=out)


def evidence_table(proofs: list[Proof], documents: Path | None) -> str:
    """Return *proofs* as a table, with the words of the passages where *documents* has copies."""
    from spacepact.queries.formats import text_table

    if not proofs:
        return "No passage: these rows follow from the register or from rules alone."
    words = words_of(documents) if documents else {}
    columns = ["what", "passage", "document", "issued", "rank", "certainty", *(["words"] if documents else [])]
    rows = [
        [p.entity, p.passage, f"{p.title} ({p.publisher})", p.issued, p.rank, p.certainty]
        + ([words.get(p.passage, "(no copy)")] if documents else [])
        for p in proofs
    ]
    return text_table(columns, rows, width())


def words_of(documents: Path) -> dict[str, str]:
    """Return the words of each passage, by its CURIE, that copies in the folder *documents* hold."""
    from spacepact.folders import folder
    from spacepact.graph.verifying import verify

    return {f"source:{found.passage}": found.text for found in verify(folder("graph"), documents) if found.text}


def write_aside(path: Path, write: Callable[[Path], object]) -> None:
    """Let *write* fill a file beside *path*, then rename it, so that *path* is never half-written."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write(aside)
        aside.replace(path)
    except OSError as error:
        raise SpacepactError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)
