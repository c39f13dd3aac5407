"""Search: from any text a person types, in any language and with mistakes, to the things it may mean.

The names lie in one text, a line each, those first that are asked for most: so the hits of a plain scan come out in the
order of a good answer, and a scan stops as soon as there are enough. That needs no index to be kept, finds parts of
Korean and Chinese names of any length (the trigrams of SQLite's FTS5 need three characters, and know no near
spellings), and is quick: with 100,000 names some milliseconds, and some 150 where a long name is found by a near
spelling only.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import QuerySolutions

from spacepact.errors import UnknownName, nearest
from spacepact.graph.engines.embedded import Engine
from spacepact.iris import ENTITY, NS, SOURCE, TOPIC
from spacepact.ontology.vocabulary import vocabulary
from spacepact.queries.names import labels
from spacepact.queries.territories import names_of_territories

__all__ = ["KINDS", "Entry", "Hit", "Names", "fold", "read_names"]

KINDS = {
    name: NS + name
    for name in (
        "Actor",
        "SpaceActivity",
        "MeetingSeries",
        "Agreement",
        "Topic",
        "Meeting",
        "Post",
        "Place",
        "Commitment",
        "Document",
    )
}
"""The broad kinds of what can be found, in the order in which they are preferred, with the IRIs of their classes."""

_LONGEST = 160  # characters of a query that are looked at
_MOST_WORDS = 8
_ENOUGH = 3  # with fewer hits than these, parts of words aside, near spellings of each word are looked for
_UNLIKE_LATIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys(".'’ʼ´`·", "")  # U.S. is US
)
_ACCENT = re.compile("[\u0300-\u036f]")
_APART = re.compile(r"[\W_]+")


class Entry(NamedTuple):
    """A thing that can be found: *label* is shown, *names* are all it is called by.

    *classes* are the IRIs of its classes with those above them, *kind* is the label of the one that tells most, and
    *weight* the number of things that name it.
    """

    iri: str
    label: str
    names: tuple[str, ...]
    kind: str
    classes: frozenset[str]
    weight: int = 0

    @property
    def group(self) -> str:
        """The broad kind it is of, one of KINDS."""
        return next((name for name, iri in KINDS.items() if iri in self.classes), "")


class Hit(NamedTuple):
    """What was found, by which of its names, and how.

    That is "exact", "beginning", "words" that begin so in any order, "part", "near" in spelling, or where there is none
    of these, "some": with some of the words, or the nearest there is.
    """

    entry: Entry
    matched: str
    how: str


class Names:
    """All names of *entries*, to be searched.

    >>> nasa = Entry("id:nasa", "NASA", ("NASA", "나사"), "space agency", frozenset({NS + "Actor"}))
    >>> [hit.how for text in ("nasa", "NASSA", "나") for hit in Names([nasa]).search(text)]
    ['exact', 'near', 'beginning']
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        lines: dict[tuple[str, str], tuple[Entry, str]] = {}
        order = {name: at for at, name in enumerate(KINDS)}
        for entry in sorted(entries, key=lambda e: (order.get(e.group, 99), _is_person(e), -e.weight, e.label, e.iri)):
            for name in sorted(entry.names, key=lambda n: (n != entry.label, len(n), n)):
                lines.setdefault((entry.iri, fold(name)), (entry, name))
            # It is found by its slug too, which is no name that one would show.
            lines.setdefault((entry.iri, fold(entry.iri.rpartition("/")[2])), (entry, entry.label))
        self._lines = [(entry, name, key) for (_, key), (entry, name) in lines.items() if key]
        self._spaced = _Text(f" {key}" for _, _, key in self._lines)
        self._joined = _Text(key.replace(" ", "") for _, _, key in self._lines)
        # Each word, and each name without its blanks, by its length, with the letters in it as bits.
        forms = {form for _, _, key in self._lines for form in (*key.split(), key.replace(" ", ""))}
        self._forms: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for form in sorted(forms):
            self._forms[len(form)].append((_letters(form), form))

    def search(self, text: str, kind: str = "", limit: int = 20) -> list[Hit]:
        """Return what *text* may mean, the likeliest first, each thing once.

        *kind* is the name of a class, "topic", or empty for all. Raises UnknownName where there is no such class. Any
        *text* has an answer: an empty one, or blanks, finds nothing.
        """
        wanted = _class(kind)
        found: dict[str, Hit] = {}
        for how, at in self._ranked(fold(text[:_LONGEST])):
            entry, name, _ = self._lines[at]
            if entry.iri not in found and (not wanted or wanted in entry.classes):
                found[entry.iri] = Hit(entry, name, how)
                if len(found) >= limit:
                    break
        return list(found.values())

    def _ranked(self, key: str) -> Iterator[tuple[str, int]]:
        """Yield the lines that fit *key* and how they do, the best first."""
        if not key:
            return
        words = key.split()[:_MOST_WORDS]
        seen: set[int] = set()
        exact, good = False, 0
        for how, lines in (
            ("exact", self._spaced.having(f"\n {key}\n")),
            ("beginning", self._spaced.having(f"\n {key}")),
            ("words", self._spaced.having_all([f" {word}" for word in words])),
            ("part", self._joined.having(key.replace(" ", ""))),
            ("part", self._spaced.having_all(words)),
        ):
            for at in lines:
                if at not in seen:
                    seen.add(at)
                    exact = exact or how == "exact"
                    good += how != "part"
                    yield how, at
        if not exact:
            each = [self._spelled(word) for word in words] if good < _ENOUGH else []
            costs = self._near("".join(words), each)
            yield from (("near", at) for at in sorted(costs, key=lambda at: (costs[at], at)) if at not in seen)
            if not seen and not costs:
                found = each if any(each) else [self._spelled(word, more=1) for word in words]
                yield from (("some", at) for at in _rarest_first(found))

    def _near(self, joined: str, each: list[dict[int, int]]) -> dict[int, int]:
        """Return the lines that are nearly *joined*, or in which *each* word is nearly found, and how unlike."""
        costs = {}
        if each:
            costs = {at: sum(of[at] for of in each) for at in min(each, key=len) if all(at in of for of in each)}
        for form, cost in self._alike(joined):
            for at in self._joined.having(f"\n{form}\n"):
                costs[at] = min(cost, costs.get(at, cost))
        return costs

    def _spelled(self, word: str, more: int = 0) -> dict[int, int]:
        """Return the lines with *word* or one like it, within *more* mistakes more, and how unlike."""
        found = dict.fromkeys(self._spaced.having(f" {word}"), 0)
        for form, cost in self._alike(word, more):
            for at in self._spaced.having(f" {form}"):
                found[at] = min(cost, found.get(at, cost))
        return found

    def _alike(self, word: str, more: int = 0) -> list[tuple[str, int]]:
        """Return the words and joined names that are nearly *word*, and how far from it they are."""
        most = _bearable(word, more)
        letters = _letters(word)
        return [
            (form, cost)
            for length in range(len(word) - most, len(word) + most + 1)
            for bits, form in self._forms.get(length, ())
            # A mistake changes at most two of the letters in a word; this is quick, and leaves few to be compared.
            if (bits ^ letters).bit_count() <= 2 * most and (cost := _mistakes(word, form, most)) <= most
        ]


