"""The SPARQL endpoint: SPARQL 1.1 Protocol over the pool of query workers."""

from __future__ import annotations

import re
import time
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from spacepact.errors import ProtocolError, QueryError
from spacepact.graph.engines.refusals import form, refuse
from spacepact.iris import LICENCE
from spacepact.server.answers import client_of, error_response, response, stopped_response, unless_gone
from spacepact.server.cache import Cache, Stored
from spacepact.server.pool import Pool, Run, Stopped
from spacepact.server.protocol.negotiation import preferred
from spacepact.server.protocol.requests import Query, read
from spacepact.server.protocol.results import offered
from spacepact.server.settings import Settings

__all__ = ["Sparql", "TooLarge", "read_body"]

_KEPT = 1024 * 1024  # bytes of an answer that may be kept
_CHANGING = re.compile(r"\b(?:RAND|NOW|UUID|STRUUID|SERVICE)\b", re.IGNORECASE)  # what answers anew each time


class TooLarge(Exception):
    """The body is larger than it may be."""


class Sparql:
    """Answers SPARQL queries, by protocol and for the page of the editor."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._pool, self._settings = pool, settings
        self._cache = Cache()
        self.description: ASGIApp | None = None  # what answers a request without a query

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of the SPARQL Protocol."""
        request = Request(scope, receive)
        try:
            await self._answer(request, send)
        except TooLarge:
            most = self._settings.max_body // 1024
            await error_response(request, 413, f"the body has more than {most:,} KiB")(scope, receive, send)
        except ProtocolError as error:
            await error_response(request, error.status, str(error), dict(error.headers))(scope, receive, send)
        except QueryError as error:
            await error_response(request, 400, str(error))(scope, receive, send)
        except Stopped as error:
            await stopped_response(request, error)(scope, receive, send)

    async def _answer(self, request: Request, send: Send) -> None:
        body = await read_body(request, self._settings.max_body)
        if request.method in ("GET", "HEAD") and not request.url.query:
            assert self.description is not None, "the application has set it"
            await self.description(request.scope, request.receive, send)
            return
        asked = read(
            request.method, request.scope["query_string"], request.headers.get("content-type", ""), body,
            max_query=self._settings.max_query,
        )  # fmt: skip
        accept = request.headers.get("accept", "")
        kinds = offered(self._checked(asked))
        media_type = preferred(accept, kinds)
        if media_type is None:
            raise ProtocolError(406, f"this query can be answered as {', '.join(kinds)}")
        if (kept := self._cache.get((asked, media_type))) is not None:
            await (await response(request, kept))(request.scope, request.receive, send)
            return
        run = await unless_gone(request, self._run(asked, media_type, client_of(request)))
        try:
            await self._send(request, asked, media_type, run, send)
        finally:
            run.close()

    def _checked(self, asked: Query) -> str:
        """Return the form of the query. Raises QueryError for what is not to run at all."""
        refuse(asked.sparql, self._settings.services)
        if not (found := form(asked.sparql)):
            raise QueryError("no query: it has none of SELECT, ASK, CONSTRUCT and DESCRIBE")
        return found

    async def _run(self, asked: Query, media_type: str, client: str) -> Run:
        job = {
            "sparql": asked.sparql, "default_graphs": asked.default_graphs, "named_graphs": asked.named_graphs,
            "media_type": media_type,
        }  # fmt: skip
        return await self._pool.run(job, client)

    async def _send(self, request: Request, asked: Query, media_type: str, run: Run, send: Send) -> None:
        headers = {"Content-Type": media_type, "Vary": "Accept", "Link": f'<{LICENCE}>; rel="license"'}
        if run.head["truncated"]:
            headers["Spacepact-Truncated"] = f"{self._settings.max_rows} rows"
        if run.head["truncated"] is not None or request.scope["http_version"] == "1.0":
            # All rows are there already. (And where there are no chunks, a broken answer would look like a whole one.)
            answer = Stored(200, headers, await run.whole())
            if len(answer.body) <= _KEPT and not _CHANGING.search(asked.sparql):
                self._cache.put((asked, media_type), answer)
            await (await response(request, answer))(request.scope, request.receive, send)
            return
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        try:
            async for chunk in run.chunks():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except Stopped as error:
            # Without its last chunk no client takes the answer for whole: the server closes the connection.
            request.scope["spacepact.trace"] = f"broke off: {error}"
            return
        await send({"type": "http.response.body"})

    async def outcome(self, sparql: str, client: str) -> dict[str, Any]:
        """Return what became of *sparql*, for a page to show: see `spacepact.server.site.PageRequest`."""
        began = time.perf_counter()
        try:
            media_type, truncated, content = await self._whole(sparql, client)
        except (QueryError, ProtocolError) as error:
            return {"status": getattr(error, "status", 400), "message": str(error)}
        except Stopped as error:
            return {"status": error.status, "message": str(error)}
        return {
            "results": content.decode(), "media_type": media_type, "truncated": truncated,
            "seconds": time.perf_counter() - began,
        }  # fmt: skip

    async def _whole(self, sparql: str, client: str) -> tuple[str, bool, bytes]:
        asked = Query(sparql)
        if len(sparql.encode()) > self._settings.max_query:
            raise ProtocolError(414, f"the query has more than {self._settings.max_query // 1024} KiB")
        results = self._checked(asked) in ("SELECT", "ASK")
        media_type = "application/sparql-results+json" if results else "application/n-triples"
        run = await self._run(asked, media_type, client)
        try:
            return media_type, bool(run.head["truncated"]), await run.whole()
        finally:
            run.close()


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of *request*. Raises TooLarge as soon as it is clear that it has more than *most* bytes."""
    if (
        request.headers.get("content-length", "0").isdecimal()
        and int(request.headers.get("content-length", "0")) > most
    ):
        raise TooLarge
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge
    return body
