"""Writes the files of the record beside the service, in a process of their own: those that answer may write nothing."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

__all__ = ["files_written", "main"]


@contextlib.contextmanager
def files_written() -> Iterator[None]:
    """Have the files written that this version of the data has not yet, while the service runs; it never waits."""
    process = subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.communicate()


def main() -> None:
    """Write the files of the record that are not there yet, giving way to whatever else the machine has to do."""
    from spacepact.queries.downloads import write_files
    from spacepact.queries.knowledge import open_graph

    threading.Thread(target=_end_with_the_service, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(19)
    write_files(open_graph())


def _end_with_the_service() -> None:
    """End this process when the pipe to the service closes, which it does however the service comes to its end."""
    os.read(0, 1)  # not by way of sys.stdin, which could not be closed then when all is written
    os._exit(0)


if __name__ == "__main__":
    main()
