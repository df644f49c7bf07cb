"""What a feed's answer says about caching: RFC 9110, section 8.8, and RFC 9111, section 5.2.2."""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime

from gehoor.http import Response

_SETTLED = 2.0
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})")


def validators(response: Response) -> tuple[str, str]:
    """ETag and Last-Modified to send back, both "" when they cannot be trusted yet.

    A document that changes twice in one second keeps its Last-Modified, and some servers make
    their ETag from it: what changed just now is read again (RFC 9110, section 8.8.2.2).
    """
    modified = response.headers.get("Last-Modified", "")
    try:
        age = _seconds(response.headers.get("Date", "")) - _seconds(modified)
    except (ValueError, IndexError, TypeError, OverflowError):
        age = _SETTLED
    return (response.headers.get("ETag", ""), modified) if age >= _SETTLED else ("", "")


def _seconds(http_date: str) -> float:
    return parsedate_to_datetime(http_date).timestamp()


def max_age(response: Response) -> timedelta:
    """How long the answer says it stays the same, zero when it does not say."""
    found = _MAX_AGE.search(response.headers.get("Cache-Control", "").lower())
    return timedelta(seconds=int(found[1])) if found else timedelta()
