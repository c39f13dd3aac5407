"""What a parameter may be: the list that a form offers for it."""

from __future__ import annotations

from typing import NamedTuple

from pyoxigraph import QuerySolutions

from spacepact.graph.engines.embedded import Engine
from spacepact.iris import CODE, TOPIC

__all__ = ["Choice", "choices"]


class Choice(NamedTuple):
    """A value that a parameter takes, its name, and how deep it stands in the tree of values."""

    value: str
    label: str
    depth: int = 0


def choices(engine: Engine, kind: str) -> list[Choice]:
    """Return all values of parameters of *kind*, in the order of a list; none where a name is to be typed.

    Topics stand under the ones they are narrower than. Engine calls: one for topics and codes.

    >>> [choice.value for choice in choices(None, "one of made, received")]
    ['made', 'received']
    """
    if kind.startswith("one of "):
        return [Choice(word, word) for word in kind.removeprefix("one of ").split(", ")]
    if kind == "topic":
        return _tree(_members(engine, TOPIC.rstrip("/"), TOPIC))
    if kind.startswith("code "):
        scheme = CODE + kind.removeprefix("code ")
        return _tree(_members(engine, scheme, scheme + "/"))
    return []


def _members(engine: Engine, scheme: str, space: str) -> dict[str, tuple[str, str]]:
    """Return the slugs of the concepts of a scheme, each with its English name and the slug of the one above it."""
    rows = engine.query(
        f"""SELECT DISTINCT ?concept ?label ?above WHERE {{
          ?concept skos:inScheme <{scheme}> ; skos:prefLabel ?label FILTER (LANG(?label) = "en")
          OPTIONAL {{ ?concept skos:broader ?above }} }}"""
    )
    assert isinstance(rows, QuerySolutions)
    return {
        row["concept"].value.removeprefix(space): (
            row["label"].value,
            row["above"].value.removeprefix(space) if row["above"] else "",
        )
        for row in rows
    }


def _tree(members: dict[str, tuple[str, str]], above: str = "", depth: int = 0) -> list[Choice]:
    found = []
    for slug, (label, broader) in sorted(members.items(), key=lambda member: member[1][0].casefold()):
        if broader == above:
            found += [Choice(slug, label, depth), *_tree(members, slug, depth + 1)]
    return found
