"""/hooks/{sender}: verify the raw bytes, enqueue ids, answer at once; and answer handshakes."""

from __future__ import annotations

from base64 import b64decode
from functools import partial
from typing import TYPE_CHECKING, Any

from gehoor import bootstrap
from gehoor.entry import log_fault
from gehoor.usecases.receive import RETRY_AFTER_S, Answer, Received, receive, shake_hands

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one webhook call (HTTP API, payload 2.0)."""
    sender = (event.get("pathParameters") or {}).get("sender", "")
    (status, reason), body = _answer(sender, event)
    known = sender if status != 404 else "unknown"
    report = bootstrap.logger.warning if reason else bootstrap.logger.info
    report("webhook", sender=known, status=status, reason=reason)
    headers = {"Content-Type": "application/json"} if body else {}
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return {"statusCode": status, "headers": headers, "body": body}


def _answer(sender: str, event: dict[str, Any]) -> Answer:
    """What to answer; 503 for a fault of gehoor too, because senders do not repeat a 500."""
    try:
        if _method(event) == "GET":
            return _handshake(sender, event)
        return Answer(_received(sender, event))
    except Exception as error:  # noqa: BLE001  the event must come again, whatever broke
        log_fault(error, {})
        return Answer(Received(503, "a fault in gehoor"))


def _handshake(sender: str, event: dict[str, Any]) -> Answer:
    return shake_hands(
        bootstrap.challenge(sender),
        event.get("queryStringParameters") or {},
        lambda: bootstrap.webhook_secret(sender),
        bootstrap.EmfMetrics(),
    )


def _received(sender: str, event: dict[str, Any]) -> Received:
    return receive(
        bootstrap.webhook(sender),
        {name.lower(): value for name, value in (event.get("headers") or {}).items()},
        _body(event),
        partial(bootstrap.webhook_secret, sender),
        bootstrap.inbox,
        bootstrap.queues(),
        bootstrap.replays,
        bootstrap.clock,
        bootstrap.EmfMetrics(),
    )


def _method(event: dict[str, Any]) -> str:
    return str(event.get("requestContext", {}).get("http", {}).get("method", "POST"))


def _body(event: dict[str, Any]) -> bytes:
    body = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return body.encode(errors="surrogatepass")
    try:
        return b64decode(body)
    except ValueError:
        return b""
