"""X's answers that are no success, as errors of our tree.

Problems are JSON with `title`, `detail` and `type`; older ones hold a list `errors`; some come in a
200. Source: https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gehoor.errors import (
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
from gehoor.http import LONGEST_WAIT, Response, check, reset_at, retry_at
from gehoor.networks._x_money import next_day

_SPENT = ("/problems/usage-capped", "/problems/credits")
_NOT_THERE = ("/problems/resource-not-found", "/problems/not-authorized-for-resource")
_LONGEST_REASON = 200
_A_WALL = "something in front of X's API refuses the call; gehoor tries again by itself"


def document_of(response: Response, what: str, now: datetime) -> Mapping[str, Any]:
    """What a read brought; `what` names it in messages. Its `errors` concern parts of it only.

    QuotaSpent when credits or the plan's cap are spent, until the next UTC day: no retry helps.
    Rejected when X does not take the request, with X's reason; else as `gehoor.http.check`.
    """
    if response.status >= 400:
        raise _error(response, what, now)
    found = response.json()
    if not isinstance(found, dict) or not {"data", "meta", "errors"} & found.keys():
        message = f"{what}: X's answer has neither data nor a reason"
        raise ContractBroken(message)
    if not {"data", "meta"} & found.keys() and not gone_among(found):
        message = f"{what}: X answers with an error in a 200: {_reason(found)}"
        raise ContractBroken(message)
    return found


def posted_of(response: Response, what: str, now: datetime) -> Mapping[str, Any]:
    """What a call that posts made: the `data` of the answer.

    Besides the errors of a read: UnknownOutcome when X may have taken it, NotAllowed with the
    reason when it refuses. The text is in no message.
    """
    if response.status >= 400:
        raise _refusal(response, what, now)
    try:
        data = response.json().get("data")
    except (ContractBroken, AttributeError) as exc:
        raise _unclear(what) from exc
    if not isinstance(data, dict):
        raise _unclear(what)
    return data


def not_before(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When X wants to be asked again, None while calls are left (x-rate-limit-remaining)."""
    if headers.get("x-rate-limit-remaining", "").strip() != "0":
        return None
    reset = _reset(headers, now)
    return reset if reset and reset > now else None


def gone_among(document: Mapping[str, Any]) -> frozenset[str]:
    """The ids that X says it does not have, or does not show, any more."""
    errors = document.get("errors")
    return frozenset(
        str(error.get("resource_id") or error.get("value") or "")
        for error in (errors if isinstance(errors, list) else ())
        if isinstance(error, dict) and _is_type(error, _NOT_THERE)
    )


def _error(response: Response, what: str, now: datetime) -> GehoorError:
    problem = _problem(response)
    if response.status == 402 or _is_type(problem, _SPENT):
        return _spent(what, now)
    if response.status == 429:
        message = f"{what}: X's limit is reached"
        return RateLimited(
            message, retry_at(response.headers, now) or _reset(response.headers, now)
        )
    if response.status == 403 and problem is None:
        return Unavailable(f"{what}: {_A_WALL}")
    if response.status in (400, 403):
        kind = Rejected if response.status == 400 else NotAllowed
        return kind(f"{what}: X refuses it ({response.status}): {_reason(problem)}")
    return _by_status(response, what, now)


def _refusal(response: Response, what: str, now: datetime) -> GehoorError:
    """The error of a call that posts; X's words may quote the text, so only known ones are told."""
    error = _error(response, what, now)
    said = _reason(_problem(response)).casefold()
    if response.status >= 500:
        return _by_status(response, what, now, changes=True)
    if response.status == 403 and isinstance(error, NotAllowed):
        return _forbidden(said, what)
    if isinstance(error, Rejected):
        return Rejected(f"{what}: X does not take it (400); it may be too long")
    return error


def _forbidden(said: str, what: str) -> GehoorError:
    if "duplicate" in said:
        message = f"{what}: the account posted the same words lately; say it in other words"
        return Rejected(message)
    if "mentioned or otherwise engaged" in said:
        message = (
            f"{what}: X takes an answer through its API only below posts that name or quote "
            "the account"
        )
        return NotAllowed(message)
    if "deleted or not visible" in said:
        return Gone(f"{what}: the post is deleted, or not visible any more")
    return NotAllowed(f"{what}: X refuses it (403); check what the account and the app may do")


def _by_status(response: Response, what: str, now: datetime, changes: bool = False) -> GehoorError:
    try:
        check(response, what, now, changes)
    except GehoorError as error:
        return error
    return ContractBroken(f"{what}: X answered {response.status}")


def _spent(what: str, now: datetime) -> QuotaSpent:
    message = (
        f"{what}: the credits or the plan's cap at X are spent; add credits in X's Developer "
        "Console. gehoor looks again tomorrow"
    )
    return QuotaSpent(message, next_day(now))


def _unclear(what: str) -> UnknownOutcome:
    return UnknownOutcome(f"{what}: X may have taken it, but does not say so clearly")


def _is_type(problem: Mapping[str, Any] | None, types: tuple[str, ...]) -> bool:
    return problem is not None and any(one in str(problem.get("type")) for one in types)


def _problem(response: Response) -> Mapping[str, Any] | None:
    """The problem in an answer, None when the answer is no JSON object."""
    try:
        found = response.json()
    except ContractBroken:
        return None
    return found if isinstance(found, dict) else None


def _reason(problem: Any) -> str:
    """X's own words, from either shape."""
    if not isinstance(problem, dict):
        return "no reason given"
    nested = problem.get("errors")
    first = nested[0] if isinstance(nested, list) and nested else {}
    message = first.get("message") if isinstance(first, dict) else None
    words = message or problem.get("detail") or problem.get("title")
    return str(words)[:_LONGEST_REASON] if words else "no reason given"


def _reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the limit's window ends, at most a day ahead."""
    reset = reset_at({"X-RateLimit-Reset": headers.get("x-rate-limit-reset", "")})
    return min(max(reset, now), now + LONGEST_WAIT) if reset else None
