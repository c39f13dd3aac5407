"""The documents: a list of all, a page on each with what its passages say, and a page on each passage."""

from __future__ import annotations

from difflib import get_close_matches

from spacepact.errors import NotFound, ParameterError, nearest
from spacepact.graph.dereferencing import data_path, is_known
from spacepact.iris import BASE, PREFIXES, SOURCE
from spacepact.queries.documents import Document, Passage, counted_facts, documents, passages, share
from spacepact.queries.names import labels
from spacepact.queries.saying import Said, said_in
from spacepact.server.site import PageRequest, PageResponse, Site, record_of

__all__ = ["ROUTES", "mapping_page", "source_page", "sources_page"]

ROUTES = {
    "/sources": "sources_page",
    "/page/source/{name:path}": "source_page",
    "/page/mapping/{name:path}": "mapping_page",
}

_ORDERS = {
    "title": "title",
    "issued": "issued",
    "publisher": "publisher",
    "rank": "rank",
    "language": "language",
    "facts": "facts",
}


def sources_page(site: Site, request: PageRequest) -> PageResponse:
    """List all documents; ``sort`` is the column to sort by, with a minus for the other way round.

    With *as_of* they are those of the record of an earlier day.
    """
    site = record_of(site, request)
    given = request.one("sort", "-issued")
    column = given.removeprefix("-")
    if column not in _ORDERS:
        raise ParameterError(f"sort: '{column}' is no column{nearest(column, list(_ORDERS))}")
    told = counted_facts(site.graph.store)
    rows = [(document, told.get(document.iri, 0)) for document in documents(site.graph)]
    rows.sort(key=lambda row: row[1] if column == "facts" else getattr(row[0], column).casefold())
    if given.startswith("-"):
        rows.reverse()
    if column != "facts":
        rows.sort(key=lambda row: getattr(row[0], column) == "")  # what is unknown stands last, either way
    published = [row for row in rows if row[0].kind == "document"]
    editors = [row for row in rows if row[0].kind != "document"]
    body = site.render("sources.html", request, published=published, editors=editors, column=column, given=given)
    return PageResponse(body)


def source_page(site: Site, request: PageRequest) -> PageResponse:
    """Show a document, or one of its passages; with *as_of* as part of the record of an earlier day."""
    site = record_of(site, request)
    slug, _, passage = request.params["name"].partition("/")
    document = _document(site, slug)
    of = passages(site.graph, document.iri)
    if not passage:
        return _document_page(site, request, document, of)
    at = next((i for i, each in enumerate(of) if each.name == passage), None)
    if at is None:
        ways = [(f"/page/source/{slug}", document.title)]
        raise NotFound(f"The record has no passage '{passage[:80]}' of this document.", ways)
    body = site.render(
        "passage.html",
        request,
        document=document,
        passage=of[at],
        said=said_in(site.graph, [of[at].iri])[of[at].iri],
        before=of[at - 1] if at else None,
        after=of[at + 1] if at + 1 < len(of) else None,
        readings=[each for each in of if each.paragraph == of[at].paragraph and each != of[at]],
        words=_words(site, of[at]),
        data=data_path(of[at].iri),
    )
    return PageResponse(body)


def _document(site: Site, slug: str) -> Document:
    try:
        found = documents(site.graph, SOURCE + slug)
    except ValueError:  # what is no IRI is no document
        found = []
    if not found and site is not site.today:
        later = _document(site.today, slug)
        raise NotFound(
            f"'{later.title}' was not yet in the record on {site.graph.as_of}: its date of issue is "
            f"{later.issued or 'not known'}, and only documents known to be issued by that day count.",
            [(f"/page/source/{slug}", "The document in the record of today")],
        )
    if not found:
        titles = {each.iri.removeprefix(SOURCE): each.title for each in documents(site.graph)}
        close = get_close_matches(slug[:100], titles, n=4, cutoff=0.5)
        ways = [(f"/page/source/{each}", titles[each]) for each in close]
        raise NotFound(f"The record has no document '{slug[:80]}'.", [*ways, ("/sources", "All documents")])
    return found[0]


def _document_page(site: Site, request: PageRequest, document: Document, of: list[Passage]) -> PageResponse:
    said = said_in(site.graph, [document.iri, *(each.iri for each in of)])
    own = said.pop(document.iri)
    template = "mappings.html" if document.kind == "links" else "source.html"
    names = labels(site.graph.engine, [document.published_in] if document.published_in else [])
    body = site.render(
        template,
        request,
        document=document,
        passages=of,
        said=said,
        own=own,
        mappings=_mappings(own) if document.kind == "links" else [],
        share=share(site.graph, document.iri) if document.kind == "document" else None,
        published_in=names.get(document.published_in, ""),
        words={each.iri: _words(site, each) for each in of},
        data=data_path(document.iri),
    )
    return PageResponse(body)


def _words(site: Site, passage: Passage) -> str:
    return site.words.get("source:" + passage.iri.removeprefix(SOURCE), "")


def _mappings(said: list[Said]) -> list[dict[str, str]]:
    """Return the rows of a set of links to an outside dataset, by the names of SSSOM."""
    rows = []
    for thing in said:
        row = {f.iri.removeprefix(PREFIXES["sssom"]): f.values[0] for f in thing.facts}
        if "object_id" in row:
            texts = {name: value.text for name, value in row.items()}
            ours, theirs = row["subject_id"], row["object_id"]
            rows.append(texts | {"name": thing.iri.rpartition("/")[2], "ours": ours.iri, "theirs": theirs.iri})
    return sorted(rows, key=lambda row: (row["subject_label"].casefold(), row["theirs"]))


def mapping_page(site: Site, request: PageRequest) -> PageResponse:
    """Lead to the row of a link to an outside dataset in the table of its set."""
    if not is_known(site.graph.store, f"{BASE}mapping/{request.params['name']}"):
        raise NotFound("The record has no such link to another dataset.", [("/sources", "All documents")])
    links, _, name = request.params["name"].partition("/")
    return PageResponse.redirect(f"/page/source/links-{links}#{name}")
