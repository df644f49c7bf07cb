"""Zendesk's webhooks: signed over timestamp and raw body, read for ids only.

Zendesk signs with base64(HMAC-SHA256(secret, timestamp + body)); the timestamp is ISO 8601. Until a
webhook has a secret of its own, test calls carry a published one, which is never accepted.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from gehoor.domain.case import EXTERNAL_ID_PREFIX
from gehoor.domain.event import CommentAdded
from gehoor.errors import ContractBroken, NotAllowed

PUBLIC_TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # noqa: S105  published by Zendesk, refused here
WINDOW = timedelta(minutes=5)
SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
LONGEST_ID = 20
COMMENT_ADDED = "zen:event-type:ticket.comment_added"


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Pass when the sender knows `secret` and signed within the last five minutes.

    Header names are lower case. NotAllowed otherwise; the message never says which part was wrong.
    """
    refusal = NotAllowed("the webhook's signature does not hold; compare the signing secrets")
    timestamp = headers.get(TIMESTAMP, "")
    if secret == PUBLIC_TEST_SECRET or not secret:
        raise refusal
    expected = signature(secret, timestamp, body)
    given = headers.get(SIGNATURE, "").encode(errors="surrogatepass")
    if not hmac.compare_digest(expected.encode(), given):
        raise refusal
    if not _is_fresh(timestamp, now):
        raise refusal


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What Zendesk puts into the signature header."""
    message = timestamp.encode(errors="surrogatepass") + body
    signed = hmac.new(secret.encode(), message, sha256)
    return b64encode(signed.digest()).decode()


def read(body: bytes) -> CommentAdded | None:
    """The comment an event is about; None for events and comments that need no answer.

    Customers' and internal comments are dropped here already, and those on tickets that carry
    another program's external id; all of it is checked again, with the helpdesk, right before a
    comment is posted.
    """
    try:
        event = json.loads(body)
        if event["type"] != COMMENT_ADDED:
            return None
        comment, detail = event["event"]["comment"], event["detail"]
        added = CommentAdded(_id(detail["id"]), _id(comment["id"]))
        wanted = comment.get("is_public", True) and comment.get("author", {}).get("is_staff", True)
        external_id = str(detail.get("external_id") or EXTERNAL_ID_PREFIX)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The cause would quote the body, so it is left out.
        message = "the webhook's body is not an event as Zendesk documents it"
        raise ContractBroken(message) from None
    return added if wanted and external_id.startswith(EXTERNAL_ID_PREFIX) else None


def _id(value: object) -> str:
    """An id as Zendesk writes it, a number in text or not; ValueError for anything else."""
    number = int(str(value)[:LONGEST_ID])
    if str(number) != str(value):
        message = "not an id"
        raise ValueError(message)
    return str(number)


def _is_fresh(timestamp: str, now: datetime) -> bool:
    try:
        signed_at = datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    return signed_at.tzinfo is not None and abs(now - signed_at) <= WINDOW
