"""Run a SPARQL 1.1 query, from the argument, a file, or standard input.

examples:
  spacepact query 'SELECT ?a { ?a a pact:SpaceAgency }'
  spacepact query --file question.rq --format csv
  cat question.rq | spacepact query

Prefixes that answers are written with, such as pact, id, topic, strength, status and source, need not be declared.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from spacepact.cli._common import graph_options, open_from, print_result, result_options
from spacepact.errors import QueryError

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("sparql", nargs="?", help="the query; '-' or nothing reads it from standard input")
    parser.add_argument("--file", type=Path, metavar="FILE", help="read the query from this file")
    graph_options(parser)
    result_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the query, and print its result. An ASK whose answer is no exits with 1."""
    result = open_from(options).query(_text(options))
    print_result(result, options)
    return 1 if result.columns == ["answer"] and result.records() == [{"answer": False}] else 0


def _text(options: argparse.Namespace) -> str:
    if options.file and options.sparql:
        raise QueryError("give the query as an argument or with --file, not both")
    if options.file:
        try:
            return str(options.file.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise QueryError(f"--file {options.file}: {error}") from None
    if options.sparql and options.sparql != "-":
        return str(options.sparql)
    if sys.stdin.isatty():
        print("spacepact: type a query, then press Ctrl-D", file=sys.stderr)
    return sys.stdin.read()
