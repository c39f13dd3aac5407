"""A pool of worker processes: hands out jobs, keeps the deadline, and puts a new process where one was killed.

Whoever asks gives a name of the client. While workers are scarce, the client with the fewest jobs under way comes
first, a query that has had its share of time gives way, and of jobs known to be slow one worker is kept free.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, Literal, NamedTuple

from spacepact.server.frames import DATA, FAILED, HEAD, HEADER, READY
from spacepact.server.settings import Settings

__all__ = ["Pool", "Run", "Stopped"]

Kind = Literal["pages", "queries"]

_HELD = 8 * 1024 * 1024
"""Bytes of an answer that are kept for a slow reader, so that it does not hold a worker."""

_TICK = 0.05  # seconds between two looks at the clock
_START = 60.0  # seconds that a worker may take to start
_LOG = logging.getLogger("spacepact.server")

_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
"""What each worker process is told. glibc would reserve 64 MB of address space for each thread of the store that
happens to meet another, up to all a worker may have; a job works on one thread and needs one arena."""


class Stopped(Exception):
    """There is no answer, or no more of it. *status* is what HTTP says for it, *retry_after* in seconds."""

    def __init__(self, status: int, message: str, retry_after: int | None = None, trace: str = "") -> None:
        self.status, self.retry_after, self.trace = status, retry_after, trace
        super().__init__(message)


def _failure(payload: bytes) -> Stopped:
    told = json.loads(payload)
    return Stopped(told["status"], told["message"], trace=told.get("trace", ""))


class _Worker:
    """A worker process and what it is doing."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.since = 0.0
        self.slow = False
        self.reason: Stopped | None = None
        self.stopped = asyncio.Event()

    def tell(self, job: Mapping[str, Any]) -> None:
        payload = json.dumps(job).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(HEADER.pack(b"J", len(payload)) + payload)

    async def hear(self) -> tuple[bytes, bytes]:
        """Return the next frame. Raises Stopped where the process has ended."""
        assert self.process.stdout is not None
        try:
            kind, length = HEADER.unpack(await self.process.stdout.readexactly(HEADER.size))
            return kind, await self.process.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise self.reason or Stopped(
                507, "the query was stopped: it needed more memory than it may have, or broke the engine"
            ) from None

    def kill(self, reason: Stopped | None = None) -> None:
        self.reason = reason
        self.stopped.set()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()


