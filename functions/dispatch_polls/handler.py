"""Every minute: send what is due to the pollers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gehoor import bootstrap
from gehoor.usecases.dispatch import dispatch_polls

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@bootstrap.logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Ask for a poll of each due source."""
    intervals = {source.id: source.every for source in bootstrap.config().sources}
    queues = bootstrap.queues()
    sent = dispatch_polls(intervals, bootstrap.sources(), queues, bootstrap.clock)
    bootstrap.logger.info("dispatched", sources=sent)
    return {"dispatched": sent}
