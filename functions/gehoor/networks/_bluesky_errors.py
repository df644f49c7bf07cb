"""What the servers of the AT Protocol refuse, and why, as errors of gehoor.

A refusal is JSON with `error`, a name that the lexicons declare, and `message`, which may quote
what was sent and is not passed on.
Sources: https://atproto.com/specs/xrpc#error-responses, the lexicons,
https://docs.bsky.app/docs/advanced-guides/rate-limits
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

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
from gehoor.http import LONGEST_WAIT, Response, retry_at
from gehoor.http import check as check_status

_NAME = re.compile(r"^[A-Za-z]{1,64}$")
_NO_SERVICE = (404, 405, 501)
_TOKEN = ("ExpiredToken", "InvalidToken", "AuthMissing")
_BUSY = ("UpstreamFailure", "UpstreamTimeout", "NotEnoughResources", "InternalServerError")
_GONE = ("NotFound", "RecordNotFound", "RecipientNotFound", "ConvoNotFound", "InvalidConvo")

_ACCOUNT_CLOSED = {
    "AccountTakedown": "Bluesky has taken the account down",
    "AccountDeactivated": "the account is deactivated",
    "RepoTakendown": "Bluesky has taken the account down",
    "RepoSuspended": "Bluesky has suspended the account",
    "RepoDeactivated": "the account is deactivated",
    "AuthFactorTokenRequired": "the password is no app password, and needs a code by mail",
}
_REFUSED = {
    "MessagesDisabled": "the author takes no direct messages",
    "NotFollowedBySender": "the author takes direct messages only from accounts they follow",
    "BlockedActor": "the author has blocked the account, or the account has blocked them",
    "BlockedByActor": "the author has blocked the account",
    "BlockedSubject": "the author has blocked the account, or the account has blocked them",
    "AccountSuspended": "Bluesky has suspended one of the two accounts from direct messages",
    "ConvoLocked": "the conversation is locked",
}
_SAID = {
    "recipient has disabled incoming messages": "MessagesDisabled",
    "recipient requires incoming messages to come from someone they follow": "NotFollowedBySender",
    "recipient does not exist": "RecipientNotFound",
}
"""What the chat service said before it named these refusals."""

_BAD_SCOPE = "Bad token scope"


class RequestRefused(Rejected):
    """The server does not take what was asked, for a reason that it does not name."""


class Refusal(NamedTuple):
    """The name of a refusal and what was said with it; both "" when the answer is none."""

    name: str
    message: str


def check(response: Response, what: str, now: datetime, changes: bool = False) -> Response:
    """Pass an answer on, or raise what its refusal means; `what` names the call."""
    if response.status < 400:
        return response
    refusal = refusal_of(response)
    where = f"{what} ({refusal.name})" if refusal.name else what
    error = _named(refusal, what) or _by_status(response, refusal, where, now, changes)
    if error:
        raise error
    try:
        return check_status(response, where, now, changes)
    except Rejected as refused:
        raise RequestRefused(str(refused)) from refused


def refusal_of(response: Response) -> Refusal:
    """The refusal in an answer."""
    try:
        found = response.json()
    except ContractBroken:
        return Refusal("", "")
    fields = found if isinstance(found, dict) else {}
    name, message = str(fields.get("error", "")), str(fields.get("message", ""))
    name = name if _NAME.match(name) else ""
    return Refusal(_SAID.get(message, name), message)


def is_token_refused(response: Response) -> bool:
    """Whether another token may do: servers say it with 400 and with 401."""
    if response.status < 400:
        return False
    refusal = refusal_of(response)
    if refusal.message == _BAD_SCOPE or refusal.name in _ACCOUNT_CLOSED:
        return False
    return response.status == 401 or refusal.name in _TOKEN


def not_before(response: Response, now: datetime) -> datetime | None:
    """When the server takes calls again, None while it has some left for us."""
    if response.headers.get("RateLimit-Remaining", "").strip() != "0":
        return None
    reset = _reset_at(response.headers)
    return min(reset, now + LONGEST_WAIT) if reset and reset > now else None


def _named(refusal: Refusal, what: str) -> GehoorError | None:
    """The error of a refusal that says by its name what it means."""
    name = refusal.name
    if refusal.message == _BAD_SCOPE:
        return NotAllowed(
            f"{what}: the app password gives no access to direct messages; make a new one that "
            'does ("Allow access to your direct messages") and set it'
        )
    if name in _ACCOUNT_CLOSED:
        return AuthExpired(f"{what}: {_ACCOUNT_CLOSED[name]} ({name})")
    if name in _TOKEN:
        return AuthExpired(f"{what}: the sign-in is refused ({name}); make a new app password")
    if name in _REFUSED:
        return Rejected(f"{what}: {_REFUSED[name]}")
    if name in _GONE:
        return Gone(f"{what}: it no longer exists or cannot be seen ({name})")
    return None


def _by_status(
    response: Response, refusal: Refusal, where: str, now: datetime, changes: bool
) -> GehoorError | None:
    """The error of what servers of the protocol answer otherwise than others do."""
    if response.status == 401:
        return AuthExpired(f"{where}: the sign-in is refused (401); make a new app password")
    if response.status == 429 or refusal.name == "RateLimitExceeded":
        at = retry_at(response.headers, now) or _reset_at(response.headers)
        until = min(max(at, now), now + LONGEST_WAIT) if at else None
        return RateLimited(f"{where}: the limit of calls is spent; wait and try again", until)
    if response.status in _NO_SERVICE:
        return ContractBroken(
            f"{where}: no server of the AT Protocol answers here ({response.status}); check "
            "base_url"
        )
    if response.status == 403 and "html" in response.headers.get("Content-Type", ""):
        return Unavailable(
            f"{where}: a web page came where the API was asked (403), as when something in between "
            "blocks it; try again later, and check base_url when it lasts"
        )
    if refusal.name in _BUSY:
        kind = UnknownOutcome if changes else Unavailable
        return kind(f"{where}: the server cannot serve now ({response.status}); try again later")
    return None


def _reset_at(headers: Mapping[str, str]) -> datetime | None:
    """When the window of calls ends: epoch seconds in RateLimit-Reset."""
    value = headers.get("RateLimit-Reset", "").strip()
    if not (value.isascii() and value.isdigit()):
        return None
    try:
        return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
