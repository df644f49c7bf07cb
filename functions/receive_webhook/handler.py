"""POST /hooks/{sender}: verify the raw bytes, enqueue ids, answer at once."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from gehoor import bootstrap
from gehoor.usecases.receive import RETRY_AFTER_S, receive


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one webhook call (HTTP API, payload 2.0)."""
    sender = event.get("pathParameters", {}).get("sender", "")
    status = receive(
        bootstrap.webhook(sender),
        event.get("headers", {}),
        _body(event),
        lambda: bootstrap.webhook_secret(sender),
        bootstrap.queues(),
        bootstrap.clock,
        bootstrap.EmfMetrics(),
    )
    bootstrap.logger.info("webhook", sender=sender if status != 404 else "unknown", status=status)
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return {"statusCode": status, "headers": headers, "body": ""}


def _body(event: dict[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return b64decode(body)
    except NotBase64:
        return b""
