"""What the sweep is built of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gehoor import bootstrap, connections
from gehoor.domain.budget import Lane

if TYPE_CHECKING:
    from gehoor.usecases.compliance import CompliancePorts
    from gehoor.usecases.storms import StormPorts
    from gehoor.usecases.sweep import SweepPorts


def sweep_ports() -> SweepPorts:
    """What sweeping needs."""
    from gehoor.aws.arrivals import DynamoArrivals
    from gehoor.aws.bookmarks import DynamoBookmarks
    from gehoor.aws.cases import Cases
    from gehoor.aws.mentions import Mentions
    from gehoor.aws.outbox import DynamoAnswers, DynamoOutbox
    from gehoor.usecases.catch_up import CatchUpPorts
    from gehoor.usecases.due_rechecks import DueRecheckPorts
    from gehoor.usecases.sweep import SweepPorts

    catching_up = CatchUpPorts(
        bookmarks=DynamoBookmarks(*bootstrap.state()),
        answers=DynamoAnswers(*bootstrap.core()),
        cases=Cases(*bootstrap.core(), bootstrap.retention()),
        helpdesk=partial(connections.helpdesk, Lane.NORMAL),
        queues=bootstrap.queues(),
        clock=bootstrap.clock,
        metrics=bootstrap.EmfMetrics(),
        owner=bootstrap.new_owner(),
    )
    rechecks = DueRecheckPorts(
        ages=bootstrap.config().recheck_after,
        refresh_within=connections.refresh_within(),
        arrivals=DynamoArrivals(*bootstrap.core()),
        mentions=Mentions(*bootstrap.core()),
        bookmarks=catching_up.bookmarks,
        queues=bootstrap.queues(),
        clock=bootstrap.clock,
        owner=bootstrap.new_owner(),
    )

    return SweepPorts(
        outbox=DynamoOutbox(*bootstrap.core()),
        mentions=Mentions(*bootstrap.core(), bootstrap.retention()),
        sources=bootstrap.sources(),
        queues=bootstrap.queues(),
        clock=bootstrap.clock,
        metrics=bootstrap.EmfMetrics(),
        catch_up=catching_up,
        rechecks=rechecks,
        compliance=compliance_ports(),
        storms=storm_ports(),
    )


def storm_ports() -> StormPorts:
    """What hearing storms needs."""
    from gehoor.aws.arrivals import DynamoArrivals
    from gehoor.aws.bookmarks import DynamoBookmarks
    from gehoor.aws.brand_watches import DynamoBrandWatches
    from gehoor.aws.incidents import DynamoIncidents
    from gehoor.aws.ledger import DynamoLedger
    from gehoor.aws.mentions import Mentions
    from gehoor.likeness import alike
    from gehoor.usecases.storms import StormPorts

    return StormPorts(
        arrivals=DynamoArrivals(*bootstrap.core()),
        mentions=Mentions(*bootstrap.core()),
        bookmarks=DynamoBookmarks(*bootstrap.state()),
        watches=DynamoBrandWatches(*bootstrap.state()),
        incidents=DynamoIncidents(*bootstrap.core()),
        alike=alike,
        helpdesk=partial(connections.helpdesk, Lane.NORMAL),
        ledger=DynamoLedger(*bootstrap.core()),
        queues=bootstrap.queues(),
        notices=connections.notices(),
        clock=bootstrap.clock,
        metrics=bootstrap.EmfMetrics(),
        owner=bootstrap.new_owner(),
    )


def compliance_ports() -> CompliancePorts:
    """What following deletions needs, for the sources whose networks tell of many at once."""
    from gehoor import networks
    from gehoor.aws.arrivals import DynamoArrivals
    from gehoor.aws.compliance import DynamoComplianceRounds
    from gehoor.aws.mentions import Mentions
    from gehoor.usecases.compliance import CompliancePorts

    named = bootstrap.config().sources
    return CompliancePorts(
        sources=tuple(one.id for one in named if networks.has_compliance_jobs(one.network)),
        jobs=connections.compliance_jobs,
        rounds=DynamoComplianceRounds(*bootstrap.state()),
        arrivals=DynamoArrivals(*bootstrap.core()),
        mentions=Mentions(*bootstrap.core()),
        queues=bootstrap.queues(),
        clock=bootstrap.clock,
        metrics=bootstrap.EmfMetrics(),
        owner=bootstrap.new_owner(),
    )