class _Text:
    """Lines that are searched by scanning one text."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = list(lines)
        self._text = "\n" + "".join(line + "\n" for line in self._lines)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def having(self, piece: str) -> Iterator[int]:
        """Yield the lines that have *piece*; a line break in it is the beginning or the end of a line."""
        at = self._text.find(piece)
        while at >= 0:
            line = bisect_right(self._starts, at) - 1
            yield line
            at = self._text.find(piece, self._starts[line + 1])

    def having_all(self, pieces: list[str]) -> Iterator[int]:
        """Yield the lines that have all *pieces*."""
        rarest = max(pieces, key=len, default="")
        return (at for at in self.having(rarest) if all(piece in self._lines[at] for piece in pieces))


def fold(text: str) -> str:
    """Return *text* without what people write now and then: case, accents, dots, hyphens, a leading article.

    >>> fold("The Agência Espacial-Brasileira"), fold("U.S."), fold("해양경찰청")
    ('agencia espacial brasileira', 'us', '해양경찰청')
    """
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_UNLIKE_LATIN)
    plain = unicodedata.normalize("NFKC", _ACCENT.sub("", plain))
    return " ".join(_APART.sub(" ", plain).split()).removeprefix("the ")


def _rarest_first(each: list[dict[int, int]]) -> list[int]:
    """Return the lines with some of the words found, those with the rarest first."""
    worth: dict[int, float] = defaultdict(float)
    for found in each:
        for at in found:
            worth[at] += 1 / len(found)
    return sorted(worth, key=lambda at: (-worth[at], at))


def _bearable(word: str, more: int) -> int:
    """Return how many mistakes *word* may have: one from 3 letters on, two from 8, and *more* of them from 5.

    A syllable or an ideograph says as much as two letters: of so short a word little would be left to know it by.

    >>> [_bearable(word, 0) for word in ("un", "nasa", "goddrad", "luxemberg", "다누리", "우주항공정")]
    [0, 1, 1, 2, 0, 1]
    >>> [_bearable(word, 1) for word in ("wolf", "astrlyia", "다누리", "우주항공정")]
    [1, 3, 0, 2]
    """
    dense = sum(letter > "\u2e7f" for letter in word) * 2 > len(word)  # Chinese, Japanese, Korean
    if len(word) < (4 if dense else 3):
        return 0
    return (1 if len(word) < 8 else 2) + (more if len(word) >= 5 else 0)


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 61
    return bits


def _mistakes(a: str, b: str, most: int) -> int:
    """Return how many letters must be put in, left out, changed or swapped with the next to make *b* of *a*.

    Counts no further than *most* + 1.

    >>> _mistakes("goddrad", "goddard", 2), _mistakes("nassa", "nasa", 1), _mistakes("kasa", "esa", 1)
    (1, 1, 2)
    """
    before, last = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        row = [i] + [most + 1] * len(b)
        for j in range(max(1, i - most), min(len(b), i + most) + 1):
            row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != b[j - 1]))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == b[j - 1]:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]


def _is_person(entry: Entry) -> bool:
    return NS + "Person" in entry.classes


def _class(kind: str) -> str:
    """Return the IRI of the class that is called *kind*, in any case, or an empty string for no kind."""
    names = {iri.removeprefix(NS).casefold(): iri for iri in vocabulary().superclasses if iri.startswith(NS)}
    if kind and kind.casefold() not in names:
        known = sorted(iri.removeprefix(NS) for iri in names.values())
        raise UnknownName(f"kind: there is no class '{kind}'{nearest(kind, known)}; such as {', '.join(KINDS)}")
    return names[kind.casefold()] if kind else ""


def read_names(engine: Engine) -> Names:
    """Return the names of all that has one: actors, activities, agreements, meetings, promises, documents, topics."""
    called: dict[str, list[str]] = defaultdict(list)
    for iri, name in _rows(
        engine,
        """SELECT DISTINCT ?iri ?name WHERE {
          VALUES ?property { skos:prefLabel skos:altLabel dcterms:title pact:statement } ?iri ?property ?name }""",
    ):
        if iri.startswith((ENTITY, TOPIC, SOURCE)):
            called[iri].append(name)
    for iri, names in names_of_territories(engine).items():
        if iri in called:
            called[iri] += names
    classes = defaultdict(list)
    for iri, kind in _rows(engine, "SELECT DISTINCT ?iri ?kind WHERE { ?iri a ?kind }"):
        if iri in called and kind.startswith(NS):
            classes[iri].append(kind)
    weights = dict(
        _rows(
            engine,
            """SELECT ?iri (STR(COUNT(DISTINCT ?by)) AS ?weight) WHERE {
              VALUES ?property { pact:involves pact:inSeries pact:topic } ?by ?property ?iri } GROUP BY ?iri""",
        )
    )
    common = Counter(kind for own in classes.values() for kind in own)
    terms, shown = vocabulary(), labels(engine, called)
    entries = []
    for iri, own in classes.items():
        # The rarest class tells most: NASA is a space agency rather than a government body.
        kind = min(own, key=lambda c: (common[c], c))
        every = frozenset(above for c in own for above in terms.superclasses[c])
        entries.append(
            Entry(iri, shown[iri], tuple(called[iri]), terms.texts[kind]["label"], every, int(weights.get(iri, 0)))
        )
    return Names(entries)


def _rows(engine: Engine, sparql: str) -> Iterator[tuple[str, str]]:
    """Yield the two values of each row."""
    found = engine.query(sparql)
    assert isinstance(found, QuerySolutions)
    for row in found:
        yield row[0].value, row[1].value
