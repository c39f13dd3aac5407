"""Run a SPARQL 1.1 query, from the argument, a file, or standard input.

examples:
  spacepact query 'SELECT ?a { ?a a pact:SpaceAgency }'
  spacepact query --file question.rq --format csv
  cat question.rq | spacepact query

Prefixes that answers are written with, such as pact, id, topic, strength, status and source, need not be declared.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from spacepact.cli._common import graph_options, open_from, print_result, result_options
from spacepact.errors import QueryError, nearest
from spacepact.iris import NS

__all__ = ["arguments", "run", "unknown_terms"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("sparql", nargs="?", help="the query; '-' or nothing reads it from standard input")
    parser.add_argument("--file", type=Path, metavar="FILE", help="read the query from this file")
    graph_options(parser)
    result_options(parser)


def run(options: argparse.Namespace) -> int:
    """Run the query, and print its result. An ASK whose answer is no exits with 1."""
    sparql = _text(options)
    result = open_from(options).query(sparql)
    if not result.rows:
        for unknown in unknown_terms(sparql):
            print(f"spacepact: {unknown}", file=sys.stderr)
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
    if options.sparql and options.sparql.endswith((".rq", ".sparql")) and Path(options.sparql).is_file():
        raise QueryError(f"{options.sparql} is a file; give it as --file {options.sparql}")
    if options.sparql and options.sparql != "-":
        return str(options.sparql)
    if sys.stdin.isatty():
        print("spacepact: type a query, then press Ctrl-D", file=sys.stderr)
    try:
        text = sys.stdin.read()
        text.encode()  # what was no UTF-8 may have been read as lone surrogates
    except UnicodeError:
        raise QueryError("standard input is not UTF-8 text") from None
    return text


def unknown_terms(sparql: str) -> list[str]:
    """Return what to say of terms of ours in *sparql* that the ontology does not have: a query with one finds nothing.

    >>> unknown_terms("SELECT ?c { ?c a pact:Comitment }")
    ["pact:Comitment is not in the ontology; did you mean 'Commitment'?"]
    """
    from spacepact.ontology.vocabulary import vocabulary

    terms = vocabulary()
    known = {"any"} | {iri.removeprefix(NS) for iri in (*terms.superclasses, *terms.properties) if iri.startswith(NS)}
    used = set(re.findall(r"\bpact:([A-Za-z]+)|" + re.escape(NS) + r"([A-Za-z]+)", sparql))
    wrong = sorted({a or b for a, b in used} - known)
    return [f"pact:{term} is not in the ontology{nearest(term, sorted(known))}" for term in wrong]
