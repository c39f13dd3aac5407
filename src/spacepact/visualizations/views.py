"""Finds the views under ``visualizations/``: one file a view, found by its suffix."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from spacepact.errors import ViewError, nearest
from spacepact.folders import folder

__all__ = ["Definition", "definition", "view_names"]


@dataclass(frozen=True)
class Definition:
    """What a view file says.

    *actors* are labels of classes: of an actor with several, the first one listed counts. *bases* are drawn, those
    in *shown* from the start. *topics*, if any, keep only engagements on them or on narrower ones.
    """

    name: str
    title: str
    description: str
    actors: tuple[str, ...]
    bases: tuple[str, ...]
    shown: tuple[str, ...]
    topics: tuple[str, ...] = ()


def view_names(where: Path | None = None) -> list[str]:
    """Return the names of all views.

    >>> "cooperation" in view_names()
    True
    """
    return sorted(path.stem for path in (where or folder("visualizations")).glob("*.toml"))


def definition(name: str, where: Path | None = None) -> Definition:
    """Read the view *name*. Raises ViewError if there is none, or if its file is not as it should be.

    >>> definition("cooperation").shown
    ('agreement', 'commitment', 'activity')
    """
    where = where or folder("visualizations")
    known = view_names(where)
    if name not in known:
        raise ViewError(f"no view '{name}'{nearest(name, known)}; there are: {', '.join(known)}")
    file = f"visualizations/{name}.toml"
    try:
        content = tomllib.loads((where / f"{name}.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ViewError(f"{file}: {error}") from None
    return _checked(name, file, content)


def _checked(name: str, file: str, content: dict[str, object]) -> Definition:
    keys = [f.name for f in fields(Definition) if f.name != "name"]
    for key, value in content.items():
        if key not in keys:
            raise ViewError(f"{file}: unknown key '{key}'{nearest(key, keys)}")
        if key in ("title", "description"):
            if not isinstance(value, str):
                raise ViewError(f"{file}: '{key}' must be a text in quotation marks")
        elif not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ViewError(f"{file}: '{key}' must be a list of texts")
    missing = [key for key in keys if key not in content and key != "topics"]
    if missing:
        raise ViewError(f"{file}: write {' and '.join(repr(key) for key in missing)} too")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}
    found = Definition(name=name, **values)  # type: ignore[arg-type]  # the loop above has checked their types
    for basis in found.shown:
        if basis not in found.bases:
            raise ViewError(f"{file}: 'shown' has '{basis}', which 'bases' has not{nearest(basis, found.bases)}")
    return found
