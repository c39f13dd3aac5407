"""Writes rows of RDF terms in the four SPARQL 1.1 results formats, row by row.

The engine's own serializer writes a result as a whole: it cannot stop at a row, nor tell that it did. These write the
same bytes, with two exceptions: XML is never written with characters that XML cannot hold, and a carriage return is
written so that a reader of XML gets it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from spacepact.errors import ProtocolError

__all__ = ["NOT_XML", "WRITERS", "Term", "Writer", "boolean"]

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

_XSD = "http://www.w3.org/2001/XMLSchema#"
_STRING = _XSD + "string"
_CACHED = 8192
"""The texts of that many terms are kept: most terms of a result stand in many of its rows."""

NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""A character that XML 1.0 cannot hold, not even escaped."""


class Writer(NamedTuple):
    """What stands before the rows, for each row, between rows, and after them.

    The head takes the address of a note that is to be linked, or an empty text.
    """

    head: Callable[[str], str]
    row: Callable[[Iterable[Term | None]], str]
    between: str
    tail: str


def boolean(kind: str, value: bool) -> str:
    """Return the answer to an ASK as ``json``, ``xml``, ``csv`` or ``tsv``; the last two are just the word."""
    word = "true" if value else "false"
    if kind == "json":
        return f'{{"head":{{}},"boolean":{word}}}'
    return f"{_XML}<head></head><boolean>{word}</boolean></sparql>" if kind == "xml" else word


def _bound(
    before: Sequence[str], terms: Iterable[Term | None], written: Callable[[Term], str], after: str = ""
) -> list[str]:
    """Return the terms of a row as they are *written*, each between what stands before and after it."""
    return [b + written(term) + after for b, term in zip(before, terms, strict=True) if term is not None]


def _lines(names: Sequence[str], separator: str, end: str, written: Callable[[Term], str]) -> Writer:
    def row(terms: Iterable[Term | None]) -> str:
        return separator.join(["" if term is None else written(term) for term in terms]) + end

    return Writer(lambda _: separator.join(names) + end, row, "", "")


def _json(names: Sequence[str]) -> Writer:
    keys = [f"{encode_basestring(name)}:" for name in names]

    def head(note: str) -> str:
        link = f',"link":{json.dumps([note])}' if note else ""
        variables = ",".join(map(encode_basestring, names))
        return f'{{"head":{{"vars":[{variables}]{link}}},"results":{{"bindings":['

    def row(terms: Iterable[Term | None]) -> str:
        return f"{{{','.join(_bound(keys, terms, _json_term))}}}"

    return Writer(head, row, ",", "]}}")


@lru_cache(_CACHED)
def _json_term(term: Term) -> str:
    if isinstance(term, Triple):
        s, p, o = (_json_term(part) for part in term)
        return f'{{"type":"triple","value":{{"subject":{s},"predicate":{p},"object":{o}}}}}'
    value = encode_basestring(term.value)
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{value}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{value}}}'
    if term.language:
        direction = f',"its:dir":"{term.direction.value}"' if term.direction else ""
        return f'{{"type":"literal","value":{value},"xml:lang":"{term.language}"{direction}}}'
    if term.datatype.value == _STRING:
        return f'{{"type":"literal","value":{value}}}'
    return f'{{"type":"literal","value":{value},"datatype":{encode_basestring(term.datatype.value)}}}'


_XML = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_ITS = 'xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0"'
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\r": "&#xD;"}
)  # fmt: skip


def _xml(names: Sequence[str]) -> Writer:
    openings = [f'<binding name="{name}">' for name in names]  # a name of SPARQL has nothing to escape

    def head(note: str) -> str:
        variables = "".join(f'<variable name="{name}"/>' for name in names)
        link = f'<link href="{_xml_text(note)}"/>' if note else ""
        return f"{_XML}<head>{variables}{link}</head><results>"

    def row(terms: Iterable[Term | None]) -> str:
        return f"<result>{''.join(_bound(openings, terms, _xml_term, '</binding>'))}</result>"

    return Writer(head, row, "", "</results></sparql>")


@lru_cache(_CACHED)
def _xml_term(term: Term) -> str:
    if isinstance(term, Triple):
        s, p, o = (_xml_term(part) for part in term)
        return f"<triple><subject>{s}</subject><predicate>{p}</predicate><object>{o}</object></triple>"
    value = _xml_text(term.value)
    if isinstance(term, NamedNode):
        return f"<uri>{value}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{value}</bnode>"
    if term.language:
        direction = f' its:dir="{term.direction.value}" {_ITS}' if term.direction else ""
        return f'<literal xml:lang="{term.language}"{direction}>{value}</literal>'
    datatype = "" if term.datatype.value == _STRING else f' datatype="{_xml_text(term.datatype.value)}"'
    return f"<literal{datatype}>{value}</literal>"


def _xml_text(text: str) -> str:
    if found := NOT_XML.search(text):
        raise ProtocolError(
            406, f"the answer has the character U+{ord(found[0]):04X}, which XML cannot hold; ask for JSON, CSV or TSV"
        )
    return text.translate(_ESCAPES)


def _csv(names: Sequence[str]) -> Writer:
    return _lines(names, ",", "\r\n", _csv_term)


@lru_cache(_CACHED)
def _csv_term(term: Term) -> str:
    if isinstance(term, Literal):
        return '"' + term.value.replace('"', '""') + '"' if re.search('[",\r\n]', term.value) else term.value
    if isinstance(term, Triple):
        return " ".join(map(_csv_term, term))
    return term.value if isinstance(term, NamedNode) else str(term)


def _tsv(names: Sequence[str]) -> Writer:
    return _lines([f"?{name}" for name in names], "\t", "\n", _tsv_term)


_BARE = {
    _XSD + "boolean": re.compile(r"true|false"),
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    _XSD + "double": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
}
_TSV_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@lru_cache(_CACHED)
def _tsv_term(term: Term) -> str:
    if isinstance(term, Triple):
        return f"<<( {' '.join(map(_tsv_term, term))} )>>"
    if not isinstance(term, Literal):
        return str(term)
    pattern = _BARE.get(term.datatype.value)
    if pattern is not None and pattern.fullmatch(term.value):
        return term.value
    quoted = '"' + term.value.translate(_TSV_ESCAPES) + '"'
    if term.language:
        return f"{quoted}@{term.language}" + (f"--{term.direction.value}" if term.direction else "")
    return quoted if term.datatype.value == _STRING else f"{quoted}^^<{term.datatype.value}>"


WRITERS: dict[str, Callable[[Sequence[str]], Writer]] = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}
"""What writes each format: it takes the names of the variables, in their order."""
