"""Opens the compiled graph: built once into the user's cache folder, named by the hash of its files.

Opening costs no parsing: a folder whose files have not changed since the last time is known by their sizes and
times, and the store inside it is opened read-only.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Store, __version__

from spacepact.errors import SpacepactError
from spacepact.folders import folder, write_aside
from spacepact.iris import DERIVED, ENTITY, NS, PREFIXES

__all__ = ["as_of_store", "build", "cache_folder", "forget_old", "hold", "open_store", "uncertain_documents"]

_KEPT = 4
"""Builds that stay in the cache beside the newest one."""

_PARTS = {"ontology": (".ttl",), "graph": (".yaml", ".rq", ".tsv", ".jsonld")}


def cache_folder() -> Path:
    """Return the folder for builds: SPACEPACT_CACHE, or ``spacepact`` in the user's cache folder."""
    if own := os.environ.get("SPACEPACT_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", "~")).expanduser() / "spacepact"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/spacepact").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "spacepact"


def open_store(progress: Callable[[str], None] = lambda _: None) -> Store:
    """Return the compiled graph, read-only, built first where the cache does not hold it; *progress* is told so."""
    try:
        return Store.read_only(str(build(progress=progress)))
    except OSError:
        progress("the cached store is damaged; compiling it anew")
        return Store.read_only(str(build(force=True, progress=progress)))


def build(*, force: bool = False, progress: Callable[[str], None] = lambda _: None) -> Path:
    """Return the folder of the compiled store, compiling it where needed or when *force* is set.

    Raises FactError or VocabularyError with every mistake found; then nothing is written. *progress* is told each
    step in words.
    """
    cache = cache_folder()
    files = _files()
    pointer = cache / f"files-{_digest(_stamps(files))}"
    if not force:
        try:
            found = cache / pointer.read_text(encoding="ascii")
            if found.is_dir():
                return found
        except OSError:
            pass
    name = "store-" + _digest([path.read_bytes() for path in files])
    store = cache / name
    try:
        if force or not store.is_dir():
            _write(store, progress, replace=force)
        write_aside(pointer, lambda path: path.write_text(name, encoding="ascii"))
    except OSError as error:
        raise SpacepactError(f"{cache}: {error}; set SPACEPACT_CACHE to a folder that can be written") from None
    with contextlib.suppress(OSError):  # another process may be tidying up too
        _forget(cache, keep=name)
    return store


def _write(target: Path, progress: Callable[[str], None], *, replace: bool) -> None:
    import shutil

    from spacepact.graph.compiling import compile_facts

    progress("reading and checking the facts")
    compiled = compile_facts()
    aside = target.with_name(f"{target.name}.{os.getpid()}")
    progress("writing the store")
    aside.mkdir(parents=True)
    try:
        on_disk = Store(str(aside))
        on_disk.bulk_extend(compiled.store)
        on_disk.optimize()
        on_disk.flush()
        del on_disk  # gives up the lock
        if replace:
            shutil.rmtree(target, ignore_errors=True)
        try:
            aside.rename(target)
        except OSError:
            if not target.is_dir():  # if it is there, another process was faster with the same facts
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _files() -> list[Path]:
    """Return every file a build depends on: ontology, facts, rules, links, and the modules that compile them."""
    package = Path(__file__).parents[1]
    found = {path for part in (".", "graph", "ontology") for path in package.joinpath(part).glob("*.py")}
    for name, suffixes in _PARTS.items():
        for directory, _, names in os.walk(folder(name)):
            found.update(Path(directory, n) for n in names if n.endswith(suffixes))
    return sorted(found)


def _stamps(files: list[Path]) -> list[bytes]:
    return [f"{path}|{(stat := path.stat()).st_size}|{stat.st_mtime_ns}".encode() for path in files]


def _digest(parts: list[bytes]) -> str:
    from _blake2 import blake2b  # hashlib would cost more than the hashing

    digest = blake2b(__version__.encode(), digest_size=10)  # the format of the store is pyoxigraph's
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return str(digest.hexdigest())


def _forget(cache: Path, keep: str) -> None:
    """Remove all but the newest builds, and the pointers to builds that are gone."""
    forget_old(cache.glob("store-????????????????????"), keep, _KEPT)
    for pointer in cache.glob("files-*"):
        if "." not in pointer.name and not (cache / pointer.read_text(encoding="ascii")).is_dir():
            pointer.unlink(missing_ok=True)


def hold(build: Path) -> int | None:
    """Keep the folder *build* from being forgotten until this process ends, or the number returned is closed.

    None where the platform has no such locks; there a folder with open files cannot be removed. Raises
    FileNotFoundError where it has been forgotten already, or just now.
    """
    try:
        import fcntl
    except ImportError:
        return None
    held = os.open(build, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)
    if not build.is_dir() or build.stat().st_ino != os.fstat(held).st_ino:
        os.close(held)
        raise FileNotFoundError(build)
    return held


def forget_old(builds: Iterable[Path], keep: str, most: int) -> None:
    """Remove the oldest of *builds*, folders; *most* stay beside the one named *keep* and those that are held."""
    import shutil

    others = sorted((b for b in builds if b.name != keep), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in others[most:]:
        with _unless_held(old) as free:
            if free:
                # Under another name first, at once: a build of which a part is gone must not pass for a whole one.
                shutil.rmtree(old.rename(old.with_name(f"{old.name}.{os.getpid()}")), ignore_errors=True)


@contextlib.contextmanager
def _unless_held(build: Path) -> Iterator[bool]:
    """Tell whether nobody holds *build*; who wants to, waits until the end of the body."""
    try:
        import fcntl
    except ImportError:
        yield True
        return
    tried = os.open(build, os.O_RDONLY)
    try:
        fcntl.flock(tried, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(tried)


def as_of_store(store: Store, date: str) -> Store:
    """Return the record as it stood at the end of *date*, an EDTF date, as a store in memory.

    Only documents known to be issued by then count; the register, the links and the ontology, which have no date
    of issue, always do; but what only later documents say the kind of is left out, with all that refers to it. What is
    derived is derived anew. Raises DateError for a text that is no date.
    """
    from spacepact.dates import bounds
    from spacepact.graph.compiling import fill, issue_moments

    moment = bounds(date).latest
    later = {document for document, latest in issue_moments(store).items() if latest > moment}
    passages = {
        found.subject
        for document in later
        for found in store.quads_for_pattern(None, NamedNode(NS + "inDocument"), document, DefaultGraph())
    }
    out = later | passages | {NamedNode(DERIVED)}
    graphs = [graph for graph in store.named_graphs() if graph not in out]
    told = [quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph)]
    known = {quad.subject for quad in told if quad.predicate.value == PREFIXES["rdf"] + "type"}

    def unknown(node: object) -> bool:
        return isinstance(node, NamedNode) and node.value.startswith(ENTITY) and node not in known

    sliced = Store()
    fill(sliced, [quad for quad in told if not unknown(quad.subject) and not unknown(quad.object)], moment)
    return sliced


def uncertain_documents(store: Store, date: str) -> list[str]:
    """Return the IRIs of the documents that may or may not have been issued by the end of *date*, sorted.

    The record as of that day leaves them out.
    """
    from spacepact.dates import bounds
    from spacepact.graph.compiling import issue_moments

    moment = bounds(date).latest
    first = {
        q.subject: q.object
        for document in issue_moments(store)
        for q in store.quads_for_pattern(document, NamedNode(NS + "earliest"), None, DefaultGraph())
    }
    return sorted(
        document.value
        for document, latest in issue_moments(store).items()
        if latest > moment and getattr(first.get(document), "value", moment + "~") <= moment
    )
