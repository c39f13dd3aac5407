"""Reads the Markdown documents: their blocks of code, the commands in them, and what these are said to print."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["TOP", "Block", "Step", "abridged", "blocks", "documents", "matches", "run", "steps", "with_output"]

TOP = Path(__file__).parents[1]
"""The top of the checkout."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its file, the line of its fence (from 1), the words after the fence, and its text."""

    path: Path
    line: int
    info: tuple[str, ...]
    text: str

    @property
    def name(self) -> str:
        """Where it is, as the name of a test."""
        return f"{self.path.relative_to(TOP)}:{self.line}"


@dataclass
class Step:
    """A command of a console block, and the lines it is said to print."""

    command: str
    output: list[str] = field(default_factory=list)


def documents() -> list[Path]:
    """Return the documents, those of the questions included."""
    return [*sorted(TOP.glob("*.md")), *sorted((TOP / "docs").rglob("*.md"))]


def blocks(path: Path) -> Iterator[Block]:
    """Yield the fenced blocks of the document *path*."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start = number
        else:
            info = tuple(lines[start].removeprefix("```").split())
            yield Block(path, start + 1, info, "\n".join(lines[start + 1 : number]) + "\n")
            start = None
    assert start is None, f"{path}: the block of line {start} has no end"


def steps(block: Block) -> list[Step]:
    """Return the commands of a console *block*, each with the lines below it."""
    found: list[Step] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:]))
        else:
            assert found, f"{block.name}: output before the first command"
            found[-1].output.append(line)
    return found


def run(command: str, where: Path, package: Path = TOP / "src", *, serves: int = 0) -> tuple[int, list[str]]:
    """Run a shell *command* in the folder *where*, with ``spacepact`` being the *package* of a folder ``src``.

    Return its exit code and the lines of its output; those of its errors only where it fails. A command that *serves*
    goes on until it is interrupted, as soon as it has printed so many lines, its errors among them.
    """
    tools = where / ".bin"
    tools.mkdir(exist_ok=True)
    program = tools / "spacepact"
    program.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c \'import sys; sys.argv[0] = "spacepact"\n'
        'from spacepact.cli import main; raise SystemExit(main())\' "$@"\n'
    )
    program.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(package),
        "PYTHONUTF8": "1",
        "COLUMNS": "100",
        "BROWSER": "true",  # the program of that name, which opens nothing
    }
    if serves:
        return _interrupted(command, where, environment, serves)
    done = subprocess.run(command, shell=True, cwd=where, env=environment, capture_output=True, text=True, check=False)
    text = done.stdout + (done.stderr if done.returncode else "")
    return done.returncode, [line.rstrip() for line in text.splitlines()]


def _interrupted(command: str, where: Path, environment: dict[str, str], most: int) -> tuple[int, list[str]]:
    process = subprocess.Popen(
        f"exec {command}", shell=True, cwd=where, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    printed = [process.stdout.readline().rstrip() for _ in range(most)]
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)
    return process.returncode, [*printed, *rest.splitlines()]


def matches(shown: list[str], printed: list[str]) -> bool:
    """Tell whether *printed* is what has been *shown*: a line ``...`` stands for any lines, in a line for any text.

    >>> matches(["a", "...", "d"], ["a", "b", "c", "d"]), matches(["version ..."], ["version 2"])
    (True, True)
    >>> matches(["a"], ["b"])
    False
    """
    pattern = "".join("(.*\n)*?" if line.strip() == "..." else _line(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def _line(line: str) -> str:
    pattern = re.escape(line.rstrip()).replace(r"\.\.\.", ".*")
    # The version of the data ends with a hash, which changes with every fact; the page need not.
    return re.sub(r"(\d{4}\\-\d\d\\-\d\d\\\.)[0-9a-f]{12}", lambda found: found[1] + "[0-9a-f]{12}", pattern)


def abridged(printed: list[str], shown: list[str]) -> list[str]:
    """Return *printed* with as many lines at either end as the document had *shown* around its ``...``.

    >>> abridged(["1", "2", "3", "4"], ["x", "...", "x"])
    ['1', '...', '4']
    """
    if len(printed) == len(shown):
        return [old if matches([old], [new]) else new for old, new in zip(shown, printed, strict=True)]
    cuts = [number for number, line in enumerate(shown) if line.strip() == "..."]
    if not cuts:
        return printed
    head, tail = cuts[0], len(shown) - cuts[-1] - 1
    if head + tail >= len(printed):
        return printed
    return [*printed[:head], "...", *printed[len(printed) - tail :]]


def with_output(block: Block, outputs: list[list[str]]) -> str:
    """Return the text of the console *block* with *outputs*, one for each of its commands."""
    lines = []
    for step, output in zip(steps(block), outputs, strict=True):
        lines += [f"$ {step.command}", *output]
    return "\n".join(lines) + "\n"
