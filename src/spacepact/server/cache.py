"""Answers kept in memory: the record does not change while it is served."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property

__all__ = ["Cache", "Stored"]


_LONGEST_KEY = 4096  # who asks in a novel is not likely to ask it again


@dataclass(frozen=True)
class Stored:
    """A whole answer. *headers* have its media type."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def etag(self) -> str:
        """What tells this answer from another; weak, since it is the same compressed."""
        return f'W/"{hashlib.blake2b(self.body, digest_size=12).hexdigest()}"'

    @cached_property
    def compressed(self) -> bytes:
        """The body, compressed; as it is where that gains nothing."""
        small = gzip.compress(self.body, 6, mtime=0) if len(self.body) > 500 else self.body
        return small if len(small) < 0.9 * len(self.body) else self.body


class Cache:
    """Keeps answers until they take *most* bytes together; then the one not asked for the longest goes.

    >>> cache = Cache(most=3000)
    >>> cache.put("a", Stored(200, {}, b"1" * 500))
    >>> cache.put("b", Stored(200, {}, b""))
    >>> cache.get("a") is None, cache.get("b") is None
    (True, False)
    """

    def __init__(self, most: int = 64 * 1024 * 1024, largest: int = 2 * 1024 * 1024) -> None:
        self._most, self._largest = most, largest
        self._kept: OrderedDict[Hashable, Stored] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable) -> Stored | None:
        """Return what is kept under *key*."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, answer: Stored) -> None:
        """Keep *answer* under *key*, unless it is so large that little else would be kept."""
        if len(answer.body) > self._largest or _length(key) > _LONGEST_KEY or key in self._kept:
            return
        self._kept[key] = answer
        self._size += _size(key, answer)
        while self._size > self._most:
            self._size -= _size(*self._kept.popitem(last=False))


def _size(key: Hashable, answer: Stored) -> int:
    """Return about how many bytes an entry takes, its compressed body included."""
    return _length(key) + 2 * len(answer.body) + 1000


def _length(key: Hashable) -> int:
    return len(repr(key))
