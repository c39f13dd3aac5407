"""The service as an ASGI application: static files, pages, SPARQL, and the frame around every answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from spacepact.server.endpoint import Sparql
from spacepact.server.envelope import Envelope
from spacepact.server.pool import Pool
from spacepact.server.proxy import Pages, Statics
from spacepact.server.settings import Settings

__all__ = ["application"]

_NOT_FOR_CRAWLERS = (
    "/sparql", "/query", "/path", "/changes", "/api/changes", "/data/download/as-of", "/*?as_of=", "/*&as_of=",
)  # fmt: skip


def application(settings: Settings, store: str, described: str) -> Envelope:
    """Return the service on the compiled store in the folder *store*. Its workers start with its lifespan.

    SPARQL is asked of the store in the folder *described*, which holds the descriptions of the service too.
    """
    page_pool, query_pool = Pool("pages", settings, store), Pool("queries", settings, described)

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        await asyncio.gather(page_pool.start(), query_pool.start())
        try:
            yield
        finally:
            await page_pool.stop()
            await query_pool.stop()

    async def health(_: Request) -> Response:
        state = {"pages": page_pool.state(), "queries": query_pool.state()}
        if all(pool["workers"] for pool in state.values()):
            status = "ok"
        else:
            status = "no workers" if any(pool["failing"] for pool in state.values()) else "starting"
        return JSONResponse({"status": status, **state}, 503 if status == "no workers" else 200)

    async def robots(_: Request) -> Response:
        # Crawlers are welcome to the pages, not to run queries, nor to derive the record of each day there was.
        return PlainTextResponse("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in _NOT_FOR_CRAWLERS))

    sparql = Sparql(query_pool, settings)
    sparql.description = pages = Pages(page_pool, sparql)
    routes = [
        Route("/healthz", health),
        Route("/robots.txt", robots),
        Route("/static/{name}", Statics()),
        Route("/sparql", sparql),
    ]
    # A bare router: an application of Starlette would answer errors itself, before the envelope sees them.
    return Envelope(Router(routes, redirect_slashes=False, default=pages, lifespan=lifespan), settings)
