"""The style checks in ``ontology/checks``: one SPARQL query a rule, each row of its answer a violation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pyoxigraph import QuerySolutions, Store

from spacepact.errors import VocabularyError
from spacepact.folders import folder
from spacepact.ontology.shapes import Violation

__all__ = ["Check", "checks", "style_violations"]


@dataclass(frozen=True)
class Check:
    """A style check: its name, its rule in words, and the SELECT query that finds what breaks it."""

    name: str
    title: str
    sparql: str


def checks(where: Path | None = None) -> list[Check]:
    """Return the checks of the ontology in the folder *where*, by default of the one that is shipped, by name.

    Raises VocabularyError for a check without a title.

    >>> next(check.title for check in checks() if check.name == "term-labels")
    'Each term of ours has one English label, in lower case and without a full stop.'
    """
    found = []
    for path in sorted(((where or folder("ontology")) / "checks").glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        found.append(Check(path.stem, _title(path.name, text), text))
    return found


def _title(file: str, text: str) -> str:
    header = "\n".join(line[2:] for line in text.splitlines() if line.startswith("#+"))
    try:
        entries = yaml.safe_load(header)
    except yaml.YAMLError:
        entries = None
    if not isinstance(entries, dict) or not isinstance(entries.get("title"), str):
        raise VocabularyError(f"ontology/checks/{file}:1:1: no title; begin the file with '#+ title: \"...\"'")
    return str(entries["title"])


def style_violations(store: Store, where: Path | None = None) -> list[Violation]:
    """Return what the style checks find in *store*, sorted.

    The checks see the default graph and the named graphs. Raises VocabularyError for a check that is no SELECT
    query with the columns ?subject and ?message.
    """
    found = {violation for check in checks(where) for violation in _run(check, store)}
    return sorted(found, key=lambda violation: violation.order)


def _run(check: Check, store: Store) -> list[Violation]:
    file = f"ontology/checks/{check.name}.rq"
    try:
        rows = store.query(check.sparql)
    except SyntaxError as error:
        raise VocabularyError(f"{file}: {error}") from None
    names = {v.value for v in rows.variables} if isinstance(rows, QuerySolutions) else set()
    if not isinstance(rows, QuerySolutions) or not {"subject", "message"} <= names:
        raise VocabularyError(f"{file}: a check is a SELECT query with the columns ?subject and ?message")
    found = []
    for row in rows:
        subject, message = row["subject"], row["message"]
        path = row["path"] if "path" in names else None
        if subject is None or message is None:
            raise VocabularyError(f"{file}: a row without ?subject or ?message; check what its BIND can compute")
        found.append(Violation(_text(subject), _text(path) if path else None, _text(message), None, check.name))
    return found


def _text(term: object) -> str:
    return str(getattr(term, "value", term))
