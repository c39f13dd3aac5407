"""Answer a question of the catalogue, or list the questions.

examples:
  spacepact ask                                      the questions
  spacepact ask partners-of --help                   one question: its parameters and columns
  spacepact ask partners-of NASA
  spacepact ask what-links "Korea Coast Guard" NMIO --evidence
  spacepact ask open-commitments --as-of 2023-01-01 --format csv
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from spacepact.cli._common import graph_options, help_formatter, open_from, print_result, result_options, width
from spacepact.errors import ParameterError
from spacepact.queries.catalogue import Question, catalogue, question

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command; those of the questions are read by the question that is asked."""
    parser.usage = "spacepact ask [QUESTION [VALUE ...] [--PARAMETER VALUE ...]] [options]"
    parser.add_argument("question", nargs="?", metavar="QUESTION", help="its name; without one, they are listed")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="its parameters")
    _shared(parser)


def _shared(parser: argparse.ArgumentParser) -> None:
    graph_options(parser)
    result_options(parser)


def run(options: argparse.Namespace) -> int:
    """Ask, and print the answer."""
    if options.question is None:
        return _list(options)
    asked = question(options.question)
    given = _parser(asked).parse_args(options.rest, namespace=_defaults(options))
    parameters = {name: getattr(given, f"given_{name}") for name in asked.parameters}
    values = {name: value for name, value in parameters.items() if value is not None}
    _positional(asked, getattr(given, "values", []), values)
    asked.require(values)  # what is missing is said before the graph is opened
    print_result(open_from(given).ask(asked.name, **values), given)
    return 0


def _parser(asked: Question) -> argparse.ArgumentParser:
    required = [p.name for p in asked.parameters.values() if p.required]
    columns = "\n".join(f"  {name:12} {text}" for name, text in asked.columns.items())
    parser = argparse.ArgumentParser(
        prog=f"spacepact ask {asked.name}",
        usage=f"spacepact ask {asked.name} {' '.join(n.upper() for n in required)} [options]",
        description=f"{asked.title}\n\n{asked.description}",
        epilog=f"columns:\n{columns}",
        formatter_class=help_formatter,
        argument_default=argparse.SUPPRESS,
    )
    if required:
        parser.add_argument("values", nargs="*", default=[], metavar="VALUE", help=", ".join(required))
    for parameter in asked.parameters.values():
        needed = " (needed)" if parameter.required else ""
        parser.add_argument(
            f"--{parameter.name}",
            dest=f"given_{parameter.name}",
            default=None,
            action=_Once,
            metavar=parameter.kind.removeprefix("code ").upper().replace(" ", "-"),
            help=parameter.description + needed,
        )
    _shared(parser)
    return parser


class _Once(argparse.Action):
    """An option that may be given once: with the last of several taken, the answer would be to another question."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Set the value; exit with a message if there is one already."""
        if getattr(namespace, self.dest, None) is not None:
            parser.error(f"{option_string} stands twice; it takes one value: ask once for each")
        setattr(namespace, self.dest, values)


def _defaults(options: argparse.Namespace) -> argparse.Namespace:
    return argparse.Namespace(**{n: v for n, v in vars(options).items() if n not in ("question", "rest", "run")})


def _positional(asked: Question, given: list[str], values: dict[str, str]) -> None:
    open_names = [p.name for p in asked.parameters.values() if p.required and p.name not in values]
    if len(given) > len(open_names):
        raise ParameterError(
            f"{asked.name}: '{given[len(open_names)]}' is one value too many; optional ones are given by name: "
            + " ".join(f"--{p.name}" for p in asked.parameters.values() if not p.required)
        )
    values.update(zip(open_names, given, strict=False))


def _list(options: argparse.Namespace) -> int:
    found = catalogue()
    if options.format == "json":
        import json

        rows = [{"question": q.name, "title": q.title, "parameters": list(q.parameters)} for q in found.values()]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    from spacepact.queries.formats import rows_as

    rows_of_text = [
        [q.name, q.title, " ".join(n.upper() if p.required else f"[--{n}]" for n, p in q.parameters.items())]
        for q in found.values()
    ]
    print(rows_as(options.format, ["question", "what it asks", "parameters"], rows_of_text, width()))
    return 0
