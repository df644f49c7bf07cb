"""Every minute: send what is due to the pollers."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from gehoor import bootstrap
from gehoor.usecases.dispatch import dispatch_polls


@bootstrap.logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Ask for a poll of each due source."""
    intervals = {source.id: source.every for source in bootstrap.config().sources}
    queues = bootstrap.queues()
    sent = dispatch_polls(intervals, bootstrap.sources(), queues, bootstrap.clock)
    bootstrap.logger.info("dispatched", sources=sent)
    return {"dispatched": sent}
