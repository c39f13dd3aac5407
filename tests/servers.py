"""Real SPARQL servers for the tests: ``oxigraph serve`` and Virtuoso 7, on loopback, gone when the test ends.

By hand, ``python tests/servers.py virtuoso`` (or ``oxigraph``) starts one and prints its addresses.
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["PASSWORD", "Server", "free_port", "oxigraph", "oxigraph_binary", "virtuoso", "virtuoso_binary"]

PASSWORD = "loopback-only"
"""The password of Virtuoso's ``dba`` in the tests. The server listens on loopback alone and lives for one run."""

_READY_SECONDS = 90.0

_VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CheckpointInterval = 0
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ThreadsPerQuery = 1
CaseMode = 2

[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = {folder}
ServerThreads = 8
MaxKeepAlives = 8
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
DefaultHost = 127.0.0.1:{http_port}
"""


@dataclass(frozen=True)
class Server:
    """A running server: where it answers queries, where graphs are stored, and who may store them."""

    name: str
    query: str
    graphs: str
    user: str | None = None
    password: str | None = None


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def oxigraph_binary() -> Path | None:
    """Return the program ``oxigraph``: beside this Python, or on the path."""
    beside = Path(sys.executable).with_name("oxigraph")
    found = str(beside) if beside.is_file() else shutil.which("oxigraph")
    return Path(found) if found else None


def virtuoso_binary() -> Path | None:
    """Return the program ``virtuoso-t`` of Debian's virtuoso-opensource-7, or None."""
    found = shutil.which("virtuoso-t")
    return Path(found) if found else None


@contextmanager
def oxigraph() -> Iterator[Server]:
    """Run an empty Oxigraph server in memory."""
    program = oxigraph_binary()
    assert program is not None, "no oxigraph program: pip install oxigraph"
    base = f"http://127.0.0.1:{(port := free_port())}"
    with TemporaryDirectory() as folder:
        command = [str(program), "serve", "--bind", f"127.0.0.1:{port}"]
        with _running(command, Path(folder), f"{base}/query?query=ASK%7B%7D"):
            yield Server("Oxigraph", f"{base}/query", f"{base}/store")


@contextmanager
def virtuoso() -> Iterator[Server]:
    """Run an empty Virtuoso server with its own database, settings and log in a temporary folder."""
    program = virtuoso_binary()
    assert program is not None, "no virtuoso-t program: apt install virtuoso-opensource-7"
    sql_port, http_port = free_port(), free_port()
    base = f"http://127.0.0.1:{http_port}"
    with TemporaryDirectory() as folder:
        settings = Path(folder, "virtuoso.ini")
        settings.write_text(_VIRTUOSO_INI.format(folder=folder, sql_port=sql_port, http_port=http_port))
        command = [str(program), "+foreground", "+configfile", str(settings)]
        # The first run makes the database, takes the passwords and ends: the factory's are never served.
        passwords = ["+pwdold", "dba", "+pwddba", PASSWORD, "+pwddav", PASSWORD]
        subprocess.run([*command, *passwords], cwd=folder, check=True, capture_output=True, timeout=_READY_SECONDS)
        with _running(command, Path(folder), f"{base}/sparql?query=ASK%7B%7D"):
            yield Server("Virtuoso", f"{base}/sparql", f"{base}/sparql-graph-crud-auth", "dba", PASSWORD)


@contextmanager
def _running(command: list[str], folder: Path, question: str) -> Iterator[None]:
    """Run *command* in *folder* while the body runs; wait until the server answers *question*."""
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(question):
            ended = process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()  # its database is temporary, so nothing is lost
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the server ends with this program
    with {"oxigraph": oxigraph, "virtuoso": virtuoso}[sys.argv[1]]() as server:
        print(server, flush=True)
        with suppress(KeyboardInterrupt):
            time.sleep(3600)
