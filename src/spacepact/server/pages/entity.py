"""The page of an entity: who or what it is, with whom, what was promised, what happened, and who says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, urlencode

from spacepact.errors import NotFound
from spacepact.graph.dereferencing import is_known, replacement
from spacepact.iris import ENTITY, curie, expand
from spacepact.queries.citing import RIS, Citing, cite_entity
from spacepact.queries.entities import (
    Bibliography,
    Entity,
    bodies,
    names_of,
    participations,
    read_entity,
    repeats,
    rows_of,
)
from spacepact.queries.evidence import Proof, read_proofs
from spacepact.queries.facts import Fact, Facts, read_facts
from spacepact.queries.lives import Life, lives
from spacepact.queries.names import labels
from spacepact.server.pages.network import drawn
from spacepact.server.site import PageRequest, PageResponse, Site, page_path, record_of
from spacepact.visualizations.drawing import look
from spacepact.visualizations.lifelines import lifeline, scale
from spacepact.visualizations.renewals import renewals
from spacepact.visualizations.years import by_year, years_of

__all__ = ["ROUTES", "cooperation", "entity", "ris"]

ROUTES = {
    "/page/{slug}": "entity",
    "/page/{slug}/{event}": "entity",
    "/page/{slug}/{event}/{other}": "entity",
    "/page/{slug:path}.ris": "ris",
    "/page/cooperation/{a}/{b}/{topic}/{basis}": "cooperation",
}

_DATASETS = {
    "http://www.wikidata.org/entity/": "Wikidata",
    "https://ror.org/": "ROR",
    "https://planet4589.org/space/gcat/tsv/tables/orgs.tsv#": "GCAT",
    "https://sws.geonames.org/": "GeoNames",
    "https://www.iso.org/obp/ui/#iso:code:3166:": "ISO 3166",
}

_RELATED = {
    "pact:outcomeOf": "What came out of it",
    "pact:under": "Under it",
    "pact:concerns": "What concerns it",
    "pact:fulfils": "What fulfils it",
    "pact:establishes": "Established by",
    "pact:supersedes": "Superseded by",
    "pact:amends": "Amended by",
    "pact:place": "What was here",
}
"""What points to an engagement, and the headings under which it stands."""

FIRST = 30
"""Rows of a long table that stand open; the rest is folded."""


def entity(site: Site, request: PageRequest) -> PageResponse:
    """Return the page of an entity; of one that was merged into another, the way there.

    With *as_of* it is made from the record as it stood at the end of that day.
    """
    site = record_of(site, request)
    request.knows("merged")
    found = _read(site, request, request.path.removeprefix("/page/"))
    if isinstance(found, PageResponse):
        return found
    return PageResponse(site.render("entity.html", request, **_Page(site, request, found).context()))


def ris(site: Site, request: PageRequest) -> PageResponse:
    """Return the citation of an entity and of its documents for a program that keeps citations."""
    site = record_of(site, request)
    slug = request.params["slug"]
    found = _read(site, request, slug)
    if isinstance(found, PageResponse):
        return found
    return PageResponse.download(_citing(site, request, found).ris, RIS, f"{slug.replace('/', '-')}.ris")


def _citing(site: Site, request: PageRequest, of: Entity) -> Citing:
    address = site.settings.public_url + request.stay(page_path(of.iri))
    return cite_entity(site.graph.engine, of, address, (site.graph.version, site.graph.as_of))


def _read(site: Site, request: PageRequest, slug: str) -> Entity | PageResponse:
    """Return the entity that *slug* names, or the way to the one that it was merged into. Raises NotFound."""
    iri = ENTITY + slug
    if not is_known(site.graph.store, iri):
        raise _unknown(site, slug)
    found = read_entity(site.graph.engine, iri)
    if (
        after := replacement(site.graph.store, iri)
        if found is None or found.own.of(iri, "dcterms:isReplacedBy")
        else None
    ):
        return PageResponse.redirect(request.stay(f"{page_path(after)}?merged={slug}"), status=301)
    if found is None:
        raise _unknown(site, slug)
    return found


def cooperation(site: Site, request: PageRequest) -> PageResponse:
    """Return the way from a tie, which the rules derive, to the dossier of its two actors."""
    a, b = (quote(request.params[name], safe="") for name in "ab")
    return PageResponse.redirect(request.stay(f"/between/{a}/{b}"))


def _unknown(site: Site, slug: str) -> NotFound:
    """Return the error for a *slug* that names nothing, with what may have been meant."""
    if site is not site.today and is_known(site.today.graph.store, ENTITY + slug):
        name = labels(site.today.graph.engine, [ENTITY + slug])[ENTITY + slug]
        return NotFound(
            f"'{name}' was not yet in the record on {site.graph.as_of}: only later documents, or such of "
            "uncertain date, tell of it.",
            [(f"/page/{slug}", "Its page in the record of today")],
        )
    shown = slug if len(slug) <= 80 else slug[:80] + "…"
    near = [hit.entry for hit in site.names.search(slug.replace("-", " "), limit=6)]
    paths = [(page_path(expand(entry.iri) or entry.iri), f"{entry.label} ({entry.kind})") for entry in near]
    if not paths:
        paths = [(f"/search?{urlencode({'q': shown})}", f"a search for '{shown}'")]
    return NotFound(f"The record has no entity '{shown}'. Search finds names in any language.", paths)


def _dataset(iri: str) -> str:
    """Return the name of the outside dataset that *iri* is of, with its own identifier there."""
    for beginning, name in _DATASETS.items():
        if iri.startswith(beginning):
            return f"{name} {iri[len(beginning) :].strip('/')}"
    return iri


def _sides(own: Facts, commitment: str, selves: set[str]) -> tuple[str, ...]:
    """Return on which sides of *commitment* an actor is that has the IRIs *selves*; on neither, it takes part."""
    sides = {"given": "pact:committedBy", "received": "pact:committedTo"}
    found = tuple(word for word, name in sides.items() if not selves.isdisjoint(own.iris(commitment, name)))
    return found or ("takes part",)


def _merged(site: Site, slug: str, iri: str) -> str:
    """Return *slug* if what it named has been merged into *iri*, else an empty string: an address may say anything."""
    return (
        slug
        if slug and is_known(site.graph.store, ENTITY + slug) and replacement(site.graph.store, ENTITY + slug) == iri
        else ""
    )


class _Page:
    """What the templates of the page are given."""

    def __init__(self, site: Site, request: PageRequest, of: Entity) -> None:
        self.site, self.request, self.of, self.engine = site, request, of, site.graph.engine
        self.facts: list[Fact] = list(of.facts())
        self.proofs: list[Proof] = []
        self.iris: set[str] = {of.iri}
        self.names: dict[str, str] = {}

    def context(self) -> dict[str, Any]:
        parts: dict[str, Any] = dict.fromkeys(
            (
                "actor",
                "life",
                "chain",
                "meetings",
                "people",
                "signings",
                "roles",
                "posts",
                "network",
                "related",
                "renewals",
            ),
            None,
        )
        if self.of.kind("actor"):
            parts["actor"] = self._actor()
            parts["network"] = drawn(self.site, self.of.iri, self.request.all("expand"))
            self.iris |= set(parts["network"]["ego"].opened) if parts["network"] else set()
            parts["roles"] = self._roles()
            parts["posts"] = self._posts()
        if self.of.kind("engagement"):
            parts |= self._engagement()
        parts["related"] = self._related() if parts["actor"] is None else []
        kinds = [f.text for f in self.of.own.of(self.of.iri, "rdf:type") if curie(f.text).startswith("pact:")]
        self.iris |= set(kinds)
        self.names |= names_of(self.engine, self.facts, more=self.iris)
        return {
            "entity": self.of,
            "citation": _citing(self.site, self.request, self.of).text,
            "slug": curie(self.of.iri).removeprefix("id:"),
            "names": self.names,
            "kinds": [self.names[iri] for iri in kinds],
            "sources": Bibliography(self.facts, self.proofs),
            "disputed": self.site.disputed.get(curie(self.of.iri), frozenset()),
            "words": self.site.words,
            "opened": self.request.all("expand") if parts["actor"] else [],
            "expand": expand,
            "look": look,
            "dataset": _dataset,
            "labelled": lambda iris: ", ".join(self.names[iri] for iri in iris),
            "merged": _merged(self.site, self.request.one("merged"), self.of.iri),
            "first": FIRST,
            "drawn_as": self._look(),
            **parts,
        }

    def _look(self) -> tuple[str, str] | None:
        """Return the sign and colour of an actor that is drawn."""
        node = next((node for node in self.site.view.nodes if node.iri == self.of.iri), None)
        return look(node.kind) if node else None

    def _mention(self, facts: Iterable[Fact]) -> None:
        self.facts += facts

    def _lived(self, engagements: Iterable[str], *, sourced: bool = True) -> dict[str, dict[str, Any]]:
        """Return the lives of *engagements* as the templates draw them, all on one line of time."""
        found = lives(self.engine, engagements, sourced=sourced)
        along = scale(found.values(), self.site.graph.as_of)
        for life in found.values():
            self._life_mentions(life)
        return {
            iri: {"life": life, "line": lifeline(life, along, self.site.graph.as_of), "scale": along}
            for iri, life in found.items()
        }

    def _life_mentions(self, life: Life) -> None:
        for event in life.events:
            self.proofs += event.proofs
            self.iris |= {*event.actors, *event.meetings, *event.follows_from, event.iri}

    def _actor(self) -> dict[str, Any]:
        """Return timeline, commitments and bodies of an actor; a state and a body stand for their bodies too."""
        its = [] if "Person" in self.of.classes else bodies(self.engine, self.of.iri)
        found = self.site.graph.ask("timeline", actor=self.of.iri)
        self.names |= found.labels
        rows = rows_of(found)[::-1]
        dated = [(row["when"][0], row) for row in rows if row["when"]]
        listed: dict[int, list[dict[str, list[str]]]] = defaultdict(list)
        for when, row in dated:
            listed[years_of(when)[0]].append(row)
        self.iris |= set(its)
        return {
            "bodies": its,
            "bars": by_year((row["engagement"][0], when) for when, row in dated),
            "spanning": any(len(years_of(when)) > 1 for when, _ in dated),
            "timeline": sorted(listed.items(), reverse=True),
            "undated": [row for row in rows if not row["when"]],
            "total": len({row["engagement"][0] for row in rows}),
            "commitments": self._commitments(
                list(dict.fromkeys(r["engagement"][0] for r in rows if r["kind"] == ["commitment"])), its
            ),
        }

    def _commitments(self, found: list[str], its: list[str]) -> list[dict[str, Any]]:
        of = ("pact:committedBy", "pact:committedTo", "pact:strength", "pact:currentStatus")
        own = Facts(read_facts(self.engine, found, only=of, sourced=False))
        self.iris |= {iri for one in found for iri in own.iris(one, *of)}
        selves = {self.of.iri, *its}
        # Those that stand open have a line of time of their own: the newest would be crowded on that of all.
        lived = self._lived(found[:FIRST], sourced=False) | self._lived(found[FIRST:], sourced=False)
        return [
            {
                "iri": iri,
                "sides": _sides(own, iri, selves),
                "by": own.iris(iri, "pact:committedBy"),
                "to": own.iris(iri, "pact:committedTo"),
                "strength": own.iris(iri, "pact:strength"),
                "status": own.iris(iri, "pact:currentStatus"),
                **lived[iri],
            }
            for iri in found
        ]

    def _roles(self) -> list[dict[str, Any]]:
        """Return in what the actor took part by a participation of its own: with role and post, for whom."""
        own, engagement = participations(self.engine, self.of.iri)
        self._mention(own)
        self.iris |= set(engagement.values())
        held = Facts(read_facts(self.engine, engagement.values(), only=["pact:when"], sourced=False))
        found = [
            {
                "engagement": of,
                "when": held.text(of, "pact:when"),
                "role": own.of(iri, "pact:role"),
                "post": own.of(iri, "pact:inPost"),
                "side": own.of(iri, "pact:onBehalfOf"),
                "facts": own.of(iri, "pact:actor"),
            }
            for iri, of in engagement.items()
        ]
        return sorted(found, key=lambda row: (str(row["when"]), str(row["engagement"])), reverse=True)

    def _posts(self) -> list[dict[str, Any]]:
        """Return the posts in an organization, each with who is said to hold it."""
        posts = self.of.pointing("pact:postIn")
        held = read_facts(self.engine, posts, incoming=True, only=["pact:holdsPost"])
        self._mention(held)
        return [{"post": post, "held": [f for f in held if f.text == post]} for post in posts]

    def _engagement(self) -> dict[str, Any]:
        iri, graph = self.of.iri, self.site.graph
        parts: dict[str, Any] = {}
        chain = repeats(self.engine, iri) if "Commitment" in self.of.classes else [iri]
        lived = self._lived(chain)
        parts["life"] = lived[iri]
        parts["chain"] = [{"iri": one, **lived[one]} for one in chain] if len(chain) > 1 else None
        parts["renewals"] = renewals(graph, [iri]).get(iri, ())
        self.iris |= {*chain, *(renewal.iri for renewal in parts["renewals"])}
        if "MeetingSeries" in self.of.classes:
            parts["meetings"] = self._answer(graph.ask("meetings-of", series=iri))
        if "Meeting" in self.of.classes:
            parts["people"] = self._answer(graph.ask("participants-of", meeting=iri))
        if "Agreement" in self.of.classes:
            parts["signings"] = self._answer(graph.ask("signatories-of", agreement=iri))
        return parts

    def _related(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Return what points to the engagement, under headings, oldest first, with strength and status."""
        groups = {heading: self.of.pointing(name) for name, heading in _RELATED.items()}
        of = ("rdf:type", "pact:when", "pact:whenLatest", "pact:strength", "pact:currentStatus")
        own = Facts(
            read_facts(self.engine, {iri for found in groups.values() for iri in found}, only=of, sourced=False)
        )
        related = []
        for heading, found in groups.items():
            found.sort(key=lambda iri: (own.text(iri, "pact:whenLatest") or "9999", iri))
            rows = [
                {
                    "iri": iri,
                    "when": own.text(iri, "pact:when"),
                    "kind": [name for name in own.iris(iri, "rdf:type") if curie(name).startswith("pact:")],
                    "strength": own.iris(iri, "pact:strength"),
                    "status": own.iris(iri, "pact:currentStatus"),
                }
                for iri in found
            ]
            self.iris |= {name for row in rows for key in ("kind", "strength", "status") for name in row[key]}
            related += [(heading, rows)] if rows else []
        return related

    def _answer(self, result: Any) -> list[dict[str, Any]]:
        """Return the rows of an answer of the catalogue, with the passages of each as proofs."""
        self.names |= result.labels
        rows: list[dict[str, Any]] = list(rows_of(result))
        proved = read_proofs(self.engine, {p for row in rows for p in row.get("passage", ())})
        self.proofs += proved.values()
        for row in rows:
            row["proofs"] = sorted((proved[p] for p in row.get("passage", ())), key=lambda p: p.order)
        return rows
