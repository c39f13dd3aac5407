"""A worker process: takes jobs on standard input, answers on standard output, and can be killed at any time.

There are two kinds. A worker for ``pages`` makes pages and the answers of the catalogue. A worker for ``queries`` runs
the SPARQL of strangers: it imports little, and once the store is open it can open nothing else, no file and no socket.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from spacepact.server.confinement import allow_seconds, confine
from spacepact.server.frames import DATA, END, FAILED, HEAD, READY, read_job, send
from spacepact.server.settings import Settings

__all__ = ["main"]

Job = dict[str, Any]


def main() -> None:
    """Serve jobs until the service closes the pipe. The first job says what kind of worker this is."""
    jobs, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=64 * 1024)
    os.dup2(2, 1)  # whatever prints must not break into the frames
    start = read_job(jobs)
    if start is None:
        return
    settings = Settings.from_json(start["settings"])
    if start["kind"] == "pages":
        work = _pages(start["store"], settings)
        confine(settings.memory, files=True)
    else:
        work = _queries(start["store"], settings)
        confine(settings.memory, files=bool(settings.services))  # to call other servers for SERVICE takes sockets
    send(out, READY)
    while (job := read_job(jobs)) is not None:
        allow_seconds(settings.deadline)
        try:
            work(job, out)
        except MemoryError:
            return  # what is left of memory is not to be trusted; the service tells the asker why a worker ends


def _queries(folder: str, settings: Settings) -> Callable[[Job, BinaryIO], None]:
    import pyoxigraph

    from spacepact.errors import ProtocolError, QueryError
    from spacepact.server.protocol.requests import Query
    from spacepact.server.protocol.results import run

    store = pyoxigraph.Store.read_only(folder)
    base, note = settings.public_url + "/", settings.public_url + "/query"
    too_large = f"the answer has more than {settings.max_answer // 1024 // 1024} MB; ask for less, or in parts"

    def work(job: Job, out: BinaryIO) -> None:
        asked = Query(job["sparql"], tuple(job["default_graphs"]), tuple(job["named_graphs"]))
        try:
            answer = run(
                store, asked, job["media_type"], max_rows=settings.max_rows, base=base, note=note,
                services=settings.services,
            )  # fmt: skip
            send(out, HEAD, {"truncated": answer.truncated, "rows": answer.rows})
            size = 0
            for chunk in answer.chunks:
                size += len(chunk)
                if size > settings.max_answer:
                    return send(out, FAILED, {"status": 507, "message": too_large})
                send(out, DATA, chunk)
        except ProtocolError as error:
            return send(out, FAILED, {"status": error.status, "message": str(error)})
        except QueryError as error:
            return send(out, FAILED, {"status": 400, "message": str(error)})
        return send(out, END)

    return work


def _pages(folder: str, settings: Settings) -> Callable[[Job, BinaryIO], None]:
    import traceback

    import pyoxigraph

    from spacepact.graph.engines.embedded import Embedded
    from spacepact.queries.knowledge import KnowledgeGraph
    from spacepact.server.routing import answer, routes
    from spacepact.server.site import Site

    site = Site(KnowledgeGraph(Embedded(pyoxigraph.Store.read_only(folder))), settings)
    # What nearly every page needs, and the modules of all of them, before a reader waits for it.
    _ = routes(), site.overview, site.names

    def work(job: Job, out: BinaryIO) -> None:
        try:
            page = answer(site, job["url"], job["accept"], job["outcome"])
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  # a page that fails must not take the others with it
            trace = traceback.format_exc()
            return send(out, FAILED, {"status": 500, "message": f"{type(error).__name__}", "trace": trace})
        head = {
            "status": page.status,
            "headers": {"Content-Type": page.media_type, **page.headers},
            "file": str(page.file or ""),
        }
        send(out, HEAD, head)
        send(out, DATA, page.body if isinstance(page.body, bytes) else page.body.encode())
        return send(out, END)

    return work


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # the service has gone
        main()
