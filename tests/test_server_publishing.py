"""The files of the record are written by a process beside the service."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest

from service import site, until
from spacepact.queries.downloads import FILES, made
from spacepact.server.publishing import files_written


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    site()  # opened before its folder is another
    monkeypatch.setenv("SPACEPACT_CACHE", str(tmp_path))
    return tmp_path


def test_all_files_are_written_while_the_service_goes_on(cache: Path) -> None:
    graph = site().graph
    assert not any(made(graph, name) for name in FILES)
    with files_written():
        until(lambda: all(made(graph, name) for name in FILES), 300)  # it gives way to whatever else runs
    for name in FILES:
        found = made(graph, name)
        assert found is not None
        assert cache in found.path.parents
        assert hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256
        if name.endswith(".gz"):
            plain = made(graph, name.removesuffix(".gz"))
            assert plain is not None
            assert gzip.decompress(found.path.read_bytes()) == plain.path.read_bytes()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_the_writing_ends_with_the_service_and_leaves_no_half_file(cache: Path) -> None:
    with files_written():
        until(_children)
        writing = _children()
    assert not writing & _children()
    for path in cache.rglob("*.sha256"):
        whole = path.with_suffix("").read_bytes()
        assert hashlib.sha256(whole).hexdigest() == path.read_text()


def _children() -> set[int]:
    """Return the processes of this one that write files."""
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(n) for n in found if b"spacepact.server.publishing" in Path(f"/proc/{n}/cmdline").read_bytes()}
