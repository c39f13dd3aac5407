"""The catalogue of questions, and the page of each: its form, the answer, and how to cite it and ask it elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from spacepact.errors import ParameterError
from spacepact.iris import curie
from spacepact.queries.catalogue import Question, catalogue
from spacepact.queries.formats import citation_lines
from spacepact.queries.result import Result
from spacepact.server.pages._answer import make_table
from spacepact.server.pages._asking import Asking, find_question, read_asking
from spacepact.server.site import PageRequest, PageResponse, Site
from spacepact.visualizations.charts import Bar, Chart, chart

__all__ = ["ROUTES", "all_questions", "one_question"]

ROUTES = {"/questions": "all_questions", "/questions/{name}": "one_question"}

_GROUPS = (
    "Who with whom",
    "Agreements and promises",
    "Meetings and channels",
    "Activities and time",
    "The record itself",
)
"""The headings in the order of the page; a heading that is not among them comes after these."""

_FIRST = ("who-cooperates-with-whom", "commitments-of", "meetings-of", "timeline", "evidence-for")
"""The questions that stand first under their headings; the others follow by their titles."""


def all_questions(site: Site, request: PageRequest) -> PageResponse:
    """Return the catalogue; with ``q`` only the questions that have all of its words are not hidden."""
    words = request.one("q").casefold().split()
    groups: dict[str, list[Question]] = {group: [] for group in _GROUPS}
    for question in sorted(catalogue().values(), key=lambda q: (q.name not in _FIRST, q.title)):
        groups.setdefault(question.group or "More questions", []).append(question)
    hidden = {name for name, question in catalogue().items() if not all(word in _text(question) for word in words)}
    context = {
        "groups": groups,
        "hidden": hidden,
        "example": _example,
        "text": _text,
        "gist": _gist,
        "words": _example_words,
    }
    return PageResponse(site.render("questions.html", request, **context))


def _text(question: Question) -> str:
    return " ".join(
        [
            question.name,
            question.name.replace("-", " "),
            question.title,
            question.description,
            *(f"{p.name} {p.description}" for p in question.parameters.values()),
        ]
    ).casefold()


def _gist(question: Question) -> str:
    """Return the first sentence of what is said of *question*."""
    return question.description.partition(". ")[0].rstrip(".") + "."


def _described(question: Question) -> list[tuple[str, str]]:
    """Return what is said of *question* in parts, each with the name of the question it is, or an empty string."""
    others = "|".join(sorted((re.escape(name) for name in catalogue() if "-" in name), key=len, reverse=True))
    parts = re.split(rf"(?<![\w-])({others})(?![\w-])", question.description)
    return [(part, part if at % 2 else "") for at, part in enumerate(parts)]


def _example_words(question: Question, given: dict[str, str]) -> str:
    """Return the values in *given*, the optional ones with their names."""
    return ", ".join(v if question.parameters[name].required else f"{name} {v}" for name, v in given.items())


def _example(question: Question, given: dict[str, str]) -> str:
    """Return the address of *question* with *given*."""
    return f"/questions/{quote(question.name)}" + (f"?{urlencode(given)}" if given else "")


def one_question(site: Site, request: PageRequest) -> PageResponse:
    """Return the page of a question: its form, and the answer where all that is needed is given.

    What is wrong stands beside its field, and the status is 400.
    """
    question = find_question(request.params["name"])
    asking = read_asking(site, question, request)
    context = {
        "asking": asking,
        "question": question,
        "example": _example,
        "words": _example_words,
        "described": _described(question),
        "told_version": request.one("version"),
    }
    if asking.wrong or asking.missing:
        body = site.render("question.html", request, result=None, **context)
        return PageResponse(body, status=400 if asking.wrong else 200)
    result = asking.ask()
    drawn = chart(question, result)
    body = site.render(
        "question.html",
        request,
        result=result,
        table=make_table(asking, result, request),
        chart=drawn,
        bar_url=lambda bar: _bar_url(asking, drawn, bar, request),
        ticks=_ticks(drawn) if drawn else 1,
        uncertain=site.uncertain(request.one("as_of")),
        wider=list(_wider(site, asking, request)) if not result.rows else [],
        answer_version=asking.site.graph.version,
        permalink=_permalink(site, asking, request),
        citation=_citation(site, asking, result, request),
        **context,
    )
    return PageResponse(body)


def _permalink(site: Site, asking: Asking, request: PageRequest) -> str:
    here = request.url(version=asking.site.graph.version, page=None, row=None, sort=None)
    return site.settings.public_url.rstrip("/") + here


def _citation(site: Site, asking: Asking, result: Result, request: PageRequest) -> str:
    first, *rest = citation_lines(result)
    return "\n".join([first, f"Asked at: {_permalink(site, asking, request)}", *rest, "Licence: CC0 1.0"])


def _wider(site: Site, asking: Asking, request: PageRequest) -> Iterator[tuple[str, str, int]]:
    """Yield what would give rows where there are none: an address, what it leaves out, and the number of rows."""
    optional = [name for name in asking.given if not asking.question.parameters[name].required]
    for name in optional:
        if found := len(asking.ask([name])):
            yield request.url(**{name: None}), f"{name} {asking.given[name]}", found
    if len(optional) > 1 and (found := len(asking.ask(optional))):
        yield request.url(**dict.fromkeys(optional)), "all that is not needed", found
    if asking.as_of.value:
        try:
            found = len(site.graph.ask(asking.question.name, **asking.given))
        except ParameterError:  # a name that only the record of then has
            return
        if found:
            yield request.url(as_of=None), f"the day {asking.as_of.value}", found


def _bar_url(asking: Asking, drawn: Chart | None, bar: Bar, request: PageRequest) -> str:
    """Return the address of the same question asked of *bar* alone, where it has a parameter for it."""
    parameters = asking.question.parameters
    if drawn is None or not bar.value:
        return ""
    fresh: dict[str, None] = {"sort": None, "page": None, "row": None}
    if drawn.years and drawn.by in ("when", "due") and {"since", "until"} <= set(parameters):
        return request.url(since=bar.label, until=bar.label, **fresh)
    if drawn.by in parameters and bar.iri:
        return request.url(**{drawn.by: curie(bar.iri).partition(":")[2]}, **fresh)
    return ""


def _ticks(drawn: Chart) -> int:
    """Return each how many years one is written under the bars, so that at most eight are."""
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000, 10000) if len(drawn.bars) <= step * 8)
