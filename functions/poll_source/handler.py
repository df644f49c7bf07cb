"""For each message: read a source on from its cursor, or look at one post of it."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from gehoor import bootstrap
from gehoor.entry import BatchAnswer, run_batch
from gehoor.usecases.poll import look_at_post, poll_source

READING = timedelta(seconds=30)
NEEDS_MS = 45_000


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> BatchAnswer:
    """Poll the source of each message."""
    return run_batch(event, context, _poll, NEEDS_MS)


def _poll(message: dict[str, str]) -> None:
    source_id = message["source_id"]
    if not bootstrap.is_configured(source_id):
        bootstrap.logger.info("source retired", source_id=source_id)
        return
    watched, ports = bootstrap.watched(source_id), bootstrap.poll_ports()
    if "post_id" in message:
        outcome = look_at_post(watched, message["post_id"], ports)
        bootstrap.logger.info("pushed", source_id=source_id, outcome=outcome)
        return
    deadline, owner = bootstrap.clock() + READING, bootstrap.new_owner()
    polled = poll_source(watched, ports, owner, deadline)
    if polled is None:
        bootstrap.logger.info("source busy", source_id=source_id)
    else:
        report = bootstrap.logger.warning if polled.error else bootstrap.logger.info
        report("polled", source_id=source_id, new=polled.new_items, error=polled.error)
