"""The cache of builds: what is held stays, what is old goes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from spacepact.graph.opening import forget_old, hold

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no locks of this kind")


@pytest.fixture
def builds(tmp_path: Path) -> list[Path]:
    """Give five builds, the newest first."""
    found = [tmp_path / f"store-{number}" for number in range(5)]
    for age, build in enumerate(found):
        build.mkdir()
        os.utime(build, (1_000_000 - age, 1_000_000 - age))
    return found


def test_the_oldest_are_forgotten(builds: list[Path]) -> None:
    forget_old(builds, keep=builds[4].name, most=2)
    assert [build.is_dir() for build in builds] == [True, True, False, False, True]


def test_what_is_held_stays_until_it_is_let_go(builds: list[Path]) -> None:
    held = hold(builds[3])
    assert held is not None
    forget_old(builds, keep=builds[0].name, most=1)
    assert [build.is_dir() for build in builds] == [True, True, False, True, False]
    os.close(held)
    forget_old([build for build in builds if build.is_dir()], keep=builds[0].name, most=1)
    assert [build.is_dir() for build in builds] == [True, True, False, False, False]


def test_what_was_forgotten_just_then_cannot_be_held(builds: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def locked(_: int, __: int) -> None:
        """Get the lock only after who tidies up has removed the folder."""
        builds[2].rmdir()

    monkeypatch.setattr(fcntl, "flock", locked)
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(FileNotFoundError):
        hold(builds[2])
    assert len(os.listdir("/dev/fd")) == before
