"""Checks fact files against the context and the ontology, and says what is wrong at its line.

This is the first gate; the shapes are the second. What terms there are, and what may stand at their ends, comes
from the ontology alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from spacepact.dates import bounds
from spacepact.errors import DateError, nearest
from spacepact.graph.context import Context, Key, is_slug
from spacepact.graph.extents import HASH, extent_mistakes, number_in
from spacepact.graph.reading import Mapping, Mark, Scalar, Sequence, Value, items, nodes, scalars, texts_in
from spacepact.iris import NS, PREFIXES, SOURCE, curie
from spacepact.ontology.vocabulary import Property, Vocabulary, code_name

__all__ = ["Checker", "FactFile", "Places"]

_DOCUMENT, _PASSAGE = NS + "Document", NS + "Passage"
_INTEGER, _ANY_URI = PREFIXES["xsd"] + "integer", PREFIXES["xsd"] + "anyURI"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class FactFile:
    """One file of facts: its name for messages, whether it is of the register, and its content."""

    name: str
    register: bool
    content: Mapping


@dataclass
class Places:
    """Where facts stand: for each subject, each subject with a property, and with a value too, the marks."""

    subjects: dict[str, Mark] = field(default_factory=dict)
    facts: dict[tuple[str, str], list[Mark]] = field(default_factory=dict)
    values: dict[tuple[str, str, str], list[Mark]] = field(default_factory=dict)

    def of(self, subject: str, predicate: str | None = None, value: str | None = None) -> list[Mark]:
        """Return the marks of a fact with this value, or else of the property, or else of the subject."""
        found = self.values.get((subject, predicate, value), []) if predicate and value else []
        found = found or (self.facts.get((subject, predicate), []) if predicate else [])
        return found or ([self.subjects[subject]] if subject in self.subjects else [])


class Checker:
    """Checks a set of fact files that belong together. ``mistakes`` is empty if all is well."""

    def __init__(self, vocabulary: Vocabulary, context: Context) -> None:
        self.vocabulary = vocabulary
        self.context = context
        self.mistakes: list[tuple[Mark, str]] = []
        self.places = Places()
        self.types: dict[str, set[str]] = {}
        self._registered: dict[str, Mark] = {}
        self._documents: dict[str, Mark] = {}
        self._passages: dict[str, Mark] = {}
        self._in_register = False
        self._mentioned: set[str] = set()
        self._links: dict[str, set[str]] = {}

    def check(self, files: list[FactFile]) -> list[str]:
        """Check *files* and return the mistakes as ``file:line:column: what is wrong``, sorted."""
        for file in files:
            self._declare(file)
        for file in files:
            self._document(file)
        self._unsourced(files)
        ordered = sorted(self.mistakes, key=lambda m: (m[0].file, m[0].line, m[0].column, m[1]))
        return [f"{mark}: {what}" for mark, what in dict.fromkeys(ordered)]

    def _wrong(self, mark: Mark, what: str) -> None:
        self.mistakes.append((mark, what))

    # --- First pass: what there is

    def _declare(self, file: FactFile) -> None:
        for node in nodes(file.content):
            name = node.text("id")
            if name is None:
                continue
            iri = self.context.resolve(name)
            kinds = node.get("type")
            for kind in scalars(kinds):
                if found := self.context.classes.get(kind.text):
                    self.types.setdefault(iri, set()).add(found)
            self.places.subjects.setdefault(iri, node.mark)
        if file.register:
            for item in items(file.content.get("says")):
                # One without a type adds to what is registered elsewhere: names that another dataset gives.
                if isinstance(item, Mapping) and item.get("type") is not None and (name := item.text("id")):
                    iri = self.context.resolve(name)
                    if first := self._registered.get(iri):
                        self._wrong(item.mark, f"duplicate id '{name}', already in the register at {first}")
                    self._registered.setdefault(iri, item.mark)

    # --- Second pass: what is said

    def _document(self, file: FactFile) -> None:
        content = file.content
        iri = self._identity(content, _DOCUMENT)
        if iri is None:
            return
        if first := self._documents.get(iri):
            self._wrong(content.mark, f"duplicate id '{content.text('id')}', already that of the document at {first}")
        self._documents.setdefault(iri, content.mark)
        self._in_register = file.register
        for key, value in content.entries:
            if key.text == "says" and file.register:
                self._says(value)
            elif key.text == "says":
                self._wrong(
                    key.mark, "facts outside a passage; move them to the passage that says them, under 'passages'"
                )
            elif key.text == "passages" and file.register:
                self._wrong(key.mark, "the register has no passages; what a document says goes into a file of sources/")
            elif key.text == "passages":
                previous: list[Mapping] = []
                for item in items(value):
                    self._passage(item, iri, content, previous)
            else:
                self._property(content, iri, key, value)
        if not file.register:
            self._source(content)

    def _source(self, content: Mapping) -> None:
        """Check what a source needs and a register does not."""
        if not items(content.get("passages")):
            self._wrong(content.mark, "a source has no 'passages'; nothing in it could be proved")
        if content.get("issued") is None:
            self._wrong(content.mark, "a source needs 'issued', the date of its publication, or bounds of it")

    def _passage(self, node: Value, document: str, content: Mapping, previous: list[Mapping]) -> None:
        if not isinstance(node, Mapping):
            self._wrong(node.mark, "a passage is a mapping with 'id', 'type: Passage' and 'says'")
            return
        iri = self._identity(node, _PASSAGE)
        if iri is None:
            return
        if first := self._passages.get(iri):
            self._wrong(node.mark, f"duplicate id '{node.text('id')}', already used at {first}")
        self._passages.setdefault(iri, node.mark)
        for mark, what in extent_mistakes(node, iri, document, content, previous):
            self._wrong(mark, what)
        previous.append(node)
        for key, value in node.entries:
            if key.text == "says":
                self._says(value)
            else:
                self._property(node, iri, key, value)
        if node.get("says") is None:
            self._wrong(node.mark, "a passage without 'says'; leave it out")

    def _says(self, value: Value) -> None:
        seen: dict[str, Mark] = {}
        for item in items(value):
            if not isinstance(item, Mapping):
                self._wrong(item.mark, "a fact is a mapping that begins with 'id:'")
                continue
            iri = self._node(item)
            if iri in seen:
                self._wrong(
                    item.mark, f"'{item.text('id')}' stands twice in one passage (first at line {seen[iri].line})"
                )
            if iri:
                seen.setdefault(iri, item.mark)

    def _node(self, node: Mapping) -> str | None:
        iri = self._identity(node, None)
        if iri is None:
            return None
        if not self._in_register:
            self._mentioned.add(iri)
        for key, value in node.entries:
            if key.text in ("says", "passages"):
                self._wrong(key.mark, f"'{key.text}' belongs to a document or passage, not to an entity")
            else:
                self._property(node, iri, key, value)
        return iri

    def _identity(self, node: Mapping, wanted: str | None) -> str | None:
        name = node.get("id")
        if not isinstance(name, Scalar):
            self._wrong(node.mark, "no 'id'; give it one, in lower-case letters, digits and hyphens")
            return None
        iri = self.context.resolve(name.text)
        local = iri.removeprefix(SOURCE if wanted else self.context.base)
        if local == iri or not all(map(is_slug, local.split("/") if wanted else [local])):
            example = "../source/scwg-18-report" if wanted else "rok-mnd"
            self._wrong(name.mark, f"'{name.text}' is no id here; write it like '{example}'")
            return None
        self._kinds_of(node)
        types = self.types.get(iri, set())
        if wanted and not self.vocabulary.is_a(types, wanted):
            self._wrong(node.mark, f"'{name.text}' needs 'type: {wanted.removeprefix(NS)}'")
        if not types:
            known = sorted(t.removeprefix(self.context.base) for t in self.types)
            self._wrong(name.mark, f"unknown entity '{name.text}'{nearest(name.text, known)}")
        return iri

    def _kinds_of(self, node: Mapping) -> None:
        for kind in items(node.get("type")):
            if not isinstance(kind, Scalar):
                self._wrong(kind.mark, "'type' takes the name of a class or a list of them")
            elif kind.text not in self.context.classes:
                known = sorted(self.context.classes)
                self._wrong(kind.mark, f"unknown type '{kind.text}'{nearest(kind.text, known)}")
            elif self._in_register and self.context.classes[kind.text] not in {_DOCUMENT, *self.vocabulary.register}:
                self._wrong(kind.mark, f"the register holds no {kind.text}; declare it in a source that tells of it")

    # --- A property and its values

    def _property(self, node: Mapping, subject: str, key: Scalar, value: Value) -> None:
        if key.text in ("id", "type"):
            return
        if key.text == "draft":
            self._wrong(key.mark, "is a draft; read it against the document, then take the mark away (or the record)")
            return
        meaning = self.context.keys.get(key.text)
        if meaning is None or key.text in self.context.classes:
            known = sorted(k for k in self.context.keys if k not in self.context.classes)
            self._wrong(key.mark, f"unknown key '{key.text}'{nearest(key.text, known)}")
            return
        prop = self.vocabulary.properties.get(meaning.iri)
        if prop is None:
            self._wrong(
                key.mark,
                f"the context maps '{key.text}' to {curie(meaning.iri)}, which the ontology does not define",
            )
            return
        self.places.facts.setdefault((subject, prop.iri), []).append(key.mark)
        types = self.types.get(subject, set())
        about_document = self.vocabulary.is_a(types, _DOCUMENT)
        if self._in_register and not about_document and prop.iri not in self.vocabulary.register:
            self._wrong(key.mark, f"the register holds names and what belongs to what; '{key.text}' is for a source")
        if prop.bounds and isinstance(value, Sequence):
            self._wrong(value.mark, f"'{key.text}' takes one date in a passage; put another one into its own passage")
        if prop.domain and types and not self.vocabulary.is_a(types, prop.domain):
            self._wrong(
                key.mark,
                f"'{key.text}' belongs to {self._a(prop.domain)}; '{node.text('id')}' is {self._kinds(types)}",
            )
        for item in items(value):
            self._value(subject, meaning, prop, item)
            for text in texts_in(item):
                full = self.context.resolve(text.text, meaning) if prop.kind == "object" else text.text
                self.places.values.setdefault((subject, prop.iri, full), []).append(text.mark)

    def _value(self, subject: str, key: Key, prop: Property, value: Value) -> None:
        if key.coercion == "@language":
            self._texts(key, value)
        elif isinstance(value, Mapping) and prop.kind == "object" and not prop.values_from:
            if iri := self._node(value):
                self._reference(subject, key, prop, iri, value.mark, value.text("id") or "")
        elif not isinstance(value, Scalar):
            self._wrong(value.mark, f"'{key.name}' takes a single value or a list of them here")
        elif prop.values_from:
            self._code(key, prop, value)
        elif prop.kind == "object":
            self._reference(subject, key, prop, self.context.resolve(value.text, key), value.mark, value.text)
        else:
            self._literal(key, prop, value)

    def _reference(self, subject: str, key: Key, prop: Property, iri: str, mark: Mark, name: str) -> None:
        types = self.types.get(iri)
        if types is None:
            known = sorted(t.removeprefix(self.context.base) for t in self.types)
            self._wrong(mark, f"unknown entity '{name}'{nearest(name, known)}")
            return
        if prop.range and not self.vocabulary.is_a(types, prop.range):
            self._wrong(mark, f"'{key.name}' takes {self._a(prop.range)}; '{name}' is {self._kinds(types)}")
        self._links.setdefault(subject, set()).add(iri)
        if not (subject in self._registered and mark.file == self._registered[subject].file):
            self._mentioned.add(iri)

    def _code(self, key: Key, prop: Property, value: Scalar) -> None:
        assert prop.values_from is not None
        codes = self.vocabulary.schemes.get(prop.values_from, ())
        if self.context.resolve(value.text, key) not in codes:
            known = [code_name(code) for code in codes]
            listed = "" if len(known) > 15 else f" ({', '.join(known)})"
            hint = nearest(value.text, known) or listed
            self._wrong(value.mark, f"unknown code '{value.text}' for '{key.name}'{hint}")

    def _literal(self, key: Key, prop: Property, value: Scalar) -> None:
        if prop.bounds:
            try:
                bounds(value.text)
            except DateError as error:
                self._wrong(value.mark, str(error))
        elif key.coercion == _INTEGER and number_in(value.text) is None:
            self._wrong(value.mark, f"'{key.name}' takes a whole number, not '{value.text}'")
        elif key.coercion == _ANY_URI and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", value.text):
            self._wrong(value.mark, f"'{key.name}' takes a web address, not '{value.text}'")
        elif key.name == "sha256" and not HASH.fullmatch(value.text):
            self._wrong(value.mark, "'sha256' takes 64 hexadecimal digits")
        elif not value.text.strip():
            self._wrong(value.mark, f"'{key.name}' is empty; leave it out")

    def _texts(self, key: Key, value: Value) -> None:
        if not isinstance(value, Mapping):
            self._wrong(value.mark, f"'{key.name}' needs a language: {key.name}: {{en: ...}}")
            return
        for language, texts in value.entries:
            if not _LANGUAGE.fullmatch(language.text):
                self._wrong(language.mark, f"'{language.text}' is no language tag; write en or ko")
            for text in items(texts):
                if not isinstance(text, Scalar) or not text.text.strip():
                    self._wrong(text.mark, f"'{key.name}' takes text here; quote it if it holds a comma or a colon")

    # --- At the end

    def _unsourced(self, files: list[FactFile]) -> None:
        reached, todo = set(), sorted(self._mentioned)
        while todo:
            iri = todo.pop()
            if iri not in reached:
                reached.add(iri)
                todo.extend(self._links.get(iri, ()))
        for iri, mark in self._registered.items():
            if iri not in reached:
                self._wrong(mark, f"unsourced entity '{iri.removeprefix(self.context.base)}': no passage speaks of it")

    def _a(self, iri: str) -> str:
        label = self.vocabulary.texts.get(iri, {}).get("label", curie(iri))
        return f"{'an' if label[0] in 'aeiou' else 'a'} {label}"

    def _kinds(self, types: set[str]) -> str:
        return " and ".join(self._a(t) for t in sorted(types))
