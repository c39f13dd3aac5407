"""The addresses of ``spacepact serve``: where it listens, what it calls itself, and to which names it answers."""

from __future__ import annotations

import pytest

from spacepact.cli import parser
from spacepact.cli.serve import _check, _settings
from spacepact.errors import SpacepactError
from spacepact.server.settings import Settings

LOCAL = {"127.0.0.1", "localhost", "[::1]"}


def settings(*options: str, port: int = 8123) -> Settings:
    read = parser().parse_args(["serve", *options])
    _check(read)
    return _settings(read, port)


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ((), "http://127.0.0.1:8123"),
        (("--port", "0"), "http://127.0.0.1:8123"),
        (("--host", "::1"), "http://[::1]:8123"),
        (("--public-url", "https://pact.example.org/"), "https://pact.example.org"),
        (("--public-url", "http://[2001:db8::1]:81"), "http://[2001:db8::1]:81"),
    ],
)
def test_its_address_is_one_that_can_be_asked(options: tuple[str, ...], url: str) -> None:
    assert settings(*options).public_url == url


@pytest.mark.parametrize(
    ("options", "hosts"),
    [
        ((), LOCAL),
        (("--host", "::1"), LOCAL),
        (("--host", "0.0.0.0"), set()),
        (("--host", "192.168.1.5"), set()),
        (("--public-url", "https://Pact.example.org"), LOCAL | {"pact.example.org"}),
        (("--public-url", "https://[2001:DB8::1]"), LOCAL | {"[2001:db8::1]"}),
        (
            ("--host", "192.168.1.5", "--public-url", "https://pact.example.org"),
            LOCAL | {"192.168.1.5", "pact.example.org"},
        ),
    ],
)
def test_it_answers_to_the_names_it_is_known_by(options: tuple[str, ...], hosts: set[str]) -> None:
    assert set(settings(*options).hosts) == hosts


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("pact.example.org", "begins with http"),
        ("ftp://pact.example.org", "begins with http"),
        ("https://", "a host follows"),
        ("https://x.org:port", "port"),
        ("https://[::1", "IPv6"),
        ("https://x.org/pact", "no more than https://x.org;"),
        ("https://x.org?a", "no more than https://x.org;"),
        ("https://x.org#a", "no more than https://x.org;"),
        ("https://me:word@x.org", "no more than https://x.org;"),
    ],
)
def test_an_address_it_cannot_have_is_refused(url: str, told: str) -> None:
    with pytest.raises(SpacepactError, match="--public-url") as caught:
        settings("--public-url", url)
    assert told in str(caught.value)
