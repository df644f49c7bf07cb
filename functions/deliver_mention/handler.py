"""For the messages of a batch, together: bring mentions into the helpdesk, look at older ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from gehoor import bootstrap
from gehoor.bootstrap_delivery import deliver_ports, recheck_ports, spare_deliver_ports
from gehoor.entry import BatchAnswer, Message, run_together
from gehoor.usecases.deliver_waiting import deliver_waiting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext

LAST_WORK = timedelta(seconds=20)
"""What one mention takes when the outside is slow: none is begun with less time left. The calls of
one that takes longer still are cut short, and it comes again."""


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> BatchAnswer:
    """Deliver what the messages name."""
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    deadline = bootstrap.clock() + remaining - LAST_WORK

    def deliver(messages: Sequence[Message]) -> Mapping[str, Exception]:
        ports = deliver_ports(bootstrap.lane_of(messages[0].queue_arn))
        failures = deliver_waiting(messages, ports, spare_deliver_ports, recheck_ports, deadline)
        bootstrap.logger.info("delivered", messages=len(messages), failed=len(failures))
        return failures

    return run_together(event, context, deliver)
