"""What surrounds every answer: an id, the headers that keep browsers safe, a line in the log, errors without traces."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spacepact.server.answers import error_response
from spacepact.server.settings import Settings

__all__ = ["POLICY", "Envelope"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The Content-Security-Policy: nothing from other hosts, nothing inline."""

_HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
_LOG = logging.getLogger("spacepact.access")
_PART = 64 * 1024  # bytes that are sent at a time
_PATIENCE = 30.0  # seconds that a reader may take for them


class Envelope:
    """Wraps *inner*. Where the settings name hosts, only these are answered."""

    def __init__(self, inner: ASGIApp, settings: Settings) -> None:
        self._inner, self._settings = inner, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; pass on what is none."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        scope["spacepact.id"] = name = secrets.token_hex(6)
        told: dict[str, Any] = {"status": 0, "bytes": 0, "whole": False}
        began = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                given = {key for key, _ in message["headers"]}
                extra = [(key, value) for key, value in _HEADERS if key not in given]
                message["headers"] = [*message["headers"], *extra, (b"x-request-id", name.encode())]
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
                told["whole"] = not message.get("more_body", False)
            await _sent(send, message)

        try:
            if self._is_foreign(scope):
                answer = error_response(
                    Request(scope), 421, f"This service answers to {' and '.join(self._settings.hosts)} only."
                )
                await answer(scope, receive, sending)
            else:
                await self._inner(scope, receive, sending)
        except TimeoutError:
            _LOG.warning(json.dumps({"id": name, "path": scope["path"], "reader": "took too long"}))
        except Exception:  # noqa: BLE001  # whatever went wrong, the service goes on and the asker sees no trace
            _LOG.exception(json.dumps({"id": name, "path": scope["path"]}))
            if not told["status"]:
                await error_response(Request(scope), 500, "Something went wrong here.")(scope, receive, sending)
        finally:
            self._log(scope, told, time.perf_counter() - began)

    def _is_foreign(self, scope: Scope) -> bool:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        return bool(self._settings.hosts) and name not in self._settings.hosts

    def _log(self, scope: Scope, told: dict[str, Any], seconds: float) -> None:
        line = {
            "id": scope["spacepact.id"], "method": scope["method"], "path": scope["path"], **told,
            "ms": round(seconds * 1000, 1), "client": (scope.get("client") or ("",))[0],
        }  # fmt: skip
        if trace := scope.get("spacepact.trace"):
            _LOG.error(json.dumps({**line, "trace": trace}))
        elif told["status"] >= 500 or not told["whole"]:
            _LOG.warning(json.dumps(line))
        else:
            _LOG.info(json.dumps(line))


async def _sent(send: Send, message: Message) -> None:
    """Send *message*, a large body in parts. Raises TimeoutError for a reader who does not take one in time."""
    body = message.get("body", b"")
    if len(body) <= _PART:
        await asyncio.wait_for(send(message), _PATIENCE) if body else await send(message)
        return
    parts = range(0, len(body), _PART)
    for at in parts:
        more = at != parts[-1] or message.get("more_body", False)
        part = {"type": "http.response.body", "body": body[at : at + _PART], "more_body": more}
        await asyncio.wait_for(send(part), _PATIENCE)
