"""What each answer of X means for the caller, by what X's documentation and recordings show."""

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
    QuotaSpent,
    RateLimited,
    Rejected,
    Unavailable,
    UnknownOutcome,
)
from gehoor.http import Response
from gehoor.networks._x_errors import document_of, gone_among, not_before, posted_of
from scripted_x import recorded

NOW = datetime(2025, 12, 31, 23, 50, tzinfo=UTC)
TOMORROW = datetime(2026, 1, 1, tzinfo=UTC)
SHARED = Path(__file__).parents[4] / "shared" / "fixtures" / "sources" / "x"
PROBLEMS = "https://api.x.com/2/problems"
FORMER_PROBLEMS = "https://api.twitter.com/2/problems"


def response(body: Any, status: int, headers: dict[str, str] | None = None) -> Response:
    """An answer of X."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, CaseInsensitiveDict(headers or {}), content, "https://api.x.com/2/x")


def read_error(body: Any, status: int, headers: dict[str, str] | None = None) -> GehoorError:
    """The error of a read."""
    with pytest.raises(GehoorError) as caught:
        document_of(response(body, status, headers), "x: mentions", NOW)
    return caught.value


def problem(name: str, status: int, base: str = PROBLEMS, **fields: Any) -> dict[str, Any]:
    """A problem of this type."""
    return {"type": f"{base}/{name}", "title": name, "detail": "why", "status": status, **fields}


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"title": "Unauthorized", "type": "about:blank", "status": 401}, 401, AuthExpired),
        ({"errors": [{"message": "a subset of endpoints", "code": 453}]}, 403, NotAllowed),
        (problem("client-forbidden", 403, reason="client-not-enrolled"), 403, NotAllowed),
        (problem("not-authorized-for-resource", 403), 403, NotAllowed),
        ({}, 403, NotAllowed),
        (b"<html>Just a moment...", 403, Unavailable),
        (problem("resource-not-found", 404), 404, Gone),
        (problem("invalid-request", 400), 400, Rejected),
        (recorded("lib_streams_delete_error"), 400, Rejected),
        (problem("rate-limit-exceeded", 429), 429, RateLimited),
        (problem("usage-capped", 429, period="Monthly"), 429, QuotaSpent),
        (problem("usage-capped", 403, FORMER_PROBLEMS), 403, QuotaSpent),
        (problem("credits", 402, FORMER_PROBLEMS), 402, QuotaSpent),
        (problem("credits-depleted", 403), 403, QuotaSpent),
        ({"title": "Payment Required"}, 402, QuotaSpent),
        (b"", 402, QuotaSpent),
        (problem("about:blank", 500), 500, Unavailable),
        (b"<html>Bad gateway", 502, Unavailable),
        (problem("about:blank", 503), 503, Unavailable),
        (b"", 504, Unavailable),
        (b"<html>over capacity", 200, ContractBroken),
        ({"error": "in a 200"}, 200, ContractBroken),
        ({"errors": [{"message": "Internal error", "code": 131}]}, 200, ContractBroken),
        ([], 200, ContractBroken),
        (b"", 200, ContractBroken),
    ],
)
def test_a_read_that_fails_is_told_apart(body: Any, status: int, error: type[GehoorError]) -> None:
    assert type(read_error(body, status)) is error


@pytest.mark.parametrize(
    ("headers", "retry_at"),
    [
        ({"x-rate-limit-reset": "1767225600", "x-rate-limit-remaining": "0"}, TOMORROW),
        ({"Retry-After": "120"}, NOW + timedelta(minutes=2)),
        ({"x-rate-limit-reset": "1767000000"}, NOW),
        ({}, None),
        ({"x-rate-limit-reset": "soon"}, None),
    ],
)
def test_a_limit_says_when_to_come_again(
    headers: dict[str, str], retry_at: datetime | None
) -> None:
    error = read_error({"title": "Too Many Requests", "status": 429}, 429, headers)

    assert isinstance(error, RateLimited)
    assert error.retry_at == retry_at


def test_spent_credits_are_not_asked_about_before_the_next_day() -> None:
    headers = {"x-rate-limit-reset": f"{NOW.timestamp() + 60:.0f}"}

    error = read_error(problem("usage-capped", 429), 429, headers)

    assert isinstance(error, QuotaSpent)
    assert error.retry_at == TOMORROW


def test_x_says_why_it_refuses_a_request() -> None:
    body = {"title": "Invalid Request", "detail": "The 'query' parameter is required."}

    assert "The 'query' parameter is required." in str(read_error(body, 400))
    assert "JSON doesn't match" in str(read_error(recorded("lib_streams_delete_error"), 400))


@pytest.mark.parametrize(
    ("detail", "status", "error"),
    [
        ("You are not allowed to create a Tweet with duplicate content.", 403, Rejected),
        ("... you have not been mentioned or otherwise engaged by the author ...", 403, NotAllowed),
        ("... a Tweet that is deleted or not visible to you.", 403, Gone),
        ("You are not permitted", 403, NotAllowed),
        ("Your text: secret words", 400, Rejected),
        ("", 401, AuthExpired),
        ("", 404, Gone),
        ("", 429, RateLimited),
        ("", 402, QuotaSpent),
        ("", 500, UnknownOutcome),
        ("", 504, UnknownOutcome),
        ("", 503, UnknownOutcome),
    ],
)
def test_a_post_that_fails_is_told_apart(
    detail: str, status: int, error: type[GehoorError]
) -> None:
    body = {"title": "Failed", "detail": detail, "type": "about:blank", "status": status}

    with pytest.raises(GehoorError) as caught:
        posted_of(response(body, status), "x: the answer", NOW)

    assert type(caught.value) is error
    assert "secret words" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"<html>", {}, [], {"data": []}])
def test_a_post_whose_answer_says_nothing_may_be_out(body: Any) -> None:
    with pytest.raises(UnknownOutcome):
        posted_of(response(body, 201), "x: the answer", NOW)


def test_a_recorded_post_is_read() -> None:
    made = recorded("client_create_and_delete_tweet.exchange")[0]["response"]

    data = posted_of(response(made["body"], made["status"]["code"]), "x: the answer", NOW)

    assert data["id"] == "1456012973835788293"


def test_only_what_is_not_there_counts_as_gone() -> None:
    errors = [
        {"resource_id": "1", "type": f"{PROBLEMS}/resource-not-found"},
        {"value": "2", "type": f"{FORMER_PROBLEMS}/not-authorized-for-resource"},
        {"resource_id": "3", "type": f"{PROBLEMS}/resource-unavailable"},
        {"resource_id": "4", "message": "x"},
        "x",
    ]

    assert gone_among({"errors": errors}) == {"1", "2"}
    assert gone_among({"errors": None}) == frozenset()


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1767225600"}, TOMORROW),
        ({"x-rate-limit-remaining": "1", "x-rate-limit-reset": "1767225600"}, None),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1"}, None),
        ({"x-rate-limit-remaining": "0"}, None),
        ({}, None),
    ],
)
def test_a_pause_is_kept_once_no_call_is_left(
    headers: dict[str, str], moment: datetime | None
) -> None:
    assert not_before(headers, NOW) == moment


def shared(name: str) -> Any:
    """A sample of X's documentation; skips where it is absent, for it may not be copied."""
    path = SHARED / f"{name}.json"
    if not path.exists():
        pytest.skip("X's samples have no licence to be copied, and ../shared is absent here")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("error_401", AuthExpired),
        ("error_403_plan_453", NotAllowed),
        ("error_429", RateLimited),
        ("error_problem_invalid_request", Rejected),
    ],
)
def test_the_documented_errors_are_told_apart(name: str, error: type[GehoorError]) -> None:
    sample = shared(name)
    whole = "body" in sample
    body, status = (sample["body"], sample["status"]) if whole else (sample, 400)

    assert type(read_error(body, status, sample.get("headers"))) is error


def test_the_documented_partial_answer_tells_both() -> None:
    document = document_of(response(shared("error_partial_errors_200"), 200), "x: posts", NOW)

    assert [one["id"] for one in document["data"]] == ["123"]
    assert gone_among(document) == {"456"}
