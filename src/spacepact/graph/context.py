"""The JSON-LD context: how a key of a fact file becomes a term. There is no other mapping."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from spacepact.folders import folder

__all__ = ["Context", "Key", "context", "is_slug"]

_ID = "@id"


@dataclass(frozen=True)
class Key:
    """What a key of a fact file means.

    ``iri`` is the term, or a JSON-LD keyword such as ``@graph``; ``coercion`` is ``@id``, ``@language``, a
    datatype IRI, or empty for plain text; ``base`` is what relative values are resolved against.
    """

    name: str
    iri: str
    coercion: str
    base: str


class Context:
    """The keys of ``graph/context.jsonld``."""

    def __init__(self, document: dict[str, object]) -> None:
        self.document = document
        body = document["@context"]
        assert isinstance(body, dict)
        self.base = str(body["@base"])
        self.keys: dict[str, Key] = {}
        prefixes = {n: v for n, v in body.items() if isinstance(v, str) and v.endswith(("#", "/"))}
        for name, value in body.items():
            if not name.startswith("@") and name not in prefixes:
                self.keys[name] = self._key(name, value, prefixes)

    def _key(self, name: str, value: object, prefixes: dict[str, str]) -> Key:
        def full(term: str) -> str:
            prefix, colon, local = term.partition(":")
            return prefixes[prefix] + local if colon and prefix in prefixes else term

        if isinstance(value, str):
            return Key(name, full(value), "", self.base)
        assert isinstance(value, dict)
        if "@reverse" in value:
            return Key(name, "@reverse", _ID, self.base)
        coercion = "@language" if value.get("@container") == "@language" else full(value.get("@type", ""))
        return Key(name, full(value[_ID]), coercion, value.get("@context", {}).get("@base", self.base))

    def resolve(self, text: str, key: Key | None = None) -> str:
        """Return the IRI that *text* stands for as a value of *key*, or as an ``id``."""
        return urljoin(key.base if key else self.base, text)

    @property
    def classes(self) -> dict[str, str]:
        """The names that ``type`` may take, each with its class IRI."""
        return {k.name: k.iri for k in self.keys.values() if k.name[:1].isupper() and not k.coercion}


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Tell whether *text* may be the last part of an IRI of ours.

    >>> is_slug("csd-4"), is_slug("CSD 4")
    (True, False)
    """
    return bool(_SLUG.fullmatch(text))


@cache
def context(path: Path | None = None) -> Context:
    """Return the context that is shipped, or the one in *path*.

    >>> context().keys["strength"].iri
    'https://w3id.org/spacepact/ns#strength'
    """
    path = path or folder("graph") / "context.jsonld"
    return Context(json.loads(path.read_text(encoding="utf-8")))
