"""How long `spacepact ask` takes as a whole process, relative to a Python that only imports pyoxigraph.

Aim: within 4 times.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from measuring import interleaved, medians, show

SPACEPACT = Path(sys.executable).with_name("spacepact")
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -c 'import pyoxigraph'": [sys.executable, "-c", "import pyoxigraph"],
    "spacepact --version": [str(SPACEPACT), "--version"],
    "spacepact ask partners-of NASA --format csv": [str(SPACEPACT), "ask", "partners-of", "NASA", "--format", "csv"],
    "spacepact ask partners-of NASA": [str(SPACEPACT), "ask", "partners-of", "NASA"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25, help="runs of each command (default: 25)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    if not SPACEPACT.exists():
        parser.error(f"no {SPACEPACT}; run this with the Python that spacepact is installed for")
    # Where Python may not keep what it has compiled, it compiles the package anew each time: no measure of spacepact.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    cases = {
        name: partial(subprocess.run, command, stdout=subprocess.DEVNULL, env=environment, check=True)
        for name, command in COMMANDS.items()
    }
    found = medians(interleaved(cases, options.rounds))
    bare, engine = found["python -c pass"], found["python -c 'import pyoxigraph'"]
    show(
        [
            {"command": name, "ms here": took * 1000, "/ pyoxigraph": took / engine, "/ pass": took / bare}
            for name, took in found.items()
        ],
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
