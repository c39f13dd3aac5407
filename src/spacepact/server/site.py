"""What every page is made from: the opened graph, the view of it, and the templates."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from spacepact.dates import bounds
from spacepact.errors import DateError, ParameterError, SpacepactError
from spacepact.folders import folder
from spacepact.iris import BASE, ENTITY, curie, safe_url
from spacepact.server.settings import Settings

if TYPE_CHECKING:
    import jinja2

    from spacepact.queries.knowledge import KnowledgeGraph
    from spacepact.queries.search import Names
    from spacepact.visualizations.egos import Neighbours
    from spacepact.visualizations.lanes import Lanes
    from spacepact.visualizations.model import Topic, View
    from spacepact.visualizations.overview import Overview

__all__ = ["PageRequest", "PageResponse", "Site", "page_path", "record_of"]


_TRACKING = re.compile("utm_.*|fbclid|gclid|msclkid|mc_[ce]id|ref")
"""What mail programs and social networks add to links."""

_STAYS = re.compile(
    r"/(between/|explore|timeline|(path|topics|sources)([?#]|$)|questions/|api/entities/|page/(?!(ns|code|mapping|graph)([/?#]|$)))"
)
"""Paths of pages that can tell of the record of an earlier day."""

_SLICES = 2
"""Days of which the record is kept beside that of today."""


@dataclass(frozen=True)
class PageRequest:
    """What was asked: the path, the parts of it that the route names, the query string, and the Accept header.

    *outcome* is what became of the SPARQL in ``query``, for the page that shows it; None where none was run. It has
    either ``results`` (SPARQL results as JSON, or N-Triples), with ``media_type``, ``truncated`` and ``seconds``, or
    ``status`` and ``message``.

    It notes the parameters that the page reads: `strangers` are those that it does not, which would else be passed
    over in silence.
    """

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    accept: str = "text/html"
    outcome: Mapping[str, Any] | None = None
    known: set[str] = field(default_factory=set, compare=False)

    def knows(self, *names: str) -> None:
        """Note parameters that the page takes, though it may not read each of them every time."""
        self.known.update(names)

    def strangers(self) -> list[str]:
        """Return the parameters with a value that the page does not know; those that others add to links are let pass.

        >>> request = PageRequest("/explore", query={"topci": ["pnt"], "utm_source": ["mail"], "topic": ["pnt"]})
        >>> request.all("topic"), request.strangers()
        (['pnt'], ['topci'])
        """
        given = (name for name, values in self.query.items() if any(value.strip() for value in values))
        return [name for name in given if name not in self.known and not _TRACKING.fullmatch(name)]

    def given(self, name: str) -> list[str]:
        """Return the values of a parameter as they are."""
        self.knows(name)
        return list(self.query.get(name, ()))

    def one(self, name: str, default: str = "") -> str:
        """Return the value of a parameter that may be given once; blanks around it do not count.

        Raises SpacepactError where it is given twice: with one of the two, the answer would be to another question.
        """
        given = [value.strip() for value in self.given(name) if value.strip()]
        if len(given) > 1:
            raise SpacepactError(f"{name}: given {len(given)} times; it takes one value")
        return given[0] if given else default

    def all(self, name: str) -> list[str]:
        """Return the values of a parameter, given several times or with commas between them."""
        return [part.strip() for value in self.given(name) for part in value.split(",") if part.strip()]

    def number(self, name: str, least: int, most: int) -> int | None:
        """Return the number that a parameter gives, if it is given. Raises ParameterError unless it is in these bounds.

        >>> PageRequest("/explore", query={"min": ["2"]}).number("min", 1, 9)
        2
        """
        text = self.one(name)
        if text and not (re.fullmatch("[0-9]{1,9}", text) and least <= int(text) <= most):
            raise ParameterError(f"{name}: '{text[:60]}' is no number from {least} to {most}")
        return int(text) if text else None

    def span(self) -> tuple[str, str]:
        """Return the first day of the date ``from`` and the last one of ``to``, empty where they are not given.

        Raises ParameterError for what is no EDTF date, and where the span would end before it begins.

        >>> PageRequest("/timeline", query={"from": ["2024"], "to": ["2024-02"]}).span()
        ('2024-01-01', '2024-02-29')
        """
        since, until = self.one("from"), self.one("to")
        first, last = self._day("from", since, 0), self._day("to", until, 1)
        if first and last and first > last:
            raise ParameterError(f"from: {since} is after to: {until}; change one of them")
        return first, last

    @staticmethod
    def _day(name: str, date: str, bound: int) -> str:
        try:
            return bounds(date)[bound][:10] if date else ""
        except DateError as error:
            raise ParameterError(f"{name}: {error}") from None

    def asks(self, given: Mapping[str, str]) -> bool:
        """Tell whether the query string has just what is *given*: a form sends names and what is empty too."""
        return {name: list(values) for name, values in self.query.items()} == {n: [text] for n, text in given.items()}

    def stay(self, path: str) -> str:
        """Return *path* with the day of the record that is asked for, where the page there can tell of an earlier day.

        >>> request = PageRequest("/page/nasa", query={"as_of": ["2015"]})
        >>> request.stay("/page/kasa#partners"), request.stay("/page/code/strength")
        ('/page/kasa?as_of=2015#partners', '/page/code/strength')
        """
        day = "".join(self.query.get("as_of", ())).strip()
        if not day or not _STAYS.match(path) or "as_of=" in path:
            return path
        address, mark, place = path.partition("#")
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'as_of': day})}{mark}{place}"

    def url(self, **changes: str | Sequence[str] | None) -> str:
        """Return the address of this page with some parameters changed, or taken out where None.

        >>> PageRequest("/explore", query={"view": ["map"], "topic": ["pnt"]}).url(view="matrix", topic=None)
        '/explore?view=matrix'
        """
        query = {name: list(values) for name, values in self.query.items()}
        for name, value in changes.items():
            query[name] = [] if value is None else [value] if isinstance(value, str) else list(value)
        text = urlencode([(name, value) for name, values in query.items() for value in values if value])
        return quote(self.path, safe="/:@!$&'()*+,;=-._~") + (f"?{text}" if text else "")


@dataclass(frozen=True)
class PageResponse:
    """What is answered. With *file* that file is sent, and *body* stays empty."""

    body: str | bytes = ""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None

    @classmethod
    def json(cls, data: object, *, status: int = 200, media_type: str = "application/json") -> PageResponse:
        """Return *data* as JSON."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return cls(text, media_type, status)

    @classmethod
    def redirect(cls, to: str, *, status: int = 303, headers: Mapping[str, str] | None = None) -> PageResponse:
        """Return a redirection to *to*. Raises ValueError for what is no address, as no header could hold it."""
        if not re.fullmatch("[!-~]+", to):
            raise ValueError(f"no address to lead to: {to!r}")
        return cls("", "text/plain; charset=utf-8", status, {"Location": to, **(headers or {})})

    @classmethod
    def download(cls, body: str | bytes, media_type: str, name: str) -> PageResponse:
        """Return a file that browsers save as *name*, which is ASCII without quotation marks."""
        return cls(body, media_type, 200, {"Content-Disposition": f'attachment; filename="{name}"'})


