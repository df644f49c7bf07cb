"""How gehoor proves to a back office that it is gehoor who asks.

Standard Webhooks 1.0.0 (standardwebhooks.com): `webhook-signature` is an HMAC-SHA256 over
`id.timestamp.content`. A GET has no body; the content is what is asked instead, the request's path
with its query as they stand on the request line. So a signature serves for one customer only, and
a library for Standard Webhooks verifies it, given that text in place of a body.
"""

import base64
import binascii
import hmac
from datetime import datetime

from gehoor.domain.mention import digest
from gehoor.errors import AuthExpired

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification asks for."""


def signing_key(secret: str, name: str) -> bytes:
    """The key in a secret; AuthExpired, without the secret, when it is none. `name` is its name."""
    try:
        encoded = secret.strip().removeprefix(PREFIX)
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.strip().startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        message = (
            f"secret {name} is not {PREFIX} and {SHORTEST} to {LONGEST} bytes in base64; "
            f"set it anew with: gehoor secret set {name}"
        )
        # The cause would quote the secret.
        raise AuthExpired(message) from None
    return key


def signed_headers(key: bytes, target: str, now: datetime) -> dict[str, str]:
    """The headers that sign a GET of `target` at `now`."""
    message_id = f"msg_{digest(target, now.isoformat())}"
    timestamp = str(int(now.timestamp()))
    content = f"{message_id}.{timestamp}.{target}".encode()
    signature = base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }
