"""Answers from a system of the company's own: signed as Standard Webhooks, the comment inside.

The signature is base64(HMAC-SHA256(key, id + "." + timestamp + "." + body)) with the key in base64
after `whsec_`, the timestamp in seconds (Standard Webhooks 1.0, "Signature scheme"). The body is a
CloudEvent or any JSON with `type` and `data`; docs/openapi.yaml describes it.
"""

import hmac
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar

from gehoor.domain.case import case_id_from
from gehoor.domain.event import CommentAdded
from gehoor.domain.mention import digest
from gehoor.domain.ticket import Comment
from gehoor.errors import ContractBroken, NotAllowed

WINDOW = timedelta(minutes=5)
ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"
COMMENT_CREATED = "comment.created"
LONGEST_TEXT = 65_536
"""Characters. In UTF-8 they fit into an item of DynamoDB, which takes 400 kB."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CASE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_SECONDS = re.compile(r"[0-9]{1,12}")

T = TypeVar("T")


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Pass when the sender knows one of the secrets and signed within the last five minutes.

    `secret` holds one `whsec_...` or, while the secret is being changed, several with spaces
    between them. Header names are lower case. NotAllowed otherwise; the message never says which
    part was wrong.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    given = headers.get(SIGNATURE, "").encode(errors="surrogatepass").split(b" ")
    matches = [
        hmac.compare_digest(signature(key, message_id, timestamp, body).encode(), one)
        for key in _keys(secret)
        for one in given
    ]
    if not message_id or not any(matches) or not _is_fresh(headers, now):
        message = "the webhook's signature does not hold; compare the signing secrets and the clock"
        raise NotAllowed(message)


def signed_at(headers: Mapping[str, str]) -> datetime | None:
    """The time that the sender signed along; None when there is none."""
    timestamp = headers.get(TIMESTAMP, "")
    if not _SECONDS.fullmatch(timestamp):
        return None
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def names(headers: Mapping[str, str], body: bytes) -> Sequence[str]:
    """The call's own signature: a message under the same id may say something else by now."""
    return [digest(SIGNATURE, headers.get(SIGNATURE, ""))]


def signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """What a sender with this key puts into the signature header."""
    message = f"{message_id}.{timestamp}.".encode(errors="surrogatepass") + body
    return f"v1,{b64encode(hmac.new(key, message, sha256).digest()).decode()}"


def read(body: bytes) -> CommentAdded | None:
    """The comment that was sent; None for other events, and for tickets that are not gehoor's.

    Its ticket is named by the case in `external_id`, which the sender was told, and not by an id of
    the sender's: when two tickets are merged there, each comment still names its own customer. A
    comment that is internal is kept too: sent again as internal, a comment is taken back.
    """
    try:
        event = json.loads(body)
        if event["type"] != COMMENT_CREATED:
            return None
        case_id = case_id_from(event["data"]["external_id"])
        if case_id is None:
            return None
        comment = _comment(event["data"])
        return CommentAdded(_matching(_CASE_ID, case_id), comment.comment_id, comment)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The cause would quote the body, so it is left out.
        message = "the webhook's body is not an event as docs/openapi.yaml describes it"
        raise ContractBroken(message) from None


def _comment(data: dict[str, Any]) -> Comment:
    """ValueError, KeyError or TypeError for what is no comment."""
    text, created_at = _of(str, data["text"]), datetime.fromisoformat(data["created_at"])
    # What is not text in UTF-8 cannot be kept.
    text.encode()
    attachments = _of(int, data.get("attachments", 0))
    if len(text) > LONGEST_TEXT or created_at.tzinfo is None or not 0 <= attachments < 1_000:
        message = "not a comment"
        raise ValueError(message)
    return Comment(
        comment_id=_matching(_ID, data["comment_id"]),
        text=text,
        public=_of(bool, data["public"]),
        by_agent=_of(str, data["author"]) == "agent",
        created_at=created_at,
        attachments=attachments,
    )


def _of(kind: type[T], value: object) -> T:
    """The value, of exactly this type: to JSON, true is no number."""
    if type(value) is not kind:
        message = "another type"
        raise TypeError(message)
    return value


def _matching(pattern: re.Pattern[str], value: object) -> str:
    """An id, which may be a number."""
    found = str(value) if isinstance(value, str | int) else ""
    if isinstance(value, bool) or not pattern.fullmatch(found):
        message = "not an id"
        raise ValueError(message)
    return found


def _keys(secret: str) -> Iterator[bytes]:
    """The keys of the secrets that are usable."""
    for one in secret.split():
        try:
            # Padding may be missing; what is too much is skipped.
            key = b64decode(one.removeprefix("whsec_") + "==")
        except ValueError:
            continue
        if key:
            yield key


def _is_fresh(headers: Mapping[str, str], now: datetime) -> bool:
    at = signed_at(headers)
    return at is not None and abs(now - at) <= WINDOW
