"""For each message: read a source on from its cursor."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from gehoor import bootstrap
from gehoor.entry import run_batch
from gehoor.usecases.poll import poll_source

READING = timedelta(seconds=30)
NEEDS_MS = 45_000


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Poll the source of each message."""
    return run_batch(event, context, _poll, NEEDS_MS)


def _poll(message: dict[str, str]) -> None:
    source_id = message["source_id"]
    if not bootstrap.is_configured(source_id):
        bootstrap.logger.info("source retired", source_id=source_id)
        return
    deadline = bootstrap.clock() + READING
    watched, owner = bootstrap.watched(source_id), bootstrap.new_owner()
    outcome = poll_source(watched, bootstrap.poll_ports(), owner, deadline)
    if outcome is None:
        bootstrap.logger.info("source busy", source_id=source_id)
    else:
        report = bootstrap.logger.warning if outcome.error else bootstrap.logger.info
        report("polled", source_id=source_id, new=outcome.new_items, error=outcome.error)
