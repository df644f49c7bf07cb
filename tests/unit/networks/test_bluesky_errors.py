"""What Bluesky refuses, as errors of gehoor."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

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
from gehoor.http import Response
from gehoor.networks._bluesky_errors import RequestRefused, check, is_token_refused, not_before

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORDED = Path(__file__).parents[2] / "fixtures" / "networks" / "bluesky"
HTML = {"Content-Type": "text/html; charset=utf-8"}


def answered(
    status: int, body: Any, headers: dict[str, str] | None = None, raw: bytes | None = None
) -> Response:
    content = json.dumps(body).encode() if raw is None else raw
    return Response(
        status, CaseInsensitiveDict(headers or {}), content, "https://pds.example/xrpc/call"
    )


def error_of(response: Response, changes: bool = False) -> GehoorError:
    with pytest.raises(GehoorError) as caught:
        check(response, "bluesky: the call", NOW, changes)
    return caught.value


REFUSALS: list[tuple[int, str, str, type[GehoorError]]] = [
    (400, "ExpiredToken", "Token has expired", AuthExpired),
    (400, "InvalidToken", "Token could not be verified", AuthExpired),
    (401, "AuthMissing", "Authentication Required", AuthExpired),
    (400, "InvalidToken", "Bad token scope", NotAllowed),
    (401, "InvalidToken", "Bad token scope", NotAllowed),
    (400, "AccountTakedown", "Account has been taken down", AuthExpired),
    (401, "AccountTakedown", "Account has been taken down", AuthExpired),
    (400, "AccountDeactivated", "Account is deactivated", AuthExpired),
    (429, "RateLimitExceeded", "Rate Limit Exceeded", RateLimited),
    (502, "UpstreamFailure", "Upstream Failure", Unavailable),
    (504, "UpstreamTimeout", "Upstream timeout", Unavailable),
    (503, "NotEnoughResources", "Not enough resources", Unavailable),
    (500, "InternalServerError", "Internal Server Error", Unavailable),
    (400, "NotFound", "Post not found: at://x", Gone),
    (400, "RecordNotFound", "Could not locate record: at://x", Gone),
    (400, "BlockedActor", "Requester has blocked actor: x", Rejected),
    (400, "BlockedByActor", "Requester is blocked by actor: x", Rejected),
    (400, "ConvoLocked", "Locked", Rejected),
    (400, "InvalidRequest", "Error: uris must be an array", RequestRefused),
    (413, "PayloadTooLarge", "request entity too large", RequestRefused),
    (403, "Forbidden", "No", NotAllowed),
    (501, "MethodNotImplemented", "Method Not Implemented", ContractBroken),
]


@pytest.mark.parametrize(("status", "name", "message", "kind"), REFUSALS)
def test_a_refusal_is_the_error_that_says_what_to_do(
    status: int, name: str, message: str, kind: type[GehoorError]
) -> None:
    error = error_of(answered(status, {"error": name, "message": message}))

    assert type(error) is kind
    assert message not in str(error) or message in ("Locked", "No")


@pytest.mark.parametrize(
    ("status", "name", "message", "another_may_do"),
    [
        (400, "ExpiredToken", "Token has expired", True),
        (400, "InvalidToken", "Token could not be verified", True),
        (401, "AuthMissing", "Authentication Required", True),
        (401, "", "", True),
        (401, "InvalidToken", "Bad token scope", False),
        (401, "AccountTakedown", "Account has been taken down", False),
        (400, "InvalidRequest", "Invalid", False),
        (200, "ExpiredToken", "a text about tokens", False),
    ],
)
def test_another_token_is_only_fetched_when_it_may_do(
    status: int, name: str, message: str, another_may_do: bool
) -> None:
    response = answered(status, {"error": name, "message": message})

    assert is_token_refused(response) == another_may_do


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_after_something_may_have_changed_is_looked_into(status: int) -> None:
    error = error_of(answered(status, {"error": "UpstreamFailure"}), changes=True)

    assert type(error) is UnknownOutcome


@pytest.mark.parametrize("status", [404, 405])
def test_an_address_without_the_protocol_is_no_ended_source(status: int) -> None:
    error = error_of(answered(status, {}, HTML, b"<h1>Not found</h1>"))

    assert type(error) is ContractBroken
    assert "base_url" in str(error)


def test_a_web_page_that_forbids_is_something_in_between() -> None:
    error = error_of(answered(403, {}, HTML, b"<html>403 Forbidden</html>"))

    assert type(error) is Unavailable
    assert "web page" in str(error)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error": 5}', b'{"error": "\xf0\x9f"}'])
@pytest.mark.parametrize("status", [400, 429, 500, 502])
def test_a_refusal_in_no_known_form_goes_by_its_status(status: int, body: bytes) -> None:
    kinds = {400: RequestRefused, 429: RateLimited, 500: Unavailable, 502: Unavailable}

    assert type(error_of(answered(status, {}, raw=body))) is kinds[status]


def test_no_name_that_could_be_anything_comes_into_a_message() -> None:
    error = error_of(answered(400, {"error": "call me on 06-12345678", "message": "x"}))

    assert "06-12345678" not in str(error)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 90)}, timedelta(seconds=90)),
        ({"ratelimit-reset": str(int(NOW.timestamp()) - 90)}, timedelta()),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 10**7)}, timedelta(days=1)),
        ({"Retry-After": "30", "ratelimit-reset": "1"}, timedelta(seconds=30)),
        ({"ratelimit-reset": "9" * 30}, None),
        ({"ratelimit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_a_limit_says_when_to_come_again(headers: dict[str, str], wait: timedelta | None) -> None:
    error = error_of(answered(429, {"error": "RateLimitExceeded"}, headers))

    assert isinstance(error, RateLimited)
    assert error.retry_at == (None if wait is None else NOW + wait)


@pytest.mark.parametrize(
    ("left", "reset", "wait"),
    [("0", 60, 60), ("1", 60, None), ("0", -60, None), ("", 60, None), ("0", 10**7, 86_400)],
)
def test_the_last_call_of_a_window_is_noticed(left: str, reset: int, wait: int | None) -> None:
    headers = {
        "ratelimit-remaining": left,
        "ratelimit-reset": str(int(NOW.timestamp()) + reset),
    }

    found = not_before(answered(200, {}, headers), NOW)
    assert found == (None if wait is None else NOW + timedelta(seconds=wait))


RECORDED_ERRORS = {
    "error_expired_token.json": AuthExpired,
    "error_rate_limit.json": RateLimited,
}


def test_every_recorded_error_is_here() -> None:
    assert {path.name for path in RECORDED.glob("error_*.json")} == set(RECORDED_ERRORS)


@pytest.mark.parametrize("name", RECORDED_ERRORS)
def test_a_recorded_error_is_told_apart(name: str) -> None:
    found = json.loads((RECORDED / name).read_text())

    error = error_of(answered(found["status"], found["body"], found.get("headers")))
    assert type(error) is RECORDED_ERRORS[name]
