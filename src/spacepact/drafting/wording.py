"""The turns of phrase that lead to a code, as the ontology gives them (``pact:wording``): none are kept here."""

from __future__ import annotations

import re
from functools import cache

from pyoxigraph import Literal, NamedNode

from spacepact.iris import CODE, NS, PREFIXES, TOPIC
from spacepact.ontology.vocabulary import code_name, ontology_triples

__all__ = ["strengths", "topics_in", "wordings"]

_LABELS = (PREFIXES["skos"] + "prefLabel", PREFIXES["skos"] + "altLabel")


@cache
def _literals() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for triple in ontology_triples():
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
            subject, predicate = triple.subject.value, triple.predicate.value
            if predicate == NS + "wording" and subject.startswith(CODE):
                found.setdefault(subject, []).append(("wording", triple.object.value))
            elif predicate in _LABELS and subject.startswith(TOPIC):
                found.setdefault(subject, []).append(("label", triple.object.value))
            elif predicate in _LABELS and triple.object.language == "ko" and subject.startswith(CODE):
                # An English label may be a word of ours; a Korean one is the word that sources use: 국장급, 양해각서.
                found.setdefault(subject, []).append(("label", triple.object.value))
    return found


@cache
def wordings(scheme: str) -> dict[str, re.Pattern[str]]:
    """Return, for each code of *scheme*, the pattern of its wordings and its Korean labels.

    >>> bool(wordings("agreement-type")["memorandum-of-understanding"].search("signed a memorandum of understanding"))
    True
    """
    found = {}
    for iri, texts in sorted(_literals().items()):
        if iri.startswith(f"{CODE}{scheme}/"):
            found[code_name(iri)] = _pattern(text for _, text in texts)
    return found


@cache
def strengths() -> dict[str, re.Pattern[str]]:
    """Return, for each code of strength, the pattern of its wordings, without its label.

    "Pledged" as a label is a word of ours; the wordings are those of the sources.
    """
    return {
        code_name(iri): _pattern(text for kind, text in texts if kind == "wording")
        for iri, texts in sorted(_literals().items())
        if iri.startswith(f"{CODE}strength/")
    }


def topics_in(text: str) -> list[str]:
    """Return the topics one of whose names stands in *text*.

    >>> topics_in("They talked about space situational awareness.")
    ['ssa']
    """
    return [name for name, pattern in _topics().items() if pattern.search(text)]


@cache
def _topics() -> dict[str, re.Pattern[str]]:
    return {
        code_name(iri): _pattern(text for _, text in texts)
        for iri, texts in sorted(_literals().items())
        if iri.startswith(TOPIC)
    }


def _pattern(texts: object) -> re.Pattern[str]:
    assert hasattr(texts, "__iter__")
    parts = sorted(map(_one, texts), key=lambda p: (-len(p), p))
    return re.compile("|".join(parts) or r"(?!)")


def _one(text: str) -> str:
    """Return the pattern of one wording: a verb before "to" may have its endings, capitals count only in acronyms."""
    if re.search(r"[가-힣]", text):
        return re.escape(text).replace(r"\ ", r"\s?")
    words = [re.escape(word) for word in text.split()]
    if re.fullmatch(r"[a-z]+[^de]", words[0]) and words[1:2] == ["to"]:
        words[0] += "(?:s|ed|ing)?"
    joined = r"\s".join(words)
    exact = text.isupper() or text in ("may", "will", "shall", "could")
    return rf"\b{joined}\b" if exact else rf"(?i:\b{joined}\b)"