class Run:
    """A job under way: ``head`` is known, ``chunks`` gives the rest. Close it, whole or not."""

    def __init__(self, pool: Pool, worker: _Worker, client: str) -> None:
        self._pool, self._worker, self._client = pool, worker, client
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._failed: Stopped | None = None
        self._over = False
        self._reading: asyncio.Task[None] | None = None
        self.head: dict[str, Any] = {}

    async def begin(self, job: Mapping[str, Any]) -> None:
        """Give the worker the job and wait for the head of the answer. Raises Stopped."""
        self._worker.tell(job)
        kind, payload = await self._worker.hear()
        if kind == FAILED:
            self._over = True
            raise _failure(payload)
        assert kind == HEAD, f"a frame of kind {kind!r} where a head belongs"
        self.head = json.loads(payload)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            while (frame := await self._worker.hear())[0] == DATA:
                self._chunks.append(frame[1])
                self._size += len(frame[1])
                self._news.set()
                while self._size > _HELD and not self._worker.stopped.is_set():
                    await self._wait_for_room(self._worker)
            if frame[0] == FAILED:
                self._failed = _failure(frame[1])
            self._over = True
        except Stopped as error:
            self._failed = error
        self._news.set()
        self._release()

    async def _wait_for_room(self, worker: _Worker) -> None:
        """Wait until the reader has taken something, or the worker has been stopped, so that it is replaced at once."""
        self._room.clear()
        waits = [asyncio.create_task(event.wait()) for event in (self._room, worker.stopped)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the answer. Raises Stopped where it breaks off."""
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._size -= len(chunk)
                self._room.set()
                yield chunk
            if self._failed:
                raise self._failed
            if self._over:
                return
            self._news.clear()
            await self._news.wait()

    async def whole(self) -> bytes:
        """Return all bytes of the answer. Raises Stopped where it breaks off."""
        return b"".join([chunk async for chunk in self.chunks()])

    def close(self) -> None:
        """Give the worker back; where it is not done, nobody wants the answer any more, and it is killed."""
        if self._reading is not None:
            self._reading.cancel()
        self._release()

    def _release(self) -> None:
        worker, self._worker = self._worker, None  # type: ignore[assignment]
        if worker is not None:
            self._pool.release(worker, self._client, healthy=self._over)


class _Place(NamedTuple):
    """A place in the queue for a worker."""

    client: str
    slow: bool
    worker: asyncio.Future[_Worker]


class Pool:
    """Workers of one kind, on the store in the folder *store*."""

    def __init__(self, kind: Kind, settings: Settings, store: str) -> None:
        self.kind, self.settings, self.store = kind, settings, store
        self.size = settings.page_workers if kind == "pages" else settings.query_workers
        self._idle: deque[_Worker] = deque()
        self._busy: set[_Worker] = set()
        self._waiting: list[_Place] = []
        self._running: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._starting, self._failing = 0, False
        self.killed: Counter[str] = Counter()

    async def start(self) -> None:
        """Start the workers; return when one is ready. Raises Stopped or OSError if the first cannot start."""
        for _ in range(self.size - 1):
            self._replace()
        await self._spawn()
        self._keep(self._watch())

    async def stop(self) -> None:
        """Kill all workers."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for worker in (*self._idle, *self._busy):
            worker.kill()
            await worker.process.wait()

    def state(self) -> dict[str, Any]:
        """Return numbers for a look at the health of the pool; ``failing`` tells that workers do not start."""
        return {
            "workers": len(self._idle) + len(self._busy), "idle": len(self._idle), "starting": self._starting,
            "failing": self._failing, "waiting": len(self._waiting), "killed": dict(self.killed),
        }  # fmt: skip

    async def run(self, job: Mapping[str, Any], client: str, *, slow: bool = False) -> Run:
        """Start *job* and return it once its head is known. Raises Stopped: 429 where there are too many.

        Jobs known to be *slow* leave one worker to the others.
        """
        worker = await self._take(client, slow)
        run = Run(self, worker, client)
        try:
            await run.begin(job)
        except BaseException:
            run.close()
            raise
        return run

    async def _take(self, client: str, slow: bool) -> _Worker:
        place = _Place(client, slow, asyncio.get_running_loop().create_future())
        self._waiting.append(place)
        self._hand_out()
        if len(self._waiting) > self.settings.max_waiting:
            self._turn_away()
        if place.worker.done():
            return place.worker.result()
        try:
            return await asyncio.wait_for(asyncio.shield(place.worker), self.settings.max_wait)
        except BaseException as error:
            if place in self._waiting:
                self._waiting.remove(place)
            elif place.worker.exception() is None:  # a worker came just as the time was over or the client went
                self.release(place.worker.result(), client, healthy=True)
            if isinstance(error, TimeoutError):
                raise Stopped(429, "the service is busy; come back in a moment", retry_after=2) from None
            raise

    def _turn_away(self) -> None:
        """Refuse a place to who came last of the client that asks for most, so that one cannot fill the queue."""
        asking = self._running + Counter(place.client for place in self._waiting)
        last = max(reversed(self._waiting), key=lambda place: asking[place.client])
        self._waiting.remove(last)
        last.worker.set_exception(Stopped(429, "too many requests are waiting; come back in a moment", retry_after=2))

    def _hand_out(self) -> None:
        """Give idle workers to those who wait, the client with the fewest jobs first."""
        while self._idle:
            slow = sum(worker.slow for worker in self._busy)
            fit = [place for place in self._waiting if not place.slow or slow < max(1, self.size - 1)]
            if not fit:
                return
            place = min(fit, key=lambda waiting: self._running[waiting.client])
            self._waiting.remove(place)
            worker = self._idle.popleft()
            worker.since, worker.slow = time.monotonic(), place.slow
            self._busy.add(worker)
            self._running[place.client] += 1
            place.worker.set_result(worker)

    def release(self, worker: _Worker, client: str, *, healthy: bool) -> None:
        """Take *worker* back from *client*; one that is not *healthy* is replaced."""
        self._busy.discard(worker)
        self._running[client] -= 1
        if self._running[client] <= 0:
            del self._running[client]
        if healthy and not worker.stopped.is_set() and worker.process.returncode is None:
            self._idle.append(worker)
        else:
            worker.kill(worker.reason)
            self._replace()
        self._hand_out()

    def _replace(self) -> None:
        if not self._closed:
            self._keep(self._spawn_again())

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _spawn_again(self) -> None:
        """Start a worker, and try until it starts: the reason it does not may pass, as a lack of memory does."""
        pause = 0.5
        self._starting += 1
        try:
            while True:
                try:
                    return await self._spawn()
                except (OSError, Stopped, TimeoutError) as error:
                    self._failing = True
                    _LOG.error("a worker for %s does not start: %s", self.kind, error)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, 30)
        finally:
            self._starting -= 1

    async def _spawn(self) -> None:
        worker = _Worker(
            await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "spacepact.server.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=1024 * 1024,
                env=os.environ | _ENVIRONMENT,
            )
        )
        worker.tell({"kind": self.kind, "store": self.store, "settings": self.settings.as_json()})
        try:
            kind, _ = await asyncio.wait_for(worker.hear(), _START)
        except BaseException:
            worker.kill()
            raise
        assert kind == READY, f"a frame of kind {kind!r} from a worker that starts"
        self._failing = False
        self._keep(self._mourn(worker))
        self._idle.append(worker)
        self._hand_out()

    async def _mourn(self, worker: _Worker) -> None:
        """Replace a worker that dies while it has nothing to do."""
        await worker.process.wait()
        if worker in self._idle:
            self._idle.remove(worker)
            self._replace()

    async def _watch(self) -> None:
        """Kill what has had its time: all of it, or where it is a stranger's query and others wait, its share.

        A page that is stopped costs more than it saves: it is asked for again, and a new worker takes seconds.
        """
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            for worker in sorted(self._busy, key=lambda w: w.since):
                spent = now - worker.since
                if worker.reason is None and spent > self.settings.deadline:
                    self.killed["deadline"] += 1
                    worker.kill(Stopped(504, f"stopped after {self.settings.deadline:g} seconds; ask for less"))
                elif worker.reason is None and self._is_short(spent):
                    self.killed["busy"] += 1
                    worker.kill(
                        Stopped(
                            429,
                            f"stopped after {spent:.0f} seconds, since others wait; ask for less, or later",
                            retry_after=10,
                        )
                    )
                    break  # one at a time: its place may be enough

    def _is_short(self, spent: float) -> bool:
        """Tell whether a job that has run for *spent* seconds must give way."""
        return bool(self._waiting) and self.kind == "queries" and spent > self.settings.deadline_when_busy
