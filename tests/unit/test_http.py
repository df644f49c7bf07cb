"""Outgoing HTTP against real servers on loopback."""

import gzip
import re
import socket
import struct
import tomllib
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from gehoor.errors import (
    AuthExpired,
    ContractBroken,
    GehoorError,
    Gone,
    NotAllowed,
    RateLimited,
    Rejected,
    Transient,
    Unavailable,
    UnknownOutcome,
)
from gehoor.http import USER_AGENT, Http, Response, check
from loopback import Answer, Asked, read_request, serving, serving_bytes

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTS = frozenset({"127.0.0.1", "localhost"})


@pytest.fixture
def http() -> Http:
    return Http(lambda: NOW, HOSTS, timeout=(1.0, 0.3), call_seconds=0.6)


def test_a_call_brings_status_headers_body_and_address(http: Http) -> None:
    # Given a server that answers JSON
    def answer(asked: Asked) -> Answer:
        return Answer(b'{"ok": true}', 201, {"X-Thing": "Yes"})

    with serving(answer) as server:
        # When it is called with parameters and JSON
        response = http.request(
            "POST", f"{server.url}/a", params=[("t[]", "x"), ("t[]", "y")], json={"é": 1}
        )

    # Then both sides got all of it
    assert (response.status, response.json()) == (201, {"ok": True})
    assert response.headers.get("x-thing") == "Yes"
    assert response.url.startswith(f"{server.url}/a?")
    asked = server.asked[0]
    assert (asked.method, asked.path, asked.query) == ("POST", "/a", {"t[]": ["x", "y"]})
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["user-agent"] == USER_AGENT


def test_a_form_is_sent_as_a_form(http: Http) -> None:
    with serving(lambda _: Answer()) as server:
        http.request("POST", server.url, form={"a": "b c"})

    assert server.asked[0].body == b"a=b+c"


def test_the_user_agent_names_this_version() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())

    assert USER_AGENT.startswith(f"gehoor/{project['project']['version']} ")


