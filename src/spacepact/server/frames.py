"""What the service and its workers tell each other over pipes: frames of a kind, a length and that many bytes."""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

__all__ = ["DATA", "END", "FAILED", "HEAD", "HEADER", "READY", "read_job", "send"]

HEADER = struct.Struct(">cI")

READY = b"R"
"""A worker can take a job."""

HEAD = b"H"
"""What comes before the first byte of an answer, as JSON."""

DATA = b"D"
"""Bytes of an answer."""

END = b"E"
"""The answer is whole."""

FAILED = b"F"
"""There is no answer, or no more of it: status and message as JSON."""


def send(out: BinaryIO, kind: bytes, content: bytes | dict[str, Any] = b"") -> None:
    """Write a frame; what is no bytes is written as JSON. The frames of a small answer go out together, at its end."""
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    out.write(HEADER.pack(kind, len(payload)) + payload)
    if kind not in (HEAD, DATA):
        out.flush()


def read_job(source: BinaryIO) -> dict[str, Any] | None:
    """Return the next job, or None where the service has gone."""
    head = source.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    _, length = HEADER.unpack(head)
    job: dict[str, Any] = json.loads(source.read(length))
    return job
