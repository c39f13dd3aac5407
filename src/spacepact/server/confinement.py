"""Confines a worker process: its memory, its processor time, its files. What a platform cannot do is said."""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ["allow_seconds", "confine", "missing"]

try:
    import resource as _resource
except ImportError:  # Windows has no such limits
    _resource = None  # type: ignore[assignment]

resource: Any = _resource


def missing() -> list[str]:
    """Return in words the limits that this platform does not have; none on Linux."""
    if resource is None:
        return ["memory", "network", "processor time"]
    # macOS takes a limit of address space and does not hold to it.
    return ["memory"] if sys.platform == "darwin" else []


def confine(memory: int, *, files: bool) -> None:
    """Limit this process to *memory* bytes of address space; without *files* it can open no file or socket any more.

    It cannot write to files in either case, and leaves no core dump.
    """
    if resource is None:
        return
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    if not files:
        highest = max(map(int, os.listdir("/dev/fd")))
        while (free := os.open(os.devnull, os.O_RDONLY)) < highest:
            pass  # takes every free number below the limit, so that none is left for a socket
        os.close(free)
        _lower(resource.RLIMIT_NOFILE, free)


def allow_seconds(seconds: float) -> None:
    """Let this process use the processor for *seconds* more; then the kernel ends it, also where nobody else does."""
    if resource is not None:
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + 2, hard))


def _lower(limit: int, to: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (to, to) if hard == resource.RLIM_INFINITY or hard > to else (hard, hard))
