"""Speaks HTTP with SPARQL servers: credentials, waiting when told to, and errors that say what is wrong.

Imported late: httpx takes longer to import than an answer takes.
"""

from __future__ import annotations

import os
import re
import ssl
import time
import weakref
from collections.abc import Generator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from spacepact.errors import EndpointError

__all__ = ["LONGEST_WAIT", "Server"]

LONGEST_WAIT = 30.0
"""The longest Retry-After, in seconds, that is waited for. It is waited for twice at most."""

_ATTEMPTS = 3


class Server:
    """One address of a SPARQL server. Its *url* never holds credentials, so it may be shown.

    *timeout* is in seconds, for connecting and for each wait for data. Credentials are *user* and *password*, or
    those in *url*, or the environment's SPACEPACT_USER and SPACEPACT_PASSWORD; they are sent only when the server
    asks, in the way it asks (Basic or Digest). Raises EndpointError for a URL that is not http or https.
    """

    def __init__(
        self, url: str, *, timeout: float = 60.0, user: str | None = None, password: str | None = None
    ) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise EndpointError(f"{_without_credentials(url)}: not a URL: {error}") from None
        if parts.scheme not in {"http", "https"} or not host:
            raise EndpointError(f"{_without_credentials(url)}: a server's URL begins with http:// or https://")
        shown_host = f"[{host}]" if ":" in host else host
        netloc = f"{shown_host}:{port}" if port else shown_host
        self.url = urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
        in_url = (unquote(parts.username), unquote(parts.password or "")) if parts.username else (None, None)
        user = user or in_url[0] or os.environ.get("SPACEPACT_USER")
        password = password or in_url[1] or os.environ.get("SPACEPACT_PASSWORD")
        self.credentials = (user, password or "") if user else None
        self._timeout = timeout
        self._client = httpx.Client(
            auth=_AsAsked(*self.credentials) if self.credentials else None,
            timeout=timeout,
            verify=_certificates(),
            headers={"User-Agent": _user_agent()},
        )
        weakref.finalize(self, self._client.close)  # connections end with whoever asked

    def request(
        self, method: str, *, query: str = "", form: dict[str, str] | None = None, content: bytes | None = None,
        headers: dict[str, str] | None = None, allowed: tuple[int, ...] = (),
    ) -> httpx.Response:  # fmt: skip
        """Return the answer to a request, *query* being put after ``?``.

        Raises EndpointError for a status other than 2xx and *allowed*, and when the server cannot be reached, is
        too slow, or breaks off before the end of its answer.
        """
        joint = "&" if urlsplit(self.url).query else "?"
        url = f"{self.url}{joint}{query}" if query else self.url
        request = self._client.build_request(method, url, data=form, content=content, headers=headers)
        for attempt in range(1, _ATTEMPTS + 1):
            response = self._send(request)
            if not self._waited(response, attempt):
                break
        if not response.is_success and response.status_code not in allowed:
            raise EndpointError(f"{self.url}: {self._failure(response)}")
        return response

    def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._client.send(request)
        except httpx.TimeoutException:
            raise EndpointError(
                f"{self.url}: no answer within {self._timeout:g} seconds; ask for less or allow more time"
            ) from None
        except httpx.ConnectError as error:
            raise EndpointError(f"{self.url}: cannot be reached ({error}); is the server running there?") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise EndpointError(f"{self.url}: the answer broke off: {error}") from None

    def _waited(self, response: httpx.Response, attempt: int) -> bool:
        """Wait as long as an overloaded server asks for; False where it does not ask, or asks too much."""
        wait = _retry_after(response)
        if wait is None or wait > LONGEST_WAIT or attempt == _ATTEMPTS:
            return False
        time.sleep(wait)
        return True

    def _failure(self, response: httpx.Response) -> str:
        status = f"{response.status_code} {response.reason_phrase}".strip()
        line = _first_line(response)
        said = f"status {status}" + (f": {line}" if line else "")
        if response.status_code == 401:
            if self.credentials:
                return f"{said}; the server refuses the user name or password"
            return f"{said}; set SPACEPACT_USER and SPACEPACT_PASSWORD"
        if response.is_redirect:
            return f"{said}; it has moved to {_without_credentials(response.headers.get('Location', ''))}: use that URL"
        wait = _retry_after(response)
        return f"{said}; it asks to come back in {wait:g} seconds" if wait else said


def _first_line(response: httpx.Response) -> str:
    """Return the first line that a person can read in a server's answer, at most 200 characters."""
    text = response.text
    if "html" in response.headers.get("Content-Type", ""):
        text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", text)
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 200 else line[:199] + "…"


class _AsAsked(httpx.Auth):
    """Basic or Digest, whichever the server asks for; nothing before it asks."""

    def __init__(self, user: str, password: str) -> None:
        self._kinds: dict[str, httpx.Auth] = {
            "basic": httpx.BasicAuth(user, password),
            "digest": httpx.DigestAuth(user, password),
        }
        self._chosen: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if self._chosen is not None:
            yield from self._chosen.auth_flow(request)
            return
        response = yield request
        if response.status_code != 401:
            return
        challenges = ", ".join(response.headers.get_list("WWW-Authenticate")).lower()
        kind = next((kind for kind in ("digest", "basic") if re.search(rf"(^|, *){kind}\b", challenges)), None)
        if kind is None:
            return
        self._chosen = self._kinds[kind]
        flow = self._chosen.auth_flow(request)
        if kind == "digest":
            next(flow)  # what was just sent without it
            yield flow.send(response)
        else:
            yield next(flow)


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds after which an overloaded server wants to be asked again, or None."""
    given = response.headers.get("Retry-After", "").strip()
    if response.status_code not in {429, 503} or not given:
        return None
    if given.isdecimal():
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _without_credentials(url: str) -> str:
    return re.sub(r"(?<=//)[^/?#]*@", "", url)


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # reading them takes longer than a small answer: once is enough


def _user_agent() -> str:
    from importlib.metadata import version

    return f"spacepact/{version('spacepact')}"
