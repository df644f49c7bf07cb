"""Calls to the outside: bounded in time and size, to allowed addresses, with errors of our tree."""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from json import loads
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from urllib3.exceptions import DecodeError, HTTPError

from gehoor.domain.frozen import frozen
from gehoor.domain.moments import in_utc
from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.guard import (
    Guard,
    GuardedAdapter,
    Resolve,
    resolve,
)
from gehoor.ports.surroundings import Clock
from gehoor.time_limit import cut_off_in_time, seconds_left, time_limit

USER_AGENT = "gehoor/0.1.0 (+https://github.com/gehoor/gehoor)"
LONGEST_WAIT = timedelta(hours=24)
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
}
_PERMANENT_MOVES = (301, 308)
_MOVES = (*_PERMANENT_MOVES, 302, 303, 307)
_CHUNK = 65_536
_SHORTEST_WAIT = 0.001
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


@frozen
class Response:
    """An answer. `url` is where it came from after redirects; header names know no case.

    `moved_to` is where permanent redirects said the asked address has moved for good, "" when
    none did.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved_to: str = ""

    def json(self) -> Any:
        """The body as JSON; ContractBroken, without the body, when it is not JSON.

        Half a character, which JSON can write and UTF-8 cannot, is left out.
        """
        try:
            found = loads(self.body)
            return _with_whole_characters(found) if _SURROGATE.search(self.body) else found
        except (ValueError, RecursionError) as exc:
            kind = self.headers.get("Content-Type", "no content type")
            message = (
                f"{_host(self.url)}: the answer is no JSON (status {self.status}, {kind[:80]})"
            )
            raise ContractBroken(message) from exc


def _with_whole_characters(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
        case list():
            return [_with_whole_characters(one) for one in value]
        case dict():
            parts = value.items()
            return {_with_whole_characters(k): _with_whole_characters(v) for k, v in parts}
    return value


class Http:
    """Outgoing HTTP of one connection to one outside service.

    `allow_private_hosts` lists hosts (`host` or `host:port`) that may be private. `timeout` is the
    wait for a connection and for the next bytes, `call_seconds` the most that one call may take
    with its redirects, from the connection to the end of the body; all in seconds. Only the look-up
    of a name cannot be cut short: the system's resolver has its own time-out. There is no session:
    no cookies, proxies or netrc. `clock` is there for the callers, who need the time for `check`.
    """

    def __init__(
        self,
        clock: Clock,
        allow_private_hosts: frozenset[str] = frozenset(),
        timeout: tuple[float, float] = (5.0, 10.0),
        *,
        call_seconds: float = 15.0,
        resolve: Resolve = resolve,
    ) -> None:
        self.clock = clock
        self._timeout = timeout
        self._call_seconds = call_seconds
        self._guard = Guard(allow_private_hosts, resolve)
        self._transport = GuardedAdapter(self._guard)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Any = None,
        json: Any = None,
        form: Any = None,
        body: bytes | None = None,
        changes: bool = False,
        max_bytes: int = 5_000_000,
        redirects: int = 0,
    ) -> Response:
        """Call and read the whole answer, whatever its status: `check` makes errors of those.

        Of `json`, `form` and `body` one is sent, `body` as it is.

        `changes` marks a call with an effect on the other side: when its answer is lost the error
        is UnknownOutcome. What fails before the request goes out, and every failed call without
        an effect, is Unavailable. A host that may not be called is NotAllowed, a body over
        `max_bytes` (unpacked) Rejected. Up to `redirects` redirects of a GET are followed; other
        methods get the 3xx itself.
        """
        asked = requests.Request(
            method, url, headers=dict(headers or {}), params=params, json=json, data=form or body
        )
        with self.one_limit():
            response = self._send(asked, changes, max_bytes)
            if method != "GET" or redirects == 0:
                return response
            return self._followed(asked, response, changes, max_bytes, redirects)

    def is_confidential(self, url: str) -> bool:
        """Whether only the other side can read what is sent: by https, or to a host listed."""
        try:
            parts = urlsplit(url)
            if parts.scheme == "https":
                return True
            return self._guard.is_allowed(parts.hostname or "", parts.port or 80)
        except ValueError:
            return False

    def one_limit(self) -> AbstractContextManager[None]:
        """The calls in the block together may take no longer than one."""
        return time_limit(self._call_seconds)

    def _followed(
        self,
        asked: requests.Request,
        response: Response,
        changes: bool,
        max_bytes: int,
        redirects: int,
    ) -> Response:
        first, hops = _host(asked.url), 0
        moved_to, permanent = "", True
        while _is_move(response):
            hops += 1
            if hops > redirects:
                message = f"{first}: more than {redirects} redirects; check the address"
                raise ContractBroken(message)
            asked = _next_hop(asked, response)
            permanent = permanent and response.status in _PERMANENT_MOVES
            moved_to = asked.url if permanent else moved_to
            try:
                response = self._send(asked, changes, max_bytes)
            except NotAllowed as exc:
                message = f"{first}: redirected to {exc}"
                raise NotAllowed(message) from exc
        return replace(response, moved_to=moved_to)

    def _send(self, asked: requests.Request, changes: bool, max_bytes: int) -> Response:
        prepared = self._prepared(asked)
        with self._translated(_host(asked.url), changes):
            connect, next_bytes = self._timeout
            timeout = (connect, max(min(next_bytes, seconds_left()), _SHORTEST_WAIT))
            answer = self._transport.send(prepared, stream=True, timeout=timeout)
            with answer:
                body = self._body(answer, changes, max_bytes)
        return Response(answer.status_code, answer.headers, body, str(prepared.url))

    def _prepared(self, asked: requests.Request) -> requests.PreparedRequest:
        """The request with what every one of ours says."""
        prepared = requests.PreparedRequest()
        try:
            if urlsplit(asked.url).scheme.lower() not in ("http", "https"):
                message = f"{_host(asked.url)}: refused, only http and https addresses are called"
                raise NotAllowed(message)
            prepared.prepare(
                asked.method,
                asked.url,
                {**_HEADERS, **asked.headers},
                data=asked.data,
                params=asked.params or "",  # of None requests asks at length what it is
                json=asked.json,
            )
        except (ValueError, requests.RequestException) as exc:
            message = f"{_host(asked.url)}: not a usable address; check it in the configuration"
            raise Rejected(message) from exc
        return prepared

    def _body(self, answer: requests.Response, changes: bool, max_bytes: int) -> bytes:
        """The body, unpacked. `read1` gives what is there, so a slow body is noticed in time."""
        host = _host(answer.url)
        body = bytearray()
        with cut_off_in_time(answer.raw.shutdown) as limit:
            while chunk := answer.raw.read1(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > max_bytes:
                    raise _lost(changes, Rejected(f"{host}: the answer is over {max_bytes} bytes"))
        if limit.expired:
            raise TimeoutError
        return bytes(body)

    @contextmanager
    def _translated(self, host: str, changes: bool) -> Iterator[None]:
        """Our errors for those of the libraries.

        Theirs come after the connection was made, Unavailable comes before.
        """
        late = f"{host}: took longer than {self._call_seconds:g} s"
        if not seconds_left():
            raise _again(late)
        try:
            yield
        except Unavailable as exc:
            if seconds_left():
                raise
            raise _again(late) from exc
        except (DecodeError, requests.exceptions.ContentDecodingError) as exc:
            message = f"{host}: the answer is not packed the way its headers say"
            raise _lost(changes, ContractBroken(message)) from exc
        except UnicodeError as exc:
            message = f"{host}: a header holds characters that cannot be sent; nothing was"
            raise Rejected(message) from exc
        except (HTTPError, requests.RequestException, OSError) as exc:
            lost = f"{host}: the answer was lost ({type(exc).__name__})"
            reason = lost if seconds_left() else late
            raise _lost(changes, Unavailable(reason) if changes else _again(reason)) from exc


def _again(reason: str) -> Unavailable:
    return Unavailable(f"{reason}; gehoor tries again by itself")


def _lost(changes: bool, error: GehoorError) -> GehoorError:
    """The error of an answer that cannot be read: unknown outcome when the call changes things."""
    if not changes:
        return error
    return UnknownOutcome(f"{error}; it may have had its effect, gehoor looks before it repeats it")


def _is_move(response: Response) -> bool:
    return response.status in _MOVES and "Location" in response.headers


def _next_hop(asked: requests.Request, response: Response) -> requests.Request:
    """The request a redirect asks for; what proves who we are stays with the host it is for."""
    location = response.headers["Location"].encode("latin-1").decode("utf-8", "replace")
    url = urldefrag(urljoin(response.url, location)).url
    if urlsplit(response.url).scheme == "https" and urlsplit(url).scheme == "http":
        message = f"{_host(response.url)}: refused, it redirects from https to http"
        raise NotAllowed(message)
    keep = _origin(url) == _origin(response.url)
    headers = {
        name: value
        for name, value in asked.headers.items()
        if keep or name.lower() != "authorization"
    }
    return requests.Request("GET", url, headers=headers)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _host(url: str) -> str:
    """The host of an address, for messages: never its path or query, which may hold tokens."""
    try:
        return urlsplit(url).hostname or "address without a host"
    except ValueError:
        return "address without a host"


def check(response: Response, what: str, now: datetime, changes: bool = False) -> Response:
    """Pass an answer on, or raise what its status means; `what` names the call in the message."""
    if response.status < 400:
        return response
    where = f"{what}: {_host(response.url)} answered {response.status}"
    raise _error(response, where, now, changes)


def _error(response: Response, where: str, now: datetime, changes: bool) -> GehoorError:
    match response.status:
        case 401:
            return AuthExpired(f"{where}; renew the credential")
        case 403:
            return NotAllowed(f"{where}; check the credential's rights")
        case 404 | 410:
            return Gone(f"{where}; it no longer exists or cannot be seen")
        case 408 | 425 | 429:
            return RateLimited(f"{where}; wait and try again", retry_at(response.headers, now))
        case 503 if not changes or "Retry-After" in response.headers:
            # Without a time it may come from a proxy that gave up waiting.
            return Unavailable(f"{where}; try again later", _after(response.headers, now))
        case status if status < 500:
            return Rejected(f"{where}; the request was refused")
    if changes:
        return UnknownOutcome(f"{where}; look before repeating")
    return Unavailable(f"{where}; try again later")


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the other side takes calls again, at most a day ahead; None when it does not say."""
    found = _after(headers, now) or reset_at(headers)
    return min(max(found, now), now + LONGEST_WAIT) if found else None


def _after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Retry-After: a number of seconds or an HTTP date (RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return now + min(timedelta(seconds=int(value[:9])), LONGEST_WAIT)
    try:
        found = in_utc(parsedate_to_datetime(value))
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return min(max(found, now), now + LONGEST_WAIT)


def reset_at(headers: Mapping[str, str]) -> datetime | None:
    """When the rate limit's window ends (X-RateLimit-Reset), None when the headers do not say.

    The value is ISO 8601 on Mastodon and epoch seconds elsewhere.
    """
    value = headers.get("X-RateLimit-Reset", "").strip()
    try:
        if value.isascii() and value.isdigit():
            return datetime.fromtimestamp(int(value), UTC)
        return in_utc(datetime.fromisoformat(value))
    except (ValueError, OverflowError, OSError):
        return None
