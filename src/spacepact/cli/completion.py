"""Print the completion script for a shell.

examples:
  spacepact completion bash > ~/.local/share/bash-completion/completions/spacepact
  spacepact completion zsh > ~/.zfunc/_spacepact
"""

from __future__ import annotations

import argparse

__all__ = ["arguments", "run"]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    from spacepact.cli import parser as whole
    from spacepact.queries.catalogue import catalogue

    top = whole()
    for action in top._subparsers._group_actions[0].choices["ask"]._actions:  # type: ignore[union-attr, index]
        if action.dest == "question":
            action.choices = list(catalogue())
    print(shtab.complete(top, shell=options.shell))
    return 0
