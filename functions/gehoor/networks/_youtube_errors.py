"""What YouTube's refusals mean, by their reason.

Sources: https://developers.google.com/youtube/v3/docs/errors and, for `details`,
https://cloud.google.com/apis/design/errors#error_info
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
)
from gehoor.http import Response, check, retry_at


class NotProcessed(Unavailable):
    """YouTube stumbled over the call: by chance, or over what is in it."""


class NoSuchItem(Gone):
    """YouTube says of one of the asked items, by its reason, that it is not there."""


_SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
LOST_POSITION = "invalidPageToken"

_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_WORDS: dict[str, tuple[type[GehoorError], str]] = {
    "commentsDisabled": (NotAllowed, "comments are switched off there"),
    "operationNotSupported": (NotAllowed, "YouTube lets nobody answer this comment"),
    "parentCommentIsPrivate": (
        NotAllowed,
        "the comment is not public, so nobody can answer it; approve it in YouTube Studio first",
    ),
    "ineligibleAccount": (
        NotAllowed,
        "the account gehoor signs in with has no YouTube channel; make one, or sign in as another",
    ),
    "insufficientPermissions": (
        NotAllowed,
        "the consent lacks the scope youtube.force-ssl; sign in again with it",
    ),
    "accessNotConfigured": (
        NotAllowed,
        "the Google Cloud project has the YouTube Data API v3 switched off; switch it on",
    ),
    "commentTextTooLong": (Rejected, "the text is too long for a comment"),
    "commentTextRequired": (Rejected, "a comment without text is not taken"),
    "invalidCustomEmoji": (Rejected, "the text has an emoji that YouTube does not take"),
    "processingFailure": (NotProcessed, "YouTube could not process it"),
    "SERVICE_UNAVAILABLE": (Unavailable, "YouTube could not serve it"),
    "authenticatedUserAccountClosed": (AuthExpired, "the account that signs in is closed"),
    "authenticatedUserAccountSuspended": (AuthExpired, "the account that signs in is suspended"),
    "keyInvalid": (AuthExpired, "the API key is not accepted; make a new one"),
    "keyExpired": (AuthExpired, "the API key has expired; make a new one"),
    "API_KEY_INVALID": (AuthExpired, "the API key is not accepted; make a new one"),
    "commentNotFound": (NoSuchItem, "the comment is no longer there"),
    "commentThreadNotFound": (NoSuchItem, "the thread is no longer there"),
    "parentCommentNotFound": (Gone, "the comment to answer is no longer there"),
    "videoNotFound": (NoSuchItem, "the video is no longer there"),
    "channelNotFound": (Gone, "there is no such channel; check channel in the configuration"),
}


def reasons(response: Response) -> frozenset[str]:
    """Every reason an error names, in the old form and the new one; empty without any."""
    error = _error(response)
    named = [*_dicts(error.get("errors")), *_dicts(error.get("details"))]
    found = [one.get("reason") for one in named]
    return frozenset(reason for reason in found if isinstance(reason, str))


def _error(response: Response) -> Mapping[str, Any]:
    try:
        error = response.json().get("error")
    except (ContractBroken, AttributeError):
        return {}
    return error if isinstance(error, dict) else {}


def _is_spent(response: Response) -> bool:
    """Whether a quota of a day is spent.

    The bucket of searches says so as too many calls, with status 429, and "per day" in the words:
    https://github.com/fqscfqj/Y2A-Auto/issues/124
    """
    per_day = "per day" in str(_error(response).get("message", "")).casefold()
    return bool(reasons(response) & _SPENT) or (response.status in (403, 429) and per_day)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def checked(
    response: Response, what: str, now: datetime, resets_at: datetime, *, changes: bool
) -> Response:
    """Pass an answer on, or raise what its reason means, else what its status means.

    A spent quota rests until `resets_at`: asking again before costs units and is refused.
    """
    # After a server's error a write may have been made, whatever its reason says.
    if response.status < 400 or response.status >= 500:
        return check(response, what, now, changes)
    given = reasons(response)
    if _is_spent(response):
        message = f"{what}: the day's quota of the Google Cloud project is spent"
        raise QuotaSpent(message, resets_at)
    if given & _TOO_FAST:
        message = f"{what}: too many calls in a short time"
        raise RateLimited(message, retry_at(response.headers, now))
    for reason in sorted(given & _WORDS.keys()):
        kind, words = _WORDS[reason]
        message = f"{what}: {words} ({response.status} {reason})"
        raise kind(message)
    return check(response, what, now, changes)
