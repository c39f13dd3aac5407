"""The process beside the service that writes the files of the record. What it writes, the tests of downloads say."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from service import site, until
from spacepact.server.publishing import files_written


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    site()  # opened before its folder is another
    monkeypatch.setenv("SPACEPACT_CACHE", str(tmp_path))
    return tmp_path


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
