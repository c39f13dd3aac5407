"""What surrounds every answer: errors that say their id, and what scripts of other sites may read."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from spacepact.server.answers import file_response, response
from spacepact.server.application import application
from spacepact.server.cache import Stored
from spacepact.server.envelope import Envelope
from spacepact.server.proxy import Pages
from spacepact.server.settings import Settings

BROWSER = {"Accept": "text/html"}


def asked(app: Any, url: str, method: str = "GET", **headers: str) -> httpx.Response:
    """Return what the application *app* answers, which raises what it does not answer."""

    async def answer() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return await client.request(method, url, headers=headers)

    return asyncio.run(answer())


def around(inner: Any) -> Envelope:
    return Envelope(inner, Settings())


# --- Errors


@pytest.mark.parametrize("url", ["/", "/page/nasa", "/a%0Ab", "/page/cooperation/%ED%95%9C/b/t/x", "/static/a/b"])
def test_an_error_within_is_told_without_a_trace_and_with_the_id_that_the_log_has(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(Pages, "__call__", broken)
    app = application(Settings(), "", "")
    for accept in ("text/html", "application/json"):
        caplog.clear()
        answer = asked(app, url, Accept=accept)
        name = answer.headers["x-request-id"]
        assert answer.status_code == 500
        assert answer.headers["content-type"].startswith(accept)
        assert name in answer.text
        assert "secret" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        first, second = (record for record in caplog.records if isinstance(record.msg, dict))
        assert (first.msg["id"], second.msg["id"], second.msg["status"]) == (name, name, 500)  # type: ignore[index]
        assert first.exc_info is not None


# --- Scripts of other sites


@pytest.mark.parametrize("status", [200, 303, 304, 404, 405, 429, 503])
def test_scripts_of_other_sites_may_read_data_and_what_went_wrong_with_it(status: int) -> None:
    for kind in ("application/json", "text/turtle", "text/plain"):
        answer = asked(around(Response(b"", status, {"ETag": '"a"'}, media_type=kind)), "/api/version")
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert {"ETag", "Retry-After", "X-Request-Id", "Spacepact-Truncated", "Link"} <= set(exposed)
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("status", [200, 304, 404])
def test_scripts_of_other_sites_may_not_read_pages(status: int) -> None:
    answer = asked(around(Response(b"", status, media_type="text/html")), "/page/source/x/p1", **BROWSER)
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("kind", "shared"), [("text/html; charset=utf-8", False), ("application/json", True)])
def test_that_nothing_is_new_is_shared_with_whom_the_answer_is(kind: str, shared: bool) -> None:
    kept = Stored(200, {"Content-Type": kind}, b"words")

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        await (await response(Request(scope), kept))(scope, receive, send)

    answer = asked(around(inner), "/x", **{"If-None-Match": kept.etag})
    assert answer.status_code == 304
    assert ("access-control-allow-origin" in answer.headers) is shared


@pytest.mark.parametrize(("path", "posts"), [("/sparql", True), ("/api/version", False), ("/data/nasa.ttl", False)])
def test_a_preflight_is_told_what_is_allowed(path: str, posts: bool) -> None:
    answer = asked(application(Settings(), "", ""), path, "OPTIONS", Origin="https://elsewhere.example")
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert ("POST" in answer.headers["access-control-allow-methods"]) is posts
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]


# --- What the asker has


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("{bare}", 200),
    ],
)
def test_what_the_asker_has_is_not_sent_again(tmp_path: Path, told: str, status: int) -> None:
    file = tmp_path / "download.nt"
    file.write_bytes(b"<a> <b> <c> .\n")
    kept = Stored(200, {"Content-Type": "text/plain"}, b"words")

    async def either(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope)
        kind = {"Content-Type": "application/n-triples"}
        answer = await (file_response(request, file, kind) if scope["path"] == "/file" else response(request, kept))
        await answer(scope, receive, send)

    for path in ("/file", "/kept"):
        whole = asked(around(either), path)
        assert whole.status_code == 200
        tag = whole.headers["etag"].removeprefix("W/")
        again = asked(around(either), path, **{"If-None-Match": told.format(tag=tag, bare=tag.strip('"'))})
        assert again.status_code == status
        assert again.headers["etag"] == whole.headers["etag"]
        assert bool(again.content) is (status == 200)


# --- The log


def test_an_answer_that_breaks_off_is_not_called_whole(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body" and sent:
            raise TimeoutError
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    app = around(Response(b"words"))
    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "query_string": b""}
    with caplog.at_level(logging.INFO):
        asyncio.run(app(scope, receive, send))
    line = next(record.msg for record in caplog.records if "status" in record.msg)
    assert (line["whole"], line["bytes"]) == (False, 0)  # type: ignore[index]
    assert re.fullmatch("[0-9a-f]{12}", json.loads(json.dumps(line))["id"])
