"""What a webhook's receiver checks the sender by."""

import base64
import hashlib
import hmac
from typing import Any


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Zendesk's signature: base64 of HMAC-SHA256 over timestamp and raw body, without a separator.

    The secret is used as UTF-8 text (developer.zendesk.com, webhooks/verifying).
    """
    digest = hmac.new(secret.encode("utf-8"), timestamp.encode("ascii") + body, hashlib.sha256)
    return base64.b64encode(digest.digest()).decode("ascii")


def credentials(authentication: dict[str, Any] | None) -> dict[str, str]:
    """The header of a webhook's own authentication, none when it has none."""
    if authentication is None:
        return {}
    data = authentication["data"]
    if authentication["type"] == "bearer_token":
        return {"Authorization": f"Bearer {data.get('token', '')}"}
    if authentication["type"] == "api_key":
        return {data.get("name", "X-Api-Key"): data.get("value", "")}
    pair = f"{data.get('username', '')}:{data.get('password', '')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode('ascii')}"}
