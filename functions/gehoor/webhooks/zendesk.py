"""Zendesk's webhooks: signed over timestamp and raw body, read for ids only.

Zendesk signs with base64(HMAC-SHA256(secret, timestamp + body)); the timestamp is ISO 8601. Until a
webhook has a secret of its own, test calls carry a published one, which is never accepted.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from gehoor.domain.case import case_id_from
from gehoor.domain.event import (
    CommentAdded,
    CustomerDeleted,
    CustomerMerged,
    Event,
    RequesterChanged,
    TicketDeleted,
    TicketMerged,
    TicketRestored,
    TicketStatusChanged,
)
from gehoor.domain.mention import digest
from gehoor.errors import ContractBroken, NotAllowed

PUBLIC_TEST_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # noqa: S105  published by Zendesk, refused here
WINDOW = timedelta(minutes=5)
SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"
LONGEST_ID = 20
EVENT_TYPE = "zen:event-type"
COMMENT_ADDED = f"{EVENT_TYPE}:ticket.comment_added"

_Payload = Mapping[str, Any]


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
    if not _is_fresh(headers, now):
        raise refusal


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What Zendesk puts into the signature header."""
    message = timestamp.encode(errors="surrogatepass") + body
    signed = hmac.new(secret.encode(), message, sha256)
    return b64encode(signed.digest()).decode()


def signed_at(headers: Mapping[str, str]) -> datetime | None:
    """The time that the sender signed along; None when there is none."""
    return _moment(headers.get(TIMESTAMP))


def names(headers: Mapping[str, str], body: bytes) -> Sequence[str]:
    """The call's own signature, and the id that Zendesk gives a call and its repeats.

    The signature does not cover that id, so that it alone would let a stranger repeat a call under
    another one.
    """
    found = {name: headers.get(name, "") for name in (SIGNATURE, INVOCATION)}
    return [digest(name, value) for name, value in found.items() if value]


def read(body: bytes) -> Event | None:
    """What an event says has happened; None for events that need nothing.

    Of its payload only ids are taken; whatever else there is to know is asked of the helpdesk. A
    ticket's external id drops no comment: gehoor's tickets may be merged into another program's.
    """
    try:
        event = json.loads(body)
        reader = _READERS.get(_kind(event["type"]))
        return reader(event) if reader else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The cause would quote the body, so it is left out.
        message = "the webhook's body is not an event as Zendesk documents it"
        raise ContractBroken(message) from None


def _kind(type_name: str) -> str:
    """Such as `ticket.merged`; Zendesk's pages write a slash before some."""
    return type_name.removeprefix(EVENT_TYPE)[1:] if type_name.startswith(EVENT_TYPE) else ""


def _comment_added(event: _Payload) -> Event | None:
    """Customers' and internal comments are dropped, which is checked again before one is posted."""
    comment = event["event"]["comment"]
    added = CommentAdded(_id(event["detail"]["id"]), _id(comment["id"]))
    wanted = comment.get("is_public", True) and comment.get("author", {}).get("is_staff", True)
    return added if wanted else None


def _ticket_merged(event: _Payload) -> Event:
    ticket_id = _id(event["detail"]["id"])
    return TicketMerged(ticket_id, _other_id(event, "ticket", ticket_id))


def _status_changed(event: _Payload) -> Event | None:
    ticket_id = _id(event["detail"]["id"])
    return None if _is_foreign(event["detail"]) else TicketStatusChanged(ticket_id)


def _ticket_deleted(event: _Payload) -> Event:
    detail = event["detail"]
    return TicketDeleted(_id(detail["id"]), case_id_from(_text(detail.get("external_id"))))


def _ticket_restored(event: _Payload) -> Event:
    return TicketRestored(_id(event["detail"]["id"]))


def _requester_changed(event: _Payload) -> Event | None:
    ticket_id = _id(event["detail"]["id"])
    if _is_foreign(event["detail"]):
        return None
    return RequesterChanged(ticket_id, _moment(event.get("time")))


def _customer_merged(event: _Payload) -> Event:
    customer_id = _id(event["detail"]["id"])
    return CustomerMerged(customer_id, _other_id(event, "user", customer_id))


def _customer_deleted(event: _Payload) -> Event:
    return CustomerDeleted(_id(event["detail"]["id"]))


_READERS: dict[str, Callable[[_Payload], Event | None]] = {
    "ticket.comment_added": _comment_added,
    "ticket.merged": _ticket_merged,
    "ticket.status_changed": _status_changed,
    "ticket.soft_deleted": _ticket_deleted,
    "ticket.permanently_deleted": _ticket_deleted,
    "ticket.undeleted": _ticket_restored,
    "ticket.requester_changed": _requester_changed,
    "user.merged": _customer_merged,
    "user.deleted": _customer_deleted,
}


def _is_foreign(detail: _Payload) -> bool:
    """Whether the payload says that the ticket is not gehoor's: most of a helpdesk's are not."""
    return "external_id" in detail and case_id_from(_text(detail["external_id"])) is None


def _other_id(event: _Payload, noun: str, own: str) -> str | None:
    """The one other ticket or user that the event names, under whichever key; None when unsure.

    Zendesk's pages do not agree on the key: `target_ticket_id`, `user`.
    """
    details = event.get("event")
    if not isinstance(details, dict):
        return None
    named = [value for key, value in details.items() if noun in key]
    values = [value.get("id") if isinstance(value, dict) else value for value in named]
    others = {str(value) for value in values if _is_id(value)} - {own}
    return others.pop() if len(others) == 1 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: object) -> datetime | None:
    """A time, None when it cannot be read: it is not needed."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _is_id(value: object) -> bool:
    try:
        return bool(_id(value))
    except ValueError:
        return False


def _id(value: object) -> str:
    """An id as Zendesk writes it, a number in text or not; ValueError for anything else."""
    number = int(str(value)[:LONGEST_ID])
    if str(number) != str(value):
        message = "not an id"
        raise ValueError(message)
    return str(number)


def _is_fresh(headers: Mapping[str, str], now: datetime) -> bool:
    at = signed_at(headers)
    return at is not None and abs(now - at) <= WINDOW
