"""For each message: bring an agent's public comment to its network."""

from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from gehoor import bootstrap
from gehoor.entry import run_batch
from gehoor.usecases.answer import answer_comment

NEEDS_MS = 20_000


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Apply the event of each message."""
    return run_batch(event, context, _answer, NEEDS_MS)


def _answer(message: dict[str, str]) -> None:
    ticket_id, comment_id = message["ticket_id"], message["comment_id"]
    outcome = answer_comment(ticket_id, comment_id, bootstrap.answer_ports())
    bootstrap.logger.info("answered", ticket_id=ticket_id, comment_id=comment_id, outcome=outcome)
