"""The errors Spacepact raises.

SpacepactError              anything a user can mend; the command line exits with 2
├── FactError               one or more mistakes in the files under graph/
├── VocabularyError         a mistake in the files under ontology/
├── QuestionError           a mistake in a file under queries/, or no such question
│   └── ParameterError      a parameter that is missing, unknown, or has a wrong value
│       └── UnknownName     a name that fits no entity, or several
├── DateError               a text that is no date of the EDTF subset
├── QueryError              SPARQL that the engine refuses
├── EndpointError           a server that does not answer, or not as SPARQL servers do
├── DocumentError           a document that cannot be read, or holds no text
├── ModelError              a language model's endpoint that fails, or does not answer as it was asked
├── ViewError               a mistake in a file under visualizations/, or no such view
├── NotFound                no page at this path of the service
├── ProtocolError           a request that the SPARQL Protocol does not allow, or that this service does not answer
└── MissingExtra            an optional dependency that is not installed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = [
    "DateError",
    "DocumentError",
    "EndpointError",
    "FactError",
    "MissingExtra",
    "ModelError",
    "NotFound",
    "ParameterError",
    "ProtocolError",
    "QueryError",
    "QuestionError",
    "SpacepactError",
    "UnknownName",
    "ViewError",
    "VocabularyError",
    "close_names",
    "nearest",
]


class SpacepactError(Exception):
    """The root of all errors that name a mistake and its fix."""


class FactError(SpacepactError):
    """Mistakes in fact files, each with its file, line and column.

    >>> print(FactError(["sources/x.yaml:13:18: unknown entity 'kr-mdn'"]))
    sources/x.yaml:13:18: unknown entity 'kr-mdn'
    """

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = list(mistakes)
        super().__init__("\n".join(self.mistakes))


class VocabularyError(SpacepactError):
    """The ontology cannot be read or breaks one of its own rules."""


class QuestionError(SpacepactError):
    """No such question, or a question file that cannot be used."""


class ParameterError(QuestionError):
    """A parameter is missing, unknown or has a wrong value.

    *suggestions* are pairs of a path of the service and words: what may have been meant.
    """

    def __init__(self, message: str, suggestions: Sequence[tuple[str, str]] = ()) -> None:
        self.suggestions = list(suggestions)
        super().__init__(message)


class UnknownName(ParameterError):
    """A name fits no entity, or more than one.

    The message is what is *said*, then a *hint*. *near* are names or CURIEs of what may have been meant, and *other* is
    the CURIE of what has the name but is of another kind, with the word for its kind.
    """

    def __init__(
        self, said: str, hint: str = "", near: Sequence[str] = (), other: tuple[str, str] | None = None
    ) -> None:
        self.said = said
        self.near = list(near)
        self.other = other
        super().__init__(said + hint)


class DateError(SpacepactError, ValueError):
    """A text is not a date of the EDTF subset."""


class QueryError(SpacepactError):
    """The SPARQL text cannot be run."""


class EndpointError(SpacepactError):
    """A SPARQL server failed or could not be reached."""


class DocumentError(SpacepactError):
    """A document to be drafted cannot be read."""


class ModelError(SpacepactError):
    """The endpoint of a language model failed, or its answer cannot be used."""


class ViewError(SpacepactError):
    """No such view, or a view file that cannot be used."""


class NotFound(SpacepactError):
    """There is no such page. *suggestions* are pairs of a path and words: what may have been meant."""

    def __init__(self, message: str, suggestions: Sequence[tuple[str, str]] = ()) -> None:
        self.suggestions = list(suggestions)
        super().__init__(message)


class ProtocolError(SpacepactError):
    """A request to the SPARQL endpoint that gets no answer: the HTTP *status* says why, *headers* go with it."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.headers = dict(headers or {})
        super().__init__(message)


class MissingExtra(SpacepactError):
    """An optional dependency is missing.

    >>> print(MissingExtra("pandas", "to_pandas()"))
    to_pandas() needs an optional dependency: pip install "spacepact[pandas]"
    """

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f'{what} needs an optional dependency: pip install "spacepact[{extra}]"')


def nearest(name: str, known: Sequence[str]) -> str:
    """Return a hint that names what is known nearest to *name*, or an empty string.

    >>> nearest("kr-mdn", ["kr-mnd", "usa"])
    "; did you mean 'kr-mnd'?"
    >>> nearest("zzz", ["kr-mnd"])
    ''
    """
    close = close_names(name, known)
    return f"; did you mean {' or '.join(repr(c) for c in close)}?" if close else ""


def close_names(name: str, known: Sequence[str]) -> list[str]:
    """Return the up to three of *known* that are nearest to *name*, the nearest first.

    >>> close_names("kr-mdn", ["kr-mnd", "usa"])
    ['kr-mnd']
    """
    import difflib  # only a mistake needs it

    return difflib.get_close_matches(name, known, n=3, cutoff=0.6)
