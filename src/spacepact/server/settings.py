"""The settings of the service, with the limits that keep it up in public."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What the service is told at start.

    *public_url* is the address that feeds, downloads and the service description give, without a slash at its end.
    *hosts* are the names that the Host header may give, any where there are none: with those of this machine, no page
    of another site can reach a service on loopback by a name of its own.
    *documents* is a folder with local copies of the documents: pages then show the words of passages. *services* are
    the beginnings of addresses that SPARQL's SERVICE may call; with none, it is refused.

    Limits: times are in seconds, sizes in bytes. A query may take *deadline*; while others wait,
    *deadline_when_busy*. An answer has at most *max_rows* rows and *max_answer* bytes. A request waits at most
    *max_wait* for a worker, and at most *max_waiting* requests wait; then the answer is 429. Of *max_connections* at a
    time the one that has waited longest for a request makes way; who takes *patience* to send one, or to take 64 KiB of
    an answer, is dropped.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    hosts: tuple[str, ...] = ()
    documents: Path | None = None
    services: tuple[str, ...] = ()
    deadline: float = 10.0
    deadline_when_busy: float = 2.0
    max_rows: int = 10_000
    max_answer: int = 32 * 1024 * 1024
    max_query: int = 64 * 1024
    max_body: int = 2 * 1024 * 1024
    memory: int = 1024 * 1024 * 1024
    max_wait: float = 5.0
    max_waiting: int = 128
    max_connections: int = 1000
    patience: float = 30.0
    page_workers: int = field(default_factory=lambda: min(8, max(2, os.cpu_count() or 1)))
    query_workers: int = field(default_factory=lambda: min(8, max(4, os.cpu_count() or 1)))

    def as_json(self) -> dict[str, Any]:
        """Return the settings as they are told to worker processes."""
        return asdict(self) | {"documents": str(self.documents or "")}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Settings:
        """Return the settings as a worker process was told them.

        >>> Settings.from_json(Settings(documents=Path("x")).as_json()) == Settings(documents=Path("x"))
        True
        """
        found: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
        }
        found |= {"documents": Path(told["documents"]) if told["documents"] else None}
        return cls(**found)
