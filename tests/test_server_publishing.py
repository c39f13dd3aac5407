"""The process beside the service that writes the files of the record. What it writes, the tests of downloads say."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
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


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_writing_ends_however_the_service_does(cache: Path, end: signal.Signals) -> None:
    service = (
        "import time; from spacepact.server.publishing import files_written\nwith files_written(): time.sleep(300)"
    )
    with subprocess.Popen([sys.executable, "-c", service]) as running:
        until(lambda: _children(running.pid))
        writing = _children(running.pid)
        running.send_signal(end)
    until(lambda: not any(Path(f"/proc/{number}").exists() for number in writing))
    assert not list(cache.rglob("*.sha256")), "it ended when all was written"


def test_when_all_is_written_the_process_ends_without_a_word() -> None:
    written = (
        "import spacepact.queries.downloads as d, spacepact.server.publishing as p\nd.write_files = print\np.main()"
    )
    with subprocess.Popen([sys.executable, "-c", written], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def _children(of: int | None = None) -> set[int]:
    """Return the processes of this one, or of the process *of*, that write files."""
    of = of or os.getpid()
    found = Path(f"/proc/{of}/task/{of}/children").read_text().split()
    return {int(n) for n in found if b"spacepact.server.publishing" in Path(f"/proc/{n}/cmdline").read_bytes()}
