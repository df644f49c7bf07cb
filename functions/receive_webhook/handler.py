"""POST /hooks/{sender}: verify the raw bytes, enqueue ids, answer at once."""

from base64 import b64decode
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from gehoor import bootstrap
from gehoor.entry import log_fault
from gehoor.usecases.receive import RETRY_AFTER_S, Received, receive


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one webhook call (HTTP API, payload 2.0)."""
    sender = (event.get("pathParameters") or {}).get("sender", "")
    status, reason = _received(sender, event)
    known = sender if status != 404 else "unknown"
    report = bootstrap.logger.warning if reason else bootstrap.logger.info
    report("webhook", sender=known, status=status, reason=reason)
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return {"statusCode": status, "headers": headers, "body": ""}


def _received(sender: str, event: dict[str, Any]) -> Received:
    """What to answer; 503 for a fault of gehoor too, because senders do not repeat a 500."""
    try:
        return receive(
            bootstrap.webhook(sender),
            {name.lower(): value for name, value in (event.get("headers") or {}).items()},
            _body(event),
            lambda: bootstrap.webhook_secret(sender),
            bootstrap.inbox,
            bootstrap.queues(),
            bootstrap.replays,
            bootstrap.clock,
            bootstrap.EmfMetrics(),
        )
    except Exception as error:  # noqa: BLE001  the event must come again, whatever broke
        log_fault(error, {})
        return Received(503, "a fault in gehoor")


def _body(event: dict[str, Any]) -> bytes:
    body = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return body.encode(errors="surrogatepass")
    try:
        return b64decode(body)
    except ValueError:
        return b""
