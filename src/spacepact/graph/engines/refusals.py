"""What is refused before a query runs in this process: SERVICE, and nesting that would overflow the stack.

The embedded engine calls other servers on SERVICE and has no switch for it, and it ends the whole process on a
query of a few thousand nested braces. Both are told from the text alone, before the engine sees it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

from spacepact.errors import ParameterError, QueryError

__all__ = [
    "MOST_GROUPS",
    "MOST_NESTED",
    "MOST_OPERATORS",
    "check_services",
    "form",
    "is_distinct",
    "misplaced_bracket",
    "refuse",
]

MOST_NESTED = 100
"""The deepest nesting of brackets that is run. The engine fails at about 1,000."""

MOST_GROUPS = 1000
"""The most groups ``{`` and assignments ``AS`` in one query that are run. The engine fails at about 5,000."""

MOST_OPERATORS = 3000
"""The most operators of expressions and paths in one query that are run. The engine fails at about 7,000 in a row."""


@cache
def _token() -> re.Pattern[str]:
    """Compiled when first needed: hardly any query is long enough to be looked into."""
    return re.compile(
        r"""
        (?P<comment> \#[^\r\n]* )
      | (?P<string> \"{3} (?: \"{0,2} (?: [^"\\] | \\. ) )* \"{3} | '{3} (?: '{0,2} (?: [^'\\] | \\. ) )* '{3}
                  | \" (?: [^"\\\r\n] | \\. )* \" | ' (?: [^'\\\r\n] | \\. )* ' )
      | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
      | (?P<name> [?$]\w+ | @[A-Za-z]+ (?:-[A-Za-z0-9]+)* | :[\w:%-]+ | \\. )
      | (?P<word> [A-Za-z]+ )
      | (?P<open> [{(\[] ) | (?P<close> [\])}] )
      | (?P<other> [\s\d]+ | . )
        """,
        re.VERBOSE | re.DOTALL,
    )


_PREFIX = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9._~/-]*")
_BELOW = re.compile(r"[A-Za-z0-9._~/-]*")


def check_services(allowed: Sequence[str]) -> None:
    """Raise ParameterError unless each of *allowed* is the beginning of an address, with its host as a whole.

    >>> check_services(["https://query.wikidata.org/"])
    >>> check_services(["https://query.wikidata.org"])
    Traceback (most recent call last):
    spacepact.errors.ParameterError: 'https://query.wikidata.org': give it from http:// or https:// to at least ...
    """
    for prefix in allowed:
        if not _PREFIX.fullmatch(prefix):
            raise ParameterError(
                f"{prefix!r}: give it from http:// or https:// to at least the slash after the host, "
                "without user, query or percent signs"
            )


def _is_allowed(name: str, allowed: Sequence[str]) -> bool:
    """Tell whether *name*, as it stands after SERVICE, is an IRI below one of *allowed*, in plain letters.

    Nothing that a client would rewrite passes: dot segments, percent-encoding, escapes, a query.
    """
    iri = name[1:-1] if name.startswith("<") else ""
    if "." in iri.split("/") or ".." in iri.split("/"):
        return False
    below = [iri[len(prefix) :] for prefix in allowed if iri.startswith(prefix) and _PREFIX.fullmatch(prefix)]
    return any(map(_BELOW.fullmatch, below))


def _clauses(sparql: str, allowed: Sequence[str]) -> list[int]:
    """Return, in order, where in *sparql* there is what a SERVICE clause looks like, be it in a string or a comment.

    The engine's parser asks for no space between a keyword and a name. Clauses that are *allowed* are left out. One
    may begin within what looks like another: in ``"SERVICE #" . SERVICE <x:y> {`` the comment is none.
    """
    found, gaps = list[int](), _Gaps(sparql)
    for match in re.finditer("service", sparql, re.IGNORECASE):
        at = gaps.end(match.end())
        if silent := re.compile("silent", re.IGNORECASE).match(sparql, at):
            at = gaps.end(silent.end())
        name = _NAME.match(sparql, at)
        if name is None:
            continue
        is_cut = name.end() - at >= _LONGEST_NAME and not name[0].startswith("<")
        if is_cut or (sparql.startswith("{", gaps.end(name.end())) and not _is_allowed(name[0], allowed)):
            found.append(match.start())
    return found


_LONGEST_NAME = 1024
"""What may be a name is looked at so far: after many SERVICE in a row, each would be gone through to the end."""

_NAME = re.compile(
    rf"<[^<>]*+> | [?$][^\s<>{{}}#]{{1,{_LONGEST_NAME}}}+ "
    rf"| [^\s:<>{{}}#]{{{_LONGEST_NAME}}} | [^\s:<>{{}}#]*+:(?:\\\#|[^\s<>{{}}#]){{0,{_LONGEST_NAME}}}+",
    re.VERBOSE,
)


class _Gaps:
    """The blanks and comments in a text, each gone through once, however often it is asked where they end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: dict[int, int] = {}

    def end(self, at: int) -> int:
        """Return where the blanks and comments end that begin at *at*, if any do. A comment has to end its line."""
        comments = []
        while (at := self._after_blanks(at)) not in self._ends and self._text.startswith("#", at):
            line = [end for end in (self._text.find("\n", at), self._text.find("\r", at)) if end >= 0]
            if not line:
                break
            comments.append(at)
            at = min(line)
        at = self._ends.get(at, at)
        self._ends.update(dict.fromkeys(comments, at))
        return at

    def _after_blanks(self, at: int) -> int:
        blanks = _BLANKS.match(self._text, at)
        assert blanks is not None, "it fits nothing too"
        return blanks.end()


_BLANKS = re.compile(r"\s*+")


def refuse(sparql: str, allowed: Sequence[str] = ()) -> None:
    """Raise QueryError where *sparql* must not run in this process.

    SERVICE is refused unless the address it calls is written out and begins as one of *allowed* (see
    `check_services`).

    >>> refuse('SELECT * { ?service ?p "SERVICE <http://example.org/> {" }')
    >>> refuse("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    spacepact.errors.QueryError: line 1, column 12: SERVICE is refused, since it would call another server; ...
    """
    clauses = _clauses(sparql, allowed) if "service" in sparql.lower() else []
    found = _reached(sparql, clauses) if clauses else None
    if found is not None:
        raise QueryError(
            f"{_place(sparql, found)}: SERVICE is refused, since it would call another server; "
            "ask that server itself, and join the answers"
        )
    _refuse_nesting(sparql)


def form(sparql: str) -> str:
    """Return the form of the query *sparql*: SELECT, ASK, CONSTRUCT or DESCRIBE; '' where it has none of these.

    >>> form("PREFIX select: <urn:x> # ASK\\nconstruct { ?s ?p ?o } WHERE { ?s ?p ?o }")
    'CONSTRUCT'
    """
    return next((word for word in _words(sparql) if word in _FORMS), "")


def is_distinct(sparql: str) -> bool:
    """Tell whether *sparql* is a SELECT DISTINCT.

    >>> is_distinct("SELECT DISTINCT ?x { }"), is_distinct("SELECT ?x { { SELECT DISTINCT ?x { } } }")
    (True, False)
    """
    words = _words(sparql)
    return next((word for word in words if word in _FORMS), "") == "SELECT" and next(words, "") == "DISTINCT"


def misplaced_bracket(sparql: str) -> str:
    """Return which bracket or quotation mark of *sparql* has no other end, in words; '' where each has one.

    >>> misplaced_bracket("SELECT * { ?s ?p ?o FILTER (?o = 1 }")
    'a ) is missing: nothing closes the ( of line 1, column 28'
    >>> misplaced_bracket("SELECT * { ?s ?p '}' } }")
    'the } of line 1, column 24 is one too many'
    """
    ends = {"{": "}", "(": ")", "[": "]"}
    begun: list[re.Match[str]] = []
    for match in _token().finditer(sparql):
        if match.lastgroup == "open":
            begun.append(match)
        elif match.lastgroup == "close" and begun and ends[begun[-1].group()] == match.group():
            begun.pop()
        elif match.lastgroup == "close" and not any(ends[other.group()] == match.group() for other in begun):
            return f"the {match.group()} of {_place(sparql, match.start())} is one too many"
        elif match.lastgroup == "close":
            break
        elif match.group() in ("'", '"'):
            return f"a {match.group()} is missing: nothing closes that of {_place(sparql, match.start())}"
    if not begun:
        return ""
    left = begun[-1].group()
    return f"a {ends[left]} is missing: nothing closes the {left} of {_place(sparql, begun[-1].start())}"


_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


def _words(sparql: str) -> Iterator[str]:
    """Yield keywords in capitals and "" for a variable; prefixes, strings and comments give nothing."""
    for match in _token().finditer(sparql):
        if match.lastgroup == "word" and not sparql.startswith(":", match.end()):
            yield match.group().upper()
        elif match.lastgroup == "name" and match.group()[0] in "?$":
            yield ""


def _reached(sparql: str, clauses: Sequence[int]) -> int | None:
    """Return the first of the places *clauses*, in order, that may be read as code, not as part of another token.

    Whether ``<`` begins an IRI or is less-than depends on the grammar around it, so both readings are followed.
    """
    places, seen = [0], set[int]()
    while places:
        at = places.pop()
        while at < len(sparql) and at not in seen:
            seen.add(at)
            after = bisect_right(clauses, at)
            if after and clauses[after - 1] == at:
                return at
            match = _token().match(sparql, at)
            assert match is not None, "the last alternative fits any character"
            if match.lastgroup == "iri":
                places.append(at + 1)
            if match.lastgroup == "word" and after < len(clauses) and clauses[after] < match.end():
                return clauses[after]  # as in "1eSERVICE": the engine's parser ends a word where it likes
            at = match.end()
    return None


def _refuse_nesting(sparql: str) -> None:
    if sum(map(sparql.count, "{([")) <= MOST_NESTED and sum(map(sparql.count, _OPERATORS)) <= MOST_OPERATORS:
        return  # as nearly always: there are not even so many brackets
    depth = groups = operators = 0
    for match in _token().finditer(sparql):
        if match.lastgroup == "open":
            depth += 1
            groups += match.group() == "{"
        elif match.lastgroup == "close":
            depth -= 1
        elif match.lastgroup == "word":
            groups += match.group().upper() == "AS"
        elif match.lastgroup == "other":
            operators += match.group() in _OPERATORS
        if depth > MOST_NESTED:
            raise QueryError(f"{_place(sparql, match.start())}: brackets nested deeper than {MOST_NESTED} are refused")
        if groups > MOST_GROUPS:
            raise QueryError(
                f"{_place(sparql, match.start())}: more than {MOST_GROUPS} groups and assignments are refused; "
                "put values into one VALUES block"
            )
        if operators > MOST_OPERATORS:
            raise QueryError(f"{_place(sparql, match.start())}: more than {MOST_OPERATORS} operators are refused")


_OPERATORS = "+-*/|&!^="


def _place(sparql: str, at: int) -> str:
    line = sparql.count("\n", 0, at) + 1
    return f"line {line}, column {at - sparql.rfind(chr(10), 0, at)}"
