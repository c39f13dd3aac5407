"""Check the facts: syntax and names, shapes, style, logical consistency.

Exits with 1 if a check fails, with every finding at its file and line. Needs the optional dependencies "check", and
Java for the consistency.

examples:
  spacepact check
  spacepact check --only syntax shapes
"""

from __future__ import annotations

import argparse

from spacepact.cli._common import note_other_facts, progress

__all__ = ["arguments", "run"]

_KINDS = ("syntax", "shapes", "style", "consistency")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--only",
        nargs="+",
        choices=_KINDS,
        default=list(_KINDS),
        metavar="KIND",
        help=f"which checks: {', '.join(_KINDS)}; syntax is always done",
    )


def run(options: argparse.Namespace) -> int:
    """Run the checks and print what they find."""
    note_other_facts()
    from spacepact.errors import FactError
    from spacepact.graph.auditing import audit

    findings = 0
    try:
        for finding in audit([k for k in _KINDS if k in options.only or k == "syntax"], progress):
            print(finding)
            findings += 1
    except FactError as error:
        print(error)
        findings = len(error.mistakes)
    print(f"{findings} finding{'s' if findings != 1 else ''}" if findings else "all is well")
    return 1 if findings else 0
