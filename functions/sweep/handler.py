"""Every five minutes: judge every source's clock, send again what is pending, catch up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from gehoor import bootstrap
from gehoor.bootstrap_sweep import sweep_ports
from gehoor.usecases.sweep import Expected, sweep

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

LAST_BATCH = timedelta(seconds=15)
"""A batch's calls to AWS, at their slowest, still fit into the function's time."""


@bootstrap.logger.inject_lambda_context(clear_state=True)
@bootstrap.emf.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Sweep once."""
    expected = {
        source.id: Expected(source.every, source.silence) for source in bootstrap.config().sources
    }
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    deadline = bootstrap.clock() + remaining - LAST_BATCH
    swept = sweep(expected, sweep_ports(), deadline)
    healths = {source_id: health.value for source_id, health in swept.healths.items()}
    sent, error = swept.caught_up
    done: dict[str, Any] = {"resent": swept.resent, "sources": healths}
    done |= {"caught_up": sent, "rechecks": swept.rechecks, "woken": swept.woken}
    failed: dict[str, Any] = {
        "not_caught_up": error,
        "deletions_not_asked_for": swept.unchecked,
        "storms_not_heard": swept.storms,
    }
    report = bootstrap.logger.warning if any(failed.values()) else bootstrap.logger.info
    report("swept", **failed, **done)
    return done