class Site:
    """The opened graph with what pages need of it. One is made in each worker process, and kept.

    *today* is the site of the record as it is now: this one, unless this one is of an earlier day.
    """

    def __init__(self, graph: KnowledgeGraph, settings: Settings, *, today: Site | None = None) -> None:
        self.graph = graph
        self.settings = settings
        self.today = today or self
        self._slices: dict[str, Site] = {}

    @cached_property
    def view(self) -> View:
        """All cooperation as one view: the model behind the overview, dossiers, ego networks and paths."""
        from spacepact.visualizations.cooperation import build_view

        return build_view(self.graph, "cooperation")

    @cached_property
    def overview(self) -> Overview:
        """The view folded to states."""
        from spacepact.visualizations.overview import Overview

        return Overview(self.view)

    @cached_property
    def lanes(self) -> Lanes:
        """The dated lives of all engagements: the model behind the timeline and the feeds."""
        from spacepact.visualizations.lives import read_lanes

        return read_lanes(self.graph, self.graph.version, self.graph.as_of)

    @cached_property
    def states(self) -> Neighbours:
        """Who is tied to whom, each state standing for its bodies: the model behind the network of a state."""
        from spacepact.visualizations.egos import Neighbours

        return Neighbours(self.overview.whole)

    @cached_property
    def actors(self) -> Neighbours:
        """Who is tied to whom, actor by actor: the model behind the network of any other actor."""
        from spacepact.visualizations.egos import Neighbours

        return Neighbours(self.view)

    @cached_property
    def disputed(self) -> Mapping[str, frozenset[str]]:
        """The CURIEs of the properties on which documents disagree, by the CURIEs of the entities."""
        found = self.graph.ask("disagreements").records()
        return {
            str(e): frozenset(str(r["property"]) for r in found if r["entity"] == e)
            for e in {r["entity"] for r in found}
        }

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        """The topics of the view by their IRIs."""
        return {topic.iri: topic for topic in self.view.topics}

    @cached_property
    def names(self) -> Names:
        """All names of the record, to be searched."""
        from spacepact.queries.search import read_names

        return read_names(self.graph.engine)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The words of passages by their CURIEs, where a folder with copies of the documents is configured.

        Where a passage stands is read from the fact files, so these must be those that the store was made of. They are
        read once: earlier days have the words of today. Raises RuntimeError where files or copies cannot be read, which
        is no mistake of the asker's.
        """
        if self.today is not self:
            return self.today.words
        if self.settings.documents is None:
            return {}
        from spacepact.graph.verifying import verify

        try:
            found = list(verify(folder("graph"), self.settings.documents))
        except (SpacepactError, OSError) as error:
            raise RuntimeError(f"the words of passages cannot be read: {error}") from error
        return {f"source:{each.passage}": _unmarked(each.text) for each in found if each.text}

    def as_of(self, date: str) -> Site:
        """Return the site of the record as it stood at the end of *date*; of today's record where it is empty.

        It is derived from the store that is served, whatever has become of the files. Raises DateError for a text that
        is no EDTF date. The last two days are kept: to derive one takes a second, and each takes memory.
        """
        if not date:
            return self.today
        if self.today is not self:
            return self.today.as_of(date)
        day = bounds(date).latest  # of 2022 and 2022-12-31 the record is the same
        if day not in self._slices:
            while len(self._slices) >= _SLICES:
                del self._slices[next(iter(self._slices))]
            self._slices[day] = Site(_as_of(self.graph, date), self.settings, today=self)
        return self._slices[day]

    def uncertain(self, date: str) -> list[tuple[str, str]]:
        """Return IRIs and titles of the documents that the record as of *date* leaves out for their uncertain dates."""
        if not date:
            return []
        from spacepact.graph.opening import uncertain_documents
        from spacepact.queries.names import labels

        left_out = uncertain_documents(self.today.graph.store, date)
        names = labels(self.today.graph.engine, left_out)
        return [(iri, names[iri]) for iri in left_out]

    @cached_property
    def _templates(self) -> jinja2.Environment:
        if self.today is not self:
            return self.today._templates
        import jinja2

        from spacepact.visualizations.page import environment

        @jinja2.pass_context
        def stay(context: jinja2.runtime.Context, path: str) -> str:
            request = context.get("request")  # macros that are imported without context have none
            return request.stay(path) if isinstance(request, PageRequest) else path

        @jinja2.pass_context
        def page_stay(context: jinja2.runtime.Context, iri: str) -> str:
            return stay(context, page_path(iri))

        found = environment()
        found.filters |= {"page_path": page_stay, "page_path_today": page_path, "stay": stay, "curie": curie}
        return found

    def render(self, template: str, request: PageRequest, **context: Any) -> str:
        """Return the page that *template*, a file of visualizations/explorer, makes of *context*."""
        return self._templates.get_template(f"explorer/{template}").render(
            site=self, request=request, version=self.graph.version, record_as_of=self.graph.as_of, **context
        )


def _as_of(graph: KnowledgeGraph, date: str) -> KnowledgeGraph:
    from spacepact.graph.engines.embedded import Embedded
    from spacepact.graph.opening import as_of_store
    from spacepact.queries.knowledge import KnowledgeGraph

    return KnowledgeGraph(Embedded(as_of_store(graph.store, date)))


def record_of(site: Site, request: PageRequest) -> Site:
    """Return the site of the record as it stood on the day that a request names; today's if it names none."""
    try:
        return site.as_of(request.one("as_of"))
    except DateError as error:
        raise ParameterError(f"as_of: {error}") from None


def _unmarked(text: str) -> str:
    """Return the words of a passage without the marks for bold, raised and underlined letters.

    >>> _unmarked("**<u>Space</u>** on the 73<sup>rd</sup> day, if a<b")
    'Space on the 73rd day, if a<b'
    """
    return re.sub(r"\*\*|</?(?:sup|sub|u|s|b|i|em|strong|span)(?:\s[^<>]*)?>", "", text)


def page_path(iri: str) -> str:
    """Return the path of the page on what *iri* names; an IRI that is not ours is returned as it is.

    >>> page_path("https://w3id.org/spacepact/id/nasa"), page_path("https://w3id.org/spacepact/source/x/p4")
    ('/page/nasa', '/page/source/x/p4')
    """
    if not iri.startswith(BASE):
        return safe_url(iri)
    if iri.startswith(BASE + "ns"):
        return "/page/ns" + iri[len(BASE + "ns") :]
    return "/page/" + quote(iri[len(ENTITY) :] if iri.startswith(ENTITY) else iri[len(BASE) :], safe="/")
