"""For each message: read a source on from its cursor, or look at one post of it."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from gehoor import bootstrap, bootstrap_intake
from gehoor.entry import BatchAnswer, run_side_by_side
from gehoor.usecases.poll import look_at_post, poll_source

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

READING = timedelta(seconds=30)
NEEDS_MS = 45_000
_building = Lock()
"""The AWS SDK makes clients for one thread at a time, and one of each serves all."""


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> BatchAnswer:
    """Poll the source of each message; a network that is slow to answer holds up no other."""
    return run_side_by_side(event, context, _poll, NEEDS_MS, "source_id")


def _poll(message: dict[str, str]) -> None:
    source_id = message["source_id"]
    with _building:
        if not bootstrap.is_configured(source_id):
            bootstrap.logger.info("source retired", source_id=source_id)
            return
        watched, ports = bootstrap_intake.watched(source_id), bootstrap_intake.poll_ports()
    if "post_id" in message:
        outcome = look_at_post(watched, message["post_id"], ports)
        bootstrap.logger.info("pushed", source_id=source_id, outcome=outcome)
        return
    deadline, owner = bootstrap.clock() + READING, bootstrap.new_owner()
    polled = poll_source(watched, ports, owner, deadline)
    if polled is None:
        bootstrap.logger.info("source busy", source_id=source_id)
        return
    # Most polls bring nothing, and a line for each would cost more than a poll.
    usual = bootstrap.logger.info if polled.new_items else bootstrap.logger.debug
    report = bootstrap.logger.warning if polled.error else usual
    report("polled", source_id=source_id, new=polled.new_items, error=polled.error)
