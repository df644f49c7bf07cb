"""For each message: follow what happened in the helpdesk, or on a network that pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gehoor import bootstrap
from gehoor.bootstrap_events import event_ports
from gehoor.entry import BatchAnswer, run_batch
from gehoor.usecases.apply import apply_event

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

NEEDS_MS = 20_000


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> BatchAnswer:
    """Apply the event of each message."""
    return run_batch(event, context, _apply, NEEDS_MS)


def _apply(message: dict[str, str]) -> None:
    outcome = apply_event(message, event_ports())
    bootstrap.logger.info("applied", ids=message, outcome=outcome)
