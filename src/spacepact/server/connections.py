"""The connections of the service: each has a time to send its request, and those that only wait make way for others."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import socket
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from spacepact.server.envelope import SAFE
from spacepact.server.settings import Settings

__all__ = ["Connection", "Server"]

_LOG = logging.getLogger("spacepact.access")


class Connection(H11Protocol):
    """One connection. It is looked at each second, and dropped where the other side has kept it waiting too long."""

    def __init__(self, *, settings: Settings, **told: Any) -> None:
        super().__init__(**told)
        self._settings = settings
        self._phase: tuple[Any, ...] = (None, h11.IDLE, False)
        self.since = self.loop.time()
        """When its phase began: waiting for a request, or sending an answer."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection; where there are too many, the one that has waited longest for a request goes."""
        super().connection_made(transport)
        if len(self.connections) > self._settings.max_connections:
            others = [other for other in _connections(self.server_state) if other is not self]
            idle = [other for other in others if other.awaits and not other.transport.is_closing()]
            if idle:
                min(idle, key=lambda other: other.since).transport.abort()

    @property
    def awaits(self) -> bool:
        """Whether a request, or the rest of one, is still to come."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def look(self) -> None:
        """Drop the connection where a request, or what is left of an answer, is not through after all our patience."""
        now = self.loop.time()
        closing = self.transport.is_closing()  # what is written already may still be on its way to a slow reader
        phase = (self.cycle, self.conn.their_state, closing)
        if phase != self._phase:
            self._phase, self.since = phase, now
        elif now - self.since > self._settings.patience and (closing or self.awaits):
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note in the scope, for the log, that an answer did not reach its reader."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.scope["spacepact.gone"] = True  # type: ignore[typeddict-unknown-key]
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP request, or too long a one, as every error is told, and close."""
        status = getattr(sys.exc_info()[1], "error_status_hint", 400)
        if status == 431:
            most = self.config.h11_max_incomplete_event_size or 0
            msg = f"address and headers have more than {most // 1024} KiB; send a long query by POST"
        name = secrets.token_hex(6)
        client = self.client[0] if self.client else ""
        _LOG.warning({"id": name, "status": status, "client": client, "error": msg})
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._send(status, json.dumps({"error": msg, "status": status, "id": name}).encode(), name)
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _send(self, status: int, body: bytes, name: str) -> None:
        headers = [
            *SAFE, (b"access-control-allow-origin", b"*"), (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()), (b"x-request-id", name.encode()), (b"connection", b"close"),
        ]  # fmt: skip
        start = h11.Response(status_code=status, headers=headers, reason=STATUS_PHRASES.get(status, b""))
        for event in (start, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")


def _connections(state: ServerState) -> list[Connection]:
    return [each for each in state.connections if isinstance(each, Connection)]


class Server(uvicorn.Server):
    """Runs *application* on connections of that kind; *ready* is called once it answers."""

    def __init__(self, application: Any, settings: Settings, ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                # One parser everywhere, with limits of its own: the other one of uvicorn takes a header without end.
                http=partial(Connection, settings=settings),  # type: ignore[arg-type]
                h11_max_incomplete_event_size=2 * settings.max_query,
                ws="none",
                log_config=None,
                access_log=False,
                lifespan="on",
                server_header=False,
                timeout_graceful_shutdown=int(settings.deadline) + 1,
                timeout_keep_alive=int(settings.patience),
                proxy_headers=True,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def on_tick(self, counter: int) -> bool:
        """Look at every connection once a second; return whether to end."""
        if counter % 10 == 0:
            for connection in _connections(self.server_state):
                connection.look()
        return await super().on_tick(counter)
