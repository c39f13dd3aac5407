"""What surrounds every answer: an id, the headers that keep browsers safe, a line in the log, errors without traces."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spacepact.server.answers import error_response
from spacepact.server.settings import Settings

__all__ = ["POLICY", "SAFE", "Envelope"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy: nothing from other hosts, nothing inline."""

SAFE = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
"""The headers of every answer."""

_SHARED = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Content-Disposition, ETag, Link, Retry-After, Spacepact-Truncated, X-Request-Id",
    ),
)
_PREFLIGHT = {"Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match", "Access-Control-Max-Age": "86400"}
_POSTS = ("/sparql", "/query")  # what queries can be posted to
_LOG = logging.getLogger("spacepact.access")
_PART = 64 * 1024  # bytes that are sent at a time


class _Slow(Exception):
    """The reader has not taken a part of the answer in time."""


class Envelope:
    """Wraps *inner*. Where the settings name hosts, only these are answered.

    Scripts of other sites may read whatever is no page (CORS): data, and errors told to programs. Pages are for people,
    and may have words of documents in them.
    """

    def __init__(self, inner: ASGIApp, settings: Settings) -> None:
        self._inner, self._settings = inner, settings
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; pass on what is none."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        scope["spacepact.id"] = name = secrets.token_hex(6)
        told: dict[str, Any] = {"status": 0, "bytes": 0, "whole": False}
        began = time.perf_counter()
        self._under_way += 1

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message["headers"] = _completed(message["headers"], name)
            told["bytes"] += await self._sent(send, message)
            told["whole"] = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await (self._refusal(scope) or self._inner)(scope, receive, sending)
        except _Slow:
            _LOG.warning({"id": name, "path": scope["path"], "reader": "took too long"})
        except Exception:  # noqa: BLE001  # whatever went wrong, the service goes on and the asker sees no trace
            _LOG.exception({"id": name, "path": scope["path"]})
            if not told["status"]:
                await error_response(Request(scope), 500, "Something went wrong here.")(scope, receive, sending)
        finally:
            self._under_way -= 1
            _log(scope, told, time.perf_counter() - began)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        """Return what answers a request that does not reach the service: from elsewhere, too many, or a preflight."""
        request = Request(scope)
        if self._is_foreign(scope):
            return error_response(request, 421, f"This service answers to {' and '.join(self._settings.hosts)} only.")
        if self._under_way > self._settings.max_connections:
            again = {"Retry-After": "5", "Connection": "close"}
            return error_response(request, 503, "too many are here at a time; come back in a moment", again)
        if scope["method"] == "OPTIONS":
            allowed = "GET, HEAD, POST, OPTIONS" if scope["path"] in _POSTS else "GET, HEAD, OPTIONS"
            return Response(None, 204, {"Allow": allowed, "Access-Control-Allow-Methods": allowed, **_PREFLIGHT})
        return None

    def _is_foreign(self, scope: Scope) -> bool:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        return bool(self._settings.hosts) and name not in self._settings.hosts

    async def _sent(self, send: Send, message: Message) -> int:
        """Send *message*, a large body in parts; return its bytes. Raises _Slow for a reader who does not take one."""
        body = message.get("body", b"")
        parts = range(0, max(len(body), 1), _PART)
        for at in parts:
            part = message
            if len(parts) > 1:
                more = at != parts[-1] or message.get("more_body", False)
                part = {"type": message["type"], "body": body[at : at + _PART], "more_body": more}
                await asyncio.sleep(0)  # others have a turn, and so has the news that the reader is gone
            try:
                async with asyncio.timeout(self._settings.patience):
                    await send(part)
            except TimeoutError:
                raise _Slow from None
        return len(body)


def _completed(given: Iterable[tuple[bytes, bytes]], name: str) -> list[tuple[bytes, bytes]]:
    """Return the headers *given* with those of every answer, and of all but pages those by which others may read it.

    So that nobody else reads a page, an answer that there is nothing new (304) has to say what it is about.
    """
    headers = {key.lower(): value for key, value in given}
    shared = () if headers.get(b"content-type", b"").startswith(b"text/html") else _SHARED
    return [
        *((key, value) for key, value in (*SAFE, *shared) if key not in headers),
        *given,
        (b"x-request-id", name.encode()),
    ]


def _log(scope: Scope, told: dict[str, Any], seconds: float) -> None:
    told["whole"] &= not scope.get("spacepact.gone", False)  # the reader hung up before the end
    line = {
        "id": scope["spacepact.id"], "method": scope["method"], "path": scope["path"], **told,
        "ms": round(seconds * 1000, 1), "client": (scope.get("client") or ("",))[0],
    }  # fmt: skip
    if trace := scope.get("spacepact.trace"):
        _LOG.error({**line, "trace": trace})
    elif told["status"] >= 500 or not told["whole"]:
        _LOG.warning(line)
    else:
        _LOG.info(line)
