"""Writes the page of explanation of each question, in Markdown, from its header and a gold answer.

The gold answers are the tests' and not part of the package, so their text is handed in: the first line is the command
that was asked, then a table separated by tabs, its entities as CURIEs.
"""

from __future__ import annotations

import csv
import shlex
from collections.abc import Iterable
from typing import NamedTuple

from spacepact.queries.catalogue import Parameter, Question

__all__ = ["index", "page"]

_ROWS = 8
"""Rows of an answer that a page shows."""

_TAKES = {
    "date": "a day, month or year, such as `2023-01-01`, `2023-01` or `2023`",
    "entity": "anything in the record: a name, alias or CURIE",
    "topic": "a topic: its name or slug",
    "text": "a text",
}
_PROMPT = "# spacepact ask "


class _Gold(NamedTuple):
    words: list[str]
    columns: list[str]
    rows: list[list[str]]


def page(question: Question, gold: str) -> str:
    """Return the page of *question*, with the text *gold* of a gold answer as its example.

    >>> from spacepact.queries.catalogue import question
    >>> text = page(question("due"), "# spacepact ask due --since 2027\\nwhat\\tdue\\nid:csd-5\\t2027\\n")
    >>> text.splitlines()[0], "| `id:csd-5` | 2027 |" in text
    ('# What falls due, and when?', True)
    """
    answer = _read(gold)
    parts = [
        f"# {question.title}",
        question.description,
        "## How to ask it",
        _fenced("console", f"$ spacepact ask {shlex.join(answer.words)}"),
        _fenced("python", f"import spacepact\n\nspacepact.open().ask({_arguments(answer.words)})"),
        *_shortcut(question),
        "## Parameters",
        _parameters(question.parameters.values()),
        "## Columns",
        _table(["column", "what it holds"], [[f"`{name}`", text] for name, text in question.columns.items()]),
        _evidence(question.evidence),
        "## An answer",
        _example(answer),
        "## The query",
        _query(question),
        _fenced("sparql", question.sparql.rstrip()),
    ]
    return "\n\n".join(parts) + "\n"


def index(questions: Iterable[Question]) -> str:
    """Return the page that lists all *questions*."""
    rows = [
        [f"[{q.name}]({q.name}.md)", q.title, " ".join(p.name.upper() for p in q.parameters.values() if p.required)]
        for q in questions
    ]
    return "\n\n".join(
        [
            "# The questions",
            "Each question is one file, `queries/<question>.rq`. `spacepact ask` lists them, `spacepact ask <question> "
            "--help` says what one takes. These pages are made from the files and from the gold answers in "
            "`tests/answers/`; `pytest --write-answers` makes them anew.",
            _table(["question", "what it asks", "needs"], rows),
        ]
    ) + "\n"  # fmt: skip


def _read(gold: str) -> _Gold:
    command, *table = gold.splitlines()
    columns, *rows = csv.reader(table, delimiter="\t")
    return _Gold(shlex.split(command.removeprefix(_PROMPT)), columns, rows)


def _arguments(words: list[str]) -> str:
    """Return the words of a command as arguments of ``ask``.

    >>> _arguments(["due", "--since", "2026"])
    '"due", since="2026"'
    """
    name, *rest = words
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return ", ".join([f'"{name}"', *(f'{option.removeprefix("--")}="{value}"' for option, value in pairs)])


def _shortcut(question: Question) -> list[str]:
    needed = [p.name.upper() for p in question.parameters.values() if p.required]
    if not needed:
        return []
    order = ", in this order" if len(needed) > 1 else ""
    short = f"`spacepact ask {question.name} {' '.join(needed)}`"
    return [f"What is needed may also be given without its name{order}: {short}."]


def _parameters(parameters: Iterable[Parameter]) -> str:
    rows = [[f"`--{p.name}`", _takes(p.kind), "yes" if p.required else "no", p.description] for p in parameters]
    if not rows:
        return "None of its own."
    return _table(["parameter", "takes", "needed", "what it does"], rows)


def _takes(kind: str) -> str:
    """Return in words what a parameter of *kind* takes.

    >>> _takes("code strength"), _takes("MeetingSeries")
    ('a code of the list `strength`', 'a meeting series: its name, alias or CURIE')
    """
    if kind in _TAKES:
        return _TAKES[kind]
    if kind.startswith("one of "):
        return f"one of `{kind.removeprefix('one of ').replace(', ', '`, `')}`"
    if kind.startswith("code "):
        return f"a code of the list `{kind.removeprefix('code ')}`"
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind).strip()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}: its name, alias or CURIE"


def _evidence(columns: list[str]) -> str:
    if len(columns) == 2:
        what = f"what shows that `{columns[0]}` and `{columns[1]}` cooperate"
    else:
        what = f"what stands in `{columns[0]}`"
    return f"With `--evidence` the passages are listed that speak of {what}."


def _example(answer: _Gold) -> str:
    filled = [i for i in range(len(answer.columns)) if any(row[i] for row in answer.rows)]
    shown = [[_cell(row[i]) for i in filled] for row in answer.rows[:_ROWS]]
    total = len(answer.rows)
    count = f"The first {_ROWS} of {total} rows" if total > _ROWS else f"All {total} rows" if total > 1 else "One row"
    return (
        f"{count} of the command above, with CURIEs (`--format csv` has CURIEs and names, the table has names). "
        "Columns in which nothing stands are left out.\n\n" + _table([answer.columns[i] for i in filled], shown)
    )


def _query(question: Question) -> str:
    text = f"`queries/{question.name}.rq` runs as it is on any SPARQL 1.1 server that holds the facts."
    if question.measure:
        text += (
            " It gives the ties, one engagement that shows one a row; the answer is computed from these as said above "
            "(`spacepact.queries.measures`), so that each figure keeps the engagements behind it."
        )
    if question.parameters:
        text += (
            " What is asked for stands in the `VALUES ?given_...` blocks: an example where a value is needed, a value "
            "that lets everything through where it is not."
        )
    return text


def _cell(text: str) -> str:
    """Return a value of an answer; CURIEs as code, so that Markdown does not take them for links."""
    parts = text.split("; ")
    curies = all(p.partition(":")[0].isalpha() and " " not in p and p.partition(":")[2] for p in parts)
    return "; ".join(f"`{p}`" for p in parts) if text and curies else text


def _table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *([_escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _escaped(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").replace("<", "&lt;").split())


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"
