"""Names: from what a person types to an entity, and from an IRI to what a person reads."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import Literal, NamedNode, QuerySolutions

from spacepact.errors import ParameterError, UnknownName, close_names, nearest
from spacepact.graph.engines.embedded import Engine
from spacepact.iris import CODE, ENTITY, NS, PREFIXES, SOURCE, TOPIC, curie, expand
from spacepact.queries.catalogue import Parameter

__all__ = ["blocks", "find", "labels", "resolve", "term_for"]

_PREFER = ("skos:prefLabel", "dcterms:title", "rdfs:label", "pact:statement", "skos:altLabel")


def term_for(engine: Engine, parameter: Parameter, text: str) -> NamedNode | Literal:
    """Return the RDF term for what a person gave as the value of *parameter*.

    A date becomes the xsd:dateTime of its first moment, or of its last where the parameter is named ``until``.
    Raises ParameterError, UnknownName or DateError.
    """
    if parameter.kind.startswith("one of "):
        words = parameter.kind.removeprefix("one of ").split(", ")
        if text not in words:
            raise ParameterError(f"--{parameter.name}: '{text}' is not {parameter.kind}{nearest(text, words)}")
        return Literal(text)
    if parameter.kind == "date":
        from spacepact.dates import bounds

        moment = bounds(text)
        value = moment.latest if parameter.name == "until" else moment.earliest
        return Literal(value, datatype=NamedNode(PREFIXES["xsd"] + "dateTime"))
    return NamedNode(resolve(engine, text, parameter.kind, option=f"--{parameter.name}"))


def resolve(engine: Engine, text: str, kind: str = "entity", *, option: str = "name") -> str:
    """Return the IRI of the entity, topic or code that *text* names: by name, alias, slug, CURIE or IRI.

    *kind* is ``entity``, ``topic``, ``code <scheme>``, or the name of a class. Raises UnknownName, with the nearest
    names, if none fits, several do, or the one that fits is of another kind.
    """
    space, pattern = _space(kind)
    given = expand(text) or (space + text.lower() if _sluggish(text) else None)
    if given is not None and _exists(engine, given, pattern):
        return given
    if expand(text):
        other = _other_kind(engine, text, kind)
        raise UnknownName(f"{option}: {text} is no {_kind_name(kind)} of the record", _told(other), other=other)
    spelled = _spelled(engine, text, pattern)
    if len(spelled) == 1:  # a name as the record spells it needs no look at all the others
        return spelled.pop()
    names = _names(engine, space, pattern)
    wanted = _key(text)
    exact = {iri for iri, name, preferred in names if preferred and _key(name) == wanted}
    found = exact or {iri for iri, name, _ in names if _key(name) == wanted}
    if len(found) == 1:
        return found.pop()
    if found:
        several = sorted(map(curie, found))
        raise UnknownName(f"{option}: '{text}' may be {' or '.join(several)}", "; give one of these", several)
    written = {_key(name): name for _, name, _ in sorted(names)}
    near = [written[key] for key in close_names(wanted, sorted(written))]
    close = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
    few = sorted({iri for iri, _, _ in names})
    if not close and len(few) <= 15:
        near = [iri.removeprefix(space) for iri in few]
        close = f"; there are {', '.join(near)}"
    other = _other_kind(engine, text, kind)
    hint = _told(other) or close or "; find it by a part of its name"
    raise UnknownName(f"{option}: no {_kind_name(kind)} is called '{text}'", hint, near, other)


def find(engine: Engine, words: str, kind: str = "entity") -> list[tuple[str, str, str]]:
    """Return the CURIE, name and class of all things of *kind* that have every one of *words* in one of their names.

    The shortest names come first. *kind* is ``entity``, which finds topics too, ``topic``, or the name of a class;
    raises UnknownName if it is none of these.
    """
    from spacepact.ontology.vocabulary import vocabulary

    classes = sorted(iri.removeprefix(NS) for iri in vocabulary().superclasses if iri.startswith(NS))
    if kind not in ("entity", "topic") and kind not in classes:
        raise UnknownName(f"--kind: there is no class '{kind}'{nearest(kind, classes)}")
    wanted = _key(words).split()
    names = []
    for space, pattern in [_space(kind), *([_space("topic")] if kind == "entity" else [])]:
        # What has no name of its own, such as a status event, is not looked for by its slug.
        names += [name for name in _names(engine, space, pattern) if name[1] != name[0].removeprefix(space)]
    hits: dict[str, str] = {}
    for iri, name, _ in sorted(names, key=lambda n: (len(n[1]), n[1])):
        key = _key(name)
        if all(word in key for word in wanted):
            hits.setdefault(iri, name)
    kinds = _kinds(engine, list(hits))
    return [(curie(iri), name, kinds.get(iri, "")) for iri, name in hits.items()]


def blocks(iris: Sequence[str]) -> Iterator[str]:
    """Yield *iris* as the content of VALUES blocks of at most 200: a server may refuse a query of unlimited length."""
    for start in range(0, len(iris), 200):
        yield " ".join(f"<{iri}>" for iri in iris[start : start + 200])


def _kinds(engine: Engine, iris: Sequence[str]) -> dict[str, str]:
    """Return the labels of the classes of each of *iris*."""
    kinds: dict[str, set[str]] = {}
    for block in blocks(iris):
        rows = engine.query(
            f"""SELECT DISTINCT ?iri ?word WHERE {{ VALUES ?iri {{ {block} }} ?iri a ?class . ?class rdfs:label ?word .
              FILTER (LANG(?word) = 'en') }}"""
        )
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            kinds.setdefault(row["iri"].value, set()).add(row["word"].value)
    return {iri: " and ".join(sorted(found)) for iri, found in kinds.items()}


def _other_kind(engine: Engine, text: str, kind: str) -> tuple[str, str] | None:
    """Return the CURIE of what *text* names and the word for its kind, where that is another than *kind*."""
    if kind == "entity":
        return None
    pattern = _space("entity")[1]
    given = expand(text) or ENTITY + text.lower()
    found = {given} if _exists(engine, given, pattern) else _spelled(engine, text, pattern)
    if len(found) != 1:
        return None
    iri = found.pop()
    return curie(iri), _kinds(engine, [iri]).get(iri, "thing")


def _told(other: tuple[str, str] | None) -> str:
    return f"; that is {other[0]}, a {other[1]}: see 'spacepact show {other[0]}'" if other else ""


def _space(kind: str) -> tuple[str, str]:
    """Return the namespace in which things of *kind* live, and a graph pattern that finds them as ?iri."""
    if kind == "topic":
        return TOPIC, "?iri a pact:Topic ."
    if kind.startswith("code "):
        scheme = f"{CODE}{kind.removeprefix('code ')}"
        return scheme + "/", f"?iri skos:inScheme <{scheme}> ."
    if kind == "entity":
        return (
            ENTITY,
            f"?iri a ?class . FILTER (STRSTARTS(STR(?iri), '{ENTITY}') || STRSTARTS(STR(?iri), '{SOURCE}'))",
        )
    return ENTITY, f"?iri a ?class . ?class rdfs:subClassOf* <{NS}{kind}> ."


def _spelled(engine: Engine, text: str, pattern: str) -> set[str]:
    """Return the things with *text* as an English or Korean name or title, or if there are none, as another name."""
    spellings = " ".join(str(Literal(text, language=language)) for language in ("en", "ko"))
    found = engine.query(
        f"""SELECT DISTINCT ?iri ?kind WHERE {{
          VALUES ?name {{ {spellings} }} VALUES ?kind {{ skos:prefLabel skos:altLabel dcterms:title pact:statement }}
          ?iri ?kind ?name . {pattern}
        }}"""
    )
    assert isinstance(found, QuerySolutions)
    rows = [(row["iri"].value, row["kind"].value.endswith("altLabel")) for row in found]
    return {iri for iri, other in rows if not other} or {iri for iri, _ in rows}


def _names(engine: Engine, space: str, pattern: str) -> list[tuple[str, str, bool]]:
    found = engine.query(
        f"""SELECT DISTINCT ?iri ?kind ?name WHERE {{
          {pattern}
          OPTIONAL {{ VALUES ?kind {{ skos:prefLabel skos:altLabel dcterms:title pact:statement }} ?iri ?kind ?name }}
        }}"""
    )
    assert isinstance(found, QuerySolutions)
    names = []
    for row in found:
        iri = row["iri"].value
        slug = iri.removeprefix(space)
        name, kind = row["name"], row["kind"]
        names.append((iri, name.value if name else slug, bool(kind) and not kind.value.endswith("altLabel")))
    return names


def _sluggish(text: str) -> bool:
    return text.replace("-", "").replace("/", "").isalnum() and text.isascii()


def _exists(engine: Engine, iri: str, pattern: str) -> bool:
    try:
        term = NamedNode(iri)
    except ValueError:  # what is no IRI is nothing of the record
        return False
    return bool(engine.query(f"ASK {{ VALUES ?iri {{ {term} }} {pattern} }}"))


def _key(name: str) -> str:
    """Return *name* without what people write now and then: case, dots, hyphens, a leading article."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace(".", "").replace("-", " ").replace(",", " ")
    return " ".join(plain.split()).removeprefix("the ")