def test_nothing_of_the_environment_is_used(
    http: Http, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Given a proxy and a netrc that would be used by default
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    with serving(lambda _: Answer()) as server:
        http.request("GET", server.url)

    assert "authorization" not in server.asked[0].headers


def test_cookies_are_not_kept(http: Http) -> None:
    with serving(lambda _: Answer(headers={"Set-Cookie": "a=b"})) as server:
        http.request("GET", server.url)
        http.request("GET", server.url)

    assert "cookie" not in server.asked[1].headers


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe\xfd", b"[" * 100_000])
def test_what_is_no_json_breaks_the_contract_without_being_shown(http: Http, body: bytes) -> None:
    answer = Answer(body, headers={"Content-Type": "text/html"})
    with serving(lambda _: answer) as server:
        response = http.request("GET", server.url, params={"token": "s3cret"})

    with pytest.raises(ContractBroken) as caught:
        response.json()

    assert str(caught.value) == "127.0.0.1: the answer is no JSON (status 200, text/html)"


@pytest.mark.parametrize("changes", [False, True])
def test_a_header_that_cannot_be_sent_is_rejected_before_anything_is(
    http: Http, changes: bool
) -> None:
    with serving(lambda _: Answer()) as server, pytest.raises(Rejected):
        http.request("POST", server.url, headers={"Idempotency-Key": "\u20ac"}, changes=changes)

    assert not server.asked


# ---- redirects


def moves(*steps: tuple[int, str]) -> Callable[[Asked], Answer]:
    """/0 redirects to the first step's target, /1 to the second's, and so on."""

    def answer(asked: Asked) -> Answer:
        step = asked.path.strip("/")
        if step.isdigit():
            status, target = steps[int(step)]
            return Answer(b"moved", status, {"Location": target})
        return Answer(b"end")

    return answer


def test_a_redirect_is_not_followed_unasked(http: Http) -> None:
    with serving(moves((302, "/end"))) as server:
        assert http.request("GET", f"{server.url}/0").status == 302


@pytest.mark.parametrize(
    ("steps", "moved_to"),
    [
        ([(301, "/end")], "/end"),
        ([(308, "1"), (301, "/end#part")], "/end"),
        ([(301, "/1"), (302, "/end")], "/1"),
        ([(302, "/1"), (301, "/end")], ""),
        ([(303, "/end")], ""),
        ([(307, "/1"), (307, "/end")], ""),
    ],
)
def test_redirects_are_followed_and_the_permanent_ones_told(
    http: Http, steps: list[tuple[int, str]], moved_to: str
) -> None:
    with serving(moves(*steps)) as server:
        response = http.request("GET", f"{server.url}/0", redirects=5)

    assert (response.body, response.url) == (b"end", f"{server.url}/end")
    assert response.moved_to == (server.url + moved_to if moved_to else "")


def test_a_circle_of_redirects_ends(http: Http) -> None:
    with (
        serving(moves((302, "/0"))) as server,
        pytest.raises(ContractBroken, match="more than 3 redirects"),
    ):
        http.request("GET", f"{server.url}/0", redirects=3)

    assert len(server.asked) == 4


def test_a_call_that_changes_something_is_not_redirected(http: Http) -> None:
    with serving(moves((307, "/end"))) as server:
        assert http.request("POST", f"{server.url}/0", redirects=5).status == 307


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_credential_stays_with_its_host(http: Http, host: str) -> None:
    # Given a redirect to the same server, under its own or another name
    def answer(asked: Asked) -> Answer:
        target = f"http://{host}:{server.port}/end"
        return Answer(status=302, headers={"Location": target}) if asked.path == "/0" else Answer()

    with serving(answer) as server:
        headers = {"authorization": "Bearer s3cret", "If-None-Match": 'W/"1"'}
        http.request("GET", f"{server.url}/0", headers=headers, redirects=1)

    # Then only the same host gets the credential, and both the rest
    assert ("authorization" in server.asked[1].headers) == (host == "127.0.0.1")
    assert server.asked[1].headers["if-none-match"] == 'W/"1"'


def test_a_redirect_may_hold_letters_that_are_not_ascii(http: Http) -> None:
    def answer(asked: Asked) -> Answer:
        target = "/café".encode().decode("latin-1")
        return (
            Answer(asked.path.encode())
            if asked.path != "/0"
            else Answer(status=301, headers={"Location": target})
        )

    with serving(answer) as server:
        assert http.request("GET", f"{server.url}/0", redirects=1).body == b"/caf%C3%A9"


# ---- too much, too slow


@pytest.mark.parametrize("changes", [False, True])
def test_a_body_that_is_too_long_is_cut_off(http: Http, changes: bool) -> None:
    # Given a server that sends 50 MB
    sent = 0

    def talk(connection: socket.socket) -> None:
        nonlocal sent
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        while sent < 50_000_000:
            sent += connection.send(bytes(65_536))

    # When it is read with a limit of 5 MB
    expected = UnknownOutcome if changes else Rejected
    with serving_bytes(talk) as url, pytest.raises(expected, match="over 5000000 bytes"):
        http.request("GET", url, changes=changes)

    # Then most of it was never taken
    assert sent < 20_000_000


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_cut_off_while_it_unpacks(http: Http, coding: str) -> None:
    # Given 300 MB in 300 kB
    pack = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    packed = b"".join(pack.compress(bytes(1_000_000)) for _ in range(300)) + pack.flush()
    bomb = Answer(packed, headers={"Content-Encoding": coding})

    with serving(lambda _: bomb) as server, pytest.raises(Rejected, match="over 1000000 bytes"):
        http.request("GET", server.url, max_bytes=1_000_000)


def test_a_packed_body_is_unpacked(http: Http) -> None:
    packed = Answer(gzip.compress(b"text" * 1000), headers={"Content-Encoding": "gzip"})
    with serving(lambda _: packed) as server:
        assert http.request("GET", server.url).body == b"text" * 1000


def test_a_body_that_is_not_packed_as_it_says_breaks_the_contract(http: Http) -> None:
    unpacked = Answer(b"plain", headers={"Content-Encoding": "gzip"})
    with serving(lambda _: unpacked) as server, pytest.raises(ContractBroken):
        http.request("GET", server.url)


DRIPS = {
    "status line": b"",
    "headers": b"HTTP/1.1 200 OK\r\n",
    "body to the end of the connection": b"HTTP/1.1 200 OK\r\n\r\n",
    "body of known length": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "length of a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
}


@pytest.mark.parametrize("start", DRIPS.values(), ids=DRIPS)
def test_an_answer_that_drips_is_cut_off(
    http: Http, start: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a server that drips, from here or there in its answer on
    def talk(connection: socket.socket) -> None:
        drip(connection, start)

    # When it is called
    began = monotonic()
    with serving_bytes(talk) as url, pytest.raises(Unavailable) as caught:
        http.request("GET", url)

    # Then it ends in time and says so, and nothing is logged
    assert monotonic() - began < 5
    assert str(caught.value) == "127.0.0.1: took longer than 0.6 s; gehoor tries again by itself"
    assert not caplog.records


def test_headers_body_and_redirects_share_one_limit() -> None:
    # Given a server that takes its time for the headers, for the body and for every redirect
    steps = 0

    def talk(connection: socket.socket) -> None:
        nonlocal steps
        while True:
            read_request(connection)
            steps += 1
            wait_unless_closed(connection, 0.3)
            head = f"HTTP/1.1 302 Found\r\nLocation: /{steps}\r\nContent-Length: 1\r\n\r\n"
            connection.sendall(head.encode())
            wait_unless_closed(connection, 0.3)
            connection.sendall(b"x")

    # When each wait is far from its own time-out, but all together are not
    http = Http(lambda: NOW, HOSTS, timeout=(1.0, 1.0), call_seconds=1.0)
    began = monotonic()
    with serving_bytes(talk) as url, pytest.raises(Unavailable, match="took longer than 1 s"):
        http.request("GET", url, redirects=5)

    # Then it ends soon after its own limit, long before the waits of five redirects
    assert monotonic() - began < 2.5
    assert steps <= 2


def test_no_wait_for_the_next_bytes_outlasts_the_limit() -> None:
    http = Http(lambda: NOW, HOSTS, timeout=(1.0, 10.0), call_seconds=0.3)

    began = monotonic()
    with serving_bytes(never_answer) as url, pytest.raises(UnknownOutcome) as caught:
        http.request("POST", url, changes=True)

    assert monotonic() - began < 2
    assert str(caught.value) == (
        "127.0.0.1: took longer than 0.3 s; it may have had its effect, "
        "gehoor looks before it repeats it"
    )


def test_calls_under_one_limit_share_its_time(http: Http) -> None:
    # Given a limit that calls share, and a first call that spends it
    with serving(lambda _: Answer()) as server, http.one_limit():
        with serving_bytes(drip) as url, pytest.raises(Unavailable):
            http.request("GET", url)

        # When a second one is made
        with pytest.raises(Unavailable, match=r"took longer than 0\.6 s"):
            http.request("POST", server.url, changes=True)

    # Then it is not sent, and later ones are
    assert not server.asked
    with serving(lambda _: Answer(b"hi")) as server:
        assert http.request("GET", server.url).body == b"hi"


# ---- lost before and after the request went out


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def reset_after_the_request(connection: socket.socket) -> None:
    read_request(connection)
    reset(connection)


def close_after_the_request(connection: socket.socket) -> None:
    read_request(connection)


def never_answer(connection: socket.socket) -> None:
    read_request(connection)
    connection.recv(1)


def wait_unless_closed(connection: socket.socket, seconds: float) -> None:
    """Say nothing for a while; OSError when the caller hangs up meanwhile."""
    connection.settimeout(seconds)
    with suppress(TimeoutError):
        if not connection.recv(1):
            raise ConnectionError
    connection.settimeout(None)


def drip(connection: socket.socket, start: bytes = b"") -> None:
    """Always send the next byte just before the time-out."""
    read_request(connection)
    connection.sendall(start)
    while True:
        connection.sendall(b"x")
        wait_unless_closed(connection, 0.1)


def break_a_chunk(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")


def end_early(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")


def talk_nonsense(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(b"\x00\x01 nonsense\r\n\r\n")


LOST = [
    reset_after_the_request,
    close_after_the_request,
    never_answer,
    break_a_chunk,
    end_early,
    talk_nonsense,
]


@pytest.mark.parametrize("changes", [False, True])
@pytest.mark.parametrize("talk", LOST)
def test_an_answer_lost_after_the_request(
    http: Http, talk: Callable[[socket.socket], None], changes: bool
) -> None:
    with serving_bytes(talk) as url, pytest.raises(GehoorError) as caught:
        http.request("POST", f"{url}/p4th?token=s3cret", changes=changes)

    assert type(caught.value) is (UnknownOutcome if changes else Unavailable)
    next_step = "gehoor looks before it repeats it" if changes else "gehoor tries again by itself"
    assert str(caught.value).endswith(next_step)
    assert not re.search("s3cret|p4th", str(caught.value))


@pytest.mark.parametrize("changes", [False, True])
def test_a_refused_connection_had_no_effect(http: Http, changes: bool) -> None:
    with serving_bytes(reset) as url:
        pass

    with pytest.raises(Unavailable):
        http.request("POST", url, changes=changes)


@pytest.mark.parametrize("changes", [False, True])
def test_a_connection_that_is_never_made_had_no_effect(changes: bool) -> None:
    # Given a listener whose queue is full, so that connecting takes for ever
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(listener.getsockname())

        # When somebody else calls it
        http = Http(lambda: NOW, HOSTS, timeout=(0.2, 0.2))
        with pytest.raises(Unavailable, match="TimeoutError"):
            http.request("POST", f"http://127.0.0.1:{listener.getsockname()[1]}", changes=changes)
        for client in waiting:
            client.close()


# ---- what a status means


def answered(status: int, headers: dict[str, str] | None = None) -> Response:
    found = CaseInsensitiveDict(headers or {})
    return Response(status, found, b"b0dy", "https://api.example/p4th?token=s3cret")


@pytest.mark.parametrize("status", [200, 201, 204, 206, 301, 304])
def test_a_good_status_passes(status: int) -> None:
    response = answered(status)

    assert check(response, "read", NOW) is response


@pytest.mark.parametrize(
    ("status", "error", "error_of_a_change"),
    [
        (400, Rejected, Rejected),
        (401, AuthExpired, AuthExpired),
        (402, Rejected, Rejected),
        (403, NotAllowed, NotAllowed),
        (404, Gone, Gone),
        (405, Rejected, Rejected),
        (408, RateLimited, RateLimited),
        (409, Rejected, Rejected),
        (410, Gone, Gone),
        (413, Rejected, Rejected),
        (422, Rejected, Rejected),
        (425, RateLimited, RateLimited),
        (429, RateLimited, RateLimited),
        (500, Unavailable, UnknownOutcome),
        (501, Unavailable, UnknownOutcome),
        (502, Unavailable, UnknownOutcome),
        (503, Unavailable, UnknownOutcome),
        (504, Unavailable, UnknownOutcome),
        (522, Unavailable, UnknownOutcome),
    ],
)
def test_a_bad_status_is_an_error(
    status: int, error: type[GehoorError], error_of_a_change: type[GehoorError]
) -> None:
    for changes, expected in ((False, error), (True, error_of_a_change)):
        with pytest.raises(GehoorError) as caught:
            check(answered(status), "read posts", NOW, changes)

        assert type(caught.value) is expected
        assert str(caught.value).startswith(f"read posts: api.example answered {status}; ")
        assert not re.search("s3cret|p4th|b0dy", str(caught.value))


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("headers", "retry_at"),
    [
        ({}, None),
        ({"Retry-After": "120"}, minutes(2)),
        ({"retry-after": " 120 "}, minutes(2)),
        ({"Retry-After": "0"}, NOW),
        ({"Retry-After": "999999999999999999999"}, minutes(24 * 60)),
        ({"Retry-After": "Sun, 01 Mar 2026 12:05:00 GMT"}, minutes(5)),
        ({"Retry-After": "Sun, 01 Mar 2026 11:00:00 GMT"}, NOW),
        ({"Retry-After": "Sun, 01 Mar 2099 12:00:00 GMT"}, minutes(24 * 60)),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "٣"}, None),
        ({"X-RateLimit-Reset": "2026-03-01T12:03:00.000Z"}, minutes(3)),
        ({"X-RateLimit-Reset": "2026-03-01T13:03:00+01:00"}, minutes(3)),
        ({"X-RateLimit-Reset": str(int(minutes(4).timestamp()))}, minutes(4)),
        ({"X-RateLimit-Reset": "9" * 30}, None),
        ({"X-RateLimit-Reset": "later"}, None),
        ({"Retry-After": "60", "X-RateLimit-Reset": "2026-03-01T12:03:00Z"}, minutes(1)),
    ],
)
def test_when_to_come_back_after_a_429(headers: dict[str, str], retry_at: datetime | None) -> None:
    with pytest.raises(RateLimited) as caught:
        check(answered(429, headers), "read", NOW)

    assert caught.value.retry_at == retry_at


def test_a_503_that_says_when_to_come_back_had_no_effect() -> None:
    # Given a service that refuses a change for a while
    with pytest.raises(Unavailable) as failure:
        check(answered(503, {"Retry-After": "60"}), "write", NOW, changes=True)
    # Then it can be repeated; a proxy that gave up waiting says no time
    assert failure.value.retry_at == NOW + timedelta(seconds=60)


def test_when_to_come_back_after_a_503() -> None:
    headers = {"X-RateLimit-Reset": "2026-03-01T12:03:00Z"}
    with pytest.raises(Unavailable) as without:
        check(answered(503, headers), "read", NOW)
    with pytest.raises(Unavailable) as with_header:
        check(answered(503, {**headers, "Retry-After": "60"}), "read", NOW)

    assert (without.value.retry_at, with_header.value.retry_at) == (None, minutes(1))


@given(st.text(), st.text())
def test_no_header_breaks_the_mapping(after: str, reset: str) -> None:
    with pytest.raises(Transient) as caught:
        check(answered(429, {"Retry-After": after, "X-RateLimit-Reset": reset}), "read", NOW)

    retry_at = caught.value.retry_at
    assert retry_at is None or NOW <= retry_at <= minutes(24 * 60)
