"""The command line: one module a command, found by its name.

A command's module has a docstring whose first line is its help, ``arguments(parser)`` which adds its options, and
``run(options)`` which does it and returns the exit code: 0, or 1 for an answer that is "no". Only the module of the
command that is called is imported.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from spacepact.cli._common import help_formatter
from spacepact.errors import SpacepactError, nearest

__all__ = ["commands", "main", "parser"]


def commands() -> list[str]:
    """Return the names of the commands, sorted.

    >>> "ask" in commands()
    True
    """
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def _module(command: str) -> ModuleType:
    return importlib.import_module(f"spacepact.cli.{command}")


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands, or of the command *only*."""
    top = argparse.ArgumentParser(
        prog="spacepact",
        description="Who cooperates with whom in space, on what, and what they promised each other.",
        epilog="examples:\n  spacepact ask\n  spacepact ask partners-of NASA\n  spacepact show KASA\n"
        "  spacepact view cooperation",
        formatter_class=help_formatter,
    )
    top.add_argument("--version", action="store_true", help="print the version and exit")
    added = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="spacepact")
    for name in [only] if only else commands():
        module = _module(name)
        text = (module.__doc__ or "").strip()
        summary = text.partition("\n")[0]
        sub = added.add_parser(name, help=summary, description=text, formatter_class=help_formatter)
        module.arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 for an answer that is "no", 2 for a mistake."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _main(given)
    except SpacepactError as error:
        print(f"spacepact: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of a pipe, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("spacepact: stopped", file=sys.stderr)
        return 130


def _main(given: list[str]) -> int:
    for argument in given:
        if any(0xD800 <= ord(character) <= 0xDFFF for character in argument):
            raise SpacepactError(f"{argument.encode(errors='replace').decode()}: not UTF-8 text")
    command = given[0] if given else ""
    if command in commands():
        options = parser(command).parse_args(given)
        return int(options.run(options))
    if command == "--version":
        from spacepact import __version__

        print(f"spacepact {__version__}")
        return 0
    if command and not command.startswith("-"):
        hint = nearest(command, commands()) or f"; there are {', '.join(commands())}"
        raise SpacepactError(f"no command '{command}'{hint}")
    top = parser()
    if command:
        top.parse_args(given)
    top.print_help()
    return 0