def _kind_name(kind: str) -> str:
    if kind.startswith("code "):
        return kind.removeprefix("code ").replace("-", " ")
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in kind)
    return words.strip()


def labels(engine: Engine, iris: Iterable[str], language: str = "en") -> dict[str, str]:
    """Return a readable name for each of *iris*: in *language* if there is one, its CURIE if there is none.

    A passage is named by its document and paragraph.
    """
    wanted = sorted(set(iris))
    documents = {iri: iri.partition("/p")[0] for iri in wanted if _is_passage(iri)}
    found = _label_rows(engine, sorted({*wanted, *documents.values()}))
    nameless = [iri for iri in wanted if iri not in found and iri not in documents and iri.startswith(ENTITY)]
    made_up = _made_up(engine, nameless) if nameless else {}
    names: dict[str, str] = {}
    for iri in wanted:
        if iri in documents:
            document = found.get(documents[iri], [])
            paragraph, _, reading = iri.rpartition("/p")[2].partition("-")
            title = _best(document, language) or curie(documents[iri])
            names[iri] = f"{title}, paragraph {paragraph}" + (f" ({reading})" if reading else "")
        else:
            names[iri] = _best(found.get(iri, []), language) or made_up.get(iri) or curie(iri)
    return names


def _made_up(engine: Engine, iris: Sequence[str]) -> dict[str, str]:
    """Return names for what has none of its own: a participation, a status event, a meeting known by its series.

    A participation of somebody whom no source names but by a post has the words of the source, or else the post. A tie
    is called after its two actors.
    """
    told: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    mores: dict[str, str] = {}
    for block in blocks(iris):
        found = engine.query(
            f"""SELECT DISTINCT ?iri ?part ?word ?when ?ordinal WHERE {{
              VALUES ?iri {{ {block} }}
              {{ VALUES ?part {{ {" ".join(_NAMING)} }} ?iri ?part ?of . ?of skos:prefLabel ?word .
                FILTER (LANG(?word) = "en") }}
              UNION {{ VALUES ?part {{ pact:nameAsGiven }} ?iri ?part ?word }}
              OPTIONAL {{ ?iri pact:when ?when }} OPTIONAL {{ ?iri pact:ordinal ?ordinal }} }}"""
        )
        assert isinstance(found, QuerySolutions)
        for row in found:
            word, when, ordinal = (row[name].value if row[name] else "" for name in ("word", "when", "ordinal"))
            told[row["iri"].value][curie(row["part"].value)].add(word)
            mores[row["iri"].value] = f"meeting {ordinal}" if ordinal else when
    names = {}
    for iri, words in told.items():
        part = next(part for part in _NAMING if words[part])
        joined = (" and " if part == "pact:between" else " or ").join(sorted(words[part]))
        names[iri] = ", ".join(filter(None, (joined, mores[iri])))
    return names


_NAMING = ("pact:actor", "pact:newStatus", "pact:inSeries", "pact:between", "pact:nameAsGiven", "pact:inPost")
"""What tells a thing without a name from others, the best first."""


def _is_passage(iri: str) -> bool:
    return iri.startswith(SOURCE) and iri.rpartition("/p")[2][:1].isdigit()


def _label_rows(engine: Engine, iris: Sequence[str]) -> dict[str, list[tuple[str, str, str]]]:
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for block in blocks(iris):
        found = engine.query(
            f"""SELECT DISTINCT ?iri ?kind ?label WHERE {{
              VALUES ?iri {{ {block} }} ?iri ?kind ?label FILTER (?kind IN ({", ".join(_PREFER)})) }}"""
        )
        assert isinstance(found, QuerySolutions)
        for row in found:
            label = row["label"]
            rows.setdefault(row["iri"].value, []).append(
                (curie(row["kind"].value), getattr(label, "language", None) or "", label.value)
            )
    return rows


def _best(rows: list[tuple[str, str, str]], language: str) -> str | None:
    ranked = sorted(rows, key=lambda r: (_PREFER.index(r[0]), r[1] != language, r[1], r[2]))
    return ranked[0][2] if ranked else None
