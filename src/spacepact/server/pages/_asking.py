"""From a request to a question that can be asked: the fields of its form, what is wrong with them, and the terms."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from spacepact.errors import DateError, NotFound, ParameterError, SpacepactError, UnknownName, close_names
from spacepact.iris import curie, expand
from spacepact.queries.catalogue import Parameter, Question, catalogue
from spacepact.queries.choices import Choice, choices
from spacepact.queries.names import find, labels, term_for
from spacepact.queries.result import Result, Term
from spacepact.server.site import PageRequest, Site, page_path

__all__ = ["AS_OF", "RESERVED", "Asking", "Field", "find_question", "read_asking"]

AS_OF = Parameter("as_of", "date", "the record as it stood at the end of this day, month or year", False)
RESERVED = ("as_of", "version", "sort", "page", "row", "evidence")
"""What the address of a question has beside the question's own parameters."""


@dataclass(frozen=True)
class Field:
    """A field of the form. *error* says what is wrong with *value*; *links* lead to what may have been meant.

    Where *value* is the name of the thing whose slug was given, *slug* is that.
    """

    parameter: Parameter
    value: str
    choices: list[Choice] = field(default_factory=list)
    error: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    slug: str = ""

    @property
    def pick(self) -> str | None:
        """The kind of thing whose names are to be suggested, empty for all kinds; None where nothing is."""
        kind = self.parameter.kind
        return None if self.choices or kind == "date" else "" if kind == "entity" else kind


@dataclass(frozen=True)
class Asking:
    """A question with what was given for it: *site* is that of the record as of the day asked for."""

    site: Site
    question: Question
    given: dict[str, str]
    terms: dict[str, Term]
    fields: list[Field]
    as_of: Field
    unknown: list[tuple[str, list[str]]]

    @property
    def mistakes(self) -> list[Field]:
        """The fields with something wrong in them."""
        return [each for each in [*self.fields, self.as_of] if each.error]

    @property
    def wrong(self) -> bool:
        """Whether the question cannot be asked because of a mistake, and not only for want of a value."""
        return bool(self.mistakes or self.unknown)

    @property
    def missing(self) -> list[Parameter]:
        """The parameters that are still needed."""
        return [p for p in self.question.parameters.values() if p.required and p.name not in self.given]

    @property
    def sparql(self) -> str:
        """The SPARQL that was asked, with all its prefixes and the values in their places."""
        return self.question.bind(self.terms)  # type: ignore[arg-type]

    def ask(self, without: Collection[str] = ()) -> Result:
        """Ask the question, or the one *without* some of its parameters."""
        given = {name: text for name, text in self.given.items() if name not in without}
        return self.site.graph.ask(self.question.name, **given)

    def require(self) -> None:
        """Raise ParameterError with the first mistake, for addresses that have no form to show it in."""
        for each in self.mistakes:
            raise ParameterError(f"{each.parameter.name}: {each.error}", each.links)
        for name, near in self.unknown:
            raise ParameterError(f"{name}: {_no_parameter(self.question, near)}")
        for parameter in self.missing:
            raise ParameterError(f"{parameter.name}: is needed: {parameter.description}")


def find_question(name: str) -> Question:
    """Return the question *name*. Raises NotFound, with the questions of nearest names, if there is none."""
    known = catalogue()
    if name not in known:
        near = close_names(name, sorted(known))
        raise NotFound(
            f"There is no question '{name}' in the catalogue.",
            [*((f"/questions/{each}", known[each].title) for each in near), ("/questions", "All questions")],
        )
    return known[name]


def read_asking(site: Site, question: Question, request: PageRequest, beside: Collection[str] = RESERVED) -> Asking:
    """Return what *request* asks of *question*, each mistake beside its field; *beside* are the other parameters."""
    as_of, then = _as_of(site, request)
    given: dict[str, str] = {}
    terms: dict[str, Term] = {}
    fields = []
    for parameter in question.parameters.values():
        read, term = _field(site, then, parameter, request)
        fields.append(read)
        if term is not None:
            given[parameter.name], terms[parameter.name] = request.one(parameter.name), term
    known = [*question.parameters, *beside]
    request.knows(*known)
    unknown = [
        (name, close_names(name, known)) for name in request.query if name not in known and any(request.query[name])
    ]
    return Asking(then, question, given, terms, fields, as_of, unknown)


def _no_parameter(question: Question, near: list[str]) -> str:
    takes = ", ".join(question.parameters) or "no parameters"
    return (
        f"unknown parameter; did you mean {near[0]}?" if near else f"unknown parameter; {question.name} takes {takes}"
    )


def _as_of(site: Site, request: PageRequest) -> tuple[Field, Site]:
    """Return the field of the day of the record, and the site of that day; today's if it is no day."""
    try:
        text = request.one("as_of")
        return Field(AS_OF, text), site.as_of(text)
    except DateError as error:
        return Field(AS_OF, request.one("as_of"), error=str(error)), site
    except SpacepactError as error:  # it is given twice
        return Field(AS_OF, "", error=str(error).removeprefix("as_of: ")), site


def _field(site: Site, then: Site, parameter: Parameter, request: PageRequest) -> tuple[Field, Term | None]:
    """Return the field of *parameter*, and the term for what it was given, if that is one and right."""
    options = choices(then.graph.engine, parameter.kind)
    try:
        text = request.one(parameter.name)
    except SpacepactError as error:
        return Field(parameter, "", options, error=str(error).removeprefix(f"{parameter.name}: ")), None
    if not text:
        return Field(parameter, "", options), None
    try:
        term = term_for(then.graph.engine, parameter, text)
    except UnknownName as error:
        links = [*_near(then, parameter, text, error, request), *_today(site, then, parameter, text, request)]
        return Field(parameter, text, options, _said(parameter, error.said), links), None
    except SpacepactError as error:
        return Field(parameter, text, options, _said(parameter, str(error))), None
    slug = curie(term.value).partition(":")[2]
    if options:
        return Field(parameter, slug if isinstance(term, NamedNode) else text, options), term
    if isinstance(term, NamedNode) and text == slug:
        return Field(parameter, labels(then.graph.engine, [term.value])[term.value], slug=slug), term
    return Field(parameter, text), term


def _said(parameter: Parameter, message: str) -> str:
    return message.removeprefix(f"--{parameter.name}: ")


def _near(
    site: Site, parameter: Parameter, text: str, error: UnknownName, request: PageRequest
) -> Iterator[tuple[str, str]]:
    """Yield addresses with words: this page with each name that may have been meant, and what has the name instead."""
    engine = site.graph.engine
    if error.other:
        name, kind = error.other
        yield page_path(expand(name) or ""), f"{text} is a {kind}: its page"
    near = error.near
    if not near and not parameter.kind.startswith("code "):
        near = [iri if len(name) > 100 else name for iri, name, _ in find(engine, text, parameter.kind)[:6]]
    for name in near:
        yield request.url(**{parameter.name: name, "page": None}), name


def _today(site: Site, then: Site, parameter: Parameter, text: str, request: PageRequest) -> Iterator[tuple[str, str]]:
    """Yield the address of the same question of today's record, where *text* names something only there."""
    if then is site:
        return
    try:
        term_for(site.graph.engine, parameter, text)
    except SpacepactError:
        return
    yield request.url(as_of=None, page=None), f"{text} in the record of today, which has it"
