"""For each message: bring a stored mention into the helpdesk."""

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from gehoor import bootstrap
from gehoor.entry import Message, run_batch
from gehoor.usecases.deliver import deliver_mention

NEEDS_MS = 20_000


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Deliver the mention of each message."""
    return run_batch(event, context, _deliver, NEEDS_MS)


def _deliver(message: Message) -> None:
    ports = bootstrap.deliver_ports(bootstrap.lane_of(message.queue_arn))
    deliver_mention(message["mention_id"], ports)
    bootstrap.logger.info("delivered", mention_id=message["mention_id"])
