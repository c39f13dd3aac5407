"""The JSON Schema by which an editor completes and checks fact files while they are written.

Made from the ontology and the context, never by hand. It looks at one file: what another file must hold, such as
whether an entity is known, the compiler alone can tell. Draft 7, which is what editors read; in VS Code:
``"yaml.schemas": {"facts.schema.json": ["graph/register/*.yaml", "graph/sources/*.yaml"]}``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from spacepact.graph.context import Context, Key, context
from spacepact.iris import NS, PREFIXES, curie
from spacepact.ontology.vocabulary import Property, Vocabulary, code_name, vocabulary

__all__ = ["source_schema"]

Schema: TypeAlias = dict[str, Any]

_SLUG = "[a-z0-9]+(-[a-z0-9]+)*"
_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
_DATE = rf"[0-9]{{4}}(-{_MONTH}(-{_DAY})?)?\??"
_PATTERNS = {
    "entity": f"^{_SLUG}$",
    "document": rf"^\.\./source/{_SLUG}$",
    "passage": rf"^\.\./source/{_SLUG}/p[0-9]+(-[a-z]+)?$",
    "language": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
    "date": f"^{_DATE}(/({_DATE}|[.][.]))?$",
    "url": r"^https?://[^\s<>\"{}|\\^`]+$",
    "sha256": "^[0-9a-f]{64}$",
    "number": "^[0-9]{1,9}$",
    "text": r"\S",
}
_EVIDENCE, _DOCUMENT, _PASSAGE, _HASH = NS + "Evidence", NS + "Document", NS + "Passage", NS + "sha256"
_XSD = PREFIXES["xsd"]


def source_schema() -> Schema:
    """Return the JSON Schema (draft 7) of the files in ``graph/sources`` and ``graph/register``.

    Keys are offered by the type of an entity, with what the ontology says of them; an entity that is declared in
    another file has no type here and may have any key. A value may be a number or text, because editors follow
    YAML in telling them apart and the compiler reads all of them as text. Raises VocabularyError for the ontology.

    >>> schema = source_schema()
    >>> schema["definitions"]["key-level"]["anyOf"][0]["enum"][:2]
    ['deputy-ministers', 'director-general']
    >>> "ordinal" in schema["definitions"]["Meeting"]["properties"]
    True
    """
    return _Schemas(vocabulary(), context()).whole()


class _Schemas:
    """Makes the definitions that the schema consists of."""

    def __init__(self, vocabulary: Vocabulary, context: Context) -> None:
        self.vocabulary = vocabulary
        # A key that is a property of the ontology; the others are 'id', 'type', types and containers.
        known = {name: vocabulary.properties.get(key.iri) for name, key in context.keys.items()}
        self.keys = {name: (context.keys[name], prop) for name, prop in known.items() if prop}
        evidence = vocabulary.subclasses(_EVIDENCE)
        self.kinds = {name: iri for name, iri in context.classes.items() if iri not in evidence}

    def whole(self) -> Schema:
        """Return the schema of a file: its document, and the definitions."""
        definitions: Schema = {f"key-{name}": self._key(*found) for name, found in self.keys.items()}
        for name, iri in self.kinds.items():
            definitions[name] = self._kind(iri)
        definitions |= {
            "untyped": self._closed(self._of(self.kinds.values())),
            "several-types": self._several_types(),
            "entity": self._entity(),
            "passage": self._passage(),
            "document": self._document(),
        }
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "A fact file of Spacepact",
            "allOf": [_ref("document")],
            "definitions": definitions,
        }

    # --- What a file is made of

    def _document(self) -> Schema:
        more = {
            "says": _listed(_ref("entity"))
            | {"description": "What a register says. A source says it in its passages."},
            "passages": _listed(_ref("passage"))
            | {"description": "The paragraphs that say something, in their order."},
        }
        schema = self._closed(self._of([_DOCUMENT]), _DOCUMENT, "document", **more)
        schema["required"] = ["id", "type"]
        schema["anyOf"] = [{"required": ["passages"]}, {"required": ["says"]}]
        # A document with a text of its own says nothing outside its passages.
        text = [{"required": ["passages"]}, {"required": ["sha256"]}]
        schema["dependencies"] = {"says": {"not": {"anyOf": text}}}
        return schema

    def _passage(self) -> Schema:
        says = _listed(_ref("entity")) | {"description": "The facts of the paragraph."}
        schema = self._closed(self._of([_PASSAGE]), _PASSAGE, "passage", says=says)
        schema["required"] = ["id", "type", "paragraph", "startOffset", "length", "sha256", "says"]
        return schema

    def _entity(self) -> Schema:
        def when(kind: Schema, name: str) -> Schema:
            return {"if": {"properties": {"type": kind}, "required": ["type"]}, "then": _ref(name)}

        branches = [when({"const": name}, name) for name in self.kinds]
        branches.append(when({"type": "array"}, "several-types"))
        branches.append({"if": {"not": {"required": ["type"]}}, "then": _ref("untyped")})
        type_of = _listed({"type": "string", "enum": sorted(self.kinds)})
        return {
            "type": "object",
            "required": ["id"],
            "properties": {"id": _matching("entity"), "type": type_of},
            "allOf": branches,
        }

    def _kind(self, iri: str) -> Schema:
        return self._closed(self._of([iri])) | {"description": self._described(iri)}

    def _several_types(self) -> Schema:
        schema = self._closed(self._of(self.kinds.values()))
        domains = {name: prop.domain for name, (_, prop) in self.keys.items() if name in schema["properties"]}
        schema["dependencies"] = {name: self._typed(domain) for name, domain in domains.items() if domain}
        return schema

    def _closed(self, keys: list[str], kind: str = "", pattern: str = "entity", **more: Schema) -> Schema:
        type_of: Schema = {"const": kind.removeprefix(NS)} if kind else {}
        properties = {"id": _matching(pattern), "type": type_of, **{name: _ref(f"key-{name}") for name in keys}, **more}
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def _of(self, kinds: Iterable[str]) -> list[str]:
        above = frozenset().union(*(self.vocabulary.superclasses[kind] for kind in kinds))
        return [name for name, (_, prop) in self.keys.items() if prop.domain is None or prop.domain in above]

    def _typed(self, wanted: str) -> Schema:
        """Return what a node is like whose type, where it gives one, is the class *wanted* or below it."""
        below = self.vocabulary.subclasses(wanted)
        names = {"enum": sorted(name for name, iri in self.kinds.items() if iri in below)}
        return {"properties": {"type": {"anyOf": [names, {"type": "array", "contains": names}]}}}

    # --- A key and its values

    def _key(self, key: Key, prop: Property) -> Schema:
        return self._values(key, prop) | {"description": self._described(prop.iri)}

    def _values(self, key: Key, prop: Property) -> Schema:
        if key.coercion == "@language":
            text = _listed(_matching("text"))
            names = {"en": text, "ko": text}
            language = {"propertyNames": {"pattern": _PATTERNS["language"]}, "additionalProperties": text}
            return {"type": "object", "properties": names, "minProperties": 1, **language}
        if prop.values_from:
            return _listed(self._code(prop.values_from))
        if prop.kind == "object":
            node = {"allOf": [_ref("entity"), *([self._typed(prop.range)] if prop.range else [])]}
            return _listed({"anyOf": [_matching("entity"), node]})
        if key.coercion == _XSD + "integer":
            return _listed(_matching("number") | {"minimum": 0, "maximum": 999_999_999})
        if key.coercion == _XSD + "anyURI":
            return _listed(_matching("url"))
        return _listed(_matching("date" if prop.bounds else "sha256" if prop.iri == _HASH else "text"))

    def _code(self, scheme: str) -> Schema:
        codes = {code_name(code): self._described(code) for code in self.vocabulary.schemes.get(scheme, ())}
        return {"enum": list(codes), "enumDescriptions": list(codes.values())}

    def _described(self, iri: str) -> str:
        texts = self.vocabulary.texts.get(iri, {})
        if "definition" not in texts:
            return curie(iri)
        return texts["definition"] + (f" Example: {texts['example']}" if "example" in texts else "")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _listed(one: Schema) -> Schema:
    """Return the schema of one value or a list of them."""
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _matching(pattern: str) -> Schema:
    """Return the schema of a value that is text of a pattern, or a number: YAML takes 2027 for one."""
    kinds: str | list[str] = "string"
    if pattern in ("number", "date", "text"):
        kinds = ["string", "integer"]
    return {"type": kinds, "pattern": _PATTERNS[pattern]}
