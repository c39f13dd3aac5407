"""The record as files, with what it takes to use and to cite them, and the catalogue that describes them."""

from __future__ import annotations

import gzip
import io

from spacepact.dates import bounds
from spacepact.errors import NotFound, SpacepactError
from spacepact.graph.dereferencing import SYNTAXES, write
from spacepact.graph.exporting import export
from spacepact.queries.downloads import FILES, Download, citation, content, made
from spacepact.queries.tables import TABLES
from spacepact.server.catalogue import CATALOGUE, catalogue
from spacepact.server.pages._negotiating import HTML, see, wanted_of
from spacepact.server.site import PageRequest, PageResponse, Site

__all__ = ["ROUTES", "as_of_file", "as_of_redirect", "catalogue_file", "data_page", "file"]

ROUTES = {
    "/data": "data_page",
    "/data/as-of": "as_of_redirect",
    "/data/download/{name}": "file",
    "/data/download/as-of/{date}.nq.gz": "as_of_file",
    "/data/catalog": "catalogue_file",
    "/data/catalog.{suffix}": "catalogue_file",
}


def data_page(site: Site, request: PageRequest) -> PageResponse:
    """Show all files with sizes and hashes, and how to reach the record by programs."""
    files = {name: made(site.graph, name) for name in FILES}
    body = site.render(
        "data.html",
        request,
        files=files,
        titles={name: each.title for name, each in FILES.items()},
        tables={name: words for name, (words, *_) in TABLES.items()},
        citation=citation(site.graph, site.settings.public_url),
        url=site.settings.public_url,
        megabytes=lambda size: f"{size / 1e6:,.1f} MB",
    )
    return PageResponse(body, headers=_kept(files))


def _kept(files: dict[str, Download | None]) -> dict[str, str]:
    """Say that an answer is not to be kept where some files were not written: the next one tells more."""
    return {} if all(files.values()) else {"Cache-Control": "no-store"}


def file(site: Site, request: PageRequest) -> PageResponse:
    """Send a file."""
    name = request.params["name"]
    if name not in FILES:
        raise NotFound(f"There is no file '{name[:80]}'.", [("/data", "All files")])
    found = made(site.graph, name)
    if found is None:  # the service has them written when it starts; this one is asked for before that is done
        return PageResponse.download(content(site.graph, name), FILES[name].media_type, name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{found.sha256[:32]}"'}
    return PageResponse(media_type=FILES[name].media_type, headers=headers, file=found.path)


def as_of_redirect(_: Site, request: PageRequest) -> PageResponse:
    """Lead from the form to the file of the day that was written in it."""
    day = bounds(request.one("date")).latest[:10]
    return PageResponse.redirect(f"/data/download/as-of/{day}.nq.gz")


def as_of_file(site: Site, request: PageRequest) -> PageResponse:
    """Send the record as it stood at the end of a day, as packed N-Quads."""
    then = site.as_of(request.params["date"]).graph
    target = io.BytesIO()
    export(then.store, "nquads", target)
    name = f"spacepact-as-of-{then.as_of}.nq.gz"
    return PageResponse.download(gzip.compress(target.getvalue(), mtime=0), "application/gzip", name)


def catalogue_file(site: Site, request: PageRequest) -> PageResponse:
    """Answer with the catalogue, in DCAT; its IRI leads to a syntax, or to the page of all files, as is preferred."""
    suffix = request.params.get("suffix", "")
    if not suffix:
        wanted = wanted_of(request.accept, "ttl")
        return see("/data" if wanted == HTML else f"/data/catalog.{wanted}", wanted)
    if suffix not in SYNTAXES:
        raise SpacepactError(f"catalog.{suffix[:20]}: the syntaxes are {', '.join(SYNTAXES)}")
    files = {name: made(site.graph, name) for name in FILES}
    body = write(catalogue(site, files), suffix, CATALOGUE)
    return PageResponse(body, SYNTAXES[suffix].media_type, headers=_kept(files))
