"""What the commands share: options, opening the graph, and writing results."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from spacepact.iris import curie

if TYPE_CHECKING:
    from spacepact.queries.knowledge import KnowledgeGraph
    from spacepact.queries.result import Result

__all__ = [
    "graph_options",
    "help_formatter",
    "note_other_facts",
    "open_from",
    "print_result",
    "progress",
    "result_options",
    "width",
    "words_of",
]


def help_formatter(prog: str) -> argparse.HelpFormatter:
    """Format help as it is written. Given a width, argparse need not import shutil for each option it adds."""
    return argparse.RawDescriptionHelpFormatter(prog, width=width() - 2)


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
    parser.add_argument(
        "--evidence", action="store_true", help="add the passages that prove the rows; in CSV and TSV, instead of them"
    )
    parser.add_argument("--ids", action="store_true", help="add CURIEs to the names in tables")
    parser.add_argument(
        "--documents",
        metavar="DIR",
        type=Path,
        help="folder with local copies of the documents: shows the evidence with its words",
    )


def open_from(options: argparse.Namespace) -> KnowledgeGraph:
    """Open the graph that *options* name."""
    from spacepact.queries.knowledge import open_graph

    graph = open_graph(as_of=options.as_of, endpoint=options.endpoint, progress=progress)
    if options.as_of is not None:
        from spacepact.graph.opening import open_store, uncertain_documents

        for document in uncertain_documents(open_store(), options.as_of):
            print(f"spacepact: left out, as it may be of a later day: {curie(document)}", file=sys.stderr)
    return graph


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


def note_other_facts() -> None:
    """Say so where the facts that are read are not those of the checkout one stands in."""
    from spacepact.folders import folder

    here, read = Path.cwd() / "graph", folder("graph")
    if (here / "sources").is_dir() and (here / "context.jsonld").is_file() and not here.samefile(read):
        print(
            f"spacepact: reads {read}, not {here}: to have changes here count, install with pip install -e .",
            file=sys.stderr,
        )


def print_result(result: Result, options: argparse.Namespace) -> None:
    """Write *result* to standard output as *options* ask; a citation of CSV goes to standard error."""
    from spacepact.queries.formats import citation_lines, write

    print(
        write(
            result,
            options.format,
            width=width(),
            cite=options.cite,
            evidence=options.evidence or options.documents is not None,
            ids=options.ids,
            words=words_of(options.documents) if options.documents else None,
        )
    )
    if options.cite and options.format in ("csv", "tsv"):
        print("\n".join(citation_lines(result)), file=sys.stderr)


def words_of(documents: Path) -> dict[str, str]:
    """Return the words of each passage, by its CURIE, that copies in the folder *documents* hold."""
    from spacepact.folders import folder
    from spacepact.graph.verifying import verify

    return {f"source:{found.passage}": found.text for found in verify(folder("graph"), documents) if found.text}
