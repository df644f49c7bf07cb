"""What X pushes: signed over the raw body, read for ids only.

X signs with base64(HMAC-SHA256(secret, body)); the secret is the app's OAuth 2.0 client secret, or
its OAuth 1.0 consumer secret, each with a header of its own. No time is signed: an old call that is
played back only lets gehoor look at a post once more. Before X delivers, and regularly after that,
it asks for the same digest of a token of its own.
Sources: https://docs.x.com/x-api/webhooks/introduction and .../activity/event-payloads
"""

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from gehoor.domain.event import Pushed
from gehoor.domain.mention import digest
from gehoor.errors import ContractBroken, NotAllowed

NETWORK = "x"
SIGNATURES = ("x-twitter-webhooks-signature-oauth2", "x-twitter-webhooks-signature")
CRC_TOKEN = "crc_token"  # noqa: S105  the name of a parameter
POSTS = frozenset({"post.mention.create", "post.reply.create", "post.quote.create"})
"""Events about one post of somebody else's."""

OTHERS = frozenset({"dm.received", "oauth.revoke"})
"""Events that say that reading the source brings something new, if only an error."""

_TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]{1,256}")
"""No JSON matches this: else whoever asks for a token's digest would have a signed event."""

_ID = re.compile(r"[0-9]{1,20}")
_SOURCE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Pass when the sender knows `secret`. Header names are lower case.

    NotAllowed otherwise; the message never says which part was wrong.
    """
    expected = signature(secret, body).encode()
    given = (headers.get(name, "").encode(errors="surrogatepass") for name in SIGNATURES)
    matches = [hmac.compare_digest(expected, one) for one in given]
    if not secret or not any(matches):
        message = "the webhook's signature does not hold; compare the app's secret"
        raise NotAllowed(message)


def signature(secret: str, message: bytes) -> str:
    """What X puts into the signature headers, and wants for a token."""
    digested = hmac.new(secret.encode(), message, sha256).digest()
    return f"sha256={b64encode(digested).decode()}"


def challenge_response(query: Mapping[str, str], secret: str) -> str:
    """The answer to X's question whether gehoor knows the secret; ContractBroken when it is none.

    X forgives a refusal for a day, and a wrong answer never.
    """
    token = query.get(CRC_TOKEN, "")
    if not _TOKEN.fullmatch(token):
        message = f"the call asks for nothing: {CRC_TOKEN} is missing, or not a token"
        raise ContractBroken(message)
    return json.dumps({"response_token": signature(secret, token.encode())})


def signed_at(headers: Mapping[str, str]) -> datetime | None:
    """X signs no time."""
    return None


def names(headers: Mapping[str, str], body: bytes) -> Sequence[str]:
    """The event's id for its subscription, and the signature.

    X asks receivers to tell duplicates by the event's id. One post has the same for two accounts.
    """
    event = json.loads(body)["data"]
    told = [str(event.get(key, "")) for key in ("event_uuid", "event_type", "tag")]
    signed = [headers[name] for name in SIGNATURES if name in headers]
    return [digest(NETWORK, *told), *(digest(NETWORK, one) for one in signed)]


def read(body: bytes) -> Pushed | None:
    """What happened where; None for events that need nothing.

    Such are the account's own posts, `post.delete` among them, which tells of no others, and
    messages that gehoor could not decrypt. The subscription's tag names the source. Of the payload
    only the post's id is taken.
    """
    try:
        event = json.loads(body)["data"]
        kind = event["event_type"]
        if kind in POSTS:
            return Pushed(NETWORK, _source_id(event), _post_id(event["payload"]))
        return Pushed(NETWORK, _source_id(event)) if kind in OTHERS else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # The cause would quote the body, so it is left out.
        message = "the webhook's body is not an event as X documents it"
        raise ContractBroken(message) from None


def _source_id(event: Mapping[str, Any]) -> str | None:
    tag = event.get("tag")
    return tag if isinstance(tag, str) and _SOURCE_ID.fullmatch(tag) else None


def _post_id(payload: Mapping[str, Any]) -> str:
    found = payload["id"]
    if not isinstance(found, str) or not _ID.fullmatch(found):
        message = "not an id"
        raise ValueError(message)
    return found
