"""From a request to the dossier of a pair of actors: who is meant, what of it is wanted, and its addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode

from spacepact.errors import NotFound, ParameterError, UnknownName, nearest
from spacepact.iris import ENTITY, TOPIC, curie
from spacepact.queries.citing import Citing, cite_answer
from spacepact.queries.names import labels, resolve
from spacepact.server.site import PageRequest, PageResponse, Site, page_path, record_of
from spacepact.visualizations.dossier import GROUPS, Dossier, Wanted, build_dossier, side
from spacepact.visualizations.dossier_files import beyond_question
from spacepact.visualizations.dossier_standing import STANDINGS

__all__ = ["Asked", "near_actors", "read_asked"]


class Asked:
    """What a request asks for: the whole dossier, what of it is wanted, and the parameters as they are in addresses."""

    def __init__(self, site: Site, request: PageRequest, a: str, b: str) -> None:
        self.site = site
        engine = site.graph.engine
        parts = {"": None, "yes": True, "no": False}
        if request.one("parts") not in parts:
            raise ParameterError("parts: write yes or no, whether the parts of the two count for them")
        sides = [side(site.graph, iri, parts=parts[request.one("parts")]) for iri in (a, b)]
        self.whole = build_dossier(site.graph, site.view, *sides)
        topics = [resolve(engine, text, "topic", option="topic") for text in request.all("topic")]
        self.bases = [_basis(text) for text in request.all("basis")]
        self.statuses = [_status(site, text) for text in request.all("status")]
        self.topics = topics
        self.since, self.until = request.one("from"), request.one("to")
        self.wanted = Wanted(tuple(topics), tuple(self.bases), tuple(self.statuses), *request.span())
        self.shown = self.whole.wanted(self.wanted)
        given = {
            "topic": ",".join(iri.removeprefix(TOPIC) for iri in topics),
            "basis": ",".join(basis.replace(" ", "-") for basis in self.bases),
            "status": ",".join(status.replace(" ", "-") for status in self.statuses),
            "from": self.since,
            "to": self.until,
            "parts": request.one("parts"),
            "as_of": request.one("as_of"),
        }
        self.given = {name: text for name, text in given.items() if text}

    @property
    def citing(self) -> Citing:
        """How to cite what is shown."""
        a, b, graph = self.whole.a, self.whole.b, self.site.graph
        beyond = beyond_question(self.shown, graph.store)
        named = ", ".join(curie(entry.showing.iri) for entry in beyond)
        return cite_answer(
            f"What is on record between {a.label} and {b.label}?",
            {"a": curie(a.iri), "b": curie(b.iri), **self.given},
            self.site.settings.public_url + self.path(),
            self.shown.passages,
            (graph.version, graph.as_of),
            f"Beyond the catalogue's question what-links ({len(beyond)} of {len(self.shown.entries)}): {named}"
            if beyond
            else "",
        )

    def without(self, one: str) -> Dossier:
        """Return the dossier as asked for but for the filter *one*: "topics", "bases" or "statuses"."""
        nothing: dict[str, Any] = {one: ()}
        return self.whole.wanted(replace(self.wanted, **nothing))

    def path(self, suffix: str = "", before: str = "/between", /, **changes: str | None) -> str:
        """Return the address of this dossier in another form, or with parameters changed; None takes one out."""
        a, b = self.whole.a.slug, self.whole.b.slug
        return self.pair(f"{before}/{a}/{b}{suffix}", {**self.given, **changes})

    def pair(self, path: str, given: Mapping[str, str | None]) -> str:
        """Return *path* with what is *given*, of the same day of the record."""
        query = {name: text for name, text in {"as_of": self.given.get("as_of"), **given}.items() if text}
        return path + (f"?{urlencode(query, safe=',')}" if query else "")


def _status(site: Site, text: str) -> str:
    if (found := text.replace("-", " ")) in STANDINGS:
        return found
    iri = resolve(site.graph.engine, text, "code status", option="status")
    return labels(site.graph.engine, [iri])[iri]


def _basis(text: str) -> str:
    found = text.replace("-", " ")
    if found not in GROUPS:
        known = [group.replace(" ", "-") for group in GROUPS]
        raise ParameterError(f"basis: there is no '{text}'{nearest(text, known)}; there are {', '.join(known)}")
    return found


def read_asked(site: Site, request: PageRequest) -> Asked | PageResponse:
    """Return what is asked for, or a redirection to the address with the slugs of the two actors.

    Raises NotFound for a name that fits no actor, and where the two are one.
    """
    request.knows("topic", "basis", "status", "from", "to", "parts")
    site = record_of(site, request)
    names = [request.params["a"], request.params["b"]]
    ways = ("/between/{}/" + quote(names[1], safe=""), "/between/" + quote(names[0], safe="") + "/{}")
    iris = [_actor(site, name, way) for name, way in zip(names, ways, strict=True)]
    slugs = [iri.removeprefix(ENTITY) for iri in iris]
    if iris[0] == iris[1]:
        label = labels(site.graph.engine, iris)[iris[0]]
        partners = [
            (f"/between/{slugs[0]}/{other.removeprefix(ENTITY)}", f"{label} and {name}")
            for other, name in _partners(site, iris[0])
        ]
        message = f"A dossier is of two actors, and both of these are {label}."
        raise NotFound(message, [(page_path(iris[0]), f"The page of {label}"), *partners])
    if names != slugs:
        path = request.path.replace("/".join(names), "/".join(slugs))
        return PageResponse.redirect(PageRequest(path, query=request.query).url())
    return Asked(site, request, *iris)


def _actor(site: Site, name: str, way: str) -> str:
    """Return the IRI of the actor *name*; *way* is the address with braces in its place, for others it may mean."""
    try:
        iri = site.graph.resolve(name, "Actor")
    except UnknownName as error:
        said = error.said.removeprefix("name: ")
        ways = list(near_actors(site, name, way))
        like = "" if len(ways) > 1 else " None has a name like it either."
        raise NotFound(f"{said[:1].upper()}{said[1:]}.{like}", ways) from None
    newer = site.graph.query(f"SELECT ?by WHERE {{ {NamedNode(iri)} dcterms:isReplacedBy ?by }}").rows
    return min((str(row[0].value) for row in newer), default=iri)  # type: ignore[union-attr]


def near_actors(site: Site, name: str, way: str) -> Iterator[tuple[str, str]]:
    """Yield addresses with words: *way* with the slugs of actors that *name* may mean in its braces, and a search."""
    for hit in site.names.search(name, "Actor", limit=5):
        slug = hit.entry.iri.rpartition("/")[2].removeprefix("id:")
        yield way.replace("{}", slug), f"{hit.entry.label} ({hit.entry.kind})"
    shown = name if len(name) <= 80 else name[:80] + "…"
    yield "/search?" + urlencode({"q": shown}), f"Search all names for “{shown}”"


def _partners(site: Site, iri: str) -> list[tuple[str, str]]:
    names = {node.iri: node.label for node in site.view.nodes}
    others = [tie.b if tie.a == iri else tie.a for tie in site.view.ties if iri in (tie.a, tie.b)]
    return [(other, names[other]) for other in others[:5]]
