"""The store that the endpoint serves: the record, and beside it, in named graphs, the descriptions of the endpoint.

The record itself holds nothing of a service, and its store is never written to: the descriptions name the address
that one service is at. So a copy of the compiled store is kept in the cache folder, named by all it depends on, with
three named graphs more. Its default graph is that of the record: no question finds another answer here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store, Triple

from spacepact.errors import SpacepactError
from spacepact.graph.opening import build, cache_folder, forget_old
from spacepact.queries.catalogue import catalogue
from spacepact.server.protocol.description import examples, examples_graph, service
from spacepact.server.protocol.void import void
from spacepact.server.settings import Settings

__all__ = ["build_described", "descriptions", "graphs"]

_KEPT = 4
"""Copies that stay in the cache beside the newest one."""


def graphs(settings: Settings) -> dict[str, str]:
    """Return the IRIs of the graphs with descriptions by what is in them: service, dataset, examples."""
    return {
        "service": f"{settings.public_url}/sparql",
        "dataset": f"{settings.public_url}/.well-known/void",
        "examples": examples_graph(settings.public_url),
    }


def descriptions(store: Store, settings: Settings) -> dict[str, list[Triple]]:
    """Return what there is to say of the service on *store*, by the same names."""
    named = graphs(settings)
    found = {"dataset": void(store, settings.public_url), "examples": examples(settings)}
    sizes = {named[name]: len(set(triples)) for name, triples in found.items()}
    # The description of the service does not tell how large it is itself.
    return {"service": service(store, settings, {**sizes, named["service"]: None}), **found}


def build_described(settings: Settings) -> Path:
    """Return the folder of the store that the endpoint serves, made first where the cache does not hold it.

    Raises FactError or VocabularyError where the record cannot be compiled, SpacepactError where nothing can be
    written. The store is to be opened read-only.
    """
    record = build()
    target = cache_folder() / f"service-{_digest(record, settings)}"
    if not target.is_dir():
        try:
            _write(record, target, settings)
        except OSError as error:
            raise SpacepactError(f"{target.parent}: {error}; set SPACEPACT_CACHE to a folder to write to") from None
        with contextlib.suppress(OSError):  # another process may be tidying up too
            forget_old(target.parent.glob("service-????????????????????"), target.name, _KEPT)
    return target


def _write(record: Path, target: Path, settings: Settings) -> None:
    aside = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        shutil.copytree(record, aside)
        named = graphs(settings)
        store = Store(str(aside))
        # In bulk, since what is added one by one stays in a log that each worker would have to read again.
        store.bulk_extend(
            Quad(t.subject, t.predicate, t.object, NamedNode(named[name]))
            for name, triples in descriptions(store, settings).items()
            for t in triples
        )
        store.optimize()
        store.flush()
        del store  # gives up the lock
        try:
            aside.rename(target)
        except OSError:
            if not target.is_dir():  # if it is there, another process was faster
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _digest(record: Path, settings: Settings) -> str:
    """Return a name for all that the descriptions depend on: record, questions, settings, and the code of this part."""
    from hashlib import blake2b

    code = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    told = repr((record.name, settings, list(catalogue().values()))).encode()
    return blake2b(b"\0".join([told, *code]), digest_size=10).hexdigest()
